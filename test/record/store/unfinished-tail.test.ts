// A log whose writer was killed in the middle of a write: whole and calm, until somebody really changed something.
import { appendFile, cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { hasPython, startPython } from "../../tamper/python-verifier.ts";
import { appendMany, withLog, withLogDirectories } from "./temporary-log.ts";

/** A copy of a log as it lies there when its writer dies with three entries that no checkpoint covers. */
async function killed(options: LogOptions, root: string): Promise<LogOptions> {
  const copy = { ...options, log: join(root, "copy"), keys: join(root, "copied-keys") };
  const log = await openLog(options);
  try {
    await appendMany(log, 5);
    await log.publish();
    await appendMany(log, 3);
    await cp(options.log, copy.log, { recursive: true });
    await cp(options.keys, copy.keys, { recursive: true });
  } finally {
    await log.close();
  }
  // The one that was killed is no process any more.
  const lock = join(copy.log, "lock");
  await rm(lock, { recursive: true, force: true });
  await writeFile(lock, "999999999 1 0\n");
  return copy;
}

async function journalOf({ log }: LogOptions): Promise<string> {
  const folder = join(log, "journal");
  return join(folder, (await readdir(folder)).sort().at(-1) ?? "");
}

async function check({ log, keys }: LogOptions) {
  const verifier = await readVerifier(keys);
  if (verifier === undefined) throw new Error("no verifier key");
  const python = hasPython() ? startPython(verifier.text, []) : undefined;
  try {
    const head = join(keys, "log-head");
    const report = await checkLog({ log, keys, verifier });
    const second = await python?.ask({ log, head });
    expect(second?.good ?? report.faults.length === 0).toBe(report.faults.length === 0);
    return report;
  } finally {
    python?.close();
  }
}

describe("an unfinished tail", () => {
  it.each([1, 11, 12, 40])(
    "of %i bytes is no fault, and the next writer settles it",
    async (bytes) => {
      await withLogDirectories(async (options, root) => {
        const copy = await killed(options, root);
        const path = await journalOf(copy);
        const frame = (await readFile(path)).subarray(0, bytes);
        await appendFile(path, frame);
        const report = await check(copy);
        expect([report.faults, report.waiting?.unfinishedBytes]).toEqual([[], bytes]);
        await rm(join(copy.log, "lock"));
        await withLog(copy, () => Promise.resolve());
        const after = await check(copy);
        expect([after.faults, after.waiting]).toEqual([[], { entries: 0, unfinishedBytes: 0 }]);
        expect(after.checkpoint?.size).toBe(9);
      });
    },
    30_000,
  );

  it("that is a whole frame somebody changed is a fault, and so is one in a log that was closed", async () => {
    await withLogDirectories(async (options, root) => {
      const copy = await killed(options, root);
      const path = await journalOf(copy);
      const bytes = await readFile(path);
      const changed = Buffer.from(bytes);
      changed[changed.length - 3] = (changed.at(-3) ?? 0) ^ 1;
      await writeFile(path, changed);
      expect((await check(copy)).faults).toMatchObject([{ kind: "journal-damaged" }]);
      await writeFile(path, bytes.subarray(0, bytes.length - 5));
      expect((await check(copy)).faults).toEqual([]);
      await rm(join(copy.log, "lock"));
      expect((await check(copy)).faults).toMatchObject([{ kind: "journal-damaged" }]);
    });
  }, 30_000);
});
