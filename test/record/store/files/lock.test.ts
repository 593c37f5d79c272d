// The lock of a log: one writer, also while another one removes what looks unfinished.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readdir, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { takeLock } from "#record/store/files/lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("is held by one, and given to the next", async () => {
  const first = await takeLock(folder);
  await expect(takeLock(folder)).rejects.toMatchObject({ code: "log-in-use" });
  await first.release();
  const second = await takeLock(folder);
  await second.release();
  expect(readdirSync(folder)).toEqual([]);
});

it("is taken although somebody removes unfinished files meanwhile, as a log that starts does", async () => {
  for (let round = 0; round < 10; round += 1) {
    const isTaken = { yet: false };
    const sweeping = sweepOnce(isTaken);
    const lock = await takeLock(folder);
    isTaken.yet = true;
    await sweeping;
    await lock.release();
  }
  expect(readdirSync(folder)).toEqual([]);
});

/** Removes the first unfinished file that it meets. */
async function sweepOnce(isTaken: { readonly yet: boolean }): Promise<void> {
  while (!isTaken.yet) {
    const names = await readdir(folder);
    const unfinished = names.find((name) => name.startsWith(".tmp-"));
    if (unfinished === undefined) continue;
    await unlink(join(folder, unfinished)).catch(() => undefined);
    return;
  }
}

it("says what is missing where there is no folder", async () => {
  await expect(takeLock(join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
});
