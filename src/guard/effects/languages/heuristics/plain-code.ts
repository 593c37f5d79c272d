// Code of any language with its texts put together and the home directory in place: for what is only looked for in it.
import { searchableText } from "./searchable-text.ts";

/** A text in either kind of quotes. */
export const QUOTED = String.raw`(?:"(?:[^"\\\n]|\\.){0,300}"|'(?:[^'\\\n]|\\.){0,300}')`;

/** How languages ask for the home directory. */
const HOME =
  /\b(?:System\.getProperty\(\s*["']user\.home["']\s*\)|(?:System\.getenv|os\.getenv|os\.environ\.get|os:getenv|getenv)\(\s*["']HOME["']\s*\)|(?:System\.)?user_home!?\(\)|(?:os\.)?homedir\(\)|(?:sys\.(?:props|env)|os\.environ|ENV|\$_(?:ENV|SERVER)|Deno\.env\.get)[[(]\s*["'](?:HOME|user\.home)["']\s*[\])]|process\.env\.HOME|Dir\.home|Path\.home\(\)|os\.UserHomeDir\(\)|Environment\.GetFolderPath\([^()]{0,60}UserProfile\))|\(getenv\s+"HOME"\)|\$(?:::)?env\(HOME\)|\$ENV\{\s*["']?HOME["']?\s*\}/g;

/** Rounds of putting together: each leaves one joint fewer in a row. */
const ROUNDS_MAX = 8;

type Folding = readonly [pattern: RegExp, joined: (first: string, second: string) => string];

const FOLDINGS: readonly Folding[] = [
  [new RegExp(String.raw`(${QUOTED})\s*(?:\+\+?|<>|\^|\.\.?|~|&|\*)\s*(${QUOTED})`, "g"), glued],
  [new RegExp(String.raw`(${QUOTED})\s*/\s*(${QUOTED})`, "g"), underneath],
  [
    new RegExp(
      String.raw`(?<=\((?:concat|string-append|str|strcat|paste0)\s)\s*(${QUOTED})\s+(${QUOTED})`,
      "g",
    ),
    glued,
  ],
  [
    new RegExp(String.raw`\((?:concat|string-append|str|strcat|paste0)\s+(${QUOTED})(\s*)\)`, "g"),
    (only) => only,
  ],
  [
    new RegExp(
      String.raw`(?<=\b(?:join|joinpath|resolve)\(\s{0,4}\[?\s{0,4})(${QUOTED})\s*,\s*(${QUOTED})`,
      "g",
    ),
    underneath,
  ],
];

/** The code as it may be looked through; nothing of it is certain. `home` is absolute. */
export function plainCode(code: string, home: string): string {
  let text = searchableText(code)
    .replace(/[#$]\{([^{}\n]{1,80})\}/g, (whole, inner: string) =>
      inner.replace(HOME, "") === "" ? home : whole,
    )
    .replace(HOME, () => `"${home}"`);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = text;
    for (const [pattern, joined] of FOLDINGS)
      text = text.replace(pattern, (_, first: string, second: string) => joined(first, second));
    if (text === before) break;
  }
  return text;
}

function glued(first: string, second: string): string {
  return `"${first.slice(1, -1)}${second.slice(1, -1)}"`;
}

function underneath(first: string, second: string): string {
  return `"${first.slice(1, -1).replace(/\/+$/, "")}/${second.slice(1, -1).replace(/^\/+/, "")}"`;
}
