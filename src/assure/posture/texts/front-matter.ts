// The head of a markdown file between two lines of dashes: its keys with their lines, and the body below it.
import { parse } from "yaml";
import { splitFrontMatter } from "#base/front-matter.ts";
import { keptFor } from "#base/lazily.ts";

/** What a markdown file of the client says of itself. `bodyLine`: the line of the body's first, from 1. */
export type FrontMatter = {
  readonly keys: Readonly<Record<string, unknown>>;
  readonly lineOf: (key: string) => number;
  readonly body: string;
  readonly bodyLine: number;
};

/** Characters of a head that are read. */
const HEAD_CHARS_MAX = 32 * 1024;

/** The head of a file, read once for all checks. */
export const frontMatterOf = keptFor(({ text = "" }: { readonly text: string | undefined }) =>
  readFrontMatter(text),
);

/** Reads the head. Where there is none or it is no YAML, no key is known and the body is the whole text. */
export function readFrontMatter(text: string): FrontMatter {
  const split = splitFrontMatter(text);
  if (split?.isClosed !== true || split.head.length > HEAD_CHARS_MAX)
    return { keys: {}, lineOf: () => 1, body: text.replace(/^\uFEFF/, ""), bodyLine: 1 };
  const lines = split.head.split(/\r?\n/);
  return {
    keys: keysOf(split.head),
    lineOf: (key) => lines.findIndex((line) => line.startsWith(`${key}:`)) + 2,
    body: split.body,
    bodyLine: split.bodyLine,
  };
}

/** WHY errors are no failure: the client, too, takes a file whose head it cannot read as one without. */
function keysOf(head: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(head, { maxAliasCount: 10 });
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : {};
  } catch {
    return {};
  }
}
