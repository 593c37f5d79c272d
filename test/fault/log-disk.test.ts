// A disk that is full or read-only: appending is refused with a reason, nothing is half-written, and the log goes on after.
import { execFile } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, type TestContext } from "vitest";
import { daemonEvent } from "#record/event/guard-events.ts";
import { decodeLeaf } from "#record/log/leaf.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { appendMany, verifyDirectory, withLogDirectories } from "../record/store/temporary-log.ts";

const run = promisify(execFile);

/** Runs `use` with the log on a small tmpfs of its own; skips with the reason where that cannot be mounted. */
async function withTinyDisk(
  context: TestContext,
  use: (options: LogOptions, disk: string) => Promise<void>,
): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    context.skip("mounting a tiny disk needs root on linux");
  await withLogDirectories(async (options, root) => {
    const disk = join(root, "disk");
    await mkdir(disk, { mode: 0o700 });
    const mounted = await run("mount", [
      "-t",
      "tmpfs",
      "-o",
      "size=512k,mode=700",
      "tmpfs",
      disk,
    ]).then(
      () => true,
      () => false,
    );
    if (!mounted) context.skip("a tmpfs cannot be mounted here");
    try {
      await use({ ...options, log: join(disk, "log") }, disk);
    } finally {
      await run("umount", ["-l", disk]);
    }
  });
}

async function metadataOf(options: LogOptions): Promise<Record<string, unknown>[]> {
  const size = (await verifyDirectory(options)).checkpoint?.size ?? 0;
  const found: Record<string, unknown>[] = [];
  for await (const { bytes } of readEntries(openLogFiles(options.log), size, 0, size)) {
    const leaf = decodeLeaf(bytes);
    if (leaf.kind === "leaf") found.push(leaf.metadata);
  }
  return found;
}

async function fill(path: string): Promise<void> {
  for (let size = 512 * 1024; size >= 1; size = Math.floor(size / 2)) {
    await writeFile(`${path}-${size}`, Buffer.alloc(size)).catch(() => undefined);
  }
}

describe("failing disk", () => {
  it("full.refused-then-goes-on", async (context) => {
    await withTinyDisk(context, async (options, disk) => {
      const log = await openLog(options);
      expect(await appendMany(log, 5)).toEqual([0, 1, 2, 3, 4]);
      await fill(join(disk, "ballast"));
      const refused = await Promise.allSettled(
        Array.from({ length: 400 }, () => appendMany(log, 1)),
      );
      const failures = refused.filter((item) => item.status === "rejected");
      expect(failures.length).toBeGreaterThan(0);
      for (const failure of failures) {
        expect(failure.reason).toMatchObject({ code: "log-not-writable" });
        expect(String(failure.reason)).toContain("ENOSPC");
      }
      expect(
        await log.append(daemonEvent(log.stamp("daemon"), "stop"), { durable: false }),
      ).toBeUndefined();
      expect(log.status().failing).toContain("ENOSPC");
      await empty(disk);
      const taken = refused.length - failures.length;
      const [index] = await appendMany(log, 1);
      expect(index).toBeGreaterThanOrEqual(5 + taken);
      await log.close();
      expect((await verifyDirectory(options)).faults).toEqual([]);
      const metadata = await metadataOf(options);
      expect(metadata.filter((item) => item["phase"] === "start")).toHaveLength(5 + taken + 1);
      expect(metadata.filter((item) => item["phase"] === "stop")).toHaveLength(1);
      const recoveries = metadata.filter((item) => item["kind"] === "recovery");
      expect(recoveries.every((item) => item["cause"] === "disk-failure")).toBe(true);
      expect(recoveries.reduce((sum, item) => sum + Number(item["refused"]), 0)).toBe(
        failures.length,
      );
    });
  });

  it("full.failing-ends-by-itself-when-there-is-space-again", async (context) => {
    await withTinyDisk(context, async (options, disk) => {
      const log = await openLog(options);
      await fill(join(disk, "ballast"));
      await expect(
        Promise.all(Array.from({ length: 400 }, () => appendMany(log, 1))),
      ).rejects.toMatchObject({ code: "log-not-writable" });
      expect(log.status().failing).toContain("ENOSPC");
      await empty(disk);
      await expect.poll(() => log.status().failing, { timeout: 5_000 }).toBeUndefined();
      await log.close();
      expect((await verifyDirectory(options)).faults).toEqual([]);
    });
  });

  it("full.while-publishing-keeps-the-entries-and-publishes-later", async (context) => {
    await withTinyDisk(context, async (options, disk) => {
      const log = await openLog(options);
      await appendMany(log, 5);
      await fill(join(disk, "ballast"));
      await expect(log.publish()).rejects.toThrow("ENOSPC");
      expect(log.status().published).toBeLessThan(5);
      await empty(disk);
      await log.publish();
      expect(log.status()).toMatchObject({ size: 5, published: 5, failing: undefined });
      await log.close();
      expect((await verifyDirectory(options)).faults).toEqual([]);
    });
  });

  it("full.killed-then-opened-again", async (context) => {
    await withTinyDisk(context, async (options, disk) => {
      const log = await openLog(options);
      await appendMany(log, 5);
      await fill(join(disk, "ballast"));
      await expect(log.close()).rejects.toMatchObject({ code: "log-not-writable" });
      await expect(openLog(options)).rejects.toMatchObject({ code: "log-not-writable" });
      await empty(disk);
      const again = await openLog(options);
      // The five, and the record of the recovery.
      expect(again.status().size).toBe(6);
      await again.close();
      expect((await verifyDirectory(options)).faults).toEqual([]);
    });
  });

  it("read-only.opening-is-refused-and-verifying-works", async (context) => {
    await withTinyDisk(context, async (options, disk) => {
      const log = await openLog(options);
      await appendMany(log, 5);
      await log.close();
      await run("mount", ["-o", "remount,ro", disk]);
      await expect(openLog(options)).rejects.toMatchObject({ code: "log-not-writable" });
      await expect(openLog(options)).rejects.toThrow("EROFS");
      expect((await verifyDirectory(options)).faults).toEqual([]);
      await run("mount", ["-o", "remount,rw", disk]);
      const again = await openLog(options);
      expect(await appendMany(again, 1)).toEqual([5]);
      await again.close();
    });
  });
});

async function empty(disk: string): Promise<void> {
  for (const name of await readdir(disk))
    if (name.startsWith("ballast")) await rm(join(disk, name));
}
