// The simple commands that stand in a command text, with their words, and edits of that text word by word.
import { parseCommand } from "../shell/syntax.ts";

/** A word: its text as written and, where quoting and expansion leave no doubt, what it says. */
export type WrittenWord = {
  readonly start: number;
  readonly end: number;
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
  const open: unknown[] = [script];
  for (let count = 0; open.length > 0 && count < NODES_MAX; count += 1) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node.toReversed());
    else if (isNode(node)) {
      if (node.type === "Command") found.push(...asCommand(node, source));
      if (node.type === "Pipeline") found.push(...asPipeline(node, source));
      open.push(...Object.values(node).toReversed());
    }
    if (found.length >= COMMANDS_MAX) break;
  }
  return found;
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

type Node = { readonly type: string; readonly pos: number; readonly end: number } & {
  readonly [key: string]: unknown;
};

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "pos" in value;
}

function asCommand(node: Node, source: string): readonly SimpleCommand[] {
  const { name, suffix } = node;
  if (!isNode(name) || !Array.isArray(suffix)) return [];
  const words = [name, ...suffix.filter((part) => isNode(part) && part.type === "Word")];
  const written = words.map((word: Node) => writtenWord(word, source));
  const [first] = written;
  if (first === undefined) return [];
  return [{ start: first.start, end: Math.max(...written.map(({ end }) => end)), words: written }];
}

function asPipeline(node: Node, source: string): readonly SimpleCommand[] {
  const commands: readonly unknown[] = Array.isArray(node["commands"]) ? node["commands"] : [];
  const [first, last] = [commands[0], commands.at(-1)];
  if (!isNode(first) || !isNode(last) || first.type !== "Command" || first === last) return [];
  const name = isNode(last["name"]) ? writtenWord(last["name"], source).value : undefined;
  return asCommand(first, source).map((command) => ({
    ...command,
    end: last.end,
    pipesInto: name,
  }));
}

function writtenWord(word: Node, source: string): WrittenWord {
  const { pos: start, end } = word;
  const isPlain = source.slice(start, end) === word["text"] && isStatic(word["parts"]);
  const value = word["value"];
  return { start, end, value: isPlain && typeof value === "string" ? value : undefined };
}

const STATIC_PARTS: ReadonlySet<string> = new Set(["Literal", "SingleQuoted", "DoubleQuoted"]);

/** Whether a word consists of plain text only, quoted or not. */
function isStatic(parts: unknown): boolean {
  if (parts === undefined) return true;
  return (
    Array.isArray(parts) &&
    parts.every((part) => isNode(part) && STATIC_PARTS.has(part.type) && isStatic(part["parts"]))
  );
}
