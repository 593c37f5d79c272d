// What became of a command that acts: words for a person, or with `--json` one JSON value on standard output and nothing beside it.
import { printableJson } from "#base/printable.ts";
import { typedAtTerminal } from "./controlling-terminal.ts";
import { exitCodes } from "./report-error.ts";
import { openTerminal, print, type Terminal } from "./terminal.ts";

/** Whether a program reads what is printed: the option of that name. */
export type Reader = { readonly json?: boolean | undefined };

/** The terminal for what is said on the way, such as a diff or a note: a program gets only the outcome, warnings go on. */
export function wayside({ json }: Reader, terminal: Terminal = openTerminal()): Terminal {
  return json === true ? { ...terminal, print: () => undefined, isSilent: true } : terminal;
}

/**
 * Tells what was done, once and at the end: `facts` to a program, as one line of JSON; `words` to a person, none where all
 * was said on the way. `facts.outcome` is one word for what became of it; times are milliseconds, as in every other JSON.
 */
export async function tell(
  { json }: Reader,
  facts: Readonly<Record<string, unknown>>,
  words?: string,
): Promise<void> {
  if (json === true) return print(printableJson(facts));
  return words === undefined ? undefined : print(words);
}

/**
 * Has a person type a word at the controlling terminal, which `--json` changes nothing about. Where it was not typed that is
 * told, with exit code 1. Throws a Failure where there is no such terminal.
 */
export async function isTyped(reader: Reader, lines: readonly string[]): Promise<boolean> {
  if (await typedAtTerminal(lines)) return true;
  openTerminal().warn("sallyport: the word was not typed; nothing changed");
  process.exitCode = exitCodes.found;
  await tell(reader, { outcome: "declined" });
  return false;
}
