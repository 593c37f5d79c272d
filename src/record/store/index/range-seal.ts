// Keyed digests of ranges of the index: who edits rows without the record's key cannot make the digest that fits them.
import { createDeriver } from "../../log/subject.ts";
import { WORD_FIELDS } from "../../index/indexed-event.ts";
import type { Cell } from "./statements.ts";
import type { IndexRow } from "./index-row.ts";

/** Events of one range at most; the first of a range is a multiple of it, or follows another range. */
export const SEALED_EVENTS_MAX = 4_096;
/** Bytes of what stands for the full text of a range, and of its digest. */
export const WORDS_BYTES = 8;

const WORDS_KEPT_MAX = 50_000;

/** Two 32-bit sums over the words of events, in any order. */
export type WordSums = readonly [number, number];
export const NO_WORDS: WordSums = [0, 0];

/** What the digest of a range covers. `texts` are the rows as `rowText` writes them, in the order of their places. */
export type SealedRange = {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly sums: WordSums;
  readonly texts: readonly string[];
};

export type RangeSeal = {
  /** The digest: HMAC-SHA256 over the range, its words and its rows. */
  tag(range: SealedRange): Buffer;
  /** The sums as they are stored: under a pad of their range, because sums of single events would tell those of words. */
  hide(range: Pick<SealedRange, "first" | "end">, sums: WordSums): Buffer;
  show(range: Pick<SealedRange, "first" | "end">, stored: Uint8Array): WordSums;
  /** The sums of an event's words, as the full text of its place holds them. */
  wordsOf(place: number, words: readonly string[]): WordSums;
  /** What one term of the full text adds at a place. */
  termAt(place: number, term: string): WordSums;
};

/** The digests of one installation; `key` is a text that only the key store gives. */
export function createRangeSeal(key: string): RangeSeal {
  const derive = createDeriver(Buffer.from(key, "utf8").subarray(0, 64));
  const numbersOf = new Map<string, Uint32Array>();
  const remembered = (name: string, make: () => Uint32Array): Uint32Array => {
    const known = numbersOf.get(name);
    if (known !== undefined) return known;
    if (numbersOf.size >= WORDS_KEPT_MAX) numbersOf.clear();
    const made = make();
    numbersOf.set(name, made);
    return made;
  };
  const termNumbers = (term: string): readonly number[] => {
    const made = derive("sallyport/index-word/v1", Buffer.from(term, "utf8"));
    return [0, 4, 8, 12].map((at) => made.readUInt32LE(at));
  };
  const wordNumbers = (word: string): Uint32Array =>
    remembered(word, () => Uint32Array.from(termsIn(word).flatMap(termNumbers)));
  const pad = ({ first, end }: Pick<SealedRange, "first" | "end">): Buffer =>
    derive("sallyport/index-pad/v1", placesOf(first, end));
  return {
    tag: ({ first, end, sums, texts }) =>
      derive(
        "sallyport/index-range/v1",
        placesOf(first, end),
        bytesOf(sums),
        Buffer.from(texts.join("\n"), "utf8"),
      ),
    hide(range, sums) {
      const mask = pad(range);
      return bytesOf(sums).map((byte, at) => byte ^ (mask[at] ?? 0)) as Buffer;
    },
    show(range, stored) {
      const mask = pad(range);
      const plain = Buffer.alloc(WORDS_BYTES);
      for (let at = 0; at < WORDS_BYTES; at += 1) plain[at] = (stored[at] ?? 0) ^ (mask[at] ?? 0);
      return [plain.readUInt32LE(0), plain.readUInt32LE(4)];
    },
    wordsOf(place, words) {
      let [one, other] = NO_WORDS;
      for (const word of words) {
        const numbers = wordNumbers(word);
        for (let at = 0; at < numbers.length; at += 4) {
          one = (one + mixed(place, numbers, at)) >>> 0;
          other = (other + mixed(place, numbers, at + 2)) >>> 0;
        }
      }
      return [one, other];
    },
    termAt(place, term) {
      // WHY a name of its own: a word may hold several terms, and a term is not split again.
      const numbers = remembered(`\0${term}`, () => Uint32Array.from(termNumbers(term)));
      return [mixed(place, numbers, 0), mixed(place, numbers, 2)];
    },
  };
}

/** Two sums added. */
export function addSums(left: WordSums, right: WordSums): WordSums {
  return [(left[0] + right[0]) >>> 0, (left[1] + right[1]) >>> 0];
}

/** Keyed by two secret numbers of the word: whoever does not know them cannot make another list of the same sum. */
function mixed(place: number, numbers: Uint32Array, at: number): number {
  let value = Math.imul((numbers[at] ?? 0) ^ place, (numbers[at + 1] ?? 0) | 1);
  value = Math.imul(value ^ (value >>> 15) ^ (numbers[at] ?? 0), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

/** The terms that the `ascii` tokenizer of the full text makes of a word: runs of letters, digits and other scripts. */
function termsIn(word: string): readonly string[] {
  return word
    .replaceAll(/[A-Z]+/g, (run) => run.toLowerCase())
    .split(/[\0-/:-@[-`{-\x7f]+/)
    .filter((term) => term !== "");
}

/** One row, so that two rows with the same text answer every question alike. */
export function rowText({ event, subject }: Omit<IndexRow, "name">): string {
  const counts = new Map<string, readonly [string, string, number]>();
  for (const { field, value, count } of event.marks) {
    const key = `${field}\0${value}`;
    counts.set(key, [field, value, (counts.get(key)?.[2] ?? 0) + count]);
  }
  const { duration, size, findings } = event.number;
  return textOf(
    [
      ...[event.index, event.id, event.timeMs, subject ?? null],
      ...WORD_FIELDS.map((field) => event.word[field] ?? null),
      ...[duration ?? null, size ?? null, findings ?? null],
      ...[Number(event.enforced), Number(event.canary)],
    ],
    [...counts.values()],
  );
}

/** The same of a row as it is stored: its columns, and its members of lists as field, value and count. */
export function textOf(
  columns: readonly Cell[],
  marks: (readonly [string, string, number])[],
): string {
  marks.sort((left, right) => compare(`${left[0]}\0${left[1]}`, `${right[0]}\0${right[1]}`));
  return JSON.stringify([...columns, marks]);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function placesOf(first: number, end: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(BigInt(first), 0);
  bytes.writeBigUInt64BE(BigInt(end), 8);
  return bytes;
}

function bytesOf([one, other]: WordSums): Buffer {
  const bytes = Buffer.alloc(WORDS_BYTES);
  bytes.writeUInt32LE(one, 0);
  bytes.writeUInt32LE(other, 4);
  return bytes;
}
