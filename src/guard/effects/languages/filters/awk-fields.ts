// Programs of awk that print fields of each line: what they make of known lines.
import { linesOf } from "../../bytes/lines.ts";

/** What is printed for each line: fields by number (0 is the line), texts, and `,` as a space between. */
type Part = number | string;

/** The output of a program for known ASCII lines; undefined where it does more than print fields. */
export function printFields(
  program: string,
  text: string,
  separator: string | undefined,
): string | undefined {
  if (/[^\t\n\x20-\x7e]/.test(text)) return undefined;
  if (separator !== undefined && !/^[,:;@%#~=_/!A-Za-z0-9-]$/.test(separator)) return undefined;
  const parts = partsOf(program);
  if (parts === undefined) return undefined;
  const lines = linesOf(text).map((line) => {
    const fields =
      separator === undefined
        ? line.split(/[ \t]+/).filter((field) => field !== "")
        : line.split(separator);
    return parts
      .map((part) =>
        typeof part === "string" ? part : part === 0 ? line : (fields[part - 1] ?? ""),
      )
      .join("");
  });
  return lines.map((line) => `${line}\n`).join("");
}

function partsOf(program: string): readonly Part[] | undefined {
  if (/^\s*1\s*$/.test(program)) return [0];
  const found = /^\s*\{\s*print(?![A-Za-z0-9_])([^{};>|]*)(?:;\s*)?\}\s*$/.exec(program);
  if (found === null) return undefined;
  const list = (found[1] ?? "").trim();
  if (list === "") return [0];
  const token = /\s*(?:\$(\d{1,3})(?![\d.])|"([^"\\\n]*)"|(,))/y;
  const parts: Part[] = [];
  let isOpen = true;
  while (token.lastIndex < list.length) {
    const piece = token.exec(list);
    if (piece === null) return undefined;
    const [, field, plain, comma] = piece;
    if (comma !== undefined && isOpen) return undefined;
    isOpen = comma !== undefined;
    parts.push(field === undefined ? (plain ?? " ") : Number(field));
    if (parts.length > PARTS_MAX) return undefined;
  }
  return isOpen ? undefined : parts;
}

const PARTS_MAX = 32;
