// The loop of the keyword search as WebAssembly, put together of its instructions: where a keyword may end, and where digits are many.

/** Characters that are handed over at once, and where their bytes, or their units of two bytes, are put into the memory. */
export const PIECE_CHARS = 32 * 1024;
export const BYTES_AT = 104 * 1024;
export const UNITS_AT = BYTES_AT + PIECE_CHARS;
/** Where it writes what it finds, so many numbers each: at most one keyword a character, and one group of digits for every few. */
export const FOUND_AT = UNITS_AT + 2 * PIECE_CHARS;
export const FOUND_NUMBERS = 4;
const MEMORY_PAGES = 16;

/** By byte: its small form, nothing outside of ASCII; and whether it is a digit (1) or a sign between digits (2). */
export const FOLDED_AT = 0;
export const CLASSES_AT = 256;
/** What stands for a sign of print, which has no byte of ASCII. */
export const PRINTED_SIGN = 0x80;
/**
 * Bits by the hash of the last characters: three of the shortest keywords, four of those of four and five characters, then six, and
 * eight. WHY `any`, by four: of most places one look says that no keyword ends there. WHY eight: many words end like a keyword.
 */
export const TABLES = {
  any: { at: 8 * 1024, bits: 18 },
  eight: { at: 40 * 1024, bits: 18 },
  six: { at: 72 * 1024, bits: 16 },
  four: { at: 80 * 1024, bits: 17 },
  three: { at: 96 * 1024, bits: 16 },
} as const;
/** Knuth's multiplicative hash: 2 to the 32nd by the golden ratio. */
const GOLDEN = 0x9e3779b1 | 0;
const MIXER = 0x85ebca6b | 0;

/** The bit of a table of so many bits that stands for the last characters; of three, they are the upper ones. */
export function bitOf(characters: number, bits: number): number {
  return Math.imul(characters, GOLDEN) >>> (32 - bits);
}

/** More than four characters as one number, which others may have too: the last four, and those before them. */
export function mixed(last: number, before: number): number {
  return last ^ Math.imul(before, MIXER);
}

/**
 * What the module offers. `begin` forgets the text before. `narrow` makes bytes of so many units. `search` goes through so many bytes,
 * the first of which is character `base`, and returns how many it found: the end of what may be a keyword with its last four
 * characters and their `mixed` number of six and of eight, or the beginning of a group of `leastDigits` digits, as -1 minus it.
 */
export type SearchModule = {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly begin: () => void;
  readonly narrow: (length: number) => void;
  readonly search: (length: number, base: number, leastDigits: number) => number;
};

// Instructions of WebAssembly 1.0 as far as they are used here, by the names of its text form.
const [I32, FUNCTION, NOTHING] = [0x7f, 0x60, 0x40];
const [BLOCK, LOOP, IF, ELSE, END, BRANCH, BRANCH_IF] = [0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d];
const [GET, SET, TEE, GLOBAL_GET, GLOBAL_SET, SELECT] = [0x20, 0x21, 0x22, 0x23, 0x24, 0x1b];
const [EQ, LESS, LESS_OR_EQUAL, AT_LEAST] = [0x46, 0x49, 0x4d, 0x4f];
const [ADD, SUBTRACT, MULTIPLY, AND, OR, XOR] = [0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73];
const [SHIFT_LEFT, SHIFT_RIGHT, DIVIDE] = [0x74, 0x76, 0x6e];
const load8 = (at: number): number[] => [0x2d, 0, ...unsigned(at)];
const load16 = (at: number): number[] => [0x2f, 1, ...unsigned(at)];
const store8 = (at: number): number[] => [0x3a, 0, ...unsigned(at)];
const store32 = (at: number): number[] => [0x36, 2, ...unsigned(at)];
const constant = (value: number): number[] => [0x41, ...signed(value)];

/** LEB128, as the format writes its numbers. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

/** Global numbers: what of a text is carried from one piece to the next. */
const [G_LAST, G_START, G_COUNT, G_GAP, G_BEFORE] = [0, 1, 2, 3, 4];
/** More signs than stand between two digits of one number: no number is under way. */
const NO_NUMBER = 4;

function searchCode(): number[] {
  const [length, base, least, at, out, byte, last, hash] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const [start, count, gap, before, six, eight, three] = [8, 9, 10, 11, 12, 13, 14] as const;
  /** Whether the bit of the characters on the stack is set, in the lowest bit. */
  const bit = (table: { readonly at: number; readonly bits: number }): number[] => [
    ...[...constant(GOLDEN), MULTIPLY, ...constant(32 - table.bits), SHIFT_RIGHT],
    ...[TEE, hash, ...constant(3), SHIFT_RIGHT, ...load8(table.at)],
    ...[GET, hash, ...constant(7), AND, SHIFT_RIGHT],
  ];
  const found = (place: number[]): number[] => [
    ...[GET, out, ...place, ...store32(FOUND_AT), GET, out, GET, last, ...store32(FOUND_AT + 4)],
    ...[GET, out, GET, six, ...store32(FOUND_AT + 8)],
    ...[GET, out, GET, eight, ...store32(FOUND_AT + 12)],
    ...[GET, out, ...constant(4 * FOUND_NUMBERS), ADD, SET, out],
  ];
  const keyword = [
    ...[GET, last, ...bit(TABLES.any)],
    ...[GET, last, ...constant(8), SHIFT_LEFT, ...bit(TABLES.three), TEE, three],
    ...[OR, ...constant(1), AND, IF, NOTHING],
    ...[GET, last, GET, before, ...constant(0xffff), AND, ...constant(MIXER), MULTIPLY, XOR],
    ...[TEE, six, ...bit(TABLES.six)],
    ...[GET, last, GET, before, ...constant(MIXER), MULTIPLY, XOR],
    ...[TEE, eight, ...bit(TABLES.eight), OR],
    ...[GET, last, ...bit(TABLES.four), OR, GET, three, OR],
    ...[...constant(1), AND, IF, NOTHING],
    ...[...found([GET, base, GET, at, ADD, ...constant(1), ADD]), END, END],
  ];
  const digits = [
    ...[GET, byte, ...load8(CLASSES_AT), TEE, hash, ...constant(1), EQ, IF, NOTHING],
    // Behind too many signs a group begins.
    ...[GET, gap, ...constant(NO_NUMBER), AT_LEAST, IF, NOTHING],
    ...[GET, base, GET, at, ADD, SET, start, ...constant(0), SET, count, END],
    ...[...constant(0), SET, gap, GET, count, ...constant(1), ADD, TEE, count],
    ...[GET, least, EQ, IF, NOTHING, ...found([...constant(-1), GET, start, SUBTRACT]), END],
    ...[ELSE, GET, gap, ...constant(1), ADD, ...constant(NO_NUMBER)],
    ...[GET, hash, ...constant(2), EQ, GET, gap, ...constant(NO_NUMBER), LESS, AND],
    ...[SELECT, SET, gap, END],
  ];
  return [
    ...[1, 12, I32, GLOBAL_GET, G_BEFORE, SET, before],
    ...[GLOBAL_GET, G_LAST, SET, last, GLOBAL_GET, G_START, SET, start],
    ...[GLOBAL_GET, G_COUNT, SET, count, GLOBAL_GET, G_GAP, SET, gap],
    ...[BLOCK, NOTHING, LOOP, NOTHING, GET, at, GET, length, AT_LEAST, BRANCH_IF, 1],
    ...[GET, before, ...constant(8), SHIFT_LEFT],
    ...[GET, last, ...constant(24), SHIFT_RIGHT, OR, SET, before],
    ...[GET, last, ...constant(8), SHIFT_LEFT],
    ...[GET, at, ...load8(BYTES_AT), TEE, byte, ...load8(FOLDED_AT), OR, SET, last],
    ...[...keyword, ...digits],
    ...[GET, at, ...constant(1), ADD, SET, at, BRANCH, 0, END, END],
    ...[GET, last, GLOBAL_SET, G_LAST, GET, start, GLOBAL_SET, G_START],
    ...[GET, count, GLOBAL_SET, G_COUNT, GET, gap, GLOBAL_SET, G_GAP],
    ...[GET, before, GLOBAL_SET, G_BEFORE],
    ...[GET, out, ...constant(4 * FOUND_NUMBERS), DIVIDE, END],
  ];
}

/** Units of ASCII are their bytes; signs of print are one byte, and everything else is none. */
function narrowCode(): number[] {
  const [length, at, unit] = [0, 1, 2] as const;
  return [
    ...[1, 2, I32, BLOCK, NOTHING, LOOP, NOTHING, GET, at, GET, length, AT_LEAST, BRANCH_IF, 1],
    ...[GET, at, GET, at, ...constant(1), SHIFT_LEFT, ...load16(UNITS_AT), TEE, unit],
    ...[...constant(PRINTED_SIGN), ...constant(0)],
    // U+00A0, U+2009 and U+2010 to U+2013.
    ...[GET, unit, ...constant(0xa0), EQ, GET, unit, ...constant(0x2009), EQ, OR],
    ...[GET, unit, ...constant(0x2010), SUBTRACT, ...constant(3), LESS_OR_EQUAL, OR, SELECT],
    ...[GET, unit, ...constant(0x80), LESS, SELECT, ...store8(BYTES_AT)],
    ...[GET, at, ...constant(1), ADD, SET, at, BRANCH, 0, END, END, END],
  ];
}

function beginCode(): number[] {
  return [
    ...[
      0,
      ...constant(0),
      GLOBAL_SET,
      G_BEFORE,
      ...constant(0),
      GLOBAL_SET,
      G_LAST,
      ...constant(0),
      GLOBAL_SET,
      G_START,
    ],
    ...[...constant(0), GLOBAL_SET, G_COUNT, ...constant(NO_NUMBER), GLOBAL_SET, G_GAP, END],
  ];
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, count: number, bytes: readonly number[]): number[] {
  return [id, ...sized([count, ...bytes])];
}

function exported(name: string, kind: number, index: number): number[] {
  return [...sized([...name].map((one) => one.charCodeAt(0))), kind, index];
}

/** The module in its binary form. */
export function searchModuleBytes(): Uint8Array {
  const global = [I32, 1, ...constant(0), END];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 3, [
      ...[FUNCTION, 0, 0],
      ...[FUNCTION, 1, I32, 0],
      ...[FUNCTION, 3, I32, I32, I32, 1, I32],
    ]),
    ...section(3, 3, [0, 1, 2]),
    ...section(5, 1, [1, MEMORY_PAGES, MEMORY_PAGES]),
    ...section(6, 5, [...global, ...global, ...global, ...global, ...global]),
    ...section(7, 4, [
      ...[...exported("memory", 2, 0), ...exported("begin", 0, 0)],
      ...[...exported("narrow", 0, 1), ...exported("search", 0, 2)],
    ]),
    ...section(10, 3, [...sized(beginCode()), ...sized(narrowCode()), ...sized(searchCode())]),
  ]);
}
