// A journal that was cut or damaged at any byte: what is whole is published, the rest is counted, the log verifies.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeLeaf, type JsonObject } from "#record/log/leaf.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import {
  appendMany,
  verifyDirectory,
  withLog,
  withLogDirectories,
} from "../record/store/temporary-log.ts";

/** A log as a crash leaves it: `published` entries under the checkpoint, `waiting` ones in the journal. */
async function crashedLog(
  options: LogOptions,
  root: string,
  published: number,
  waiting: number,
): Promise<void> {
  const log = await openLog(options);
  await appendMany(log, published);
  await log.publish();
  await mkdir(join(root, "crashed"), { mode: 0o700 });
  await cp(options.keys, join(root, "crashed/keys"), { recursive: true });
  await appendMany(log, waiting);
  await cp(options.log, join(root, "crashed/log"), { recursive: true });
  await log.close();
  await rm(join(root, "crashed/log/lock"));
}

/** Runs `use` on a fresh copy of the crashed log. */
async function withCopy(
  root: string,
  options: LogOptions,
  use: (copy: LogOptions) => Promise<void>,
): Promise<void> {
  const copy = { ...options, log: join(root, "copy/log"), keys: join(root, "copy/keys") };
  await cp(join(root, "crashed"), join(root, "copy"), { recursive: true });
  await use(copy);
  await rm(join(root, "copy"), { recursive: true });
}

async function lastMetadata(options: LogOptions): Promise<{ size: number; last: JsonObject }> {
  const report = await verifyDirectory(options);
  expect(report.faults).toEqual([]);
  const size = report.checkpoint?.size ?? 0;
  let last: JsonObject = {};
  for await (const { bytes } of readEntries(
    openLogFiles(options.log),
    size,
    Math.max(0, size - 1),
    size,
  )) {
    const leaf = decodeLeaf(bytes);
    if (leaf.kind === "leaf") last = leaf.metadata;
  }
  return { size, last };
}

async function newestSegment(options: LogOptions): Promise<string> {
  const names = (await readdir(join(options.log, "journal"))).sort();
  return join(options.log, "journal", names.at(-1) ?? "");
}

describe("torn journal", () => {
  it("cut.anywhere-keeps-the-whole-frames", async () => {
    await withLogDirectories(async (options, root) => {
      await crashedLog(options, root, 5, 4);
      const whole = await readFile(
        await newestSegment({ ...options, log: join(root, "crashed/log") }),
      );
      const frame = whole.length / 4;
      expect(Number.isInteger(frame)).toBe(true);
      for (let cut = 0; cut < whole.length; cut += 23) {
        await withCopy(root, options, async (copy) => {
          await writeFile(await newestSegment(copy), whole.subarray(0, cut));
          expect((await verifyDirectory(copy)).faults).toEqual([]);
          await withLog(copy, () => Promise.resolve());
          const { size, last } = await lastMetadata(copy);
          const entries = Math.floor(cut / frame);
          if (cut === 0) expect(size).toBe(5);
          else {
            expect(size).toBe(5 + entries + 1);
            expect(last).toMatchObject({
              kind: "recovery",
              entries,
              tornBytes: cut - entries * frame,
            });
          }
        });
      }
    });
  });

  it("flipped.anywhere-keeps-the-frames-before", async () => {
    await withLogDirectories(async (options, root) => {
      await crashedLog(options, root, 300, 4);
      const whole = await readFile(
        await newestSegment({ ...options, log: join(root, "crashed/log") }),
      );
      const frame = whole.length / 4;
      for (let at = 0; at < whole.length; at += 41) {
        await withCopy(root, options, async (copy) => {
          const changed = Buffer.from(whole);
          changed[at] = (changed[at] ?? 0) ^ 0x10;
          await writeFile(await newestSegment(copy), changed);
          await withLog(copy, () => Promise.resolve());
          const { size, last } = await lastMetadata(copy);
          const entries = Math.floor(at / frame);
          expect(size).toBe(300 + entries + 1);
          expect(last).toMatchObject({
            kind: "recovery",
            entries,
            tornBytes: whole.length - entries * frame,
          });
        });
      }
    });
  });

  it("damaged.older-segment-is-kept-aside-and-later-entries-survive", async () => {
    await withLogDirectories(async (options, root) => {
      await crashedLog(options, root, 5, 4);
      await withCopy(root, options, async (copy) => {
        const newest = await newestSegment(copy);
        const whole = await readFile(newest);
        const frame = whole.length / 4;
        const first = Buffer.from(whole.subarray(0, 2 * frame));
        first[first.length - 1] = (first[first.length - 1] ?? 0) ^ 1;
        await writeFile(newest, first);
        await writeFile(newest.replace("5.journal", "7.journal"), whole.subarray(2 * frame), {
          mode: 0o600,
        });
        await withLog(copy, () => Promise.resolve());
        const { size, last } = await lastMetadata(copy);
        expect([size, last["entries"], last["tornBytes"]]).toEqual([9, 3, frame]);
        const kept = (await readdir(join(copy.log, "journal"))).filter((name) =>
          name.includes(".damaged-"),
        );
        expect(kept).toHaveLength(1);
      });
    });
  });
});
