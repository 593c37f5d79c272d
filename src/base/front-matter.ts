// The head of a text file of the client, between two lines of dashes: which keys it has, or may have, without reading it as YAML.

/** Characters of a head that are looked at, and values of one list. */
const HEAD_CHARS_MAX = 256 * 1024;
const VALUES_MAX = 256;

/** What stands between the dashes, and the text below them. `bodyLine`: the line of its first, from 1. */
export type SplitText = {
  readonly head: string;
  readonly body: string;
  readonly bodyLine: number;
  /** A line of dashes ends the head. */
  readonly isClosed: boolean;
};

/** A head as far as lines tell. What cannot be told counts as present: the client reads more than we do. */
export type FrontMatter = {
  /** False where a key may stand that no line shows: a merge, an alias, braces, an escape, a head that is too long. */
  readonly isSure: boolean;
  /** Whether the key stands there, or may. */
  mayHave(key: string): boolean;
  /** The values of a key: one text, or a list in any of its spellings; undefined where they cannot be told for sure. */
  values(key: string): readonly string[] | undefined;
};

/**
 * Splits off the head; undefined where there is none. WHY to a line of dashes, although the client (2.1.332) ends a head at the
 * first three dashes anywhere, and needs none of the lines: no key that it sees is missed.
 */
export function splitFrontMatter(text: string): SplitText | undefined {
  const whole = text.replace(/^\uFEFF/, "");
  const open = /^---[^\S\n]*\n/.exec(whole)?.[0];
  if (open === undefined) return undefined;
  const rest = whole.slice(open.length);
  const close = /^---[^\n]*(?:\n|$(?![\s\S]))/m.exec(rest);
  if (close === null) return { head: rest, body: "", bodyLine: 1, isClosed: false };
  const head = rest.slice(0, close.index);
  return {
    head,
    body: rest.slice(close.index + close[0].length),
    isClosed: true,
    bodyLine: head.split("\n").length + 2,
  };
}

/** Reads the head of a text. One that has none has no key, for sure. `isWhole`: no more of the text follows. */
export function readFrontMatter(text: string, isWhole = true): FrontMatter {
  const split = splitFrontMatter(text);
  if (split === undefined) return { isSure: true, mayHave: () => false, values: () => [] };
  const lines = topLines(split.head.slice(0, HEAD_CHARS_MAX));
  const isCut = split.head.length > HEAD_CHARS_MAX || !(split.isClosed || isWhole);
  const isSure = !isCut && !lines.some(({ text: line }) => isHidden(line));
  const named = (key: string) =>
    lines.filter(({ text: line }) => keyOf(line) === key.toLowerCase());
  return {
    isSure,
    mayHave: (key) => !isSure || named(key).length > 0,
    values(key) {
      const found = named(key).map(({ text: line, below }) => valuesOf(line, below));
      if (!isSure || found.includes(undefined)) return undefined;
      return found.flatMap((one) => one ?? []);
    },
  };
}

/** What names of agents are held against each other by. WHY: the client (2.1.332) starts `Code Reviewer` for `code-reviewer` too. */
export function agentKey(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_-]+/g, "");
}

type TopLine = { readonly text: string; readonly below: readonly string[] };

/**
 * The lines at the depth of the first, each with those below it. WHY tabs are two blanks: that is how the client tries a head
 * again that is no YAML. WHY a return alone ends a line: it does in YAML.
 */
function topLines(head: string): readonly TopLine[] {
  const found: { readonly text: string; readonly below: string[] }[] = [];
  let depth: number | undefined;
  for (const raw of head.split(/\r\n?|\n|\u0085|\u2028|\u2029/)) {
    const line = raw.replace(/^\s*/, (blank) => blank.replaceAll("\t", "  "));
    const text = line.trimStart();
    if (text === "" || text.startsWith("#")) continue;
    const here = line.length - text.length;
    depth ??= here;
    // A line with a tab may stand at any depth.
    const isTop = here <= depth || /^ *\t/.test(raw);
    if (isTop && !(here === depth && /^-(?:\s|$)/.test(text) && found.length > 0))
      found.push({ text, below: [] });
    else found.at(-1)?.below.push(text);
  }
  return found;
}

/** A key that no line shows: escapes, braces, complex and merged keys, anchors, aliases, tags. */
function isHidden(line: string): boolean {
  if (/^(?:[?{&*!%[|>@`]|<<\s*:)/.test(line)) return true;
  return /^["']/.test(line) && !/^(?:"[^"\\]*"|'[^']*')\s*:/.test(line);
}

function keyOf(line: string): string | undefined {
  const found = /^(?:"([^"\\]*)"|'([^']*)'|([^\s:#"'][^:]*?))\s*:/.exec(line);
  return (found?.[1] ?? found?.[2] ?? found?.[3])?.toLowerCase();
}

function valuesOf(line: string, below: readonly string[]): readonly string[] | undefined {
  const value = bare(line.slice(line.indexOf(":", keyEnd(line)) + 1));
  if (value === "") {
    const items = below.map((one) => /^-\s+(.+)$/.exec(one)?.[1]);
    const read = items.map((one) => (one === undefined ? undefined : scalar(bare(one))));
    return read.includes(undefined) || read.length > VALUES_MAX
      ? undefined
      : read.flatMap((one) => one ?? []);
  }
  // A scalar that goes on below, or a list in brackets over several lines.
  if (below.length > 0) return undefined;
  const inner = /^\[(.*)\]$/.exec(value)?.[1] ?? (/^["']/.test(value) ? undefined : value);
  const parts = inner === undefined ? [value] : inner.split(",");
  const read = parts.map((one) => scalar(one.trim())).filter((one) => one !== "");
  return read.includes(undefined) || read.length > VALUES_MAX
    ? undefined
    : read.flatMap((one) => one ?? []);
}

function keyEnd(line: string): number {
  return /^(?:"[^"]*"|'[^']*')/.exec(line)?.[0].length ?? 0;
}

/** Without a comment behind it. */
function bare(value: string): string {
  return value.replace(/(?:^|\s)#.*$/, "").trim();
}

/** A plain or quoted scalar; undefined of anything else. */
function scalar(value: string): string | undefined {
  const quoted = /^"([^"\\]*)"$/.exec(value)?.[1] ?? /^'([^']*)'$/.exec(value)?.[1];
  if (quoted !== undefined) return quoted.trim();
  return /^["'&*!|>{}[\]%@`?]/.test(value) ? undefined : value;
}
