// A log whose writer was killed in the middle of a write: whole and calm, until somebody really changed something.
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { daemonEvent } from "#record/event/guard-events.ts";
import { readVerifier } from "#record/store/keys.ts";
import { checkLog } from "#record/store/log-check.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { hasPython, startPython } from "../../tamper/python-verifier.ts";
import { appendMany, leaveInJournal, withLog, withLogDirectories } from "./temporary-log.ts";

/** A log as it lies there when its writer dies with three entries that no checkpoint covers. */
async function killed(options: LogOptions): Promise<void> {
  await withLog(options, (log) => appendMany(log, 5));
  await leaveInJournal(options, (stamp) =>
    Array.from({ length: 3 }, () => daemonEvent(stamp(), "start")),
  );
  // The one that was killed is no process any more.
  await writeFile(join(options.log, "lock"), "999999999 1 0\n");
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
      await withLogDirectories(async (options) => {
        await killed(options);
        const path = await journalOf(options);
        const frame = (await readFile(path)).subarray(0, bytes);
        await appendFile(path, frame);
        const report = await check(options);
        expect([report.faults, report.waiting?.unfinishedBytes]).toEqual([[], bytes]);
        await rm(join(options.log, "lock"));
        await withLog(options, () => Promise.resolve());
        const after = await check(options);
        expect([after.faults, after.waiting]).toEqual([[], { entries: 0, unfinishedBytes: 0 }]);
        expect(after.checkpoint?.size).toBe(9);
      });
    },
    30_000,
  );

  it("that is a whole frame somebody changed is a fault, and so is one in a log that was closed", async () => {
    await withLogDirectories(async (options) => {
      await killed(options);
      const path = await journalOf(options);
      const bytes = await readFile(path);
      const changed = Buffer.from(bytes);
      changed[changed.length - 3] = (changed.at(-3) ?? 0) ^ 1;
      await writeFile(path, changed);
      expect((await check(options)).faults).toMatchObject([{ kind: "journal-damaged" }]);
      await writeFile(path, bytes.subarray(0, bytes.length - 5));
      expect((await check(options)).faults).toEqual([]);
      await rm(join(options.log, "lock"));
      expect((await check(options)).faults).toMatchObject([{ kind: "journal-damaged" }]);
    });
  }, 30_000);
});
