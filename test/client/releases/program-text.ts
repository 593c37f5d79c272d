// The text of a client's program, by the pieces that it is bundled of: names are looked up as the bundle resolves them.
import { readFile } from "node:fs/promises";
import { objectMembers, quotedTexts, valueEnd } from "./source-text.ts";

/** Where the text begins in the program, after compiled code. */
const BEGIN = "// @bun @bytecode\n// (c) Anthropic";
/** Lists refer to lists; further down than this one does not go. */
const DEPTH_MAX = 6;

/** A program's text. Positions are indices into `text`. */
export type ProgramText = { readonly version: string; readonly text: string };

/** Reads it. Throws an Error for a program that holds no text or names another version than `version`. */
export async function readProgramText(path: string, version: string): Promise<ProgramText> {
  const bytes = await readFile(path);
  const at = bytes.indexOf(BEGIN);
  if (at === -1) throw new Error("the program holds no text where the client's was before");
  return programText(bytes.toString("latin1", at), version);
}

/** The same of a text. */
export function programText(text: string, version: string): ProgramText {
  const told = /\/\/ Version: (\d+\.\d+\.\d+)/.exec(text)?.[1];
  if (told !== version)
    throw new Error(`the program says that it is ${told ?? "no version"}, not ${version}`);
  return { version, text };
}

/** Where the piece that holds `at` begins and ends. */
function pieceAround({ text }: ProgramText, at: number): readonly [number, number] {
  const begin = text.lastIndexOf("// @bun @bytecode", at);
  const end = text.indexOf("// @bun @bytecode", at);
  return [Math.max(0, begin), end === -1 ? text.length : end];
}

/**
 * Where the value of `name`, as the piece around `at` means it, begins: its own first, else that of the piece which exports it.
 * Undefined where there is none.
 */
export function definitionOf(program: ProgramText, name: string, at: number): number | undefined {
  const word = name.replaceAll("$", "\\$");
  const own = pieceAround(program, at);
  const here = inPiece(program, word, own);
  if (here !== undefined) return here;
  const exporting = new RegExp(`export\\{(?:[^}]*,)?${word}(?:,[^}]*)?\\}`, "g");
  for (const { index } of program.text.matchAll(exporting)) {
    const found = inPiece(program, word, pieceAround(program, index));
    if (found !== undefined) return found;
  }
  return undefined;
}

function inPiece(
  { text }: ProgramText,
  word: string,
  [begin, end]: readonly [number, number],
): number | undefined {
  const piece = text.slice(begin, end);
  const value = new RegExp(`(?:[,;{}]|var |let |const )${word}=(?!=)`).exec(piece);
  if (value !== null) return begin + value.index + value[0].length;
  const called = new RegExp(`function ${word}\\([^)]*\\)\\{(?:let [^;]*;)?return `).exec(piece);
  return called === null ? undefined : begin + called.index + called[0].length;
}

/**
 * The texts of the list that begins at `at` (a `[`), with those of lists and texts that it names. What is computed is left out and
 * told by `left`.
 */
export function listAt(
  program: ProgramText,
  at: number,
  depth = 0,
): { readonly names: readonly string[]; readonly left: readonly string[] } {
  const names: string[] = [];
  const left: string[] = [];
  const inner = program.text.slice(at, valueEnd(program.text, at));
  for (const { text: item, at: offset } of objectMembers(inner, 0)) {
    const quoted = quotedTexts(item);
    const name = /^(?:\.\.\.)?([\w$]+)$/.exec(item)?.[1];
    if (item.startsWith('"')) names.push(...quoted.slice(0, 1));
    else if (item.startsWith("...[")) names.push(...quoted);
    else if (name !== undefined && depth < DEPTH_MAX) {
      const home = definitionOf(program, name, at + offset);
      const value = home === undefined ? "" : program.text.slice(home, home + 2);
      if (home !== undefined && value.startsWith("[")) {
        const more = listAt(program, home, depth + 1);
        names.push(...more.names);
        left.push(...more.left);
      } else if (home !== undefined && value.startsWith('"'))
        names.push(...quotedTexts(program.text.slice(home, home + 200)).slice(0, 1));
      else left.push(item);
    } else if (item !== "") left.push(item);
  }
  return { names: [...new Set(names)], left };
}
