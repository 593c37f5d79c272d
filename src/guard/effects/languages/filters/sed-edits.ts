// Edits of known lines by plain scripts of sed: substitutions of characters, places and simple sets, and `y`.
import { TEXT_CHARS_MAX } from "#base/limits.ts";
import { linesOf } from "../../bytes/lines.ts";

const EDITS_MAX = 20;
const INPUT_CHARS_MAX = 8 * 1024;
const REPLACEMENT_CHARS_MAX = 256;

/** What a script makes of a text: the new text, or, for the one substitution with `e`, the lines that a shell runs. */
export type SedResult =
  | { readonly kind: "prints"; readonly text: string }
  | { readonly kind: "runs"; readonly lines: readonly string[] };

type Edit = { readonly change: (line: string) => string; readonly runs: boolean };

/** The result of a script for known ASCII lines; undefined where the script does more than such edits. */
export function editBySed(script: string, text: string, extended: boolean): SedResult | undefined {
  if (/[^\t\n\x20-\x7e]/.test(text) || text.length > INPUT_CHARS_MAX) return undefined;
  const edits = editsOf(script, extended);
  if (edits === undefined) return undefined;
  const [first] = edits;
  let lines = linesOf(text);
  if (first?.runs === true) {
    if (edits.length > 1) return undefined;
    const changed = lines.map((line) => ({ line, result: first.change(line) }));
    // What is not replaced is not run; whether an edit that changes nothing was one cannot be seen here.
    if (changed.some(({ line, result }) => line === result)) return undefined;
    return { kind: "runs", lines: changed.map(({ result }) => result) };
  }
  for (const { change, runs } of edits) {
    if (runs) return undefined;
    lines = lines.map(change);
    if (lines.reduce((sum, line) => sum + line.length + 1, 0) > TEXT_CHARS_MAX) return undefined;
  }
  return { kind: "prints", text: lines.join("\n") + (text.endsWith("\n") ? "\n" : "") };
}

function editsOf(script: string, extended: boolean): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  const one =
    /[\s;]*([sy])([^\\\n\s;A-Za-z0-9])((?:(?!\2)[^\\\n])*)\2((?:(?!\2)[^\\\n])*)\2([ge]?)[ \t]*(?=[;\n]|$)/y;
  while (one.lastIndex < script.length) {
    if (/^[\s;]*$/.test(script.slice(one.lastIndex))) break;
    const found = one.exec(script);
    if (found === null || edits.length >= EDITS_MAX) return undefined;
    const [, command, , from = "", to = "", flag = ""] = found;
    const edit =
      command === "s" ? substitution(from, to, flag, extended) : translation(from, to, flag);
    if (edit === undefined) return undefined;
    edits.push(edit);
  }
  return edits.length === 0 ? undefined : edits;
}

function substitution(from: string, to: string, flag: string, extended: boolean): Edit | undefined {
  const pattern = patternOf(from, extended);
  if (pattern === undefined || to.length > REPLACEMENT_CHARS_MAX) return undefined;
  const expression = new RegExp(pattern, flag === "g" ? "g" : "");
  return {
    change: (line) => line.replace(expression, (match) => to.replaceAll("&", () => match)),
    runs: flag === "e",
  };
}

function translation(from: string, to: string, flag: string): Edit | undefined {
  if (flag !== "" || from === "" || from.length !== to.length) return undefined;
  return {
    change: (line) =>
      Array.from(line, (character) => {
        const at = from.indexOf(character);
        return at < 0 ? character : (to[at] ?? "");
      }).join(""),
    runs: false,
  };
}

/** A pattern of characters, dots and simple sets, held to the ends of the line or not, as JavaScript writes it. */
function patternOf(from: string, extended: boolean): string | undefined {
  const parts = /^(\^?)((?:[^\][.*^$]|\.|\[\^?[A-Za-z0-9#%@~_,:;= +-]+\])*)(\$?)$/.exec(from);
  if (from === "" || parts === null) return undefined;
  const [, start = "", middle = "", end = ""] = parts;
  if (extended && /[+?(){}|]/.test(middle.replace(/\[[^\]]*\]/g, ""))) return undefined;
  // WHY: a range between letters of both cases, or one backwards, depends on the locale or fails.
  if (/\[[^\]]*(?:[a-z]-[^a-z]|[A-Z]-[^A-Z]|[0-9]-[^0-9]|[^\]A-Za-z0-9[^]-[^\]]|\[:)/.test(middle))
    return undefined;
  const written = middle
    .split(/(\[[^\]]*\]|\.)/)
    .map((part) =>
      part === "." || part.startsWith("[") ? part : part.replace(/[+?(){}|/]/g, "\\$&"),
    )
    .join("");
  try {
    return new RegExp(`${start}${written}${end}`).source;
  } catch {
    return undefined;
  }
}
