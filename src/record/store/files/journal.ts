// The journal: entries that are durable and not yet published, as checksummed frames in segments named by first index.
import { type FileHandle, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { assert, Failure } from "#base/failure.ts";
import { ENTRY_BYTES_MAX } from "../../log/bundle.ts";
import { hasCode, readBounded, syncDirectory } from "./private-files.ts";

const CHECKSUM_BYTES = 8;
const FRAME_HEAD_BYTES = 4 + CHECKSUM_BYTES;
/** The largest batch whose memory is kept for the next one. */
const KEPT_BYTES_MAX = 1024 * 1024;
const SEGMENT_BYTES_MAX = 1024 * 1024 * 1024;
const SEGMENT_NAME = /^(\d{16})\.journal$/;

/** An entry with its leaf hash, whose first 8 bytes are the checksum of its frame. */
export type HashedEntry = { readonly bytes: Uint8Array; readonly hash: Uint8Array };

/** Appends entries for one writer; every call waits for the one before it. */
export type Journal = {
  /** Writes entries and waits until the disk has them. On failure none of them is in the journal. */
  append(entries: readonly HashedEntry[]): Promise<void>;
  /** Goes on in a new segment whose first entry is `index`. */
  rotate(index: number): Promise<void>;
  /** Removes segments that hold no entry at or after `index`. */
  dropBefore(index: number): Promise<void>;
  close(): Promise<void>;
};

/** Starts a segment at `index` in `directory`, replacing one of that name. */
export async function startJournal(directory: string, index: number): Promise<Journal> {
  let segment = await createSegment(directory, index);
  // WHY one memory for all batches: a new one each time is larger than what is written, and costs more than filling it.
  let memory = Buffer.alloc(0);
  return {
    append(entries) {
      const size = framesSize(entries);
      if (size > memory.length && size <= KEPT_BYTES_MAX) memory = Buffer.allocUnsafe(2 * size);
      return appendFrames(segment, encodeFrames(entries, memory));
    },
    async rotate(next) {
      if (segment.torn) await repair(segment);
      if (segment.offset === 0) return;
      const started = await createSegment(directory, next);
      const old = segment;
      segment = started;
      await old.handle.close();
    },
    async dropBefore(next) {
      const segments = await listSegments(directory);
      for (const [place, item] of segments.entries()) {
        const end = segments[place + 1]?.start;
        if (end !== undefined && end <= next) await unlink(join(directory, item.name));
      }
    },
    async close() {
      if (segment.torn) await repair(segment);
      await segment.handle.close();
    },
  };
}

/** `offset` is the end of what is known to be whole; `torn` that bytes may follow it which must go first. */
type Segment = { readonly path: string; handle: FileHandle; offset: number; torn: boolean };

async function createSegment(directory: string, index: number): Promise<Segment> {
  const path = join(directory, `${String(index).padStart(16, "0")}.journal`);
  const handle = await open(path, "w", 0o600);
  try {
    await syncDirectory(directory);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return { path, handle, offset: 0, torn: false };
}

async function appendFrames(segment: Segment, frames: Buffer): Promise<void> {
  if (segment.torn) await repair(segment);
  segment.torn = true;
  try {
    await writeFrames(segment, frames);
    await requireInPlace(segment);
  } catch (error) {
    // What cannot be cut now is cut before the next append.
    await repair(segment).catch(() => undefined);
    throw error;
  }
  segment.offset += frames.length;
  segment.torn = false;
}

async function writeFrames(segment: Segment, frames: Buffer): Promise<void> {
  let written = 0;
  while (written < frames.length) {
    const { bytesWritten } = await segment.handle.write(
      frames,
      written,
      frames.length - written,
      segment.offset + written,
    );
    assert(bytesWritten > 0, "a write makes progress");
    written += bytesWritten;
  }
  await segment.handle.datasync();
}

/** WHY: a file that was removed, or whose directory was, takes what is written to it and nobody will ever read that. */
async function requireInPlace({ path, handle }: Segment): Promise<void> {
  const [named, held] = await Promise.all([stat(path).catch(() => undefined), handle.stat()]);
  if (named !== undefined && named.ino === held.ino && named.dev === held.dev) return;
  throw removed(path);
}

function removed(path: string): Failure {
  return new Failure(
    "log-removed",
    `\`${path}\` was removed or replaced: put the data directory back, or restart the daemon`,
  );
}

/** Cuts what a failed append left behind. The file is opened anew: after an error the old handle may lie. */
async function repair(segment: Segment): Promise<void> {
  await segment.handle.close().catch(() => undefined);
  segment.handle = await open(segment.path, "r+").catch((error: unknown) => {
    throw hasCode(error, "ENOENT") || hasCode(error, "ESTALE") ? removed(segment.path) : error;
  });
  // Made longer, another file of this name would pass for ours.
  if ((await segment.handle.stat()).size < segment.offset) throw removed(segment.path);
  await segment.handle.truncate(segment.offset);
  await segment.handle.datasync();
  segment.torn = false;
}

function framesSize(entries: readonly HashedEntry[]): number {
  return entries.reduce((sum, entry) => sum + FRAME_HEAD_BYTES + entry.bytes.length, 0);
}

/** Entries as frames: length, first bytes of the leaf hash, entry. They lie in `memory` where it is large enough. */
export function encodeFrames(
  entries: readonly HashedEntry[],
  memory: Buffer = Buffer.alloc(0),
): Buffer {
  const size = framesSize(entries);
  const frames = size <= memory.length ? memory.subarray(0, size) : Buffer.allocUnsafe(size);
  let at = 0;
  for (const { bytes, hash } of entries) {
    frames.writeUInt32BE(bytes.length, at);
    frames.set(hash.subarray(0, CHECKSUM_BYTES), at + 4);
    frames.set(bytes, at + FRAME_HEAD_BYTES);
    at += FRAME_HEAD_BYTES + bytes.length;
  }
  return frames;
}

/**
 * A segment that ends in bytes that make no entry. `isUnfinished`: it is the last one and they are the beginning of a frame, as a
 * writer leaves it that was killed; somebody who changed a whole frame leaves more than that.
 */
export type TornSegment = {
  readonly name: string;
  readonly bytes: number;
  readonly isUnfinished: boolean;
};

/** What a journal held beyond the published entries. */
export type JournalContent = {
  readonly entries: readonly HashedEntry[];
  /** Bytes at the end of segments that make no whole frame. */
  readonly tornBytes: number;
  /** Segments that end in such bytes. */
  readonly torn: readonly TornSegment[];
  /** Segments that are damaged and not the last one: no crash explains that. */
  readonly damaged: readonly string[];
};

/** Reads all segments in order and leaves out the entries before index `published`. */
export async function readJournal(
  directory: string,
  published: number,
  hashEntry: (bytes: Uint8Array) => Uint8Array,
): Promise<JournalContent> {
  const entries: HashedEntry[] = [];
  const damaged: string[] = [];
  const torn: TornSegment[] = [];
  let tornBytes = 0;
  const segments = await listSegments(directory);
  for (const [place, segment] of segments.entries()) {
    const bytes =
      (await readBounded(join(directory, segment.name), SEGMENT_BYTES_MAX)) ?? Buffer.alloc(0);
    const { frames, rest } = decodeFrames(bytes, hashEntry);
    entries.push(...frames.slice(Math.max(0, published - segment.start)));
    tornBytes += rest;
    const isLast = place === segments.length - 1;
    const isUnfinished = isLast && isFrameBeginning(bytes.subarray(bytes.length - rest));
    if (rest > 0) torn.push({ name: segment.name, bytes: rest, isUnfinished });
    if (rest > 0 && place < segments.length - 1) damaged.push(segment.name);
  }
  return { entries, tornBytes, torn, damaged };
}

function isFrameBeginning(bytes: Buffer): boolean {
  if (bytes.length < FRAME_HEAD_BYTES) return true;
  const length = bytes.readUInt32BE(0);
  return length > 0 && length <= ENTRY_BYTES_MAX && FRAME_HEAD_BYTES + length > bytes.length;
}

/** The whole frames at the start of `bytes`, and how many bytes behind them make none. */
export function decodeFrames(
  bytes: Buffer,
  hashEntry: (bytes: Uint8Array) => Uint8Array,
): { readonly frames: readonly HashedEntry[]; readonly rest: number } {
  const frames: HashedEntry[] = [];
  let at = 0;
  while (at + FRAME_HEAD_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const start = at + FRAME_HEAD_BYTES;
    if (length === 0 || length > ENTRY_BYTES_MAX || start + length > bytes.length) break;
    const entry = bytes.subarray(start, start + length);
    const hash = hashEntry(entry);
    if (Buffer.compare(hash.subarray(0, CHECKSUM_BYTES), bytes.subarray(at + 4, start)) !== 0)
      break;
    frames.push({ bytes: entry, hash });
    at = start + length;
  }
  return { frames, rest: bytes.length - at };
}

/** Keeps a damaged segment for whoever looks into it, under a name that is no segment. */
export async function setAside(directory: string, name: string, timeMs: number): Promise<void> {
  await rename(join(directory, name), join(directory, `${name}.damaged-${timeMs}`));
}

async function listSegments(
  directory: string,
): Promise<{ readonly name: string; readonly start: number }[]> {
  const found = await readdir(directory).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  const names = found.filter((name) => SEGMENT_NAME.test(name)).sort();
  return names.map((name) => ({ name, start: Number(name.slice(0, 16)) }));
}
