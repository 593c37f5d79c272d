// Lines of a short text for people: a label, and words that are folded to the width of a terminal and cut where they go on.
import { printable } from "#base/printable.ts";
import type { Verdict } from "#guard/policy/decision.ts";

/** Columns of a line. */
export const LINE_CHARS_MAX = 100;
const LABEL_CHARS = 9;

/** Colours a piece of text. */
export type Paint = (style: Verdict | "dim" | "bold", text: string) => string;

/** Paints with escape sequences, or not at all. */
export function painter(colour: boolean): Paint {
  const codes = { deny: 31, ask: 33, allow: 32, abstain: 36, dim: 2, bold: 1 } as const;
  return (style, text) => (colour ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}

/** How a field is shown. */
export type FieldStyle = {
  readonly paint: Paint;
  /** Lines that it may take; one unless given. */
  readonly linesMax?: number;
  /** Colours the first word. */
  readonly first?: Verdict;
};

/** A label and words behind it. Control characters are escaped. */
export function field(
  label: string,
  words: string,
  { paint, linesMax = 1, first }: FieldStyle,
): readonly string[] {
  return folded(printable(words), linesMax).map((line, index) => {
    const name = index === 0 ? label : "";
    const head = name === "" ? " ".repeat(LABEL_CHARS) : paint("dim", name.padEnd(LABEL_CHARS));
    if (first === undefined || index > 0) return `${head}${line}`;
    const [word = ""] = line.split(" ", 1);
    return `${head}${paint(first, word)}${line.slice(word.length)}`;
  });
}

/** Folds at spaces; a word that is longer than a line is cut across lines. */
function folded(text: string, linesMax: number): readonly string[] {
  const width = LINE_CHARS_MAX - LABEL_CHARS;
  const lines: string[] = [];
  let rest = [...text];
  while (rest.length > width && lines.length < linesMax - 1) {
    const space = rest.slice(0, width + 1).lastIndexOf(" ");
    const end = space > width / 2 ? space : width;
    lines.push(rest.slice(0, end).join("").trimEnd());
    rest = rest.slice(end);
    while (rest[0] === " ") rest = rest.slice(1);
  }
  lines.push(rest.length > width ? `${rest.slice(0, width - 1).join("")}…` : rest.join(""));
  return lines;
}
