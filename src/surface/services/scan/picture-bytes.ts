// Pictures without their pixels: what is packed in them is no text, and everything else of them is looked at.

/** Takes the bytes of a file from its beginning, and hands on those that may be text. */
export type ByteFilter = (bytes: Buffer) => void;

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
/** What stands for the pixels: it ends a text among bytes, so that what is around them is not taken for one. */
const GAP = Buffer.alloc(1);

/**
 * Hands on everything but the pixels of a PNG (W3C PNG, third edition, 5.3) and of a JPEG (ITU-T T.81, B.1.1), by their first bytes. Text
 * in the place of pixels is no picture's and handed on, and so is what stands behind a picture.
 */
export function withoutPixels(onBytes: ByteFilter): ByteFilter {
  let filter: ByteFilter | undefined;
  return (bytes) => {
    filter ??= filterFor(bytes, onBytes);
    filter(bytes);
  };
}

function filterFor(start: Buffer, onBytes: ByteFilter): ByteFilter {
  if (start.subarray(0, PNG.length).equals(PNG)) return pngFilter(onBytes);
  if (start.subarray(0, JPEG.length).equals(JPEG)) return jpegFilter(onBytes);
  return onBytes;
}

/** A part of a picture: how many bytes it still has, and whether they are pixels. */
type Part = { left: number; isPacked: boolean };

/** Parts, each announced by a head of so many bytes that `partOf` reads; undefined where no more parts follow. */
function partsFilter(
  onBytes: ByteFilter,
  headBytes: number,
  partOf: (head: Buffer) => Part | undefined,
): ByteFilter {
  let head: Buffer = Buffer.alloc(0);
  let part: Part | undefined;
  let isBehind = false;
  return (piece) => {
    let bytes = piece;
    while (bytes.length > 0 && !isBehind) {
      if (part === undefined || part.left === 0) {
        const taken = bytes.subarray(0, headBytes - head.length);
        bytes = bytes.subarray(taken.length);
        head = Buffer.concat([head, taken]);
        if (head.length < headBytes) return;
        part = partOf(head);
        isBehind = part === undefined;
        onBytes(head);
        head = Buffer.alloc(0);
        continue;
      }
      const inside = bytes.subarray(0, part.left);
      part.left -= inside.length;
      bytes = bytes.subarray(inside.length);
      onBytes(part.isPacked && !isText(inside) ? GAP : inside);
    }
    if (bytes.length > 0) onBytes(bytes);
  };
}

function pngFilter(onBytes: ByteFilter): ByteFilter {
  const filter = partsFilter(onBytes, 8, (head) => {
    const kind = head.toString("latin1", 4);
    if (!/^[A-Za-z]{4}$/.test(kind) || kind === "IEND") return undefined;
    // A part ends with a checksum of four bytes.
    return { left: head.readUInt32BE() + 4, isPacked: kind === "IDAT" || kind === "fdAT" };
  });
  let signature = PNG.length;
  return (bytes) => {
    const behind = bytes.subarray(Math.min(signature, bytes.length));
    signature -= bytes.length - behind.length;
    filter(behind);
  };
}

const MARKER = 0xff;
const [START_OF_IMAGE, END_OF_IMAGE, START_OF_SCAN] = [0xd8, 0xd9, 0xda];

/** Bytes behind the head of a scan go on to the next marker, which is none of those that stand inside of a scan. */
function jpegFilter(onBytes: ByteFilter): ByteFilter {
  let head: Buffer = Buffer.alloc(0);
  let left = 0;
  let kind = 0;
  let place: "head" | "part" | "scan" | "behind" = "head";
  /** Takes what belongs to the place, and returns the rest. */
  const step = (bytes: Buffer): Buffer => {
    if (place === "scan") {
      const whole = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      const end = scanEnd(whole);
      // A marker may be cut where the piece ends.
      head = Buffer.from(end === whole.length && whole.at(-1) === MARKER ? [MARKER] : []);
      const inside = whole.subarray(0, end - head.length);
      if (inside.length > 0) onBytes(isText(inside) ? inside : GAP);
      if (end < whole.length) place = "head";
      return whole.subarray(end);
    }
    if (place === "part") {
      const inside = bytes.subarray(0, left);
      left -= inside.length;
      onBytes(inside);
      if (left === 0) place = kind === START_OF_SCAN ? "scan" : "head";
      return bytes.subarray(inside.length);
    }
    const wanted = head.length >= 2 && !isAlone(head[1] ?? 0) ? 4 : 2;
    const taken = bytes.subarray(0, wanted - head.length);
    head = Buffer.concat([head, taken]);
    const rest = bytes.subarray(taken.length);
    if (head.length < wanted || (wanted === 2 && isMarker(head) && !isAlone(head[1] ?? 0)))
      return rest;
    kind = head[1] ?? 0;
    left = wanted === 4 ? Math.max(0, head.readUInt16BE(2) - 2) : 0;
    if (!isMarker(head) || kind === END_OF_IMAGE) place = "behind";
    else if (left > 0) place = "part";
    onBytes(head);
    head = Buffer.alloc(0);
    return rest;
  };
  return (piece) => {
    let bytes = piece;
    while (bytes.length > 0 && place !== "behind") bytes = step(bytes);
    if (bytes.length > 0) onBytes(bytes);
  };
}

function isMarker(head: Buffer): boolean {
  return head[0] === MARKER;
}

/** Markers without a length. */
function isAlone(kind: number): boolean {
  return kind === START_OF_IMAGE || kind === END_OF_IMAGE || kind === 1 || isRestart(kind);
}

function isRestart(kind: number): boolean {
  return kind >= 0xd0 && kind <= 0xd7;
}

/** Where a marker begins that ends a scan; the length where none does. */
function scanEnd(bytes: Buffer): number {
  for (let at = bytes.indexOf(MARKER); at !== -1; at = bytes.indexOf(MARKER, at + 1)) {
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && next !== MARKER && !isRestart(next)) return at;
  }
  return bytes.length;
}

/** Bytes by which pixels are told from text, from so many on, and the share of them that text has at least. */
const SAMPLE_BYTES = 512;
const SAMPLE_BYTES_MIN = 16;
const TEXT_SHARE = 0.85;

/** Whether the bytes begin like a text: packed pixels have every byte about as often. */
function isText(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  let count = 0;
  for (const byte of sample)
    if ((byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10) count += 1;
  return sample.length >= SAMPLE_BYTES_MIN && count >= TEXT_SHARE * sample.length;
}
