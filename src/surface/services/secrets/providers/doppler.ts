// Doppler through its own program `doppler`: <https://docs.doppler.com/docs/cli>.
import { secretFailure, type SecretProvider } from "#govern/secrets/provider.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { outputOf } from "../program-answer.ts";
import type { ProviderSetting } from "../setting.ts";

const FAULTS = {
  "secret-missing": /could not find|does not exist|not found/i,
  "secret-login": /you must provide a token|invalid auth|unauthorized|expired/i,
  "secret-busy": /too many requests|rate.?limit/i,
  "secret-denied": /forbidden|permission|access/i,
} as const;

/** Opens Doppler with the token of its program, of `DOPPLER_TOKEN`, or of its configuration here. */
export function dopplerProvider({ run, environment }: ProviderSetting): SecretProvider {
  const ask = async (words: readonly string[], input?: string) =>
    outputOf("Doppler", "doppler", await run("doppler", words, input), FAULTS);
  return {
    name: "doppler",
    async get({ path: [project = "", config = "", name = ""] }) {
      const place = ["--project", project, "--config", config];
      const text = await ask(["secrets", "get", name, ...place, "--plain"]);
      return {
        value: new SecretValue(text.replace(/\n$/, "")),
        version: undefined,
        createdMs: undefined,
        leaseSeconds: undefined,
      };
    },
    async list([project, config], max) {
      if (project === undefined || config === undefined)
        throw secretFailure("secret-setup", "say which list: `doppler:project/config`");
      const text = await ask([
        "secrets",
        "--only-names",
        "--json",
        "--project",
        project,
        "--config",
        config,
      ]);
      return namesOf(text)
        .slice(0, max)
        .map((name) => ({ name: `doppler:${project}/${config}/${name}`, changedMs: undefined }));
    },
    async replace({ path: [project = "", config = "", name = ""] }, value) {
      // The value goes through the pipe: words of a program are seen by everybody on the machine.
      const place = ["--project", project, "--config", config];
      await ask(["secrets", "set", name, ...place, "--silent"], value.reveal());
      return undefined;
    },
    async examine() {
      await ask(["me", "--json"]);
      const isLasting = environment["DOPPLER_TOKEN"]?.startsWith("dp.pt.") === true;
      return [
        isLasting
          ? {
              isGood: false,
              says: "`DOPPLER_TOKEN` is a personal token, which may read every project: use a service token",
            }
          : { isGood: true, says: "Doppler knows us" },
      ];
    },
  };
}

function namesOf(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return Object.keys(parsed);
  } catch {
    // Told below.
  }
  throw secretFailure("secret-answer", "the answer of `doppler secrets` is no JSON object");
}
