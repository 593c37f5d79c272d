// YAML of others as a plain tree whose every part knows its line and column, within bounds on size, depth and repetition.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  Scalar,
} from "yaml";
import { PIPELINE_CHARS_MAX, PIPELINE_DEPTH_MAX, PIPELINE_NODES_MAX } from "#base/limits.ts";
import { isTooDeepYaml } from "../texts/yaml-depth.ts";

/** A place in a file; line and column begin at 1. */
export type TextPlace = { readonly line: number; readonly column: number };

/** One entry of a mapping. */
export type TreeEntry = { readonly key: string; readonly at: TextPlace; readonly value: Tree };

/**
 * A part of a file. `at` of a text is where its own characters begin; `indent` is how far each further line of a block is
 * moved to the right, and undefined where the text's lines are not those of the file.
 */
export type Tree =
  | { readonly kind: "map"; readonly at: TextPlace; readonly entries: readonly TreeEntry[] }
  | { readonly kind: "list"; readonly at: TextPlace; readonly items: readonly Tree[] }
  | {
      readonly kind: "text";
      readonly at: TextPlace;
      readonly text: string;
      readonly indent: number | undefined;
    }
  | { readonly kind: "nothing"; readonly at: TextPlace };

/** What was read: the documents of the file, or why they could not be. A file with one fault is not read in part. */
export type YamlReading =
  | { readonly kind: "read"; readonly documents: readonly Tree[] }
  | { readonly kind: "unreadable"; readonly why: string; readonly at: TextPlace };

const START: TextPlace = { line: 1, column: 1 };

/** Reads a file. Total: any text gives a reading, in time that grows with its length alone. */
export function readYaml(source: string): YamlReading {
  if (source.length > PIPELINE_CHARS_MAX)
    return unreadable(`it is larger than ${PIPELINE_CHARS_MAX} characters`, START);
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  if (isTooDeepYaml(text)) return unreadable("it is too deeply nested", START);
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      schema: "core",
      merge: true,
      uniqueKeys: false,
      logLevel: "silent",
    });
    if (!Array.isArray(documents)) return { kind: "read", documents: [] };
    const reader = new TreeReader(lines, text);
    return { kind: "read", documents: documents.map((document) => reader.read(document)) };
  } catch (cause) {
    if (cause instanceof Unreadable) return unreadable(cause.message, cause.at);
    // The parser calls itself for each level: what has too many of them is no file of a person's.
    if (cause instanceof RangeError) return unreadable("it is too deeply nested", START);
    throw cause;
  }
}

function unreadable(why: string, at: TextPlace): YamlReading {
  return { kind: "unreadable", why, at };
}

class Unreadable extends Error {
  readonly at: TextPlace;
  constructor(why: string, at: TextPlace) {
    super(why);
    this.at = at;
  }
}

class TreeReader {
  readonly #lines: LineCounter;
  readonly #source: string;
  #nodes = 0;

  constructor(lines: LineCounter, source: string) {
    this.#lines = lines;
    this.#source = source;
  }

  read(document: Document): Tree {
    const [error] = document.errors;
    if (error !== undefined) {
      const [first = ""] = error.message.split("\n");
      throw new Unreadable(
        `it is not valid YAML: ${first.replace(/ at line \d+.*$/, "")}`,
        this.#at(error.pos[0]),
      );
    }
    return this.#tree(document.contents as Node | null, document, 0);
  }

  #tree(node: Node | null | undefined, document: Document, depth: number): Tree {
    const at = this.#at(node?.range?.[0] ?? 0);
    this.#nodes += 1;
    if (this.#nodes > PIPELINE_NODES_MAX)
      throw new Unreadable(`it stands for more than ${PIPELINE_NODES_MAX} parts`, at);
    if (depth > PIPELINE_DEPTH_MAX) throw new Unreadable("it is too deeply nested", at);
    if (isAlias(node)) {
      const named = node.resolve(document);
      return named === undefined ? { kind: "nothing", at } : this.#tree(named, document, depth + 1);
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#tree(item as Node, document, depth + 1));
      return { kind: "list", at, items };
    }
    if (isMap(node)) return { kind: "map", at, entries: this.#entries(node, document, depth) };
    if (isScalar(node)) return this.#scalar(node, at);
    return { kind: "nothing", at };
  }

  #entries(
    node: { readonly items: readonly unknown[] },
    document: Document,
    depth: number,
  ): readonly TreeEntry[] {
    const own: TreeEntry[] = [];
    const merged: TreeEntry[] = [];
    for (const item of node.items) {
      const { key, value } = item as { key: Node | null; value: Node | null };
      const name = isScalar(key) ? String(key.value) : "";
      const at = this.#at(key?.range?.[0] ?? 0);
      const tree = this.#tree(value, document, depth + 1);
      if (name !== "<<") own.push({ key: name, at, value: tree });
      else {
        const from = tree.kind === "list" ? tree.items : [tree];
        for (const one of from) if (one.kind === "map") merged.push(...one.entries);
      }
    }
    const names = new Set(own.map(({ key }) => key));
    return [...own, ...merged.filter(({ key }) => !names.has(key))];
  }

  #scalar(node: Scalar, at: TextPlace): Tree {
    if (node.value === null) return { kind: "nothing", at };
    // WHY the source of a number: `3.10` and `1_000` are what a person wrote, not what they are worth.
    const text =
      typeof node.value === "string" ? node.value : (node.source ?? JSON.stringify(node.value));
    if (node.type !== Scalar.BLOCK_LITERAL && node.type !== Scalar.BLOCK_FOLDED) {
      const isQuoted = node.type === Scalar.QUOTE_SINGLE || node.type === Scalar.QUOTE_DOUBLE;
      const from = isQuoted ? { line: at.line, column: at.column + 1 } : at;
      return { kind: "text", at: from, text, indent: undefined };
    }
    const first = this.#firstLine(node.range?.[0] ?? 0);
    const indent = node.type === Scalar.BLOCK_LITERAL ? first.indent : undefined;
    return { kind: "text", at: { line: first.line, column: first.indent + 1 }, text, indent };
  }

  /** The line behind the head of a block, and how far it is moved to the right. */
  #firstLine(start: number): { readonly line: number; readonly indent: number } {
    const from = this.#source.indexOf("\n", start) + 1;
    let indent = 0;
    const { line } = this.#at(from);
    for (let at = from; at < this.#source.length; at += 1) {
      const char = this.#source[at];
      if (char === " ") indent += 1;
      else if (char === "\n") {
        // An empty line before the text belongs to it and says nothing of its indent.
        indent = 0;
      } else break;
    }
    return { line, indent };
  }

  #at(offset: number): TextPlace {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** The value of a key, or undefined where the tree is no mapping or has no such key. The last of several counts. */
export function entryOf(tree: Tree | undefined, key: string): TreeEntry | undefined {
  return tree?.kind === "map" ? tree.entries.findLast((entry) => entry.key === key) : undefined;
}

/** The value below a path of keys. */
export function valueAt(tree: Tree | undefined, ...keys: readonly string[]): Tree | undefined {
  return keys.reduce<Tree | undefined>((found, key) => entryOf(found, key)?.value, tree);
}

/** The text of a part, where it is one. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === "text" ? tree.text : undefined;
}

/** A list as its items, one thing as a list of it, nothing as none. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  if (tree === undefined || tree.kind === "nothing") return [];
  return tree.kind === "list" ? tree.items : [tree];
}

/** The entries of a mapping; none of anything else. */
export function entriesOf(tree: Tree | undefined): readonly TreeEntry[] {
  return tree?.kind === "map" ? tree.entries : [];
}

/** Where a character of a text stands in the file; the beginning of the text where that cannot be told. */
export function placeInText(tree: Tree & { kind: "text" }, offset: number): TextPlace {
  const before = tree.text.slice(0, offset);
  const newline = before.lastIndexOf("\n");
  if (newline < 0) return { line: tree.at.line, column: tree.at.column + offset };
  if (tree.indent === undefined) return tree.at;
  const line = tree.at.line + before.split("\n").length - 1;
  return { line, column: tree.indent + offset - newline };
}
