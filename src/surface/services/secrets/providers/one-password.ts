// 1Password through its own program `op`: <https://developer.1password.com/docs/cli/reference/>.
import { secretFailure, type SecretProvider } from "#govern/secrets/provider.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { outputOf } from "../program-answer.ts";
import type { ProviderSetting } from "../setting.ts";

const FAULTS = {
  "secret-missing": /isn't an? |could not find|no item|doesn't have a field/i,
  "secret-login": /not (?:currently )?signed in|session expired|no account|authorization/i,
  "secret-busy": /too many requests|rate.?limit/i,
  "secret-denied": /forbidden|permission/i,
} as const;

/** Opens 1Password as its program is signed in here. It cannot replace: the program takes new values as words only, which everybody sees. */
export function onePasswordProvider({ run }: ProviderSetting): SecretProvider {
  const ask = async (words: readonly string[]) =>
    outputOf("1Password", "op", await run("op", words), FAULTS);
  return {
    name: "1password",
    async get({ path }) {
      const text = await ask(["read", "--no-newline", `op://${path.join("/")}`]);
      return {
        value: new SecretValue(text),
        version: undefined,
        createdMs: undefined,
        leaseSeconds: undefined,
      };
    },
    async list([vault], max) {
      const words = [
        "item",
        "list",
        "--format",
        "json",
        ...(vault === undefined ? [] : ["--vault", vault]),
      ];
      return namesOf(await ask(words), max);
    },
    async examine() {
      await ask(["whoami", "--format", "json"]);
      return [{ isGood: true, says: "1Password is signed in" }];
    },
  };
}

function namesOf(text: string, max: number) {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    items = undefined;
  }
  if (!Array.isArray(items))
    throw secretFailure("secret-answer", "the answer of `op item list` is no JSON list");
  return items.slice(0, max).flatMap((item: unknown) => {
    const { title, vault, updated_at: updated } = (item ?? {}) as Readonly<Record<string, unknown>>;
    const { name } = (vault ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof title !== "string" || typeof name !== "string") return [];
    const changedMs = typeof updated === "string" ? Date.parse(updated) : Number.NaN;
    return [
      {
        name: `1password:${name}/${title}`,
        changedMs: Number.isNaN(changedMs) ? undefined : changedMs,
      },
    ];
  });
}
