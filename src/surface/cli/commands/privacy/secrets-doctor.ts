// `sallyport secrets doctor`: whether providers can be used here, how they know us, and which secrets are due.
import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Checkup } from "#govern/secrets/provider.ts";
import { type ProviderName, PROVIDERS, secretName } from "#govern/secrets/reference.ts";
import { rotationStates } from "#govern/secrets/rotation.ts";
import { readSecretsFile, SECRETS_PATH } from "#govern/secrets/secrets-file.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { fetchRecorded } from "../../../services/secrets/providers/fetch-secret.ts";
import { type TriedBy, triedWords, tryByDaemon } from "../../../services/trials/trial.ts";
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

type Looked = {
  readonly provider: string;
  readonly checkups: readonly Checkup[];
  readonly by?: TriedBy["by"];
};

/** `sallyport secrets doctor`. */
export const doctorCommand = defineCommand({
  meta: {
    name: "doctor",
    description: `look whether providers answer the daemon, how long its credentials for them last, and which secrets are due

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
    const directories = directoriesIn(args.data ?? dataDirectory());
    const looked: Looked[] = [];
    for (const provider of names)
      looked.push({ provider, ...(await examined(directories, provider)) });
    const kept = readRotations(directories);
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

/** A failure to reach the daemon is a result like any other. */
async function examined(
  directories: Directories,
  name: ProviderName,
): Promise<Pick<TriedBy, "checkups" | "by">> {
  try {
    return await tryByDaemon(directories, { what: "provider", name }, fetchRecorded(directories));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { checkups: [{ isGood: false, says: error.message }], by: "daemon" };
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

function reportText(parts: readonly Looked[]): string {
  const terminal = openTerminal();
  const by = parts.find((part) => part.by !== undefined)?.by;
  const lines = parts.flatMap(({ provider, checkups }) =>
    checkups.map(({ isGood, says }) => {
      const mark = isGood ? paint(terminal, "green", "ok ") : paint(terminal, "red", "-- ");
      return `${mark} ${provider.padEnd(9)} ${printable(says)}`;
    }),
  );
  return [...lines, ...(by === undefined ? [] : [triedWords(by).trim()])].join("\n");
}
