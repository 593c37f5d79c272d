// The arguments of a script of `package.json`: what line 1 of its file says of it is its usage, `--help` shows it, and a wrong argument ends it.
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs, type ParseArgsConfig } from "node:util";

const FIRST_LINE = /^\/\/ `(npm [^`]+)`: (.+)$/;

type Read<Config extends ParseArgsConfig> =
  | { readonly kind: "read"; readonly parsed: ReturnType<typeof parseArgs<Config>> }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "wrong"; readonly text: string };

/** The usage that line 1 of a script states: how it is called, and what it does. Throws where it states none. */
export function usageIn(source: string): string {
  const [, call, does] = FIRST_LINE.exec(source.split("\n", 1)[0] ?? "") ?? [];
  if (call === undefined || does === undefined)
    throw new Error("line 1 of a script is: // `npm run NAME -- ARGUMENTS`: what it does.");
  return `usage: ${call}\n${does}\n`;
}

/** What the words of a command line say; `help` is an option of every script. Never throws for wrong words. */
export function readArguments<const Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
  words: readonly string[],
): Read<Config> {
  const help = { help: { type: "boolean", short: "h" } } as const;
  const options = { ...config.options, ...help };
  try {
    const { values } = parseArgs({ ...config, options, strict: false, args: [...words] });
    if (values["help"] === true) return { kind: "help", text: usage };
    return { kind: "read", parsed: parseArgs<Config>({ ...config, args: [...words] }) };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { kind: "wrong", text: `${message}\n${usage}` };
  }
}

/**
 * The arguments of the script at `url`, which is its `import.meta.url`. With `--help` it shows the usage and ends with 0; with a wrong
 * argument it says which, shows the usage and ends with 2. `details` stand below the usage.
 */
export function scriptArguments<const Config extends ParseArgsConfig>(
  url: string,
  config: Config,
  details = "",
): ReturnType<typeof parseArgs<Config>> {
  const usage = `${usageIn(readFileSync(fileURLToPath(url), "utf8"))}${details}`;
  const read = readArguments(usage, config, process.argv.slice(2));
  if (read.kind === "read") return read.parsed;
  (read.kind === "help" ? process.stdout : process.stderr).write(read.text);
  process.exit(read.kind === "help" ? 0 : 2);
}

/** Ends the script at `url` with 2, says what is wrong with a value, and shows the usage. */
export function wrongArguments(url: string, message: string): never {
  process.stderr.write(`${message}\n${usageIn(readFileSync(fileURLToPath(url), "utf8"))}`);
  process.exit(2);
}
