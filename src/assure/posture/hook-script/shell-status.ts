// Ends of a hook's shell code that no `exit` names: the status of its last test, and what a function gives back.
import type { Ended } from "./reading.ts";

/** A test as the last thing that a script does: a pipeline with `!`, `grep -v`, or `jq -e`. */
const LAST_TEST =
  /^(?:[^;&]*\|\s*)?(?:\{\s*)?(?:!\s*(?:[ef]?grep|rg|jq|test|\[)|(?:[ef]?grep|rg)\s+(?:-\w+\s+)*-\w*(?:v\w*q|q\w*v)|jq\s+(?:-\w+\s+)*-\w*e\w*\s)[^;&]*;?\s*\}?\s*$/;

/** The status of a last test, which the client takes for an error and not for a refusal. */
export function endingTest(text: string): readonly Ended[] {
  const lines = text.split("\n").filter((line) => !/^\s*(?:#|$)/.test(line));
  const last = lines.at(-1) ?? "";
  const words = last
    .trim()
    .replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"/g, "x")
    .replace(/=~.*\]\]/, "x ]]")
    .replace(/(?:\d?>\s*\/dev\/null\s*)+(?:2>&1\s*)?/, "");
  if (!LAST_TEST.test(words) || /\|\|/.test(words)) return [];
  const at = text.lastIndexOf(last);
  return [
    { at, order: at, text: last.trim().slice(0, 200), status: 1, branches: [], onInput: true },
  ];
}

/** Whether what a function gives back becomes the status of the script. */
export function handsOn(text: string, functions: Iterable<string>): boolean {
  if (/\bexit\s+"?\$(?:\?|\{?\w+)|\|\|\s*exit\s*(?:"?\$\?"?\s*)?(?:$|[;}\n])/m.test(text))
    return true;
  if (/^[ \t]*set\s+-\w*e|^#![^\n]*\s-\w*e/m.test(text)) return true;
  const last = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return [...functions].some((name) => last === name || last.startsWith(`${name} `));
}

/** zsh closes a block without a sign before its brace: the parser of the other shells needs one. Places stay. */
export function asPosix(text: string): string {
  return /^#![^\n]*\bzsh\b/.test(text)
    ? text.replaceAll(/(?<=[^\s;{}&|]) \}(?=\s|$)/g, ";}")
    : text;
}
