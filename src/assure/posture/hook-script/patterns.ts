// What is wrong with a pattern that a hook holds input against: words within words, paths without edges, forms that never match.
import type { Matched } from "./reading.ts";

/** Alternatives at the top of a regular expression, out of the brackets around all of it. */
function alternatives(pattern: string): readonly string[] {
  let text = pattern;
  while (/^\((?:\?[:i]+)?/.test(text) && closesAtEnd(text))
    text = text.replace(/^\((?:\?[:i]+:?)?/, "").slice(0, -1);
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += text[at + 1] === "|" && !/[^\\]\(/.test(text) ? 0 : 1;
    else if (character === "(" || character === "[") depth += 1;
    else if (character === ")" || character === "]") depth -= 1;
    else if (character === "|" && depth <= 0) {
      found.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...found, text.slice(from)].map((one) => one.replace(/\\$/, ""));
}

function closesAtEnd(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "(") depth += 1;
    else if (text[at] === ")") {
      depth -= 1;
      if (depth === 0) return at === text.length - 1;
    }
  }
  return false;
}

/** Words of a command line as any substring: of letters at both edges, with nothing that says where a word begins. */
export function isSubstringOfCommand({ pattern, form, isWhole, subject }: Matched): boolean {
  if (subject !== "command" && subject !== "payload") return false;
  // An address and a form of data are no words.
  if (isWhole || /:\/\/|:\\\/\\\//.test(pattern)) return false;
  if (form === "fixed") return /^[A-Za-z]/.test(pattern) && !/^[a-z_]+"?:/.test(pattern);
  if (form === "glob") return /^\*+["']?[A-Za-z]/.test(pattern) && pattern.endsWith("*");
  return alternatives(pattern).some(
    (one) => /^\(*(?:\?:)?\(*[A-Za-z]/.test(one.replace(/^\.\*/, "")) && !one.startsWith("(?"),
  );
}

/** A path by a part of its name, with neither an edge before it nor after it. */
export function isOpenPathPattern({ pattern, form, isWhole, subject }: Matched): boolean {
  if (subject !== "path" || isWhole) return false;
  if (form === "fixed") return /\w$/.test(pattern) && !pattern.includes("/");
  if (form === "glob")
    return (
      pattern.startsWith("*") &&
      /\w\*+$/.test(pattern) &&
      !/\/[^/]*\w\*$/.test(pattern.replace(/^\*+/, ""))
    );
  return alternatives(pattern).some((one) => {
    const bare = one.replace(/^\.\*/, "").replace(/\.\*$/, "");
    return (
      /\w$/.test(bare) &&
      !/\\[bsSwWdD>]$/.test(bare) &&
      !bare.includes("$") &&
      !/^\^.*\/$/.test(bare)
    );
  });
}

/** An address that is meant as a whole and stands in a class of characters. */
export function hasHostClass(pattern: string): boolean {
  return /\[\^[^\]]*\d+\\?\.\d+\\?\.\d+[^\]]*\]|\[\^(?:localhost|[^\]]*\\?\.(?:com|local|internal)[^\]]*)\]/.test(
    pattern,
  );
}

/** A pattern for data that cannot match it: `\s`, `\d`, `\w` in a bracket of grep, or a `+` of an address taken as repetition. */
export function isBrokenDataPattern(pattern: string, isPosix: boolean): boolean {
  if (isPosix && /\[[^\]]*\\[sdwSDW][^\]]*\]/.test(pattern)) return true;
  // Without `-P` no grep and no shell knows `\d`.
  if (isPosix && /(?<!\\)\\d[{+*]/.test(pattern)) return true;
  return /mongodb\+srv/.test(pattern);
}
