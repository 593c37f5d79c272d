// The verifier: re-derives a whole log from its entries and compares it with tiles, checkpoint and an older checkpoint.
import { decodeBundle } from "./bundle.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import { CHECKPOINT_PATH, TILE_WIDTH, type Tile, tilePath, widthAt } from "./layout.ts";
import { peekId } from "./leaf.ts";
import type { NoteVerifier } from "./note.ts";
import { checkPartials } from "./partials.ts";
import { createRebuilder, type Mismatch } from "./rebuild.ts";
import type { LogFault, LogFiles, LogReport } from "./report.ts";
import { createFrontier, type Frontier, hashLeaf, sameBytes } from "./tree.ts";

/** Faults that are listed; the rest is counted. */
const FAULTS_MAX = 1_000;

export type VerifyOptions = {
  readonly verifier: NoteVerifier;
  /** A checkpoint of this log that was kept elsewhere: the log must still contain all that it states. */
  readonly trusted?: Uint8Array;
};

/**
 * Verifies a log. Memory is bounded by one bundle and a few tiles, whatever the size of the log.
 */
// WHY: nothing of the writer is used here but hashing and paths. A verifier that trusts the writer's state proves nothing.
export async function verifyLog(files: LogFiles, options: VerifyOptions): Promise<LogReport> {
  const faults: LogFault[] = [];
  let omitted = 0;
  const report = (fault: LogFault): void => {
    if (faults.length < FAULTS_MAX) faults.push(fault);
    else omitted += 1;
  };
  const bytes = await files.read(CHECKPOINT_PATH);
  const reading = bytes === undefined ? undefined : readCheckpoint(bytes, options.verifier);
  if (reading === undefined) report({ kind: "checkpoint-missing" });
  else if (reading.kind === "malformed") report({ kind: "checkpoint-malformed" });
  else if (reading.kind === "bad-signature") report({ kind: "checkpoint-signature" });
  else if (reading.kind === "unknown-key")
    report({ kind: "wrong-key", expected: options.verifier.text });
  const checkpoint = reading?.body;
  if (checkpoint === undefined) return { checkpoint, entries: 0, faults, faultsOmitted: omitted };

  const trusted = readTrusted(options, report);
  const older =
    trusted === undefined ? undefined : { frontier: createFrontier(), size: trusted.size };
  const signed = reading?.kind === "signed";
  const entries = await checkTree({ files, checkpoint, signed, older, report });
  for await (const fault of checkPartials(files, checkpoint.size)) report(fault);
  if (trusted !== undefined) compareWithTrusted(trusted, checkpoint, older?.frontier, report);
  return { checkpoint, entries, faults, faultsOmitted: omitted };
}

function readTrusted(
  options: VerifyOptions,
  report: (fault: LogFault) => void,
): Checkpoint | undefined {
  if (options.trusted === undefined) return undefined;
  const reading = readCheckpoint(options.trusted, options.verifier);
  if (reading.kind === "signed") return reading.body;
  report({ kind: "trusted-unusable", why: reading.kind });
  return undefined;
}

function compareWithTrusted(
  trusted: Checkpoint,
  checkpoint: Checkpoint,
  older: Frontier | undefined,
  report: (fault: LogFault) => void,
): void {
  if (checkpoint.size < trusted.size) {
    report({ kind: "rollback", size: checkpoint.size, trustedSize: trusted.size });
  } else if (older?.size() !== trusted.size || !sameBytes(older.root(), trusted.root)) {
    report({ kind: "rewritten-since-trusted", trustedSize: trusted.size });
  }
}

type TreeCheck = {
  readonly files: LogFiles;
  readonly checkpoint: Checkpoint;
  readonly signed: boolean;
  readonly older: { readonly frontier: Frontier; readonly size: number } | undefined;
  readonly report: (fault: LogFault) => void;
};

/** Rebuilds the tree from the bundles and reports where files differ from it. Returns the entries read. */
async function checkTree({ files, checkpoint, signed, older, report }: TreeCheck): Promise<number> {
  const { size, root } = checkpoint;
  const rebuilder = createRebuilder(files, size);
  let entries = 0;
  let missing = false;
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const tile: Tile = { level: "entries", index, width: widthAt("entries", index, size) };
    const bundle = await readBundle(files, tile);
    const first = index * TILE_WIDTH;
    for (const entry of bundle.entries) {
      const leafHash = hashLeaf(entry);
      if (older !== undefined && !missing && older.frontier.size() < older.size)
        older.frontier.add(leafHash);
      await rebuilder.add(leafHash, peekId(entry));
    }
    entries += bundle.entries.length;
    const absent = tile.width - bundle.entries.length;
    if (absent > 0) {
      missing = true;
      const end = first + tile.width;
      report({ kind: "entries-missing", index: end - absent, end, path: tilePath(tile) });
      for (let count = 0; count < absent; count += 1) await rebuilder.add(undefined, undefined);
      // The size of an unsigned checkpoint may be any number: follow it only as far as there are files.
      if (!signed && bundle.entries.length === 0) return entries;
    } else if (bundle.trailing) {
      report({ kind: "bundle-trailing-bytes", path: tilePath(tile), index: first + tile.width });
    }
  }
  const result = await rebuilder.finish();
  const entriesHold = result.root !== undefined && sameBytes(result.root, root);
  const tilesHold = result.tilesRoot !== undefined && sameBytes(result.tilesRoot, root);
  for (const mismatch of result.mismatches)
    report(explainMismatch(mismatch, entriesHold, tilesHold, size));
  if (!entriesHold && !missing && (tilesHold || result.mismatches.length === 0)) {
    if (result.mismatches.length === 0) report({ kind: "root-mismatch", size });
  } else if (!entriesHold && !tilesHold && !missing) {
    report({ kind: "root-mismatch", size });
  }
  return entries;
}

/** The entries of a bundle; a partial one that is gone since is read from the full one that replaced it. */
async function readBundle(
  files: LogFiles,
  tile: Tile,
): Promise<{ readonly entries: readonly Uint8Array[]; readonly trailing: boolean }> {
  const exact = await files.read(tilePath(tile));
  const bytes = exact ?? (await files.read(tilePath({ ...tile, width: TILE_WIDTH })));
  if (bytes === undefined) return { entries: [], trailing: false };
  const { entries, rest } = decodeBundle(bytes, tile.width);
  return { entries, trailing: exact !== undefined && rest > 0 };
}

/** Says what a mismatch means, once it is known whether entries or tiles make the signed root. */
function explainMismatch(
  mismatch: Mismatch,
  entriesHold: boolean,
  tilesHold: boolean,
  size: number,
): LogFault {
  switch (mismatch.kind) {
    case "tile-missing":
      return { kind: "tile-missing", path: mismatch.path };
    case "tile-length":
      return { kind: "tile-altered", path: mismatch.path, index: mismatch.index };
    case "leaf": {
      const right = entriesHold
        ? "entry"
        : (mismatch.parentSays ?? (tilesHold ? "tile" : undefined));
      if (right === "entry")
        return { kind: "tile-altered", path: mismatch.path, index: mismatch.index };
      const kind = right === "tile" ? "entry-altered" : "entry-or-tile-altered";
      return { kind, index: mismatch.index, eventId: mismatch.eventId };
    }
    case "node": {
      if (entriesHold) return { kind: "tile-altered", path: mismatch.path, index: mismatch.index };
      return {
        kind: "entries-rewritten",
        index: mismatch.index,
        end: Math.min(mismatch.end, size),
      };
    }
    default:
      return mismatch satisfies never;
  }
}
