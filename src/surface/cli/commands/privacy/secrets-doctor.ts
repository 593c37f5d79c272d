// `sallyport secrets doctor`: whether providers can be used here, how they know us, and which secrets are due.
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Checkup } from "#govern/secrets/provider.ts";
import { type ProviderName, PROVIDERS, secretName } from "#govern/secrets/reference.ts";
import { rotationStates } from "#govern/secrets/rotation.ts";
import { readSecretsFile, SECRETS_PATH } from "#govern/secrets/secrets-file.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openProvider } from "../../../services/secrets/providers/open-provider.ts";
import { readRotations } from "../../../services/secrets/rotation-file.ts";
import { machineSetting, type ProviderSetting } from "../../../services/secrets/setting.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { openTerminal, paint, print } from "../../../foundation/terminal/terminal.ts";
import { readReferences } from "./secrets-exec.ts";
import { dueText } from "./secrets-list.ts";

/** Variables that show that somebody means to use a provider. */
const HINTS: Readonly<Record<ProviderName, readonly string[]>> = {
  keychain: [],
  vault: ["VAULT_ADDR", "VAULT_TOKEN", "VAULT_ROLE_ID", "VAULT_K8S_ROLE"],
  aws: ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_REGION"],
  gcp: ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"],
  azure: ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "IDENTITY_ENDPOINT"],
  "1password": ["OP_SERVICE_ACCOUNT_TOKEN", "OP_CONNECT_HOST"],
  doppler: ["DOPPLER_TOKEN"],
  pass: ["PASSWORD_STORE_DIR"],
};

/** `sallyport secrets doctor`. */
export const doctorCommand = defineCommand({
  meta: {
    name: "doctor",
    description: `look whether providers answer, how long our credentials for them last, and which secrets are due

  sallyport secrets doctor            the keychain, and what ${SECRETS_PATH} and the environment name
  sallyport secrets doctor vault aws`,
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const setting = machineSetting(process.env);
    const references = existsSync(SECRETS_PATH)
      ? readSecretsFile(readReferences(SECRETS_PATH), SECRETS_PATH)
      : [];
    const chosen = args._.map(providerOf);
    const names = new Set(
      chosen.length > 0
        ? chosen
        : meant(
            setting,
            references.map(({ reference }) => reference.provider),
          ),
    );
    const looked: { provider: string; checkups: readonly Checkup[] }[] = [];
    for (const provider of names)
      looked.push({ provider, checkups: await examined(provider, setting) });
    const kept = readRotations(directoriesIn(args.data ?? dataDirectory()));
    const states = rotationStates(
      references.map(({ reference }) => ({ name: secretName(reference) })),
      kept,
      Date.now(),
    );
    const due = states
      .filter(({ isDue }) => isDue)
      .map((state) => ({ isGood: false, says: `${state.name}: ${dueText(state)}` }));
    const parts = [
      ...looked,
      ...(due.length === 0 ? [] : [{ provider: "rotation", checkups: due }]),
    ];
    await print(args.json === true ? printableJson(parts) : reportText(parts));
    if (parts.some(({ checkups }) => checkups.some(({ isGood }) => !isGood))) process.exitCode = 1;
  },
});

async function examined(name: ProviderName, setting: ProviderSetting): Promise<readonly Checkup[]> {
  try {
    return await (await openProvider(name, setting)).examine();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ isGood: false, says: error.message }];
  }
}

function meant(setting: ProviderSetting, named: readonly ProviderName[]): readonly ProviderName[] {
  const hinted = PROVIDERS.filter((name) =>
    HINTS[name].some((variable) => setting.environment[variable]),
  );
  return ["keychain", ...named, ...hinted];
}

function providerOf(text: string): ProviderName {
  const provider = PROVIDERS.find((name) => name === text);
  if (provider !== undefined) return provider;
  throw new Failure("usage", `there is no such provider; there are ${PROVIDERS.join(", ")}`);
}

function reportText(
  parts: readonly { readonly provider: string; readonly checkups: readonly Checkup[] }[],
): string {
  const terminal = openTerminal();
  return parts
    .flatMap(({ provider, checkups }) =>
      checkups.map(({ isGood, says }) => {
        const mark = isGood ? paint(terminal, "green", "ok ") : paint(terminal, "red", "-- ");
        return `${mark} ${provider.padEnd(9)} ${printable(says)}`;
      }),
    )
    .join("\n");
}
