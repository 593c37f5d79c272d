// Bytes of any length and encoding as windows of text with their place: bounded memory for lines of any length.
import { isAscii, isUtf8 } from "node:buffer";
import {
  SCAN_WINDOW_AFTER_CHARS,
  SCAN_WINDOW_BEFORE_CHARS,
  SCAN_WINDOW_CHARS,
} from "#base/limits.ts";

/**
 * A part of a text. What begins from `from` until before `to` belongs to this window; the rest is there for what stands
 * around it. `line` and `column`, from 1, are those of `from`.
 */
export type TextWindow = {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
};

/** How bytes were read. `bytes`: neither text nor UTF-16, so that only the plain texts among them were seen. */
export type ReadAs = (typeof READ_AS)[number];
/** WHY in this order: a number that is kept on the disk stands for each. */
export const READ_AS = ["utf-8", "damaged utf-8", "utf-16le", "utf-16be", "bytes"] as const;

/** Takes bytes piece by piece; `end` gives how they were read. */
export type WindowCutter = {
  /** The bytes may be others when it returned. */
  push(bytes: Buffer): void;
  end(): ReadAs;
};

/** Bytes at the start that tell the encoding. */
const SNIFF_BYTES = 8_192;
/** Share of NULs at every second byte from which text without a mark is taken for UTF-16 of a Western language. */
const UTF16_SHARE = 0.7;

/** Cuts bytes into windows and hands each one on as soon as it is whole. */
export function windowCutter(
  onWindow: (window: TextWindow) => void,
  windowChars: number = SCAN_WINDOW_CHARS,
): WindowCutter {
  const cutter = textCutter(onWindow, windowChars);
  let start: Buffer | undefined = Buffer.alloc(0);
  let decode: ((bytes: Buffer | undefined) => string) | undefined;
  let readAs: ReadAs = "utf-8";
  const begin = (bytes: Buffer) => {
    readAs = encodingOf(bytes.subarray(0, SNIFF_BYTES));
    decode = decoderFor(readAs, () => {
      if (readAs === "utf-8") readAs = "damaged utf-8";
    });
    start = undefined;
    cutter.add(decode(bytes));
  };
  return {
    push(bytes) {
      if (decode !== undefined) {
        // WHY: a sparse file is read as endless NULs, and no text is among them.
        if (readAs === "bytes" && isNothing(bytes)) return;
        if (readAs === "utf-8" && bytes.includes(0)) {
          // A text that goes on as bytes: what was taken for text is, and the rest is read as bytes.
          cutter.add(decode(undefined));
          readAs = "bytes";
          decode = decoderFor(readAs, () => undefined);
        }
        cutter.add(decode(bytes));
        return;
      }
      const isWhole = start === undefined || start.length === 0;
      const begun = isWhole ? bytes : Buffer.concat([start ?? bytes, bytes]);
      if (begun.length >= SNIFF_BYTES) begin(begun);
      else start = isWhole ? Buffer.from(bytes) : begun;
    },
    end() {
      if (decode === undefined) begin(start ?? Buffer.alloc(0));
      cutter.add(decode?.(undefined) ?? "");
      cutter.end();
      return readAs;
    },
  };
}

function encodingOf(start: Buffer): ReadAs {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
  if (!start.includes(0)) return "utf-8";
  const halves = Math.max(1, Math.floor(start.length / 2));
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < start.length; at += 2) {
    if (start[at] === 0) even += 1;
    if (start[at + 1] === 0) odd += 1;
  }
  if (odd / halves > UTF16_SHARE && even / halves < 0.1) return "utf-16le";
  if (even / halves > UTF16_SHARE && odd / halves < 0.1) return "utf-16be";
  return "bytes";
}

function decoderFor(as: ReadAs, onDamage: () => void): (bytes: Buffer | undefined) => string {
  if (as === "bytes") {
    // A NUL ends a text among bytes, as a newline does.
    return (bytes) => (bytes === undefined ? "" : bytes.toString("latin1").replaceAll("\0", "\n"));
  }
  if (as === "utf-8" || as === "damaged utf-8") {
    return utf8Decoder(as === "utf-8" ? onDamage : () => undefined);
  }
  const decoder = new TextDecoder(as);
  return (bytes) =>
    bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
}

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * UTF-8 piece by piece, without a mark at the beginning. WHY no `TextDecoder`: what it gives has two bytes a character, also where all
 * of them are ASCII, and everything behind it takes twice as long for such texts.
 */
function utf8Decoder(onDamage: () => void): (bytes: Buffer | undefined) => string {
  // The beginning of a character whose end is in the next piece.
  let cut: Buffer | undefined;
  let isFirst = true;
  const decoded = (bytes: Buffer): string => {
    if (bytes.length === 0) return "";
    if (isAscii(bytes)) {
      isFirst = false;
      return bytes.toString("latin1");
    }
    const text = bytes.toString("utf8");
    if (text.includes("\uFFFD") && !isUtf8(bytes)) onDamage();
    const isMarked = isFirst && text.startsWith(BYTE_ORDER_MARK);
    isFirst = false;
    return isMarked ? text.slice(1) : text;
  };
  return (bytes) => {
    const whole =
      cut === undefined
        ? (bytes ?? Buffer.alloc(0))
        : Buffer.concat([cut, bytes ?? Buffer.alloc(0)]);
    cut = undefined;
    if (bytes === undefined) return decoded(whole);
    const end = whole.length - cutBytes(whole);
    if (end < whole.length) cut = Buffer.from(whole.subarray(end));
    return decoded(whole.subarray(0, end));
  };
}

/** Bytes at the end that begin a character and do not end it: three at most. */
function cutBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? back : 0;
  }
  return 0;
}

const NOTHING = Buffer.alloc(1024 * 1024);
function isNothing(bytes: Buffer): boolean {
  return bytes.length <= NOTHING.length && bytes.equals(NOTHING.subarray(0, bytes.length));
}

/** The same for text. A window ends at the end of a line where there is one near. */
function textCutter(onWindow: (window: TextWindow) => void, windowChars: number) {
  let pending = "";
  let from = 0;
  let line = 1;
  let column = 1;
  let isEnded = false;
  const cut = (to: number) => {
    onWindow({ text: pending, from, to, line, column });
    if (to === pending.length && isEnded) return;
    for (let at = from; at < to; ) {
      const newline = pending.indexOf("\n", at);
      if (newline === -1 || newline >= to) {
        column += to - at;
        break;
      }
      line += 1;
      column = 1;
      at = newline + 1;
    }
    const kept = Math.max(0, to - SCAN_WINDOW_BEFORE_CHARS);
    pending = pending.slice(kept);
    from = to - kept;
  };
  return {
    add(text: string) {
      pending += text;
      while (pending.length - from >= windowChars + SCAN_WINDOW_AFTER_CHARS) {
        const newline = pending.lastIndexOf("\n", from + windowChars - 1);
        cut(newline > from + windowChars / 2 ? newline + 1 : from + windowChars);
      }
    },
    end() {
      isEnded = true;
      if (pending.length > from || line * column === 1) cut(pending.length);
    },
  };
}
