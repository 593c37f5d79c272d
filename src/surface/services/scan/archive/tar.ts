// The entries of a tar file (POSIX.1-2017, pax; long names of GNU tar), nothing trusted.
import { ARCHIVE_NAME_CHARS_MAX } from "#base/limits.ts";
import { type Entry, unseen } from "./entry.ts";

const BLOCK = 512;
/** Bytes of a header that holds a long name or pax records. */
const RECORDS_BYTES_MAX = 64 * 1024;

/** Whether bytes begin with a header of a tar file: its checksum is right. */
export function isTar(start: Buffer): boolean {
  return start.length >= BLOCK && start[0] !== 0 && hasChecksum(start.subarray(0, BLOCK));
}

/** Goes through the entries. Directories, links and devices hold nothing. */
export function* tarEntries(bytes: Buffer): Generator<Entry> {
  let at = 0;
  let given: { name?: string; size?: number } = {};
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) {
      // WHY: whatever stands behind the end is read by no tar, and by whoever knows of it.
      if (bytes.subarray(at).some((byte) => byte !== 0))
        yield unseen(undefined, "there is something behind its end");
      return;
    }
    const size = given.size ?? numberAt(header, 124, 12);
    if (!hasChecksum(header) || size === undefined) {
      yield unseen(undefined, "it is a damaged tar file, so that there may be more in it");
      return;
    }
    const from = at + BLOCK;
    const content = bytes.subarray(from, from + size);
    const type = String.fromCharCode(header[156] ?? 0);
    const name = given.name ?? nameOf(header);
    const isCut = content.length < size;
    at = from + Math.ceil(size / BLOCK) * BLOCK;
    if (isRecords(type)) {
      if (size > RECORDS_BYTES_MAX || isCut) {
        yield unseen(name, "the name of an entry is longer than is read");
        return;
      }
      given = { ...given, ...(type === "x" ? records(content) : longName(type, content)) };
      continue;
    }
    given = {};
    if (type === "S") yield unseen(name, "it is a file with holes");
    else if (type === "0" || type === "\0" || type === "7") {
      const unpack = () => ({ bytes: content, ...(isCut ? { why: "it is cut off" } : {}) });
      yield { kind: "file", name, unpack };
    }
  }
  yield unseen(undefined, "it is a tar file without its end");
}

/** `x` and `g` are pax, `L` and `K` long names of GNU. */
function isRecords(type: string): boolean {
  return type === "x" || type === "g" || type === "L" || type === "K";
}

function longName(type: string, content: Buffer): { name?: string } {
  return type === "L" ? { name: fieldText(content) } : {};
}

/** `<length> <key>=<value>\n`, as often as there is one. */
function records(content: Buffer): { name?: string; size?: number } {
  const found: { name?: string; size?: number } = {};
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(32, at);
    const length = space === -1 ? Number.NaN : Number(content.toString("latin1", at, space));
    if (!Number.isSafeInteger(length) || length <= space - at) break;
    const record = content.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === "path") found.name = value;
    if (key === "size" && /^\d{1,15}$/.test(value)) found.size = Number(value);
    at += length;
  }
  return found;
}

function nameOf(header: Buffer): string {
  const name = fieldText(header.subarray(0, 100));
  const isUstar = header.toString("latin1", 257, 262) === "ustar";
  const prefix = isUstar ? fieldText(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function fieldText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes
    .subarray(0, Math.min(end === -1 ? bytes.length : end, ARCHIVE_NAME_CHARS_MAX * 4))
    .toString("utf8");
}

/** Octal digits, or a number of 256 per byte where the first bit is set. Undefined where it is none. */
function numberAt(header: Buffer, at: number, length: number): number | undefined {
  const field = header.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let value = (field[0] ?? 0) & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = field
    .toString("latin1")
    .replace(/[\0 ]+$/, "")
    .trimStart();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : undefined;
}

/** The sum of all bytes, with blanks in place of the sum itself. */
function hasChecksum(header: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= 148 && at < 156 ? 32 : (header[at] ?? 0);
  return numberAt(header, 148, 8) === sum;
}
