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
const LARGE = 0xffffffff;

/** Whether bytes begin as a zip file does; an empty one is its end alone. */
export function isZip(start: Buffer): boolean {
  if (start.length < 4) return false;
  const word = start.readUInt32LE(0);
  return word === LOCAL || word === END;
}

/** Goes through the entries. What the directory says is held against the bytes; it may lie. */
export function* zipEntries(bytes: Buffer): Generator<Entry> {
  const end = endOf(bytes);
  if (end === -1) {
    yield unseen(undefined, "it is a zip file without its directory: damaged or cut off");
    return;
  }
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  const offset = bytes.readUInt32LE(end + 16);
  if (count === 0xffff || size === LARGE || offset === LARGE) {
    yield unseen(undefined, "it is a zip file of the large form (zip64)");
    return;
  }
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

function endOf(bytes: Buffer): number {
  const least = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = bytes.length - END_BYTES; at >= least; at -= 1)
    if (bytes.readUInt32LE(at) === END) return at;
  return -1;
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
  const packed = bytes.readUInt32LE(at + 20);
  const nameEnd = at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28);
  const raw = bytes.subarray(at + CENTRAL_BYTES, nameEnd);
  const name = raw.toString((flags & UTF8_NAME) === 0 ? "latin1" : "utf8");
  const local = bytes.readUInt32LE(at + 42) + moved;
  if (local < 0 || local + LOCAL_BYTES > limit || bytes.readUInt32LE(local) !== LOCAL) {
    yield unseen(name, "its place in the archive is none");
    return;
  }
  const from =
    local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const to = from + packed;
  if (packed === LARGE || to > limit) {
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
