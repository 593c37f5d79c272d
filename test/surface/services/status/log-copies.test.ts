// Where the log lies and where its copy is: in a repository, open to others, archived nowhere, lately, long ago or in vain.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { daemonEvent } from "#record/event/guard-events.ts";
import { archiveEvent } from "#record/event/retention-events.ts";
import { openLog } from "#record/store/log-writer.ts";
import { orderOf } from "#surface/cli/commands/record/log-retention.ts";
import { type Directories, directoriesIn } from "#surface/foundation/files/directories.ts";
import { openRetentionFile } from "#surface/services/exceptions/retention-file.ts";
import { checkLogCopy, checkLogPlace } from "#surface/services/status/log-copies.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 10);

let room: ReturnType<typeof freshDirectory>;
let directories: Directories;
beforeEach(async () => {
  room = freshDirectory();
  ({ directories } = await installOn(join(room.path, "data")));
});
afterEach(() => room.remove());

const copy = (nowMs = NOW) =>
  checkLogCopy({ directories, nowMs, ours: (words) => `sallyport ${words}` });

async function write(what: "stored" | "failed" | undefined, timeMs: number): Promise<void> {
  const { log: place, keys } = directories;
  const clock = { nowMs: () => timeMs, monotonicMs: () => performance.now() };
  const log = await openLog({ log: place, keys, clock, productVersion: "0.1.0" });
  const counts = { from: 0, end: 512, segments: 1, bytes: 9 };
  const event =
    what === undefined
      ? daemonEvent(log.stamp("daemon"), "start")
      : archiveEvent(log.stamp("daemon"), { what, where: "s3", place: "s3://vault", ...counts });
  await log.append(event, { durable: true });
  await log.close();
}

test("a directory in a repository, and files that others may read, are found", async () => {
  await write(undefined, NOW);
  expect(checkLogPlace({ directories }).level).toBe("ok");
  for (const path of [join(directories.log, "checkpoint"), directories.keys]) {
    chmodSync(path, 0o755);
    expect(checkLogPlace({ directories })).toMatchObject({
      level: "found",
      text: `others may read \`${path}\``,
      repair: `chmod -R go= ${directories.root}`,
    });
    chmodSync(path, 0o700);
  }
  mkdirSync(join(room.path, ".git"));
  expect(checkLogPlace({ directories })).toMatchObject({
    level: "found",
    text: expect.stringContaining(`in the repository \`${room.path}\``),
  });
});

test("the copy is told: none, ordered and not there, there, silent, failed, unreadable", async () => {
  expect(await copy()).toMatchObject({ level: "note", text: expect.stringContaining("none") });
  await write(undefined, NOW - 9 * DAY);
  expect(await copy()).toMatchObject({
    level: "note",
    text: expect.stringContaining("on this machine alone"),
  });
  const order = orderOf(
    { framework: "soc2", archive: "s3://vault/logs", daily: true },
    { approver: "ada", nowMs: NOW - 9 * DAY },
  );
  openRetentionFile(directories).put(order);
  expect(await copy()).toMatchObject({ level: "found", text: expect.stringContaining("lately") });
  expect(await copy(NOW - 8 * DAY)).toMatchObject({ level: "note" });
  await write("stored", NOW - 8 * DAY);
  expect(await copy(NOW - 7 * DAY)).toEqual({
    level: "ok",
    text: "entries up to 511 in a bucket (s3://vault/logs), archived at 2030-01-02T00:00:00.000Z",
  });
  expect(await copy()).toMatchObject({ level: "found" });
  await write("failed", NOW);
  expect(await copy()).toMatchObject({
    level: "found",
    repair: "sallyport log archive --to PLACE",
    text: expect.stringContaining("the last archive failed at 2030-01-10"),
  });
  writeFileSync(directories.retentionFile, "{}", { mode: 0o600 });
  expect(await copy()).toMatchObject({ level: "found", text: expect.stringContaining("signed") });
  const gone = directoriesIn(join(room.path, "gone"));
  expect(
    await checkLogCopy({ directories: gone, nowMs: NOW, ours: (words) => words }),
  ).toMatchObject({
    level: "note",
  });
});
