// A log in memory for tests: published at chosen sizes, then changed at will.
import { signCheckpoint } from "#record/log/checkpoint.ts";
import { CHECKPOINT_PATH, partialDirectory, TILE_WIDTH, tilePath } from "#record/log/layout.ts";
import { makeEventId } from "#record/log/leaf.ts";
import { createSigner } from "#record/log/note.ts";
import type { LogFiles } from "#record/log/report.ts";
import { hashLeaf } from "#record/log/tree.ts";
import { createTileBuilder } from "#record/store/tile-builder.ts";

export const signer = createSigner("sallyport/test", new Uint8Array(32).fill(7));

/** An entry that has an id where a leaf has it, and some bytes. */
export function sampleEntry(index: number): Uint8Array {
  const random = Buffer.alloc(10);
  random.writeUInt32BE(index, 6);
  const id = Buffer.from(makeEventId(1_700_000_000_000 + index, random).replaceAll("-", ""), "hex");
  return Buffer.concat([
    Uint8Array.of(1),
    id,
    Buffer.from(`\0\0\0\0entry ${index} ${"x".repeat(index % 40)}`),
  ]);
}

/** The files of a log of the last of `sizes`, published at each of them. */
export function memoryLog(
  sizes: readonly number[],
  entryAt: (index: number) => Uint8Array = sampleEntry,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const builder = createTileBuilder({ size: 0, levels: [], entries: [] });
  for (const size of sizes) {
    while (builder.size() < size) {
      const bytes = entryAt(builder.size());
      builder.add({ bytes, hash: hashLeaf(bytes) });
    }
    const full = builder.takeFull();
    for (const file of [...full, ...builder.partials()]) files.set(tilePath(file.tile), file.bytes);
    for (const { tile } of full) {
      const gone = `${partialDirectory({ ...tile, width: TILE_WIDTH })}/`;
      for (const path of files.keys()) if (path.startsWith(gone)) files.delete(path);
    }
    const checkpoint = signCheckpoint(
      { origin: signer.verifier.name, size, root: builder.root() },
      signer,
    );
    files.set(CHECKPOINT_PATH, Buffer.from(checkpoint));
  }
  return files;
}

export function filesOf(map: ReadonlyMap<string, Uint8Array>): LogFiles {
  return {
    read: (path) => Promise.resolve(map.get(path)),
    async *list() {
      for (const path of map.keys()) if (path.startsWith("tile/")) yield path;
    },
  };
}

/** A copy of a log in which one file is another. */
export function withFile(
  map: ReadonlyMap<string, Uint8Array>,
  path: string,
  bytes: Uint8Array | undefined,
): Map<string, Uint8Array> {
  const changed = new Map(map);
  if (bytes === undefined) changed.delete(path);
  else changed.set(path, bytes);
  return changed;
}
