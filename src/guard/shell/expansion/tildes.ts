// Tildes at the start of words and of parts of assignments, and the directories that they stand for.
import type { Shell } from "../values/host.ts";
import type { Scope } from "../values/scope.ts";
import { directoryText } from "../values/some-directory.ts";
import type { Word } from "../syntax/syntax.ts";
import { append, hole, known, literal, type Text, type TextSet } from "../values/text.ts";
import { concat, union } from "../values/text-sets.ts";

/** Words that look like an assignment have their tildes expanded in bash, whatever command they belong to. */
export function isLikeAssignment(word: Word): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(word.text) && word.text.includes("~");
}

/** Tildes behind the first `=`, if the text has one to offer, and behind each colon. */
export function expandAssignedTildes(
  value: string,
  raw: string,
  isName: boolean,
  scope: Scope,
): TextSet {
  if (value !== raw || !value.includes("~")) return known(value);
  const start = isName ? value.indexOf("=") + 1 : 0;
  let texts = known(value.slice(0, start));
  value
    .slice(start)
    .split(":")
    .forEach((part, at) => {
      const isMeant = part.startsWith("~") && (at > 0 || isName);
      const expanded = isMeant ? expandTilde(literal(part), part, scope, ["bash"]) : known(part);
      texts = concat(concat(texts, known(at === 0 ? "" : ":")), expanded);
    });
  return texts;
}

/** What a lone tilde stands for: HOME, and without it the home that the system knows for the user. */
function homesOf(scope: Scope): TextSet {
  const variable = scope.get("HOME");
  const known = variable?.values ?? [];
  const isSet = variable !== undefined && variable.absent === undefined;
  return isSet ? known : union(known, [[hole("missing-fact", { splits: false })]]);
}

/** The tilde that a word begins with; `raw` is how the word is written. */
export function expandTilde(
  text: Text,
  raw: string,
  scope: Scope,
  dialects: Shell["dialects"],
): TextSet {
  const first = text[0];
  if (!raw.startsWith("~") || first?.kind !== "text") return [text];
  // A prefix that goes on in quotes or an expansion (`~$x`) is no tilde prefix in bash. zsh looks at what comes out:
  // a user, a number of the directory stack, or nothing.
  const goesOn = !first.text.includes("/") && raw !== first.text;
  if (goesOn && !dialects.includes("zsh")) return [text];
  if (goesOn) return union([text], [[hole("dialect")]]);
  const found = /^~([^/]*)([\s\S]*)$/.exec(first.text);
  if (found === null) return [text];
  const rest = [...literal(found[2] ?? ""), ...text.slice(1)];
  switch (found[1]) {
    case "":
      return homesOf(scope).map((home) => append(home, rest));
    case "+":
      return scope.directories.map((directory) =>
        append(directory === undefined ? [hole("dynamic-path")] : directoryText(directory), rest),
      );
    case "-":
      return [append([hole("missing-fact", { splits: false })], rest)];
    default:
      // Another user's home: somewhere unknown, or the text itself when there is no such user.
      return [append([hole("missing-fact", { splits: false })], rest), text];
  }
}
