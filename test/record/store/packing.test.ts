// Packed bundles: both verifiers, fsck, proofs and readers take them as they take plain ones; what is altered in one is found by both.
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { pack, unpack, unpackedPath } from "#record/log/packed.ts";
import { fsckLog } from "#record/store/fsck.ts";
import { readVerifier } from "#record/store/keys.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";
import { packBundles } from "#record/store/packing.ts";
import { pruneLog } from "#record/store/upkeep.ts";
import { packOld } from "#surface/services/retention/keep-retained.ts";
import { random } from "../../oracle/cases.ts";
import { hasPython, startPython } from "../../tamper/python-verifier.ts";
import { appendMany, verifyDirectory, withLog, withLogDirectories } from "./temporary-log.ts";

const bundleOf = ({ log }: LogOptions, index: number): string =>
  join(log, `tile/entries/00${index}`);
async function entriesOf({ log }: LogOptions, size: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { index, bytes } of readEntries(openLogFiles(log), size, 0, size))
    found.push(`${index} ${Buffer.from(bytes).toString("hex")}`);
  return found;
}
async function keyOf(options: LogOptions) {
  const verifier = await readVerifier(options.keys);
  if (verifier === undefined) throw new Error("no verifier key");
  return verifier;
}

describe("packed bundles", () => {
  it("hold for verifier, fsck, readers and a writer that goes on; younger ones stay plain", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 600));
      const before = await entriesOf(options, 600);
      const all = { first: 0, size: 600, beforeMs: Infinity };
      const young = { ...all, beforeMs: Date.now() - 60_000 };
      expect(await packBundles(options.log, young)).toMatchObject({ bundles: 0 });
      const log = { status: () => ({ published: 600 }) } as Pick<Log, "status">;
      const week = { nowMs: () => Date.now() + 7 * 86_400_000 };
      expect(await packOld(options, log, { nowMs: () => week.nowMs() - 60_000 })).toMatchObject({
        bundles: 0,
      });
      const packed = await packOld(options, log, { nowMs: () => week.nowMs() + 60_000 });
      expect(packed.bundles).toBe(2);
      expect(packed.after).toBeLessThan(packed.before);
      expect(await packBundles(options.log, all)).toMatchObject({ bundles: 0 });
      for (const index of [0, 1]) {
        expect(existsSync(bundleOf(options, index))).toBe(false);
        expect(existsSync(`${bundleOf(options, index)}.gz`)).toBe(true);
      }
      expect(await entriesOf(options, 600)).toEqual(before);
      await withLog(options, (log) => appendMany(log, 300));
      const verifier = await keyOf(options);
      const report = await fsckLog({ ...options, verifier }, join(root, "spool"));
      expect(report).toMatchObject({
        entriesHold: true,
        damagedTiles: [],
        proofs: { failed: 0 },
        verified: { faults: [] },
      });
      expect((await entriesOf(options, 600)).slice(0, 600)).toEqual(before);
      await pruneLog(options, 512);
      expect(existsSync(`${bundleOf(options, 1)}.gz`)).toBe(false);
      expect((await verifyDirectory(options)).faults).toEqual([]);
    });
  });

  it("altered, cut or longer ones are found by both verifiers", async (ctx) => {
    if (!hasPython()) ctx.skip("python3 is not here");
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 520));
      await packBundles(options.log, { first: 0, size: 520, beforeMs: Infinity });
      const python = startPython((await keyOf(options)).text, []);
      const next = random(3);
      try {
        expect(await python.ask({ log: options.log })).toMatchObject({ good: true });
        const path = `${bundleOf(options, 1)}.gz`;
        const whole = await readFile(path);
        const changes = [
          whole.subarray(0, whole.length - 1),
          Buffer.concat([whole, Buffer.of(0)]),
          Buffer.concat([whole, whole]),
          Buffer.alloc(0),
          await readFile(`${bundleOf(options, 0)}.gz`),
          ...Array.from({ length: 40 }, () => {
            const bytes = Buffer.from(whole);
            const at = Math.floor(next() * (bytes.length - 9));
            bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(next() * 255));
            return bytes;
          }),
        ];
        for (const [number, bytes] of changes.entries()) {
          await writeFile(path, bytes);
          const { faults } = await verifyDirectory(options);
          const answer = await python.ask({ log: options.log });
          expect([number, faults.length > 0, answer.good]).toEqual([number, true, false]);
        }
        await rm(path);
        expect((await verifyDirectory(options)).faults[0]).toMatchObject({
          kind: "entries-missing",
        });
        await writeFile(path, whole);
        expect((await verifyDirectory(options)).faults).toEqual([]);
        expect(await python.ask({ log: options.log })).toMatchObject({ good: true });
      } finally {
        python.close();
      }
    });
  });

  it("are gzip files of one form alone", () => {
    const bytes = Buffer.from("entries ".repeat(1_000));
    const packed = pack(bytes);
    expect(gunzipSync(packed).equals(bytes)).toBe(true);
    expect(unpack(packed, bytes.length)?.equals(bytes)).toBe(true);
    expect(unpack(packed, bytes.length - 1)).toBeUndefined();
    for (const at of [3, 4, 9]) {
      const other = Buffer.from(packed);
      other[at] = 7;
      expect(unpack(other, bytes.length)).toBeUndefined();
    }
    expect(unpackedPath("tile/entries/x001/002.gz")).toBe("tile/entries/x001/002");
    for (const path of ["tile/0/000.gz", "tile/entries/000.p/12.gz", "tile/entries/000.gz.gz"])
      expect(unpackedPath(path)).toBe(path);
  });
});
