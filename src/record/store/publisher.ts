// Publishing: tiles and bundles to disk, then a signed checkpoint over them. And the way back: where a log left off.
import { mkdir, readdir, rm, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "#base/failure.ts";
import { type Checkpoint, readCheckpoint, signCheckpoint } from "../log/checkpoint.ts";
import {
  CHECKPOINT_PATH,
  hashesAtLevel,
  partialDirectory,
  TILE_WIDTH,
  type Tile,
  tilePath,
  UNFINISHED_PREFIX,
  widthAt,
} from "../log/layout.ts";
import { HASH_BYTES, hashLeaf, rootOfEdge, sameBytes } from "../log/tree.ts";
import type { KeyHistory } from "../log/key-history.ts";
import type { NoteSigner } from "../log/note.ts";
import { readStoredKeys } from "../log/stored-keys.ts";
import type { LogKeys } from "./keys.ts";
import { openLogFiles, readBundle, tileSource } from "./log-reader.ts";
import { replaceFile, syncDirectory } from "./files/private-files.ts";
import type { RightEdge, TileBuilder, TileFile } from "./tile-builder.ts";

/** WHY three: node has four threads for the disk, and the journal, for which answers wait, must find one free. */
const FILES_AT_ONCE = 3;

/** Where a log left off: its right edge, the last head that this key store signed, and who signs from now on. */
export type LogStart = {
  readonly edge: RightEdge;
  readonly head: Checkpoint | undefined;
  readonly signers: readonly NoteSigner[];
  readonly history: KeyHistory;
};

/** Reads where the log in `directory` left off; a new log is empty. Failures: `log-damaged`, `log-rolled-back`. */
export async function loadStart(directory: string, keys: LogKeys): Promise<LogStart> {
  const files = openLogFiles(directory);
  const history = await readStoredKeys(files, keys.verifier, ({ kind }) => {
    throw damaged(`a statement about its keys does not hold (${kind})`);
  });
  const head = readOwn(await keys.readHead(), history, "the key store's `log-head`");
  const checkpoint = readOwn(await files.read(CHECKPOINT_PATH), history, "the log's `checkpoint`");
  if (checkpoint === undefined) {
    for await (const path of files.list()) throw damaged(`it has \`${path}\` but no checkpoint`);
  }
  const size = checkpoint?.size ?? 0;
  const levels: Uint8Array[][] = [];
  const readTile = tileSource(files);
  for (let level = 0; hashesAtLevel(level, size) > 0; level += 1) {
    const tile = edgeTile(level, size);
    const width = widthAt(level, tile.index, size);
    const bytes = width === 0 ? new Uint8Array(0) : await readTile({ ...tile, width });
    levels.push(
      Array.from({ length: width }, (_, at) => bytes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES)),
    );
  }
  const last = Math.floor(size / TILE_WIDTH);
  const entries = size % TILE_WIDTH === 0 ? [] : await readBundle(files, last, size);
  if (checkpoint !== undefined && !sameBytes(rootOfEdge(levels), checkpoint.root)) {
    throw damaged("its tiles do not make the root of its checkpoint");
  }
  for (const [place, entry] of entries.entries()) {
    if (!sameBytes(hashLeaf(entry), levels[0]?.[place] ?? new Uint8Array(0))) {
      throw damaged(`its entry ${last * TILE_WIDTH + place} was altered`);
    }
  }
  return { edge: { size, levels, entries }, head, signers: activeSigners(keys, history), history };
}

/** The keys that sign whatever comes next, in the order of their lines. */
function activeSigners({ signers }: LogKeys, history: KeyHistory): readonly NoteSigner[] {
  return history.keysAt(Number.MAX_SAFE_INTEGER).required.map((key) => {
    const signer = signers.find(({ verifier }) => verifier.text === key.text);
    if (signer !== undefined) return signer;
    throw new Failure(
      "key-missing",
      "the key store lacks a key that the log's statements name: restore it from its backup",
    );
  });
}

function readOwn(
  bytes: Uint8Array | undefined,
  history: KeyHistory,
  what: string,
): Checkpoint | undefined {
  if (bytes === undefined) return undefined;
  const reading = readCheckpoint(bytes, history);
  if (reading.kind === "signed") return reading.body;
  if (reading.kind === "unknown-key")
    throw damaged(`${what} was signed by another key than the key store's`);
  throw damaged(`${what} is not what was signed`);
}

function edgeTile(level: number, size: number): Tile & { readonly level: number } {
  return { level, index: Math.floor(hashesAtLevel(level, size) / TILE_WIDTH), width: TILE_WIDTH };
}

function damaged(what: string): Failure {
  return new Failure(
    "log-damaged",
    `the log cannot go on: ${what}. run \`sallyport log verify\`, keep the directory as evidence, start a new log beside it`,
  );
}

/** Throws when the builder has the size of a head that was signed before, but not its root. */
export function requireSameRoot(builder: TileBuilder, head: Checkpoint | undefined): void {
  if (head === undefined || builder.size() !== head.size || sameBytes(builder.root(), head.root))
    return;
  throw new Failure(
    "log-rolled-back",
    `entries before ${head.size} are not the ones that were signed: run \`sallyport log verify\` and keep the directory as evidence`,
  );
}

/** Throws when the log has fewer entries than a head that was signed before. */
// INVARIANT: a key never signs two trees of which neither begins with the other.
export function requireReached(builder: TileBuilder, head: Checkpoint | undefined): void {
  if (head === undefined || builder.size() >= head.size) return;
  throw new Failure(
    "log-rolled-back",
    `the log has ${builder.size()} entries, ${head.size} were signed: restore it, or move log and keys away to start a new one`,
  );
}

/** What one publication writes. */
export type Snapshot = {
  readonly size: number;
  readonly root: Uint8Array;
  readonly files: readonly TileFile[];
};

export type Publisher = {
  /** Takes what is to be published now; synchronous, so that nothing is added meanwhile. */
  snapshot(): Snapshot;
  /** Writes a snapshot; when it rejects, the next snapshot holds what this one did not get to disk. */
  write(snapshot: Snapshot): Promise<void>;
  /** Bytes of full tiles that a snapshot took and that are not on disk yet. */
  waitingBytes(): number;
};

export function createPublisher(
  directory: string,
  { keys, signers }: { readonly keys: LogKeys; readonly signers: readonly NoteSigner[] },
  builder: TileBuilder,
): Publisher {
  let unwritten: TileFile[] = [];
  let unwrittenBytes = 0;
  return {
    waitingBytes: () => unwrittenBytes,
    snapshot() {
      unwritten.push(...builder.takeFull());
      unwrittenBytes = bytesOf(unwritten);
      return {
        size: builder.size(),
        root: builder.root(),
        files: [...unwritten, ...builder.partials()],
      };
    },
    async write({ size, root, files }) {
      await writeTiles(directory, files);
      const origin = keys.verifier.name;
      const checkpoint = signCheckpoint({ origin, size, root }, ...signers);
      // WHY: the key store learns of a head before anybody else does, so that a rollback can never go unnoticed.
      await keys.writeHead(checkpoint);
      await replaceFile(join(directory, CHECKPOINT_PATH), checkpoint);
      await syncDirectory(directory);
      const full = files.filter((file) => file.tile.width === TILE_WIDTH);
      const written = new Set(full);
      unwritten = unwritten.filter((file) => !written.has(file));
      unwrittenBytes = bytesOf(unwritten);
      await Promise.all(full.map((file) => removePartials(directory, file.tile)));
    },
  };
}

function bytesOf(files: readonly TileFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes.length, 0);
}

/** Writes files and their names so that both survive a power cut; some at once, because each waits for the disk. */
async function writeTiles(directory: string, files: readonly TileFile[]): Promise<void> {
  const folders = new Set<string>();
  for (const file of files) {
    const folder = dirname(join(directory, tilePath(file.tile)));
    if (!folders.has(folder)) await mkdir(folder, { recursive: true, mode: 0o700 });
    folders.add(folder);
  }
  const waiting = files.values();
  const work = async (): Promise<void> => {
    for (const file of waiting) await replaceFile(join(directory, tilePath(file.tile)), file.bytes);
  };
  await Promise.all(Array.from({ length: Math.min(FILES_AT_ONCE, files.length) }, work));
  const parents = new Set<string>();
  for (const folder of folders) {
    for (let path = folder; path.length > directory.length; path = dirname(path)) parents.add(path);
  }
  await Promise.all([...parents].map(syncDirectory));
}

async function removePartials(directory: string, tile: Tile): Promise<void> {
  await rm(join(directory, partialDirectory(tile)), { recursive: true, force: true });
}

/** Removes what a crash left: unfinished files, and partial tiles beside the last full ones. */
export async function removeLeftovers(directory: string, size: number): Promise<void> {
  const folders = new Set([directory]);
  for (let level = 0; hashesAtLevel(level, size) > 0; level += 1) {
    const tiles = [
      edgeTile(level, size),
      ...(level === 0 ? [{ ...edgeTile(0, size), level: "entries" } as const] : []),
    ];
    for (const tile of tiles) {
      if (tile.index > 0) await removePartials(directory, { ...tile, index: tile.index - 1 });
      folders.add(dirname(join(directory, tilePath(tile))));
      folders.add(join(directory, partialDirectory(tile)));
    }
  }
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    const unfinished = names.filter((name) => name.startsWith(UNFINISHED_PREFIX));
    for (const name of unfinished) await unlink(join(folder, name)).catch(() => undefined);
  }
}
