// Reads what the pinned client's program says about itself: its schema of settings, its hook events, its tools.
import { type FileHandle, open } from "node:fs/promises";

/** Bytes read at a time, and how many of them are read again with the next piece. */
const PIECE_BYTES = 16 * 1024 * 1024;
const OVERLAP_BYTES = 64 * 1024;
/** Bytes around the schema that hold it and what it is made of. */
const BEFORE_BYTES = 420 * 1024;
const AFTER_BYTES = 160 * 1024;
/** The first key of the schema, by which it is found, and where the schema begins before it. */
const FIRST_KEY = "apiKeyHelper:()=>";
const BEGIN = "{$schema:()=>";

/** The part of the program in which the schema of settings stands, as text. */
export async function readSchemaText(program: string): Promise<string> {
  const file = await open(program);
  try {
    const at = await findLast(file, FIRST_KEY);
    if (at === undefined) throw new Error("the client's program has no schema of settings in it");
    const start = Math.max(0, at - BEFORE_BYTES);
    const buffer = Buffer.alloc(BEFORE_BYTES + AFTER_BYTES);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The first list of texts in the program that begins with `head`. */
export async function readList(program: string, head: string): Promise<readonly string[]> {
  const file = await open(program);
  try {
    const at = await findLast(file, head);
    if (at === undefined) throw new Error("the client's program has no such list");
    const buffer = Buffer.alloc(OVERLAP_BYTES);
    await file.read(buffer, 0, buffer.length, at);
    const text = buffer.toString("latin1");
    return JSON.parse(text.slice(0, text.indexOf("]") + 1)) as string[];
  } finally {
    await file.close();
  }
}

/** WHY the last: the program holds compiled code first and its text after it. */
async function findLast(file: FileHandle, words: string): Promise<number | undefined> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(PIECE_BYTES + OVERLAP_BYTES);
  for (let start = size - PIECE_BYTES; start > -PIECE_BYTES; start -= PIECE_BYTES) {
    const from = Math.max(0, start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    const at = buffer.subarray(0, bytesRead).indexOf(words);
    if (at !== -1) return from + at;
  }
  return undefined;
}

/** A key at the top of a settings file, and the beginning of how the program describes it. */
export type DescribedKey = { readonly key: string; readonly source: string };

/** The keys that a schema text describes, in its order, without those behind switches of the program. */
export function describedKeys(schema: string): readonly DescribedKey[] {
  const begin = schema.lastIndexOf(BEGIN, schema.indexOf(FIRST_KEY));
  const text = schema.slice(begin, objectEnd(schema, begin));
  return [...text.matchAll(/[{,]([$\w]+):\(\)=>/g)].map((match) => ({
    key: match[1] ?? "",
    source: text.slice(match.index + match[0].length, match.index + match[0].length + 200),
  }));
}

/** Where the object that begins at `begin` ends; brackets in quotes do not count. */
function objectEnd(text: string, begin: number): number {
  let depth = 0;
  for (let at = begin; at < text.length; at += 1) {
    const here = text[at] ?? "";
    if ("\"'`".includes(here)) {
      at += 1;
      while (at < text.length && text[at] !== here) at += text[at] === "\\" ? 2 : 1;
    } else if (here === "{") depth += 1;
    else if (here === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
