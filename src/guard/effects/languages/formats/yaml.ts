// A light reading of YAML: maps, lists and texts as files of settings of a project hold them, and nothing that is rare.

/** What a file holds. Numbers and truth values stay texts; what is not understood is left out. */
export type Outline =
  | string
  | readonly Outline[]
  | { readonly [key: string]: Outline | undefined }
  | undefined;

/** Lines that are looked at, and levels inside each other. */
const LINES_MAX = 4_000;
const DEPTH_MAX = 24;
/** Characters of one text that goes on over several lines. */
const TEXT_CHARS_MAX = 16_384;

type Line = { readonly indent: number; readonly text: string };
type Reading = { readonly lines: Line[]; at: number };

/**
 * Reads a text as far as it is plain. Anchors, tags and several documents are not followed: whoever asks says that the
 * program may do more than was found.
 */
export function readYaml(text: string): Outline {
  const lines = text
    .split(/\r?\n/)
    .slice(0, LINES_MAX)
    .map((line) => ({ indent: /^ */.exec(line)?.[0].length ?? 0, text: line.trimStart() }));
  return readBlock({ lines, at: 0 }, 0, 0);
}

/** The value under some keys, one inside the other. */
export function valueAt(outline: Outline, ...keys: readonly string[]): Outline {
  let value = outline;
  for (const key of keys)
    value = isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** Names and values of a map; none of anything else. */
export function entriesOf(outline: Outline): readonly (readonly [string, Outline])[] {
  return isMap(outline) ? Object.entries(outline) : [];
}

/** The values of a list, or the one value that stands in its place. */
export function itemsOf(outline: Outline): readonly Outline[] {
  if (outline === undefined || outline === "") return [];
  return isList(outline) ? outline : [outline];
}

/** The texts among the values of a list, or the one text in its place. */
export function textsIn(outline: Outline): readonly string[] {
  return itemsOf(outline).filter((one): one is string => typeof one === "string");
}

function isList(outline: Outline): outline is readonly Outline[] {
  return Array.isArray(outline);
}

function isMap(outline: Outline): outline is { readonly [key: string]: Outline | undefined } {
  return typeof outline === "object" && !Array.isArray(outline);
}

function readBlock(reading: Reading, indent: number, depth: number): Outline {
  skipEmpty(reading);
  const line = reading.lines[reading.at];
  if (line === undefined || line.indent < indent || depth > DEPTH_MAX) return undefined;
  if (/^-(?:\s|$)/.test(line.text)) return readList(reading, line.indent, depth);
  if (keyOf(line.text) !== undefined) return readMap(reading, line.indent, depth);
  reading.at += 1;
  return scalar(continued(reading, line.text, indent));
}

function readList(reading: Reading, indent: number, depth: number): Outline {
  const items: Outline[] = [];
  for (;;) {
    skipEmpty(reading);
    const line = reading.lines[reading.at];
    if (line === undefined || line.indent !== indent || !/^-(?:\s|$)/.test(line.text)) break;
    const rest = line.text.slice(1);
    const inner = rest.trimStart();
    if (withoutComment(inner) === "") {
      reading.at += 1;
      items.push(readBlock(reading, indent + 1, depth + 1));
      continue;
    }
    if (keyOf(inner) !== undefined || /^-\s/.test(inner)) {
      // The rest of the line is the first line of what is inside.
      const place = indent + line.text.length - inner.length;
      const before = reading.at;
      reading.lines[before] = { indent: place, text: inner };
      items.push(readBlock(reading, place, depth + 1));
      reading.at = Math.max(reading.at, before + 1);
      continue;
    }
    reading.at += 1;
    items.push(valueOf(reading, inner, indent, depth));
  }
  return items;
}

function readMap(reading: Reading, indent: number, depth: number): Outline {
  const found = new Map<string, Outline>();
  for (;;) {
    skipEmpty(reading);
    const line = reading.lines[reading.at];
    if (line === undefined || line.indent !== indent) break;
    const key = keyOf(line.text);
    if (key === undefined) break;
    reading.at += 1;
    found.set(key.name, valueOf(reading, key.rest, indent, depth));
  }
  return Object.fromEntries(found);
}

/** What follows a key or a dash: on the same line, or in a block below. */
function valueOf(reading: Reading, text: string, indent: number, depth: number): Outline {
  const plain = withoutComment(text).replace(/^(?:[&!][^\s]*\s*)+/, "");
  if (plain === "") {
    const next = nextLine(reading);
    // A list may stand as far left as its key.
    const isList = next !== undefined && next.indent === indent && /^-(?:\s|$)/.test(next.text);
    return readBlock(reading, isList ? indent : indent + 1, depth + 1);
  }
  const block = /^([|>])[-+0-9]*$/.exec(plain);
  if (block !== null) return readText(reading, indent, block[1] === ">" ? " " : "\n");
  return scalar(continued(reading, plain, indent + 1));
}

/** A text over several lines, `|` or `>`. */
function readText(reading: Reading, indent: number, between: string): string {
  const found: string[] = [];
  let first: number | undefined;
  for (; reading.at < reading.lines.length; reading.at += 1) {
    const line = reading.lines[reading.at];
    if (line === undefined) break;
    if (line.text === "") {
      found.push("");
      continue;
    }
    if (line.indent <= indent) break;
    first ??= line.indent;
    found.push(" ".repeat(Math.max(0, line.indent - first)) + line.text);
  }
  return found.join(between).trimEnd();
}

/** The further lines of a text that goes on without a key of its own. */
function continued(reading: Reading, text: string, indent: number): string {
  const isOpen = /^["'[{]/.test(text) && !/["'\]}]$/.test(text);
  let whole = text;
  for (;;) {
    const line = reading.lines[reading.at];
    if (line === undefined || line.text === "" || whole.length > TEXT_CHARS_MAX) break;
    const goesOn = isOpen && !/["'\]}]$/.test(whole);
    const isText =
      line.indent >= indent && keyOf(line.text) === undefined && !/^[-#](?:\s|$)/.test(line.text);
    if (!goesOn && !(isText && !/^["'[{]/.test(text))) break;
    whole = `${whole} ${withoutComment(line.text)}`;
    reading.at += 1;
  }
  return whole;
}

function keyOf(text: string): { readonly name: string; readonly rest: string } | undefined {
  const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)')\s*:(?:\s+(.*)|)$/.exec(text);
  if (quoted !== null)
    return { name: quoted[1] ?? quoted[2] ?? "", rest: (quoted[3] ?? "").trim() };
  const plain = /^([^\s"'#[{&*!|>%@`][^#]*?)\s*:(?:\s+(.*)|)$/.exec(text);
  return plain === null || /:\s/.test(plain[1] ?? "")
    ? undefined
    : { name: plain[1] ?? "", rest: (plain[2] ?? "").trim() };
}

function skipEmpty(reading: Reading): void {
  while (reading.at < reading.lines.length && isEmpty(reading.lines[reading.at]?.text ?? ""))
    reading.at += 1;
}

function nextLine(reading: Reading): Line | undefined {
  let at = reading.at;
  while (at < reading.lines.length && isEmpty(reading.lines[at]?.text ?? "")) at += 1;
  return reading.lines[at];
}

function isEmpty(text: string): boolean {
  return text === "" || text.startsWith("#") || /^(?:---|\.\.\.|%YAML)/.test(text);
}

function withoutComment(text: string): string {
  return /^["']/.test(text)
    ? text.replace(/^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s+#.*$/, "$1").trim()
    : text.replace(/(?:^|\s)#.*$/, "").trim();
}

/** A text in quotes or not, or a list or map in brackets. */
function scalar(text: string): Outline {
  const value = text.trim();
  if (/^[[{]/.test(value)) return readFlow({ text: value, at: 0 }, 0);
  return unquoted(value);
}

function unquoted(value: string): string {
  if (/^".*"$/s.test(value))
    return value.slice(1, -1).replaceAll(/\\(.)/g, (_, one: string) => ESCAPES[one] ?? one);
  if (/^'.*'$/s.test(value)) return value.slice(1, -1).replaceAll("''", "'");
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

type Flow = { readonly text: string; at: number };

function readFlow(flow: Flow, depth: number): Outline {
  const open = flow.text[flow.at];
  if ((open !== "[" && open !== "{") || depth > DEPTH_MAX) return unquoted(flowText(flow));
  flow.at += 1;
  const items: Outline[] = [];
  const pairs = new Map<string, Outline>();
  for (;;) {
    while (/[\s,]/.test(flow.text[flow.at] ?? "")) flow.at += 1;
    const next = flow.text[flow.at];
    if (next === undefined) break;
    if (next === "]" || next === "}") {
      flow.at += 1;
      break;
    }
    if (open === "[") {
      items.push(readFlow(flow, depth + 1));
      continue;
    }
    const key = unquoted(flowText(flow, ":"));
    if (flow.text[flow.at] === ":") flow.at += 1;
    while (flow.text[flow.at] === " ") flow.at += 1;
    pairs.set(key, readFlow(flow, depth + 1));
  }
  return open === "[" ? items : Object.fromEntries(pairs);
}

/** One text up to what ends it; a colon ends a key only. */
function flowText(flow: Flow, end?: ":"): string {
  const pattern =
    end === undefined
      ? /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\]}]+/y
      : /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\]}:]+/y;
  pattern.lastIndex = flow.at;
  const found = pattern.exec(flow.text)?.[0];
  flow.at += found?.length ?? 1;
  return (found ?? "").trim();
}
