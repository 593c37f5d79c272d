// An `.env` file beside the example that shows which variables it needs: missing names, and values that are no placeholders.

/** A variable of an `.env` file. `line` counts from 1. */
export type EnvVariable = { readonly name: string; readonly value: string; readonly line: number };

/** Lines of such a file that are read. */
const LINES_MAX = 10_000;
const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]{0,200})\s*=\s*(.*)$/;
/** What stands in an example for a value that is to be filled in, and values that nobody keeps secret. */
const PLACEHOLDER =
  /^$|^<.*>$|^\$\{?\w+\}?$|change|replace|your|example|placeholder|dummy|todo|xxx|\*\*\*|^\.\.\.$|^(?:true|false|on|off|yes|no|null|none|\d{1,6})$|^(?:localhost|127\.0\.0\.1|development|production|staging|test|debug|info|warn|error)$/i;
/** Characters from which a value that both files have can be a secret. */
const SHARED_CHARS_MIN = 8;

/** The variables of an `.env` file, quotes taken off. */
export function parseEnv(text: string): readonly EnvVariable[] {
  return text
    .split(/\r?\n/)
    .slice(0, LINES_MAX)
    .flatMap((line, index) => {
      const [, name, raw = ""] = ASSIGNMENT.exec(line) ?? [];
      if (name === undefined || line.trimStart().startsWith("#")) return [];
      const quoted = /^(["'])(.*?)\1/.exec(raw.trim());
      const value = quoted === null ? raw.replace(/\s+#.*$/, "").trim() : (quoted[2] ?? "");
      return [{ name, value, line: index + 1 }];
    });
}

/** How a file and its example differ: names alone, never a value. */
export type EnvParity = {
  /** Variables of the file that the example does not show. */
  readonly missing: readonly string[];
  /** Variables of the example whose value is that of the file. */
  readonly real: readonly { readonly name: string; readonly line: number }[];
};

/** Compares an `.env` file with its example. */
export function envParity(env: string, example: string): EnvParity {
  const shown = parseEnv(example);
  const names = new Set(shown.map(({ name }) => name));
  const values = new Map(parseEnv(env).map(({ name, value }) => [name, value]));
  return {
    missing: [...values.keys()].filter((name) => !names.has(name)),
    real: shown.flatMap(({ name, value, line }) => {
      const isShared = value.length >= SHARED_CHARS_MIN && values.get(name) === value;
      return isShared && !PLACEHOLDER.test(value) ? [{ name, line }] : [];
    }),
  };
}

/** The example with the names that it lacks, each with a placeholder. */
export function withMissing(example: string | undefined, missing: readonly string[]): string {
  const before = example ?? "";
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  return `${before}${gap}${missing.map((name) => `${name}=change-me\n`).join("")}`;
}
