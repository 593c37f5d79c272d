// Archiving a log: its whole bundles to another place, segment by segment, and holding what lies there against the log.
import { Failure } from "#base/failure.ts";
import { CHECKPOINT_PATH } from "../log/layout.ts";
import type { NoteVerifier } from "../log/note.ts";
import { readCheckpoint } from "../log/checkpoint.ts";
import { readStoredKeys } from "../log/stored-keys.ts";
import type { LogFiles } from "../log/report.ts";
import { rootOfEdge, sameBytes } from "../log/tree.ts";
import { firstEntry, openLogFiles, tileSource } from "./log-reader.ts";
import {
  edgeAt,
  packSegment,
  parseSegmentName,
  segmentName,
  type SegmentRange,
  type VerifiedSegment,
  verifySegment,
} from "./segment.ts";

/** Where segments lie: a folder or a bucket. Every function rejects with a Failure that says what to do. */
export type ArchivePlace = {
  /** How a person named it, without credentials. */
  readonly name: string;
  readonly kind: "folder" | "s3";
  /** Names of all files there. */
  list(): Promise<readonly string[]>;
  /** Stores a file, durable when it resolves. Never replaces one. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** The file, or undefined when there is none. */
  get(name: string): Promise<Uint8Array | undefined>;
};

/** What an archive holds of a log, and what does not hold. `gaps` are ranges without a segment between others. */
export type ArchiveReport = {
  readonly segments: number;
  readonly entries: number;
  readonly bytes: number;
  /** Entries from `from` to before `end` are there without a gap; both 0 when nothing is. */
  readonly from: number;
  readonly end: number;
  readonly gaps: readonly SegmentRange[];
  readonly faults: readonly { readonly name: string; readonly why: string }[];
  /** Files that are no segments. */
  readonly others: number;
};

/** What archiving did: `stored` segments are new, up to entry `end`. */
export type Archived = {
  readonly stored: number;
  readonly bytes: number;
  readonly from: number;
  readonly end: number;
};

/**
 * Stores every whole bundle below `end` that is not in the archive yet, then reads each new segment back and verifies it.
 * The log may be written meanwhile. A segment that is stored and does not read back whole is a Failure `archive-damaged`.
 */
export async function archiveLog(
  log: string,
  verifier: NoteVerifier,
  { place, end = Number.MAX_SAFE_INTEGER }: { readonly place: ArchivePlace; readonly end?: number },
): Promise<Archived> {
  const files = openLogFiles(log);
  const first = await firstEntry(files);
  const known = rangesOf(await place.list()).ranges;
  const start = Math.max(first, coveredUntil(known, first));
  let from = start;
  let stored = 0;
  let bytes = 0;
  for (;;) {
    const segment = await packSegment(files, { from, end }, verifier.name);
    if (segment === undefined) return { stored, bytes, from: start, end: from };
    const name = segmentName(segment);
    await place.put(name, segment.bytes);
    await requireStored(place, name, { files, verifier });
    stored += 1;
    bytes += segment.bytes.length;
    from = segment.end;
  }
}

/**
 * Reads back every segment over the entries from `from` to before `end` and holds it against its own proof and the log's
 * tree. Throws a Failure `archive-incomplete` or `archive-damaged`: nothing may be deleted then.
 */
export async function requireArchived(
  log: string,
  verifier: NoteVerifier,
  { place, from, end }: SegmentRange & { readonly place: ArchivePlace },
): Promise<void> {
  const files = openLogFiles(log);
  const { ranges } = rangesOf(await place.list());
  for (let at = from; at < end; ) {
    const next = longestFrom(ranges, at);
    if (next === undefined)
      throw new Failure(
        "archive-incomplete",
        `\`${place.name}\` lacks the entries from ${at} on: archive them before they are deleted`,
      );
    const { end: until } = await requireStored(place, segmentName(next), { files, verifier });
    at = until;
  }
}

async function requireStored(
  place: ArchivePlace,
  name: string,
  { files, verifier }: { readonly files: LogFiles; readonly verifier: NoteVerifier },
): Promise<VerifiedSegment> {
  const bytes = await place.get(name);
  if (bytes === undefined)
    throw new Failure("archive-damaged", `\`${place.name}\` does not give \`${name}\` back`);
  const segment = verifySegment(bytes, verifier);
  if (segmentName(segment) !== name)
    throw new Failure("archive-damaged", `\`${name}\` holds other entries than its name says`);
  const size = await publishedSize(files, verifier);
  if (segment.end > size)
    throw new Failure("archive-damaged", `\`${name}\` holds more than the log has`);
  const here = rootOfEdge(await edgeAt(segment.end, size, tileSource(files, size)));
  if (sameBytes(here, segment.root)) return segment;
  throw new Failure("archive-damaged", `\`${name}\` is of another log than the one here`);
}

async function publishedSize(files: LogFiles, verifier: NoteVerifier): Promise<number> {
  const bytes = await files.read(CHECKPOINT_PATH);
  const keys = await readStoredKeys(files, verifier, () => undefined);
  const reading = bytes === undefined ? undefined : readCheckpoint(bytes, keys);
  if (reading?.kind === "signed") return reading.body.size;
  throw new Failure(
    "log-damaged",
    "the log's checkpoint is not what was signed: run `sallyport log verify`",
  );
}

/** Verifies every segment of an archive by itself, and that they follow one another. Nothing else is needed than a key. */
export async function verifyArchive(
  place: ArchivePlace,
  verifier: NoteVerifier,
): Promise<ArchiveReport> {
  const { ranges, others } = rangesOf(await place.list());
  const faults: { name: string; why: string }[] = [];
  const gaps: SegmentRange[] = [];
  const sums = { segments: 0, entries: 0, bytes: 0 };
  let last: { readonly end: number; readonly root: Uint8Array } | undefined;
  let at = ranges[0]?.from ?? 0;
  for (const range of ranges) {
    const name = segmentName(range);
    try {
      const bytes = await place.get(name);
      if (bytes === undefined) throw new Failure("archive-damaged", "it was listed and is gone");
      const segment = verifySegment(bytes, verifier);
      if (segmentName(segment) !== name)
        throw new Failure("archive-damaged", "it holds other entries than its name says");
      if (last?.end === segment.from && !sameBytes(last.root, segment.rootBefore))
        throw new Failure("archive-damaged", "it does not follow the segment before it");
      last = { end: segment.end, root: segment.root };
      sums.segments += 1;
      sums.entries += segment.end - segment.from;
      sums.bytes += bytes.length;
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      // Who cannot be reached says nothing about a segment.
      if (cause.code !== "archive-damaged") throw cause;
      faults.push({ name, why: cause.message });
      continue;
    }
    if (range.from > at) gaps.push({ from: at, end: range.from });
    at = Math.max(at, range.end);
  }
  return { ...sums, from: ranges[0]?.from ?? 0, end: at, gaps, faults, others };
}

/** Ranges that file names say, in order. */
function rangesOf(names: readonly string[]): {
  readonly ranges: readonly SegmentRange[];
  readonly others: number;
} {
  const ranges = names.flatMap((name) => parseSegmentName(name) ?? []);
  const sorted = ranges.toSorted((one, other) => one.from - other.from || one.end - other.end);
  return { ranges: sorted, others: names.length - ranges.length };
}

/** The first entry from `from` on that no segment holds. */
function coveredUntil(ranges: readonly SegmentRange[], from: number): number {
  let at = from;
  for (;;) {
    const next = longestFrom(ranges, at);
    if (next === undefined) return at;
    at = next.end;
  }
}

/** The segment that holds entry `at` and reaches furthest. */
function longestFrom(ranges: readonly SegmentRange[], at: number): SegmentRange | undefined {
  return ranges
    .filter(({ from, end }) => from <= at && at < end)
    .reduce<SegmentRange | undefined>(
      (best, one) => (best !== undefined && best.end >= one.end ? best : one),
      undefined,
    );
}
