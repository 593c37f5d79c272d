// The outline of a command: which pieces of its text are program names, flags and other words. For redaction and display.
import { parseCommand, type Script, type Word } from "./syntax.ts";

/** One piece of the text, in UTF-16 units. `program` is a plain, literal command name; `flag` a literal option. */
export type OutlinePiece = {
  readonly start: number;
  readonly end: number;
  readonly kind: "program" | "flag" | "word";
};

/** Pieces that one outline lists. */
const PIECES_MAX = 4_096;

/**
 * The words of a command in order of appearance, nested commands not entered: their text is part of a word. What lies
 * between pieces is operators and white space, or text that could not be parsed.
 */
export function outlineCommand(source: string): readonly OutlinePiece[] {
  const { script } = parseCommand(source);
  if (script === undefined) return [];
  const pieces: OutlinePiece[] = [];
  try {
    walk(script, pieces, source);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  return pieces.sort((first, second) => first.start - second.start);
}

/** Visits every node that holds words directly, by its shape: the tree is foreign, deep and wide, so without recursion. */
function walk(script: Script, pieces: OutlinePiece[], source: string): void {
  const pending: unknown[] = [script];
  while (pending.length > 0 && pieces.length < PIECES_MAX) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    if (Array.isArray(node)) {
      pending.push(...node);
      continue;
    }
    const typed = node as {
      readonly type?: string;
      readonly name?: Word;
      readonly [key: string]: unknown;
    };
    if (typed.type === "Word") {
      addWord(typed as unknown as Word, "word", pieces, source);
      continue;
    }
    if (typed.type === "Command" && typed.name !== undefined) {
      addWord(typed.name, "program", pieces, source);
      pending.push(typed["prefix"], typed["suffix"]);
      continue;
    }
    for (const [key, value] of Object.entries(typed)) {
      if (key !== "errors" && typeof value === "object") pending.push(value);
    }
  }
}

function addWord(
  word: Word,
  kind: "program" | "word",
  pieces: OutlinePiece[],
  source: string,
): void {
  const raw = source.slice(word.pos, word.end);
  const plain = word.parts === undefined && raw === word.value;
  const isProgram = kind === "program" && plain && /^[A-Za-z0-9._+-]{1,64}$/.test(raw);
  const isFlag = kind === "word" && plain && /^--?[A-Za-z][A-Za-z0-9-]{0,40}$/.test(raw);
  pieces.push({
    start: word.pos,
    end: word.end,
    kind: isProgram ? "program" : isFlag ? "flag" : "word",
  });
}
