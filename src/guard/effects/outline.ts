// The outline of a command: which pieces of its text are names that a model knows, and which are words of the user. For redaction.
import { parseCommand, type Script, type Word } from "../shell/syntax/syntax.ts";
import type { CommandModel } from "./model/command-model.ts";
import { findCommand } from "./commands/index.ts";

/**
 * One piece of the text, in UTF-16 units. `program` is the name of a modelled program or of its subcommand, `flag` an
 * option of its model without any value; everything else is `word` and may be personal or secret.
 */
export type OutlinePiece = {
  readonly start: number;
  readonly end: number;
  readonly kind: "program" | "flag" | "word";
};

/** Pieces that one outline lists. */
const PIECES_MAX = 4_096;

/** The shell's own words, which reveal nothing. */
const SHELL_NAMES: ReadonlySet<string> = new Set([
  ...[
    "cd",
    "echo",
    "printf",
    "pwd",
    "true",
    "false",
    "test",
    "[",
    ":",
    "export",
    "set",
    "unset",
    "source",
    ".",
    "eval",
  ],
  ...[
    "exec",
    "command",
    "read",
    "trap",
    "alias",
    "shift",
    "wait",
    "exit",
    "return",
    "local",
    "declare",
    "type",
    "pushd",
    "popd",
  ],
]);

/**
 * The words of a command in order of appearance. What stands inside a word (a substitution) is part of that word. What
 * lies between pieces is operators and white space, or text that could not be parsed.
 */
export function outlineCommand(source: string): readonly OutlinePiece[] {
  const { script } = parseCommand(source);
  if (script === undefined) return [];
  const pieces: OutlinePiece[] = [];
  try {
    walk(script, pieces, source);
  } catch (cause) {
    // The parser computes parts of words late and may run out of stack there; what is missing is redacted whole.
    if (!(cause instanceof RangeError)) throw cause;
  }
  return pieces.sort((first, second) => first.start - second.start);
}

/** Visits every node that holds words, by its shape and without recursion: the tree is foreign, deep and wide. */
function walk(script: Script, pieces: OutlinePiece[], source: string): void {
  const pending: unknown[] = [script];
  while (pending.length > 0 && pieces.length < PIECES_MAX) {
    const node = pending.pop();
    if (Array.isArray(node)) pending.push(...node);
    else if (isNode(node)) visit(node, pieces, source, pending);
  }
}

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
  );
}

function visit(node: Node, pieces: OutlinePiece[], source: string, pending: unknown[]): void {
  if (isWord(node)) {
    pieces.push({ start: node.pos, end: node.end, kind: "word" });
    return;
  }
  const name = node["name"];
  if (node.type === "Command" && isNode(name) && isWord(name)) {
    const model = addName(name, pieces, source);
    const suffix = Array.isArray(node["suffix"]) ? node["suffix"] : [];
    let first = true;
    for (const item of suffix) {
      if (!isNode(item) || !isWord(item)) {
        pending.push(item);
        continue;
      }
      const text = plainText(item, source);
      const isFlag = text !== undefined && model !== undefined && isFlagOf(model, text);
      const isSubcommand = first && text !== undefined && model?.subcommands?.has(text) === true;
      if (!isFlag) first = false;
      pieces.push({
        start: item.pos,
        end: item.end,
        kind: isFlag ? "flag" : isSubcommand ? "program" : "word",
      });
    }
    pending.push(node["prefix"]);
    return;
  }
  for (const [key, value] of Object.entries(node)) {
    if (key !== "errors" && typeof value === "object" && value !== null) pending.push(value);
  }
}

function isWord(node: Node): node is Node & Word {
  return node.type === "Word";
}

function addName(name: Word, pieces: OutlinePiece[], source: string): CommandModel | undefined {
  const text = plainText(name, source);
  const model = text === undefined ? undefined : findCommand(text);
  const kept = model !== undefined || (text !== undefined && SHELL_NAMES.has(text));
  pieces.push({ start: name.pos, end: name.end, kind: kept ? "program" : "word" });
  return model;
}

/** The text of a word without quotes, expansions or escapes. */
function plainText(word: Word, source: string): string | undefined {
  const raw = source.slice(word.pos, word.end);
  return word.parts === undefined && raw === word.value ? raw : undefined;
}

/** An option exactly as the model spells it, or a cluster of letters none of which takes a value. */
function isFlagOf(model: CommandModel, text: string): boolean {
  const specs = Object.values(model.options);
  if (specs.some((spec) => spec.names.includes(text))) return true;
  if (!/^-[A-Za-z]{2,12}$/.test(text)) return false;
  return [...text.slice(1)].every((letter) =>
    specs.some((spec) => spec.value === "none" && spec.names.includes(`-${letter}`)),
  );
}
