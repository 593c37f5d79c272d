// Encoded parts of a text: base64, hex, percent signs and JSON escapes, undone within bounds, with the place that each part came from.
import { inflate } from "../../bytes/inflate.ts";
import type { Span } from "./detector.ts";
import type { Encoding } from "./finding.ts";

/** A part undone. `placeOf` gives the part of the outer text that a span of `text` came from. */
export type Decoded = {
  readonly text: string;
  readonly encodings: readonly Encoding[];
  readonly placeOf: (span: Span) => Span;
};

/** Characters of a run that may hold a secret: fewer than 18 bytes are none that a format knows. */
const RUN_CHARS_MIN = 24;
/** Characters of one run that are undone; a picture or an archive is told by its first ones. */
const RUN_CHARS_MAX = 64 * 1024;
/** Bytes at the beginning by which a run is told to be text. */
const HEAD_BYTES = 18;
/** Characters of a word with percent signs, and of text with escapes, that are undone in one part. */
const WORD_CHARS_MAX = 8_192;
const LINE_CHARS_MAX = 64 * 1024;
/** Characters before and behind an escape that are looked at without it. */
const ESCAPED_BEFORE = 128;
const ESCAPED_AFTER = 1_024;

/** Which ASCII characters a run has: those of base64, base64url and hex. */
const OF_RUN = Uint8Array.from({ length: 128 }, (_, unit) =>
  /[A-Za-z0-9+/_-]/.test(String.fromCharCode(unit)) ? 1 : 0,
);

/** The encoded parts of a text; those that are no text inside are left out. */
export function* decodedParts(text: string): Generator<Decoded> {
  const runs = runsIn(text);
  for (let at = 0; at < runs.length; at += 2) {
    const part = runPart(text, runs[at] ?? 0, runs[at + 1] ?? 0);
    if (part !== undefined) yield part;
  }
  if (text.includes("%")) yield* percentParts(text);
  if (text.includes("\\")) yield* escapedParts(text);
}

/**
 * Long runs of characters of base64, starts and ends by turns. Where the last character that a run beginning here needs is none
 * of a run, no run begins before it: most of a text is never looked at.
 */
function runsIn(text: string): readonly number[] {
  const runs: number[] = [];
  for (let start = 0; start + RUN_CHARS_MIN <= text.length; ) {
    const before = lastOther(text, start, start + RUN_CHARS_MIN);
    if (before >= start) {
      start = before + 1;
      continue;
    }
    let end = start + RUN_CHARS_MIN;
    while (end < text.length && isOfRun(text.charCodeAt(end))) end += 1;
    if (mayHoldText(text, start)) runs.push(start, end);
    start = end + 1;
  }
  return runs;
}

/** The last place from `start` to before `end` whose character is none of a run, or one before `start`. */
function lastOther(text: string, start: number, end: number): number {
  let at = end - 1;
  while (at >= start && isOfRun(text.charCodeAt(at))) at -= 1;
  return at;
}

function isOfRun(unit: number): boolean {
  return unit < 128 && OF_RUN[unit] === 1;
}

function runPart(text: string, start: number, end: number): Decoded | undefined {
  const run = text.slice(start, Math.min(end, start + RUN_CHARS_MAX));
  const place = { start, end: paddedEnd(text, end) };
  const placeOf = (): Span => place;
  if (run.length % 2 === 0 && /^[0-9A-Fa-f]{24,}$/.test(run)) {
    const bytes = hexBytes(run);
    if (isText(bytes)) return { text: bytes, encodings: ["hex"], placeOf };
  }
  const head = base64Bytes(run.slice(0, RUN_CHARS_MIN));
  if (isGzip(head)) {
    const unpacked = inflate(base64Bytes(run), "gzip");
    return unpacked === undefined
      ? undefined
      : { text: unpacked, encodings: ["base64", "gzip"], placeOf };
  }
  if (!isText(head.slice(0, HEAD_BYTES))) return undefined;
  const encoding = /[-_]/.test(run) ? "base64url" : "base64";
  return { text: base64Bytes(run), encodings: [encoding], placeOf };
}

/** A quick look at the first characters: base64 of text or of gzip, or hex. Nothing is copied, for most runs are words. */
function mayHoldText(text: string, start: number): boolean {
  let isHex = true;
  for (let at = start; at < start + 6; at += 1) isHex = isHex && isHexDigit(text.charCodeAt(at));
  if (isHex) return true;
  for (let at = start; at < start + 16; at += 4) {
    const first = (digitAt(text, at) << 2) | (digitAt(text, at + 1) >> 4);
    const second = ((digitAt(text, at + 1) & 15) << 4) | (digitAt(text, at + 2) >> 2);
    const third = ((digitAt(text, at + 2) & 3) << 6) | digitAt(text, at + 3);
    if (at === start && first === 0x1f && second === 0x8b) return true;
    if (!isTextByte(first) || !isTextByte(second) || !isTextByte(third)) return false;
  }
  return true;
}

function digitAt(text: string, at: number): number {
  return DIGITS[text.charCodeAt(at)] ?? 0;
}

function isHexDigit(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x66);
}

function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function paddedEnd(text: string, end: number): number {
  let padded = end;
  while (padded < end + 2 && text[padded] === "=") padded += 1;
  return padded;
}

/** Bytes as a text of one unit each. */
function hexBytes(run: string): string {
  let bytes = "";
  for (let at = 0; at + 1 < run.length; at += 2)
    bytes += String.fromCharCode(Number.parseInt(run.slice(at, at + 2), 16));
  return bytes;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGITS = new Uint8Array(128);
[...BASE64].forEach((one, value) => {
  DIGITS[one.charCodeAt(0)] = value;
});
DIGITS["-".charCodeAt(0)] = 62;
DIGITS["_".charCodeAt(0)] = 63;

/** Both alphabets of RFC 4648; what is left of an incomplete group is dropped. */
export function base64Bytes(run: string): string {
  let bytes = "";
  let bits = 0;
  let count = 0;
  for (let at = 0; at < run.length; at += 1) {
    bits = ((bits << 6) | (DIGITS[run.charCodeAt(at)] ?? 0)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += String.fromCharCode((bits >> count) & 0xff);
  }
  return bytes;
}

function isGzip(head: string): boolean {
  return head.startsWith("\u001f\u008b\u0008");
}

/** Whether bytes begin like a text for people or programs. */
function isText(bytes: string): boolean {
  return /^[\t\n\r -~]{18}/.test(bytes.length < HEAD_BYTES ? bytes.padEnd(HEAD_BYTES) : bytes);
}

const PERCENT_WORD = /%[0-9A-Fa-f]{2}/g;
const WORD_END = /[\s"'`<>()[\]{}|\\^]/;

/** Words that hold a percent-encoded byte, undone. */
function* percentParts(text: string): Generator<Decoded> {
  let behind = 0;
  for (const { index } of text.matchAll(PERCENT_WORD)) {
    if (index < behind) continue;
    let start = index;
    while (
      start > behind &&
      index - start < WORD_CHARS_MAX &&
      !WORD_END.test(text[start - 1] ?? "")
    )
      start -= 1;
    let end = index;
    while (end < text.length && end - index < WORD_CHARS_MAX && !WORD_END.test(text[end] ?? ""))
      end += 1;
    behind = end;
    yield undone(
      text,
      { start, end },
      { ...PERCENT_FORM, undo: (place) => percentAt(text, place) },
    );
  }
}

const PERCENT_FORM = { encoding: "percent", mark: "%" } as const;
const JSON_FORM = { encoding: "json", mark: "\\" } as const;

function percentAt(
  text: string,
  at: number,
): { readonly unit: string; readonly length: number } | undefined {
  const code = /^[0-9A-Fa-f]{2}/.exec(text.slice(at + 1, at + 3))?.[0];
  if (code === undefined) return undefined;
  return { unit: String.fromCharCode(Number.parseInt(code, 16)), length: 3 };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  "/": "/",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

const ESCAPE = /\\["'/nrtu]/g;

/** What stands around escapes of JSON, undone; several that are near each other are one part. */
function* escapedParts(text: string): Generator<Decoded> {
  let start = 0;
  let end = -1;
  for (const { index } of text.matchAll(ESCAPE)) {
    if (end !== -1 && (index > end || end - start > LINE_CHARS_MAX)) {
      yield undone(text, { start, end }, { ...JSON_FORM, undo: (place) => escapeAt(text, place) });
      start = Math.max(end, index - ESCAPED_BEFORE);
    } else if (end === -1) {
      start = Math.max(0, index - ESCAPED_BEFORE);
    }
    end = Math.min(text.length, index + ESCAPED_AFTER);
  }
  if (end !== -1)
    yield undone(text, { start, end }, { ...JSON_FORM, undo: (place) => escapeAt(text, place) });
}

function escapeAt(
  text: string,
  at: number,
): { readonly unit: string; readonly length: number } | undefined {
  const next = text[at + 1] ?? "";
  if (next === "u") {
    const code = /^[0-9A-Fa-f]{4}/.exec(text.slice(at + 2, at + 6))?.[0];
    if (code === undefined) return undefined;
    return { unit: String.fromCharCode(Number.parseInt(code, 16)), length: 6 };
  }
  const unit = Object.hasOwn(ESCAPES, next) ? ESCAPES[next] : undefined;
  return unit === undefined ? undefined : { unit, length: 2 };
}

type Undo = (at: number) => { readonly unit: string; readonly length: number } | undefined;

/** A part with what `undo` knows replaced, and the way back from each unit to its place. `mark` begins every escape. */
function undone(
  text: string,
  { start, end }: Span,
  {
    encoding,
    mark,
    undo,
  }: { readonly encoding: Encoding; readonly mark: string; readonly undo: Undo },
): Decoded {
  // Where escapes end: by turns the unit of the plain text and its place in the outer one.
  const ends: number[] = [];
  const plain: string[] = [];
  let length = 0;
  let copied = start;
  for (let at = text.indexOf(mark, start); at !== -1 && at < end; ) {
    const escape = undo(at);
    if (escape !== undefined) {
      plain.push(text.slice(copied, at), escape.unit);
      length += at - copied + 1;
      copied = at + escape.length;
      ends.push(length, copied);
    }
    at = text.indexOf(mark, at + (escape?.length ?? 1));
  }
  plain.push(text.slice(copied, Math.max(copied, end)));
  const placeOf = (unit: number): number => {
    let low = 0;
    let high = ends.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[2 * middle] ?? 0) <= unit) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return start + unit;
    return (ends[2 * low - 1] ?? 0) + unit - (ends[2 * low - 2] ?? 0);
  };
  return {
    text: plain.join(""),
    encodings: [encoding],
    placeOf: (span) => ({ start: placeOf(span.start), end: placeOf(span.end) }),
  };
}
