// What an inclusion proof costs in a log of ten million entries, whose tiles are made without its entries.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashesAtLevel, TILE_WIDTH, type Tile, tilePath, widthAt } from "#record/log/layout.ts";
import { checkInclusion } from "#record/log/proofs/proof.ts";
import { hashLeaf, rootOf, rootOfEdge } from "#record/log/tree.ts";
import { createProver } from "#record/store/prover.ts";
import { withLogDirectories } from "../record/store/temporary-log.ts";
import { atMost, type Figure, median } from "./figures.ts";

/** Entries that are proven; each lies in another tile. */
export const PROVEN = 400;
const SIZE = 10_000_000;

/** Every entry is the same one, so a full tile of each level is the same too: only the tiles that are read are written. */
export async function measureProofs(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  await withLogDirectories(async ({ log }) => {
    const leafHash = hashLeaf(Buffer.from("the same entry"));
    const full: Uint8Array[] = [leafHash];
    for (let level = 0; hashesAtLevel(level, SIZE) > 0; level += 1) {
      full.push(rootOf(Array.from({ length: TILE_WIDTH }, () => full[level] ?? leafHash)));
    }
    const write = (tile: Tile & { readonly level: number }): void => {
      const path = join(log, tilePath(tile));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(
        path,
        Buffer.concat(Array.from({ length: tile.width }, () => full[tile.level] ?? leafHash)),
      );
    };
    const edge: Uint8Array[][] = [];
    for (let level = 0; hashesAtLevel(level, SIZE) > 0; level += 1) {
      const tiles = Math.ceil(hashesAtLevel(level, SIZE) / TILE_WIDTH);
      for (let index = level === 0 ? tiles - 1 : 0; index < tiles; index += 1)
        write({ level, index, width: widthAt(level, index, SIZE) });
      const rest = hashesAtLevel(level, SIZE) % TILE_WIDTH;
      edge.push(Array.from({ length: rest }, () => full[level] ?? leafHash));
    }
    // Twice as many tiles as are measured: the first half warms what stands above, the second is read for the first time.
    const step = Math.floor(SIZE / TILE_WIDTH / (2 * PROVEN));
    const indexes = Array.from(
      { length: 2 * PROVEN },
      (_, place) => place * step * TILE_WIDTH + ((place * 37) % TILE_WIDTH),
    );
    for (const index of indexes)
      write({ level: 0, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH });
    const root = rootOfEdge(edge);
    const prover = createProver(log, SIZE, SIZE);
    const walls: number[] = [];
    let cpuUs = 0;
    for (const isMeasured of [false, true]) {
      const before = process.cpuUsage();
      for (const [place, index] of indexes.entries()) {
        if ((place % 2 === 1) !== isMeasured) continue;
        const start = performance.now();
        const proof = await prover.prove(index);
        if (isMeasured) walls.push(performance.now() - start);
        const claim = { index, size: SIZE, leafHash, proof, root };
        if (!checkInclusion(claim)) throw new Error("a proof does not hold");
      }
      const { user, system } = process.cpuUsage(before);
      cpuUs = (user + system) / PROVEN;
    }
    figures.push(atMost("inclusion proof of 10 million entries", median(walls), "ms", 0.2), {
      name: "inclusion proof and its check, processor time",
      value: cpuUs / 1_000,
      unit: "ms",
    });
  });
  return figures;
}
