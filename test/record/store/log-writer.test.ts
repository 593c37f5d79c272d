// The writer on a real disk: durability, publication, recovery, one writer, refusal to go on after a rollback.
import { appendFile, cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { daemonEvent } from "#record/event/guard-events.ts";
import { decodeLeaf } from "#record/log/leaf.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { takeLock } from "#record/store/files/lock.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { appendMany, verifyDirectory, withLog, withLogDirectories } from "./temporary-log.ts";

async function kindsIn(options: LogOptions): Promise<unknown[]> {
  const files = openLogFiles(options.log);
  const report = await verifyDirectory(options);
  const size = report.checkpoint?.size ?? 0;
  const kinds: unknown[] = [];
  for await (const { bytes } of readEntries(files, size, 0, size)) {
    const leaf = decodeLeaf(bytes);
    kinds.push(leaf.kind === "leaf" ? leaf.metadata["kind"] : leaf.reason);
  }
  return kinds;
}

async function treeOf(root: string): Promise<string[]> {
  const items = await readdir(root, { recursive: true, withFileTypes: true });
  return items.map((item) => join(item.parentPath, item.name));
}

describe("log writer", () => {
  it("new.log-has-a-checkpoint-and-verifies", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, () => Promise.resolve());
      const report = await verifyDirectory(options);
      expect([report.faults, report.checkpoint?.size]).toEqual([[], 0]);
    });
  });

  it("append.durable-ones-get-their-index-and-all-verify", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, async (log) => {
        expect(await appendMany(log, 300)).toEqual(
          Array.from({ length: 300 }, (_, index) => index),
        );
        expect(await appendMany(log, 1)).toEqual([300]);
        await log.publish();
        expect(log.status()).toEqual({ size: 301, published: 301, queued: 0, failing: undefined });
      });
      expect((await verifyDirectory(options)).faults).toEqual([]);
      expect(await kindsIn(options)).toEqual(Array.from({ length: 301 }, () => "daemon"));
    });
  });

  it("append.lazy-one-is-published-by-itself", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, async (log) => {
        expect(
          await log.append(daemonEvent(log.stamp("daemon"), "start"), { durable: false }),
        ).toBeUndefined();
        await expect.poll(() => log.status().published, { timeout: 10_000 }).toBe(1);
        expect((await verifyDirectory(options)).checkpoint?.size).toBe(1);
      });
    });
  });

  it("append.order-is-kept-between-lazy-and-durable", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, async (log) => {
        for (let count = 0; count < 10; count += 1)
          void log.append(daemonEvent(log.stamp("daemon"), "stop"), { durable: false });
        expect(await log.append(daemonEvent(log.stamp("daemon"), "start"), { durable: true })).toBe(
          10,
        );
      });
    });
  });

  it("append.after-close-is-refused", async () => {
    await withLogDirectories(async (options) => {
      const log = await openLog(options);
      await log.close();
      await expect(appendMany(log, 1)).rejects.toMatchObject({ code: "log-closed" });
    });
  });

  it("reopen.goes-on-at-every-kind-of-edge", async () => {
    await withLogDirectories(async (options) => {
      let size = 0;
      for (const step of [1, 3, 251, 1, 1, 255, 256, 40]) {
        await withLog(options, async (log) => {
          expect(log.status().size).toBe(size);
          await appendMany(log, step);
        });
        size += step;
        const report = await verifyDirectory(options);
        expect([report.faults, report.checkpoint?.size]).toEqual([[], size]);
      }
      expect(await readdir(join(options.log, "journal"))).toHaveLength(1);
    });
  });

  it("partials.of-published-sizes-stay-until-the-full-tile-exists", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, async (log) => {
        for (let round = 0; round < 3; round += 1) {
          await appendMany(log, 10);
          await log.publish();
        }
        expect((await readdir(join(options.log, "tile/0/000.p"))).sort()).toEqual([
          "10",
          "20",
          "30",
        ]);
        await appendMany(log, 230);
        await log.publish();
        expect(await readdir(join(options.log, "tile/0"))).toEqual(
          expect.arrayContaining(["000", "001.p"]),
        );
        expect(await readdir(join(options.log, "tile/0"))).not.toContain("000.p");
      });
    });
  });

  it("modes.files-0600-directories-0700", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 300));
      for (const path of [
        ...(await treeOf(options.log)),
        ...(await treeOf(options.keys)),
        options.log,
        options.keys,
      ]) {
        const status = await stat(path);
        expect(status.mode & 0o777, path).toBe(status.isDirectory() ? 0o700 : 0o600);
      }
    });
  });

  it("lock.second-writer-is-refused-and-a-dead-one-replaced", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, async () => {
        await expect(openLog(options)).rejects.toMatchObject({ code: "log-in-use" });
      });
      for (const stale of [
        "999999999 boot:1 abc\n",
        `${process.pid} other-boot:1 abc\n`,
        "",
        "nonsense",
      ]) {
        await writeFile(join(options.log, "lock"), stale);
        await withLog(options, (log) => appendMany(log, 1));
      }
      expect(await readdir(options.log)).not.toContain("lock");
      expect((await verifyDirectory(options)).checkpoint?.size).toBe(4);
    });
  });

  it("lock.of-many-openers-one-wins", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, () => Promise.resolve());
      await writeFile(join(options.log, "lock"), "999999999 boot:1 abc\n");
      const opened = await Promise.allSettled(Array.from({ length: 6 }, () => openLog(options)));
      const winners = opened.filter((item) => item.status === "fulfilled");
      expect(winners).toHaveLength(1);
      await winners[0]?.value.close();
    });
  });

  it("lock.over-a-stale-one-has-one-holder-in-each-of-many-rounds", async () => {
    await withLogDirectories(async (_options, root) => {
      for (let round = 0; round < 200; round += 1) {
        const folder = join(root, String(round));
        await mkdir(folder);
        await writeFile(join(folder, "lock"), "999999999 boot:1 abc\n");
        const taken = await Promise.allSettled(Array.from({ length: 6 }, () => takeLock(folder)));
        const holders = taken.filter((item) => item.status === "fulfilled");
        expect([round, holders.length]).toEqual([round, 1]);
        await holders[0]?.value.release();
        expect([round, await readdir(folder)]).toEqual([round, []]);
      }
    });
  });

  it("recover.torn-journal-tail-is-cut-and-recorded", async () => {
    await withLogDirectories(async (options, root) => {
      const crashed = { ...options, log: join(root, "crashed") };
      await withLog(options, async (log) => {
        await appendMany(log, 5);
        await log.publish();
        await appendMany(log, 3);
        await cp(options.log, crashed.log, { recursive: true });
      });
      await rm(options.log, { recursive: true });
      await rm(join(options.keys, "log-head"));
      await rm(join(crashed.log, "lock"));
      const journal = join(crashed.log, "journal");
      const [last] = (await readdir(journal)).sort().reverse();
      await appendFile(
        join(journal, last ?? ""),
        Buffer.from([0, 0, 0, 90, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2]),
      );
      expect((await verifyDirectory(crashed)).faults).toEqual([]);
      await withLog(crashed, () => Promise.resolve());
      const report = await verifyDirectory(crashed);
      expect([report.faults, report.checkpoint?.size]).toEqual([[], 9]);
      const files = openLogFiles(crashed.log);
      for await (const { bytes } of readEntries(files, 9, 8, 9)) {
        const leaf = decodeLeaf(bytes);
        expect(leaf.kind === "leaf" && leaf.metadata).toMatchObject({
          kind: "recovery",
          cause: "unclean-stop",
          entries: 3,
          tornBytes: 14,
        });
      }
    });
  });

  it("rollback.older-copy-of-the-log-is-refused", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 5));
      await cp(options.log, join(root, "old"), { recursive: true });
      await withLog(options, (log) => appendMany(log, 5));
      await rm(options.log, { recursive: true });
      await cp(join(root, "old"), options.log, { recursive: true });
      await expect(openLog(options)).rejects.toMatchObject({ code: "log-rolled-back" });
      await rm(options.log, { recursive: true });
      await expect(openLog(options)).rejects.toMatchObject({ code: "log-rolled-back" });
      expect(await readdir(options.log)).not.toContain("lock");
    });
  });

  it("damaged.writer-does-not-go-on", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, (log) => appendMany(log, 300));
      const bundle = join(options.log, "tile/entries/001.p/44");
      const bytes = await readFile(bundle);
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      await writeFile(bundle, bytes);
      await expect(openLog(options)).rejects.toMatchObject({ code: "log-damaged" });
      await rm(join(options.log, "checkpoint"));
      await expect(openLog(options)).rejects.toMatchObject({ code: "log-damaged" });
    });
  });

  it("keys.of-another-install-cannot-go-on", async () => {
    await withLogDirectories(async (options, root) => {
      await withLog(options, (log) => appendMany(log, 2));
      await expect(openLog({ ...options, keys: join(root, "other") })).rejects.toMatchObject({
        code: "log-damaged",
      });
    });
  });

  it("keys.readable-by-others-are-refused", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, () => Promise.resolve());
      const { chmod } = await import("node:fs/promises");
      await chmod(join(options.keys, "signing-key"), 0o644);
      await expect(openLog(options)).rejects.toMatchObject({ code: "not-private" });
    });
  });
});
