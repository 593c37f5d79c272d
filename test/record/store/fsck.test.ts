// Re-deriving a log: what is named, what can be made anew from the entries and what cannot.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fsckLog, repairTiles } from "#record/store/fsck.ts";
import { readVerifier } from "#record/store/keys.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { pruneLog } from "#record/store/upkeep.ts";
import { appendMany, withLog, withLogDirectories } from "./temporary-log.ts";

async function look(options: LogOptions, root: string) {
  const verifier = await readVerifier(options.keys);
  if (verifier === undefined) throw new Error("no verifier key");
  const check = { ...options, verifier };
  return {
    report: await fsckLog(check, join(root, "spool")),
    repair: () => repairTiles(check, join(root, "evidence")),
  };
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

describe("fsck", () => {
  it("tiles-damaged.are-shown-and-made-anew-with-the-old-ones-kept", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 600));
      const whole = await look(options, root);
      expect(whole.report).toMatchObject({
        entriesHold: true,
        damagedTiles: [],
        proofs: { tried: 64, failed: 0 },
        verified: { faults: [] },
      });
      const full = join(options.log, "tile/0/000");
      const before = await readFile(full);
      await flip(full, 70);
      await rm(join(options.log, "tile/1/000.p/2"));
      const { report, repair } = await look(options, root);
      expect(report.damagedTiles).toEqual([
        { path: "tile/0/000", state: "altered" },
        { path: "tile/1/000.p/2", state: "missing" },
      ]);
      expect(report.firstBad).toBeUndefined();
      expect(report.proofs.failed).toBeGreaterThan(0);
      expect(await repair()).toEqual(["tile/0/000", "tile/1/000.p/2"]);
      expect(await readFile(full)).toEqual(before);
      expect(await readdir(join(root, "evidence/tile/0"))).toEqual(["000"]);
      expect((await look(options, root)).report.verified.faults).toEqual([]);
      await withLog(options, (log) => appendMany(log, 5));
    });
  });

  it("entry-damaged.is-named-and-nothing-is-made-anew", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 300));
      const bundle = join(options.log, "tile/entries/000");
      const length = (await readFile(bundle)).readUInt16BE(0);
      await flip(bundle, 2 + length + 30);
      await flip(join(options.log, "tile/0/001.p/44"), 3);
      const { report, repair } = await look(options, root);
      expect(report).toMatchObject({ entriesHold: false, firstBad: 1, damagedTiles: [] });
      await expect(repair()).rejects.toThrow("do not make the signed root");
    });
  });

  it("removed-on-record.the-upper-tiles-can-be-made-anew", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 600));
      await pruneLog(options, 300);
      await flip(join(options.log, "tile/1/000.p/2"), 3);
      const { report, repair } = await look(options, root);
      expect(report.damagedTiles).toEqual([{ path: "tile/1/000.p/2", state: "altered" }]);
      await repair();
      expect((await look(options, root)).report.verified.faults).toEqual([]);
    });
  });
});
