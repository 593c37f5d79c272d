// Blocks that zstd, lz4 and xz keep as they came in, which is what they do with few bytes: taken out of their frames.

/** Bytes of a little-endian number. */
function numberAt(binary: string, at: number, width: number): number {
  let value = 0;
  for (let place = width - 1; place >= 0; place -= 1)
    value = value * 256 + (at + place < binary.length ? binary.charCodeAt(at + place) : Number.NaN);
  return value;
}

/** A frame of zstd (RFC 8878) of raw and repeated blocks alone; undefined for every other. */
export function unpackZstd(binary: string): string | undefined {
  if (!binary.startsWith("\x28\xb5\x2f\xfd")) return undefined;
  const descriptor = numberAt(binary, 4, 1);
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  if (dictionary > 0) return undefined;
  let at = 5 + (isSingle ? 0 : 1) + size;
  let result = "";
  for (;;) {
    const header = numberAt(binary, at, 3);
    if (Number.isNaN(header)) return undefined;
    const [isLast, kind, length] = [(header & 1) === 1, (header >> 1) & 3, header >> 3];
    if (kind > 1 || length > LENGTH_MAX || result.length > LENGTH_MAX) return undefined;
    const taken = kind === 0 ? length : 1;
    if (at + 3 + taken > binary.length) return undefined;
    const part = binary.slice(at + 3, at + 3 + taken);
    result += kind === 0 ? part : part.repeat(length);
    at += 3 + taken;
    if (isLast) break;
  }
  // A sum of four bytes may stand at the end; nothing else does.
  return at + ((descriptor & 4) === 0 ? 0 : 4) === binary.length ? result : undefined;
}

const LENGTH_MAX = 64 * 1024;

/** A frame of lz4 with its blocks, packed or not. */
export function unpackLz4(binary: string): string | undefined {
  if (!binary.startsWith("\x04\x22\x4d\x18")) return undefined;
  const flags = numberAt(binary, 4, 1);
  if (flags >> 6 !== 1 || (flags & 1) !== 0) return undefined;
  let at = 7 + ((flags & 8) === 0 ? 0 : 8);
  let result = "";
  for (;;) {
    const header = numberAt(binary, at, 4);
    if (Number.isNaN(header)) return undefined;
    at += 4;
    if (header === 0) break;
    const length = header % 2 ** 31;
    const block = binary.slice(at, at + length);
    if (block.length < length) return undefined;
    const whole = header >= 2 ** 31 ? result + block : lz4Block(block, result);
    if (whole === undefined || whole.length > LENGTH_MAX) return undefined;
    result = whole;
    at += length + ((flags & 16) === 0 ? 0 : 4);
  }
  return at + ((flags & 4) === 0 ? 0 : 4) === binary.length ? result : undefined;
}

/** Runs of bytes, each followed by a part of what came before. */
function lz4Block(block: string, before: string): string | undefined {
  let result = before;
  let at = 0;
  const more = (length: number): number => {
    let sum = length;
    for (let byte = 255; length === 15 && byte === 255; ) {
      byte = numberAt(block, at, 1);
      sum += byte;
      at += 1;
    }
    return sum;
  };
  while (at < block.length) {
    const token = numberAt(block, at, 1);
    at += 1;
    const literals = more(token >> 4);
    if (!(at + literals <= block.length)) return undefined;
    result += block.slice(at, at + literals);
    at += literals;
    if (at === block.length) return result;
    const back = numberAt(block, at, 2);
    at += 2;
    const length = more(token & 15) + 4;
    if (!(back > 0 && back <= result.length && length + result.length <= LENGTH_MAX))
      return undefined;
    const part = result.slice(-back);
    result += part.repeat(Math.ceil(length / back)).slice(0, length);
  }
  return undefined;
}

/** A stream of xz whose one block holds uncompressed chunks alone. */
export function unpackStoredXz(binary: string): string | undefined {
  if (!binary.startsWith("\xfd7zXZ\0\0")) return undefined;
  const header = (numberAt(binary, 12, 1) + 1) * 4;
  // One filter, LZMA2, and no sizes.
  if (numberAt(binary, 13, 1) !== 0 || numberAt(binary, 14, 1) !== 0x21) return undefined;
  let at = 12 + header;
  let result = "";
  for (;;) {
    const control = numberAt(binary, at, 1);
    if (control === 0) return result;
    if (!(control === 1 || control === 2)) return undefined;
    const length = numberAt(binary, at + 1, 1) * 256 + numberAt(binary, at + 2, 1) + 1;
    const part = binary.slice(at + 3, at + 3 + length);
    if (part.length < length || result.length > LENGTH_MAX) return undefined;
    result += part;
    at += 3 + length;
  }
}
