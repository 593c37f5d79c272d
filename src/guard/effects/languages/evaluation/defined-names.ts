// Names in a program: which it defines itself, which are given a value, and on which of the language's a reading relies.
import { keptFor } from "#base/lazily.ts";
import type { Token } from "./tokens.ts";
import type { Language } from "./language.ts";

/** Names of the functions that a language's tables speak of, which are the same for every program. */
export const meantNames = keptFor((language: Language): ReadonlySet<string> => {
  const names = [language.calls, language.values.functions, language.values.methods]
    .flatMap((table) => Object.keys(table))
    .map((path) => path.split(".").at(-1) ?? path);
  return new Set(names);
});

/** Whether a token gives a value to what stands in front of it. */
export function nextAssigns(token: Token | undefined): boolean {
  return token?.kind === "op" && ASSIGNS.has(token.text);
}

/** The name at a place; empty where there is none. */
export function nameAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token?.kind === "name" ? token.text : "";
}

/** A name in front of a colon that names a field or an argument: `{ name: 1 }`. */
export function isKey(tokens: readonly Token[], start: number, end: number): boolean {
  const before = tokens[start - 1];
  const after = tokens[end + 1];
  return (
    start === end &&
    after?.kind === "op" &&
    (after.text === ":" || after.text === "=>") &&
    before?.kind === "op" &&
    /^[{,(]$/.test(before.text) &&
    nameAt(tokens, start) !== "constructor"
  );
}

const ASSIGNS = new Set([
  "=",
  "<-",
  ":=",
  "+=",
  "-=",
  "*=",
  "/=",
  ".=",
  "|=",
  "&=",
  "||=",
  "??=",
  "&&=",
  "++",
  "--",
]);

/** Whether a name in a list is one that the list binds: parameters of a function or block. */
function isParameter(tokens: readonly Token[], at: number): boolean {
  for (let back = at - 1; back >= 0 && back > at - 64; back -= 1) {
    const token = tokens[back];
    if (token?.kind === "op" && token.text === "|") return true;
    if (token?.kind === "op" && token.text === "(") {
      const [one, two] = [tokens[back - 1], tokens[back - 2]];
      return [one, two].some(
        (word) => word?.kind === "name" && /^(def|function|sub|for)$/.test(word.text),
      );
    }
    if (token?.kind === "end") return false;
  }
  return false;
}

/** Names that the program itself defines: what it assigns, its functions and their parameters. */
export function definedNames(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  tokens.forEach((token, at) => {
    if (token.kind !== "name") return;
    const next = tokens[at + 1];
    const before = tokens[at - 1];
    if (next?.kind === "op" && ASSIGNS.has(next.text)) names.add(token.text);
    if (
      before?.kind === "name" &&
      /^(def|function|sub|for|my|our|let|const|var)$/.test(before.text)
    )
      names.add(token.text);
    if (before?.kind === "op" && isParameter(tokens, at)) names.add(token.text);
    if (before?.kind === "op" && before.text === "=>" && next?.kind === "end")
      names.add(token.text);
  });
  return names;
}
