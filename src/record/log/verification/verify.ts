// The verifier: re-derives a whole log from its entries and compares it with tiles, checkpoint and earlier statements.
import { decodeBundle } from "../bundle.ts";
import { type Checkpoint, readCheckpoint } from "../checkpoint.ts";
import type { WitnessVerifier } from "../cosignature.ts";
import type { KeyHistory } from "../key-history.ts";
import {
  CHECKPOINT_PATH,
  PRUNED_PATH,
  TILE_WIDTH,
  type Tile,
  tilePath,
  widthAt,
} from "../layout.ts";
import type { NoteVerifier } from "../note.ts";
import { readPruned } from "../pruned.ts";
import type { LogFault, LogFiles, LogReport, PinnedBy } from "../report.ts";
import { readStoredKeys } from "../stored-keys.ts";
import { HASH_BYTES, hashLeaf, sameBytes, createFrontier, emptyRoot } from "../tree.ts";
import { readWitnessed } from "../witnessed.ts";
import { checkPartials } from "./partials.ts";
import { createRebuilder, type Mismatch } from "./rebuild.ts";

/** Faults that are listed; the rest is counted. */
const FAULTS_MAX = 1_000;

export type VerifyOptions = {
  readonly verifier: NoteVerifier;
  /** A checkpoint of this log that was kept elsewhere: the log must still contain all that it states. */
  readonly trusted?: Uint8Array;
  /** Further checkpoints of this log, which a witness or the key store kept. */
  readonly kept?: readonly { readonly bytes: Uint8Array; readonly by: "witnesses" | "head" }[];
  /** Witnesses whose cosignatures count on the checkpoint stored beside the log, and how many must be there. */
  readonly witnesses?: readonly WitnessVerifier[];
  readonly quorum?: number;
  /** Hears after each bundle how many entries were looked at, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
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
  const keys = await readStoredKeys(files, options.verifier, report);
  const bytes = await files.read(CHECKPOINT_PATH);
  const reading = bytes === undefined ? undefined : readCheckpoint(bytes, keys, { exact: true });
  if (reading === undefined) report({ kind: "checkpoint-missing" });
  else if (reading.kind === "malformed") report({ kind: "checkpoint-malformed" });
  else if (reading.kind === "bad-signature") report({ kind: "checkpoint-signature" });
  else if (reading.kind === "foreign") report({ kind: "checkpoint-foreign-line" });
  else if (reading.kind === "unknown-key")
    report({ kind: "wrong-key", expected: options.verifier.text });
  const witnessed = await readWitnessed(files, keys, options, report);
  const prunedBytes = await files.read(PRUNED_PATH);
  const pruned = prunedBytes === undefined ? undefined : readPruned(prunedBytes, keys);
  if (prunedBytes !== undefined && pruned === undefined) report({ kind: "pruned-record" });
  const said = {
    faults,
    pruned: pruned?.before ?? 0,
    witnessed: witnessed?.standing,
    keyStatements: keys.statements.length,
  };
  const checkpoint = reading?.body;
  if (checkpoint === undefined) return { checkpoint, entries: 0, faultsOmitted: omitted, ...said };

  const pins = createPins(report);
  for (const { bytes: kept, by } of keptElsewhere(options)) {
    const body = readKept(kept, keys, report);
    if (body !== undefined) pins.add(body, by);
  }
  if (witnessed !== undefined) pins.add(witnessed.checkpoint, "witnesses");
  for (const statement of keys.statements) pins.add(statement, "key-statement");
  if (pruned !== undefined) pins.add({ size: pruned.before, root: pruned.root }, "pruned-record");
  const signed = reading?.kind === "signed" || reading?.kind === "foreign";
  const prunedBefore = pruned?.before ?? 0;
  const { onProgress } = options;
  const entries = await checkTree({
    files,
    checkpoint,
    signed,
    pins,
    prunedBefore,
    report,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  for await (const fault of checkPartials(files, checkpoint.size, prunedBefore)) report(fault);
  pins.judge(checkpoint.size);
  return { checkpoint, entries, faultsOmitted: omitted, ...said };
}

function keptElsewhere({ trusted, kept = [] }: VerifyOptions) {
  return [...(trusted === undefined ? [] : [{ bytes: trusted, by: "trusted" } as const]), ...kept];
}

function readKept(
  bytes: Uint8Array,
  keys: KeyHistory,
  report: (fault: LogFault) => void,
): Checkpoint | undefined {
  const reading = readCheckpoint(bytes, keys);
  if (reading.kind === "signed") return reading.body;
  report({ kind: "trusted-unusable", why: reading.kind });
  return undefined;
}

type TreeCheck = {
  readonly files: LogFiles;
  readonly checkpoint: Checkpoint;
  readonly signed: boolean;
  readonly pins: Pins;
  /** Entries below this index may be gone: then their stored hashes stand for them. */
  readonly prunedBefore: number;
  readonly report: (fault: LogFault) => void;
  readonly onProgress?: (done: number, of: number) => void;
};

/** Rebuilds the tree from the bundles and reports where files differ from it. Returns the entries read. */
async function checkTree(check: TreeCheck): Promise<number> {
  const { files, checkpoint, signed, pins, prunedBefore, report } = check;
  const { size, root } = checkpoint;
  const rebuilder = createRebuilder(files, size);
  let entries = 0;
  let missing = false;
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const tile: Tile = { level: "entries", index, width: widthAt("entries", index, size) };
    const bundle = await readBundle(files, tile);
    const first = index * TILE_WIDTH;
    check.onProgress?.(Math.min(first + TILE_WIDTH, size), size);
    if (first < prunedBefore && bundle.entries.length === 0) {
      const hashes = await files.read(tilePath({ level: 0, index, width: TILE_WIDTH }));
      for (let place = 0; place < TILE_WIDTH; place += 1) {
        const end = (place + 1) * HASH_BYTES;
        const hash =
          hashes === undefined || end > hashes.length
            ? undefined
            : hashes.subarray(end - HASH_BYTES, end);
        if (hash === undefined) missing = true;
        else if (!missing) pins.leaf(hash);
        await rebuilder.add(hash, undefined);
      }
      continue;
    }
    for (const entry of bundle.entries) {
      const leafHash = hashLeaf(entry);
      if (!missing) pins.leaf(leafHash);
      const full = rebuilder.add(leafHash, entry);
      if (full !== undefined) await full;
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
    report(explainMismatch(mismatch, { entriesHold, tilesHold, size, prunedBefore }));
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
  known: {
    readonly entriesHold: boolean;
    readonly tilesHold: boolean;
    readonly size: number;
    readonly prunedBefore: number;
  },
): LogFault {
  const { entriesHold, tilesHold, size, prunedBefore } = known;
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
      // Where entries were removed on record, their tile of hashes is all that can have been changed.
      if (entriesHold || mismatch.end <= prunedBefore)
        return { kind: "tile-altered", path: mismatch.path, index: mismatch.index };
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

// Earlier trees that a log must begin with: what statements about it pin down, held against its entries in one pass.

type Tree = { readonly size: number; readonly root: Uint8Array };

type Pins = {
  add(tree: Tree, by: PinnedBy): void;
  /** Takes the next leaf hash of the log. */
  leaf(hash: Uint8Array): void;
  /** Reports what the leaves do not hold to; `size` is the log's. */
  judge(size: number): void;
};

/** Pins are added before the first leaf comes. */
function createPins(report: (fault: LogFault) => void): Pins {
  const pins: { readonly tree: Tree; readonly by: PinnedBy; holds: boolean }[] = [];
  const frontier = createFrontier();
  let last = 0;
  return {
    add(tree, by) {
      const holds = tree.size === 0 && sameBytes(tree.root, emptyRoot());
      pins.push({ tree, by, holds });
      last = Math.max(last, tree.size);
    },
    leaf(hash) {
      if (frontier.size() >= last) return;
      frontier.add(hash);
      for (const pin of pins) {
        if (pin.tree.size === frontier.size())
          pin.holds = sameBytes(pin.tree.root, frontier.root());
      }
    },
    judge(size) {
      const failed = pins.filter(({ holds }) => !holds);
      for (const { tree, by } of failed) {
        if (tree.size > size) report({ kind: "rollback", size, trustedSize: tree.size });
        else
          report({
            kind: "rewritten-since-trusted",
            trustedSize: tree.size,
            ...(by === "trusted" ? {} : { by }),
          });
      }
    },
  };
}
