// Reading bundles: whoever reads, alone or beside others, gets the same entries of plain, packed and unfinished bundles.
import { expect, it } from "vitest";
import { openLogFiles, readBundles, type ReadingHow } from "#record/store/log-reader.ts";
import { packBundles } from "#record/store/packing.ts";
import { appendMany, withLog, withLogDirectories } from "./temporary-log.ts";

const SIZE = 1_100;

it("wanted entries are the same alone and shared, and stay what they were", async () => {
  await withLogDirectories(async (options) => {
    await withLog(options, (log) => appendMany(log, SIZE));
    // WHY packed in the middle: then a plain one, a packed one and the unfinished last one follow each other.
    await packBundles(options.log, { first: 256, size: 768, beforeMs: Infinity });
    const read = async (how: ReadingHow, wanted?: ReadonlySet<number>): Promise<string[]> => {
      const found: { readonly index: number; readonly bytes: Uint8Array }[] = [];
      const runs = [
        { from: 3, end: 700 },
        { from: 760, end: SIZE + 5 },
      ];
      for await (const bundle of readBundles(openLogFiles(options.log, how), SIZE, runs, wanted))
        found.push(...bundle);
      // Looked at when all have been read: none may lie where a later one was put.
      return found.map(({ index, bytes }) => `${index} ${Buffer.from(bytes).toString("hex")}`);
    };
    const all = await read("shared");
    expect(all).toHaveLength(697 + 340);
    expect(await read("alone")).toEqual(all);
    for (const step of [1, 7, 300]) {
      const wanted = new Set(Array.from({ length: SIZE }, (_, at) => at * step));
      const some = all.filter((entry) => wanted.has(Number(entry.split(" ")[0])));
      expect(await read("shared", wanted)).toEqual(some);
      expect(await read("alone", wanted)).toEqual(some);
    }
  });
});
