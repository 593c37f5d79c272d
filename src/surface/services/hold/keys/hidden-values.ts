// What a server says, with made-up values again in the place of the true ones: bytes go through as they come, and their number stays.
import { Transform } from "node:stream";
import type { ApprovedKey } from "./exchanged-request.ts";

/** A value as it may be written, and what stands in its place; of the same length. */
export type Replaced = { readonly from: Buffer; readonly to: Buffer };

/** WHY: who has the host say many shorter ones would learn which it is by what is replaced. */
const PART_CHARS_MIN = 12;

/** The ways in which values of keys may be written: as they are, for an address, in JSON, base64 (at each place in three bytes) and hexadecimal. */
export function replacedValues(keys: readonly ApprovedKey[]): readonly Replaced[] {
  const found = new Map<string, string>();
  for (const [value, shown] of keys.flatMap(secretParts))
    for (const [from, to] of writtenForms(value, shown))
      if (from !== to && from.length === to.length) found.set(from, to);
  // WHY the longest first: another one may be a part of it.
  return [...found]
    .sort(([one], [other]) => other.length - one.length)
    .map(([from, to]) => ({ from: Buffer.from(from, "latin1"), to: Buffer.from(to, "latin1") }));
}

type Pair = readonly [value: string, shown: string];

/** A key; user and password of a login; those parts of an address that the view has otherwise. */
function secretParts({ kind, value, ...key }: ApprovedKey): readonly Pair[] {
  const shown = key.standIn ?? key.shown;
  if (kind === "key") return [[value, shown]];
  const colon = value.indexOf(":");
  const cut = (text: string): readonly string[] =>
    kind === "login" ? [text.slice(0, colon), text.slice(colon + 1)] : text.split(/[/?&=]/);
  const parts = cut(shown);
  const found = cut(value).flatMap((part, at): readonly Pair[] => {
    const other = parts[at];
    const isSecret = part.length >= PART_CHARS_MIN && part.length === other?.length;
    return isSecret && part !== other ? [[part, other]] : [];
  });
  return [[value, shown], ...found];
}

function writtenForms(value: string, shown: string): readonly Pair[] {
  const pairs: Pair[] = [
    [value, shown],
    [encodeURIComponent(value), encodeURIComponent(shown)],
    [value.replaceAll("/", String.raw`\/`), shown.replaceAll("/", String.raw`\/`)],
  ];
  const hex = (text: string): string => Buffer.from(text, "latin1").toString("hex");
  pairs.push([hex(value), hex(shown)]);
  pairs.push([hex(value).toUpperCase(), hex(shown).toUpperCase()]);
  for (const before of [0, 1, 2]) {
    const [one, other] = [value, shown].map((text) => base64Core(text, before));
    const urlSafe = (text = ""): string => text.replaceAll("+", "-").replaceAll("/", "_");
    pairs.push([one ?? "", other ?? ""], [urlSafe(one), urlSafe(other)]);
  }
  return pairs;
}

/** What base64 makes of a text behind so many other bytes, without the signs that depend on what stands around it. */
function base64Core(text: string, before: number): string {
  const encoded = Buffer.from("\0".repeat(before) + text, "latin1").toString("base64");
  return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + text.length) * 8) / 6));
}

/** A text of one piece, such as a header. */
export function hiddenText(text: string, replaced: readonly Replaced[]): string {
  const { take, rest } = createHider(replaced);
  const bytes = Buffer.from(text, "latin1");
  return Buffer.concat([take(bytes), rest()]).toString("latin1");
}

/** Replaces values in bytes that come in pieces. What may be the beginning of one is kept until more comes, or `rest` is asked for. */
export function createHider(replaced: readonly Replaced[]): {
  take(bytes: Buffer): Buffer;
  rest(): Buffer;
} {
  let held: Buffer = Buffer.alloc(0);
  return {
    take(bytes) {
      const all = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
      for (const { from, to } of replaced)
        for (let at = all.indexOf(from); at >= 0; at = all.indexOf(from, at + from.length))
          to.copy(all, at);
      const kept = beginningAtEnd(all, replaced);
      held = all.subarray(all.length - kept);
      return all.subarray(0, all.length - kept);
    },
    rest() {
      const last = held;
      held = Buffer.alloc(0);
      return last;
    },
  };
}

/** How many bytes at the end may begin a value and are not yet what is shown in its place. */
function beginningAtEnd(all: Buffer, replaced: readonly Replaced[]): number {
  let longest = 0;
  for (const { from } of replaced)
    for (let length = Math.min(from.length - 1, all.length); length > longest; length -= 1)
      if (all.subarray(all.length - length).equals(from.subarray(0, length))) longest = length;
  return longest;
}

/** The same as a stream. */
export function hidingStream(replaced: readonly Replaced[]): Transform {
  const hider = createHider(replaced);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, hider.take(chunk));
    },
    flush(done) {
      done(null, hider.rest());
    },
  });
}

const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASKED = 0x80;

/**
 * The same of what a server says over a WebSocket (RFC 6455, section 5.2): nothing is kept past the end of a frame, for there the other side
 * waits for an answer.
 */
export function hidingFrames(replaced: readonly Replaced[]): Transform {
  const hider = createHider(replaced);
  let head: Buffer = Buffer.alloc(0);
  let left = 0n;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const out: Buffer[] = [];
      let at = 0;
      while (at < chunk.length) {
        if (left > 0n) {
          const count = Number(left < BigInt(chunk.length - at) ? left : chunk.length - at);
          out.push(hider.take(chunk.subarray(at, at + count)));
          at += count;
          left -= BigInt(count);
          if (left === 0n) out.push(hider.rest());
          continue;
        }
        head = Buffer.concat([head, chunk.subarray(at, at + 1)]);
        at += 1;
        const length = payloadLength(head);
        if (length === undefined) continue;
        // A server masks nothing, and nothing that is packed was agreed on.
        if (length === "other") return done(new Error("no frame of a server that can be read"));
        out.push(head);
        head = Buffer.alloc(0);
        left = length;
      }
      done(null, Buffer.concat(out));
    },
  });
}

function payloadLength(head: Buffer): bigint | "other" | undefined {
  const [first = 0, second] = head;
  if (second === undefined) return undefined;
  if (second >= MASKED || (first & 0x70) !== 0) return "other";
  if (second < LENGTH_16) return BigInt(second);
  if (second === LENGTH_64) return head.length < 10 ? undefined : head.readBigUInt64BE(2);
  return head.length < 4 ? undefined : BigInt(head.readUInt16BE(2));
}
