// The simple commands that stand in a command text, with their words, and edits of that text word by word.
import {
  childrenOf,
  type Command,
  parseCommand,
  type Pipeline,
  type SyntaxNode,
  type Word,
  type WordPart,
} from "../shell/syntax/syntax.ts";

/**
 * A word: its text as written and, where quoting and expansion leave no doubt, what it says. `space` is what stands between it
 * and the word before, `begins` what it certainly begins with.
 */
export type WrittenWord = {
  readonly start: number;
  readonly end: number;
  readonly space: number;
  readonly begins: string;
  readonly value: string | undefined;
};

/**
 * A simple command: the program's name first. Positions are UTF-16 units of the whole text. One that begins a pipeline is
 * listed a second time, reaching to the end of it.
 */
export type SimpleCommand = {
  readonly start: number;
  readonly end: number;
  readonly words: readonly WrittenWord[];
  /** The program at the end of the pipeline, where this stands for all of one. */
  readonly pipesInto?: string | undefined;
};

/** One change of a text: what stands from `start` to `end` becomes `text`. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** Commands looked at in one text; the others keep their form. */
const COMMANDS_MAX = 64;
/** Nodes of the tree looked at. */
const NODES_MAX = 5_000;

/** All simple commands of a text that parses, substitutions and bodies included, in the order in which they stand. */
export function simpleCommands(source: string): readonly SimpleCommand[] {
  const { script, problem } = parseCommand(source);
  if (script === undefined || problem !== undefined) return [];
  const found: SimpleCommand[] = [];
  try {
    collect(script, source, found);
  } catch (cause) {
    // The parser computes parts of words late and may run out of stack there.
    if (!(cause instanceof RangeError)) throw cause;
  }
  return found;
}

function collect(script: SyntaxNode, source: string, found: SimpleCommand[]): void {
  const open = [script];
  for (let count = 0; count < NODES_MAX && found.length < COMMANDS_MAX; count += 1) {
    const node = open.pop();
    if (node === undefined) return;
    if (node.type === "Command") found.push(...asCommand(node, source));
    if (node.type === "Pipeline") found.push(...asPipeline(node, source));
    const children: SyntaxNode[] = [];
    childrenOf(node, (child) => children.push(child));
    open.push(...children.toReversed());
  }
}

/** Takes a word away, with the space in front of it and nothing else that stands there, such as a redirect. */
export function dropped({ start, end, space }: WrittenWord): Edit {
  return { start: start - space, end, text: "" };
}

export function inserted(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

/** Applies edits that do not overlap. */
export function edited(source: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((first, second) => second.start - first.start)
    .reduce(
      (text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end),
      source,
    );
}

function asCommand({ name, suffix }: Command, source: string): readonly SimpleCommand[] {
  if (name === undefined) return [];
  const words = [name, ...suffix.filter((part) => part.type === "Word")];
  const written = words.map((word) => writtenWord(word, source));
  return [{ start: name.pos, end: Math.max(...written.map(({ end }) => end)), words: written }];
}

function asPipeline({ commands }: Pipeline, source: string): readonly SimpleCommand[] {
  const [first, last] = [commands[0], commands.at(-1)];
  if (first?.type !== "Command" || last === undefined || first === last) return [];
  const name = last.type === "Command" ? last.name : undefined;
  return asCommand(first, source).map((command) => ({
    ...command,
    end: last.end,
    pipesInto: name === undefined ? undefined : writtenWord(name, source).value,
  }));
}

function writtenWord(word: Word, source: string): WrittenWord {
  const { pos: start, end, text, value, parts } = word;
  const isPlain = source.slice(start, end) === text && isStatic(parts);
  const space = /(?:[ \t]|\\\n)*$/.exec(source.slice(0, start))?.[0].length ?? 0;
  const begins = /^["']?([\w=:/.-]*)/.exec(source.slice(start, end))?.[1] ?? "";
  return { start, end, space, begins, value: isPlain ? value : undefined };
}

/** Whether a word consists of plain text only, quoted or not. */
function isStatic(parts: readonly WordPart[] | undefined): boolean {
  return (parts ?? []).every((part) => {
    if (part.type === "DoubleQuoted") return isStatic(part.parts);
    return part.type === "Literal" || part.type === "SingleQuoted";
  });
}
