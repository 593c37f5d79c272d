// The entries of a zip file by its central directory (APPNOTE.TXT 6.3, PKWARE): stored and deflated ones, nothing trusted.
import { inflateRawSync } from "node:zlib";
import { type Entry, inflated, unpackedMax, unseen } from "./entry.ts";

const END = 0x06054b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const ENCRYPTED = 0x0001;
const UTF8_NAME = 0x0800;
/** Where a field says this, the value stands in a place that has eight bytes for it (4.3.14 to 4.3.16, 4.5.3). */
const LARGE = 0xffffffff;
const MANY = 0xffff;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const LARGE_END = 0x06064b50;
const LARGE_END_BYTES = 56;
const LARGE_FIELD = 0x0001;

/** Whether bytes begin as a zip file does; an empty one is its end alone. */
export function isZip(start: Buffer): boolean {
  if (start.length < 4) return false;
  const word = start.readUInt32LE(0);
  return word === LOCAL || word === END;
}

/** Goes through the entries. What the directory says is held against the bytes; it may lie. */
export function* zipEntries(bytes: Buffer): Generator<Entry> {
  const directory = directoryOf(bytes);
  if (directory === undefined) {
    yield unseen(undefined, "it is a zip file without its directory: damaged or cut off");
    return;
  }
  const { count, size, offset, end } = directory;
  const start = end - size;
  if (start < 0) {
    yield unseen(undefined, "its directory lies outside of it");
    return;
  }
  // What stands before a self-extracting file moves every place in it.
  const moved = start - offset;
  const taken: { from: number; to: number }[] = [];
  let at = start;
  let seen = 0;
  while (at + CENTRAL_BYTES <= end && bytes.readUInt32LE(at) === CENTRAL) {
    const nameBytes = bytes.readUInt16LE(at + 28);
    const next =
      at + CENTRAL_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > end) break;
    seen += 1;
    yield* entryAt({ bytes, at, moved, limit: start, taken });
    at = next;
  }
  if (seen < count || at < end)
    yield unseen(undefined, "its directory is damaged, so that there may be more in it");
  if (hidesEntries(bytes, start, taken))
    yield unseen(undefined, "there are entries in it that its directory does not name");
}

/** What the end of a file says of its directory; `end`: where the directory ends. */
type Directory = {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly end: number;
};

function directoryOf(bytes: Buffer): Directory | undefined {
  const end = endOf(bytes);
  if (end === -1) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  const offset = bytes.readUInt32LE(end + 16);
  if (count !== MANY && size !== LARGE && offset !== LARGE) return { count, size, offset, end };
  const at = end - LOCATOR_BYTES - LARGE_END_BYTES;
  if (at < 0 || bytes.readUInt32LE(end - LOCATOR_BYTES) !== LOCATOR) return undefined;
  // WHY not where the locator says: something may stand before the archive, and a record that is longer than it has to be is none of today's.
  if (bytes.readUInt32LE(at) !== LARGE_END) return undefined;
  return {
    count: wide(bytes, at + 32),
    size: wide(bytes, at + 40),
    offset: wide(bytes, at + 48),
    end: at,
  };
}

/** A number of eight bytes; what is too large to be exact is too large for any file. */
function wide(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function endOf(bytes: Buffer): number {
  const least = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = bytes.length - END_BYTES; at >= least; at -= 1)
    if (bytes.readUInt32LE(at) === END) return at;
  return -1;
}

/** The packed size and the place of an entry: of four bytes each, or of eight in its extra field, which holds only those that need them. */
function placeOf(bytes: Buffer, at: number): { readonly packed: number; readonly local: number } {
  const plain = bytes.readUInt32LE(at + 24);
  const packed = bytes.readUInt32LE(at + 20);
  const local = bytes.readUInt32LE(at + 42);
  if (plain !== LARGE && packed !== LARGE && local !== LARGE) return { packed, local };
  let field = at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28);
  const fieldsEnd = field + bytes.readUInt16LE(at + 30);
  while (field + 4 <= fieldsEnd) {
    const from = field + 4;
    const to = Math.min(fieldsEnd, from + bytes.readUInt16LE(field + 2));
    if (bytes.readUInt16LE(field) === LARGE_FIELD) {
      let next = from + (plain === LARGE ? 8 : 0);
      const read = (given: number): number => {
        if (given !== LARGE || next + 8 > to) return given;
        next += 8;
        return wide(bytes, next - 8);
      };
      return { packed: read(packed), local: read(local) };
    }
    field = to;
  }
  return { packed, local };
}

type Place = {
  readonly bytes: Buffer;
  readonly at: number;
  readonly moved: number;
  /** Where the directory begins: no content lies behind. */
  readonly limit: number;
  readonly taken: { from: number; to: number }[];
};

function* entryAt({ bytes, at, moved, limit, taken }: Place): Generator<Entry> {
  const flags = bytes.readUInt16LE(at + 8);
  const method = bytes.readUInt16LE(at + 10);
  const place = placeOf(bytes, at);
  const { packed } = place;
  const nameEnd = at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28);
  const raw = bytes.subarray(at + CENTRAL_BYTES, nameEnd);
  const name = raw.toString((flags & UTF8_NAME) === 0 ? "latin1" : "utf8");
  const local = place.local + moved;
  if (local < 0 || local + LOCAL_BYTES > limit || bytes.readUInt32LE(local) !== LOCAL) {
    yield unseen(name, "its place in the archive is none");
    return;
  }
  const from =
    local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const to = from + packed;
  if (to > limit) {
    yield unseen(name, "it is cut off, or larger than its archive");
    return;
  }
  // WHY: many names for the same bytes are how a small file becomes endless.
  if (!takes(taken, { from: local, to })) {
    yield unseen(name, "it lies over another entry");
    return;
  }
  if (name.endsWith("/") && packed === 0) return;
  const content = bytes.subarray(from, to);
  if ((flags & ENCRYPTED) !== 0) yield unseen(name, "it is encrypted");
  else if (method === 0) yield { kind: "file", name, unpack: () => ({ bytes: content }) };
  else if (method === 8) {
    const unpack = () =>
      inflated(() => inflateRawSync(content, { maxOutputLength: unpackedMax(packed) }));
    yield { kind: "file", name, unpack };
  } else yield unseen(name, `it is packed by a method that is not known here (${method})`);
}

/** Puts a part among those that are taken, which lie in order; false where it lies over one of them. */
function takes(taken: Place["taken"], part: { from: number; to: number }): boolean {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((taken[middle]?.from ?? 0) < part.from) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [taken[low - 1], taken[low]];
  if (
    (before !== undefined && before.to > part.from) ||
    (after !== undefined && after.from < part.to)
  )
    return false;
  taken.splice(low, 0, part);
  return true;
}

/** Whether the beginning of an entry stands where the directory knows of none. */
function hidesEntries(
  bytes: Buffer,
  limit: number,
  taken: readonly { readonly from: number; readonly to: number }[],
): boolean {
  const mark = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
  let at = 0;
  for (const { from, to } of taken) {
    const found = bytes.indexOf(mark, at);
    if (found !== -1 && found < from) return true;
    at = Math.max(at, to);
  }
  const found = bytes.indexOf(mark, at);
  return found !== -1 && found < limit;
}
