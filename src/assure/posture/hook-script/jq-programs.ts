// What a jq program in a hook asks of the payload, and what it holds values against.
import type { Matched } from "./reading.ts";
import { subjectOf } from "./reading.ts";

/** Names of fields at the root that a jq program asks for. */
export function rootFields(program: string): readonly string[] {
  // A default is no second place to look; another field is one.
  const bare = program
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\/\/\s*(?:""|empty|null|\{\}|\[\]|\d+|false)/g, " ");
  if (bare.includes("//")) return [];
  return [...bare.matchAll(/(?:^|[\s|({[,])\.(?:\["?)?([A-Za-z_]\w*)/g)].flatMap((match) => {
    const before = bare.slice(0, match.index).trimEnd();
    // After a pipe it is a field of what came before, unless that was the whole.
    const isPiped =
      bare
        .slice(0, (match.index ?? 0) + 1)
        .trimEnd()
        .endsWith("|") && before.replace(/\|$/, "").trim() !== ".";
    return isPiped || match[1] === undefined ? [] : [match[1]];
  });
}

/** Values that a program holds against words: `contains`, `test` and the like after a path. */
export function matchedByJq(program: string): readonly Omit<Matched, "at" | "text">[] {
  return [
    ...program.matchAll(
      /(\.[\w.]+)(?![\w.])[^|"]*(?:"[^"]*"[^|"]*)?\|\s*(?:ascii_downcase\s*\|\s*|tostring\s*\|\s*)?(contains|inside|index|test|match|scan)\(\s*"((?:[^"\\]|\\.)*)"/g,
    ),
  ].map(([, path = "", name = "", text = ""]) => ({
    pattern: text.replaceAll(/\\(["\\])/g, "$1"),
    form: /^(?:test|match|scan)$/.test(name) ? "regex" : "fixed",
    isWhole: false,
    subject: subjectOf(path),
  }));
}

/** A program with what `--arg` gives it put in, where that is known. */
export function withBound(program: string, words: readonly string[]): string {
  let made = program;
  words.forEach((word, at) => {
    const [name, value] = [words[at + 1], words[at + 2]];
    if (word !== "--arg" || name === undefined || value === undefined) return;
    if (/[\u0001\u0002]/.test(value)) return;
    made = made.replaceAll(new RegExp(`\\$${name.replaceAll(/\W/g, "")}(?![\\w.])`, "g"), () =>
      JSON.stringify(value),
    );
  });
  return made;
}
