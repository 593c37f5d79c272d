// Variables of the shell that runs a call, noted by it in a file of the ticket before anything of the call is started.
import { readFile } from "node:fs/promises";
import { singleQuoted } from "#base/shell-quoting.ts";

const BYTES_MAX = 64 * 1024;

/** A line for the person's own shell, which notes what its variables of these names say. */
export function notingLine(names: readonly string[], file: string): string {
  const words = names.map((name) => `"${name}=\${${name}-}"`).join(" ");
  return `{ \\builtin printf '%s\\0' ${words} >|${singleQuoted(file)}; } 2>/dev/null`;
}

/** What such a file says of variables that hold something; nothing where there is none. Never rejects. */
export async function notedVariables(file: string): Promise<ReadonlyMap<string, string>> {
  let text = "";
  try {
    text = (await readFile(file, "utf8")).slice(0, BYTES_MAX);
  } catch {
    // The shell had no place to write it.
  }
  const said = new Map<string, string>();
  for (const word of text.split("\0")) {
    const at = word.indexOf("=");
    if (at > 0 && word.length > at + 1) said.set(word.slice(0, at), word.slice(at + 1));
  }
  return said;
}
