// Segments of an archive: whole bundles of a log in one compressed file that proves itself with nothing but the log's key.
import { gunzipSync, gzipSync } from "node:zlib";
import { Failure } from "#base/failure.ts";
import { isStringArray } from "#base/json.ts";
import { decodeBundle, encodeBundle } from "../log/bundle.ts";
import { readCheckpoint } from "../log/checkpoint.ts";
import { readKeyHistory } from "../log/key-history.ts";
import { CHECKPOINT_PATH, hashesAtLevel, TILE_WIDTH, type Tile, widthAt } from "../log/layout.ts";
import { type NoteVerifier, strictBase64 } from "../log/note.ts";
import { checkConsistency, proveConsistency } from "../log/proofs/proof.ts";
import type { LogFiles } from "../log/report.ts";
import { readStatements } from "../log/stored-keys.ts";
import { HASH_BYTES, hashLeaf, rootOfEdge } from "../log/tree.ts";
import { readBundle, tileSource } from "./log-reader.ts";
import { createTileBuilder } from "./tile-builder.ts";

const FORMAT = "sallyport/archive@v1";
/** Bytes of entries in one segment; a single bundle of the largest entries may be larger. */
const SEGMENT_BYTES = 16 * 1024 * 1024;
/** Bytes that one segment can have, packed and unpacked: a bundle of the largest entries behind as much, and the header. */
export const SEGMENT_BYTES_MAX = 40 * 1024 * 1024;
const HEADER_BYTES_MAX = 4 * 1024 * 1024;
const NEWLINE = 0x0a;
const COUNT_DIGITS = 15;

/** Entries `from` to before `end` of a log; both are multiples of 256. */
export type SegmentRange = { readonly from: number; readonly end: number };

/** What a segment holds and proves: roots of the log's tree at its two ends, under the signed checkpoint in it. */
export type VerifiedSegment = SegmentRange & {
  readonly origin: string;
  readonly rootBefore: Uint8Array;
  readonly root: Uint8Array;
  readonly checkpointSize: number;
  readonly entries: readonly Uint8Array[];
};

type Header = {
  readonly format: string;
  readonly origin: string;
  readonly from: number;
  readonly end: number;
  /** Hashes of the partial tile of each level of the tree at `from`, in base64: its left neighbour in small. */
  readonly edge: readonly (readonly string[])[];
  readonly statements: readonly string[];
  readonly checkpoint: string;
  /** That the tree at `end` is the beginning of the checkpoint's. */
  readonly proof: readonly string[];
};

/** The name of a segment's file. Names sort as the entries do. */
export function segmentName({ from, end }: SegmentRange): string {
  return `${padded(from)}-${padded(end)}.sallyport.gz`;
}

/** The range that a file's name says; undefined for files of another name. */
export function parseSegmentName(name: string): SegmentRange | undefined {
  const match = /^(\d{15})-(\d{15})\.sallyport\.gz$/.exec(name);
  if (match === null) return undefined;
  const [from, end] = [Number(match[1]), Number(match[2])];
  return from < end && from % TILE_WIDTH === 0 && end % TILE_WIDTH === 0
    ? { from, end }
    : undefined;
}

/**
 * Packs the entries from `from` on: as many whole bundles as there are below `end`, up to 16 MiB. Undefined when there is
 * none. `origin` is the log's. Throws a Failure where the log is damaged.
 */
export async function packSegment(
  files: LogFiles,
  range: SegmentRange,
  origin: string,
): Promise<(SegmentRange & { readonly bytes: Uint8Array }) | undefined> {
  const { from } = range;
  const checkpoint = await files.read(CHECKPOINT_PATH);
  const size = checkpoint === undefined ? 0 : sizeOf(checkpoint);
  const bundles: Uint8Array[] = [];
  let bytes = 0;
  let end = from;
  while (end + TILE_WIDTH <= Math.min(range.end, size)) {
    const bundle = encodeBundle(await readBundle(files, end / TILE_WIDTH, size));
    if (bundles.length > 0 && bytes + bundle.length > SEGMENT_BYTES) break;
    bundles.push(bundle);
    bytes += bundle.length;
    end += TILE_WIDTH;
  }
  if (bundles.length === 0 || checkpoint === undefined) return undefined;
  const tiles = tileSource(files, size);
  const proof = await proveConsistency(end, size, tiles);
  const header: Header = {
    format: FORMAT,
    origin,
    from,
    end,
    edge: (await edgeAt(from, size, tiles)).map((level) => level.map(base64)),
    statements: (await readStatements(files)).map((one) => Buffer.from(one).toString("utf8")),
    checkpoint: Buffer.from(checkpoint).toString("utf8"),
    proof: proof.map(base64),
  };
  const plain = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`, "utf8"), ...bundles]);
  return { from, end, bytes: gzipSync(plain) };
}

/** Hashes of the partial tile of each level in the tree of the first `at` entries, out of the tiles of a log of `size`. */
export async function edgeAt(
  at: number,
  size: number,
  tiles: (tile: Tile) => Promise<Uint8Array>,
): Promise<readonly (readonly Uint8Array[])[]> {
  const levels: Uint8Array[][] = [];
  for (let level = 0; hashesAtLevel(level, at) > 0; level += 1) {
    const index = Math.floor(hashesAtLevel(level, at) / TILE_WIDTH);
    const width = widthAt(level, index, at);
    const isThere = width > 0 && widthAt(level, index, size) > 0;
    const bytes = isThere ? await tiles({ level, index, width }) : new Uint8Array(0);
    levels.push(
      Array.from({ length: width }, (_, place) =>
        bytes.slice(place * HASH_BYTES, (place + 1) * HASH_BYTES),
      ),
    );
  }
  return levels;
}

/**
 * Derives a segment anew and holds it against the signed checkpoint in it. `verifier` is the key that the reader trusts.
 * Throws a Failure `archive-damaged` that says what does not hold.
 */
export function verifySegment(packed: Uint8Array, verifier: NoteVerifier): VerifiedSegment {
  const plain = unpack(packed);
  const at = plain.subarray(0, HEADER_BYTES_MAX).indexOf(NEWLINE);
  const header = at < 0 ? undefined : parseHeader(plain.subarray(0, at).toString("utf8"));
  if (header === undefined) throw damaged("its header cannot be read");
  const { origin, from, end } = header;
  const reading = readKeyHistory(
    verifier,
    header.statements.map((text) => Buffer.from(text, "utf8")),
  );
  if (reading.kind === "fault") throw damaged(`a statement about keys: ${reading.why}`);
  const checkpoint = readCheckpoint(Buffer.from(header.checkpoint, "utf8"), reading.history);
  if (checkpoint.kind !== "signed" || checkpoint.body.origin !== origin)
    throw damaged(`its checkpoint is not one that this log signed (${checkpoint.kind})`);
  const edge = header.edge.map((level) => level.map(hashOf));
  const { entries, rest } = decodeBundle(plain.subarray(at + 1), end - from);
  if (entries.length !== end - from || rest > 0) throw damaged("entries are missing or too many");
  const isEdgeOfSize = header.edge.every(
    (level, height) =>
      level.length === widthAt(height, Math.floor(hashesAtLevel(height, from) / TILE_WIDTH), from),
  );
  if (!isEdgeOfSize) throw damaged("its edge is none of a tree of that size");
  const builder = createTileBuilder({ size: from, levels: edge, entries: [] });
  for (const bytes of entries) {
    builder.add({ bytes, hash: hashLeaf(bytes) });
    builder.takeFull();
  }
  const root = builder.root();
  const { size } = checkpoint.body;
  const proof = header.proof.map(hashOf);
  const claim = { older: end, size, olderRoot: root, root: checkpoint.body.root, proof };
  if (!checkConsistency(claim)) throw damaged("its entries are not those that were signed");
  return { from, end, origin, rootBefore: rootOfEdge(edge), root, checkpointSize: size, entries };
}

function unpack(packed: Uint8Array): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: SEGMENT_BYTES_MAX });
  } catch {
    throw damaged("it is cut short, altered or larger than any segment");
  }
}

function parseHeader(text: string): Header | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const given = value as Partial<Record<keyof Header, unknown>> | null;
  if (typeof given !== "object" || given === null || given.format !== FORMAT) return undefined;
  const { origin, from, end, edge, statements, checkpoint, proof } = given;
  const isWhole =
    typeof origin === "string" &&
    typeof checkpoint === "string" &&
    isPlace(from) &&
    isPlace(end) &&
    from < end &&
    isStringArray(statements) &&
    isStringArray(proof) &&
    Array.isArray(edge) &&
    edge.length === levelsOf(from) &&
    edge.every(isStringArray);
  if (!isWhole) return undefined;
  return { format: FORMAT, origin, from, end, edge, statements, checkpoint, proof };
}

function levelsOf(size: number): number {
  let levels = 0;
  while (hashesAtLevel(levels, size) > 0) levels += 1;
  return levels;
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) % TILE_WIDTH === 0;
}

function hashOf(text: string): Uint8Array {
  const bytes = strictBase64(text);
  if (bytes?.length !== HASH_BYTES) throw damaged("a hash in its header is none");
  return bytes;
}

function sizeOf(checkpoint: Uint8Array): number {
  const size = Number(Buffer.from(checkpoint).toString("utf8").split("\n")[1]);
  return Number.isSafeInteger(size) && size > 0 ? size : 0;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function padded(place: number): string {
  return String(place).padStart(COUNT_DIGITS, "0");
}

function damaged(what: string): Failure<"archive-damaged"> {
  return new Failure("archive-damaged", `a segment of the archive does not hold: ${what}`);
}
