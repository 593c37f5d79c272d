// In which conditions, loops and functions a place of a program lies.
import type { ProgramText } from "./program-text.ts";

/** How a language says where blocks begin: by what stands in front of a brace, or by the first words of lines that are indented less. */
export type BlockRules = {
  readonly isBraced: boolean;
  readonly branch: RegExp;
  readonly own: RegExp;
  /** What catches the faults of its block. */
  readonly tries: RegExp;
  /** A condition without a block in front of a statement, on its line. */
  readonly before: RegExp;
  /** A condition behind a statement. */
  readonly behind: RegExp;
};

/** The blocks around a place, the outermost first. `def…`: a function; others are branches. */
export type BlocksAt = (place: number) => readonly string[];

/** Characters of a line on both sides of a place in which a condition is looked for. */
const LINE_CHARS_MAX = 400;

/** What tells the blocks of a program. */
export function blocksOf(program: ProgramText, rules: BlockRules): BlocksAt {
  return (place) => {
    const found = headsAt(program, rules, place).flatMap(([at, head]) =>
      rules.own.test(head) ? [`def${at}`] : rules.branch.test(head) ? [String(at)] : [],
    );
    const { text } = program;
    const start = text.lastIndexOf("\n", place - 1) + 1;
    const end = text.indexOf("\n", place);
    const isConditioned =
      rules.before.test(text.slice(Math.max(start, place - LINE_CHARS_MAX), place)) ||
      rules.behind.test(
        text.slice(place, Math.min(end < 0 ? text.length : end, place + LINE_CHARS_MAX)),
      );
    return isConditioned ? [...found.reverse(), `line${start}`] : found.reverse();
  };
}

/** Whether a place lies in a block whose faults are caught. */
export function isTried(program: ProgramText, rules: BlockRules, place: number): boolean {
  return headsAt(program, rules, place).some(([, head]) => rules.tries.test(head));
}

/** What begins the blocks around a place, the innermost first. */
function headsAt(
  program: ProgramText,
  { isBraced }: BlockRules,
  place: number,
): readonly (readonly [at: number, head: string])[] {
  return isBraced
    ? program.openBraces(place).map((at) => [at, program.headOf(at)])
    : openLines(program.text.slice(0, place).replaceAll("\t", "    "));
}

/** Lines that a place belongs to by its indentation, the innermost first: their numbers and texts. `before`: all in front of the place. */
function openLines(before: string): readonly (readonly [at: number, line: string])[] {
  const lines = before.split("\n");
  let depth = /^\s*/.exec(lines.at(-1) ?? "")?.[0].length ?? 0;
  const found: [number, string][] = [];
  for (let at = lines.length - 2; at >= 0 && depth > 0; at -= 1) {
    const line = lines[at] ?? "";
    const own = /^\s*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === "" || own >= depth) continue;
    depth = own;
    found.push([at, line]);
  }
  return found;
}

/** Rules that languages with braces share. */
export const braced = {
  isBraced: true,
  branch:
    /(?:^|[\s};)])(?:if|elsif|elseif|else|unless|for|foreach|while|switch|catch|case|default|rescue|when)\b[^{}]*$/i,
  own: /(?:^|[\s};(=,])(?:func|function|sub)\b[^{}]*$|=>\s*$/i,
  tries: /(?:^|\W)(?:try|eval)\s*$/,
  before: /^[^{]*(?:^|\W)if\s*\([^{]*$|(?:\bor|\band|\|\||&&)\s+$/,
  behind: /(?!)/,
} satisfies BlockRules;
