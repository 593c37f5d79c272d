// Packing old bundles of a log: the packed file is durable and read back before the plain one goes, so that a crash leaves one or both.
import { stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { decodeBundle } from "../log/bundle.ts";
import { TILE_WIDTH, tilePath } from "../log/layout.ts";
import { peekId } from "../log/leaf.ts";
import { pack, PACKED_END, unpack } from "../log/packed.ts";
import { BUNDLE_BYTES_MAX } from "./log-reader.ts";
import { hasCode, readBounded, replaceFile, syncDirectory } from "./files/private-files.ts";

/** What was done: bundles, and their bytes before and after. */
export type Packed = { readonly bundles: number; readonly before: number; readonly after: number };

/**
 * Packs whole bundles from `first` on in a log of `size` entries whose newest event is older than `beforeMs`. Nobody may prune the log
 * meanwhile; it may be written and read. A bundle that is damaged stays as it is.
 */
export async function packBundles(
  log: string,
  {
    first,
    size,
    beforeMs,
  }: { readonly first: number; readonly size: number; readonly beforeMs: number },
): Promise<Packed> {
  const sums = { bundles: 0, before: 0, after: 0 };
  for (let index = Math.floor(first / TILE_WIDTH); (index + 1) * TILE_WIDTH <= size; index += 1) {
    const path = join(log, tilePath({ level: "entries", index, width: TILE_WIDTH }));
    if (!(await isThere(path))) continue;
    const bytes = await readBounded(path, BUNDLE_BYTES_MAX);
    const entries = bytes === undefined ? [] : decodeBundle(bytes, TILE_WIDTH).entries;
    if (bytes === undefined || entries.length < TILE_WIDTH) continue;
    const newestMs = Math.max(...entries.map(timeOf));
    if (newestMs >= beforeMs) break;
    const packed = pack(bytes);
    if (packed.length >= bytes.length) continue;
    await replaceFile(`${path}${PACKED_END}`, packed);
    await syncDirectory(dirname(path));
    const back = await readBounded(`${path}${PACKED_END}`, BUNDLE_BYTES_MAX);
    if (back === undefined || unpack(back, BUNDLE_BYTES_MAX)?.equals(bytes) !== true) continue;
    await unlink(path).catch((error: unknown) => {
      if (!hasCode(error, "ENOENT")) throw error;
    });
    await syncDirectory(dirname(path));
    sums.bundles += 1;
    sums.before += bytes.length;
    sums.after += packed.length;
    await turn();
  }
  return sums;
}

/** Unix milliseconds of an entry, by the UUIDv7 in it; one that has none is never old. */
function timeOf(entry: Uint8Array): number {
  const id = peekId(entry);
  return id === undefined ? Infinity : Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
