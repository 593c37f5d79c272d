// An edited index as commands see it, without a daemon: found, located, exit 1, and no answer comes of it.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sqlite from "node-sqlite3-wasm";
import { expect, it } from "vitest";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { followLog } from "#record/store/index/index-follow.ts";
import { generatedEvents } from "../../../record/generated-events.ts";
import { systemClock, withLog } from "../../../record/store/temporary-log.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const PROGRAM = fileURLToPath(new URL("../../../../dist/surface/cli/main.js", import.meta.url));
const START_MS = 1_772_323_200_000;

it("is found by `log verify` and `log fsck`, and by neither before somebody edits it", async () => {
  const directory = freshDirectory();
  try {
    const { directories } = await installOn(directory.path);
    const { log, keys, indexFile } = directories;
    const options = { log, keys, clock: systemClock, productVersion: "0.1.0" };
    const team = { seed: 3, count: 300, users: 3, startMs: START_MS, endMs: START_MS + 86_400_000 };
    await withLog(options, async (writer) => {
      for (const event of generatedEvents(team, () => writer.stamp("hook")))
        await writer.append(event, { durable: false });
    });
    const run = (...words: string[]) =>
      spawnSync(process.execPath, [PROGRAM, "log", ...words, "--data", directory.path], {
        env: { PATH: "/usr/bin:/bin", HOME: directory.path },
        encoding: "utf8",
      });
    expect(run("verify").stdout).not.toContain("index");
    const asked = await openAskedLog({ log, keys });
    const index = await openIndexFile(indexFile, { key: asked.indexKey });
    await followLog(index, await asked.follow());
    index.settle();
    index.close();
    const whole = run("verify");
    expect([whole.status, whole.stdout]).toEqual([
      0,
      expect.stringContaining("index: 300 events are as the log has them"),
    ]);
    rmSync(`${indexFile}.lock`, { recursive: true, force: true });
    const db = new sqlite.Database(indexFile);
    db.exec("PRAGMA locking_mode = exclusive");
    db.exec("UPDATE event SET verdict = 'allow'");
    db.close();
    for (const command of ["verify", "fsck"]) {
      const found = run(command);
      expect([found.status, found.stdout], command).toEqual([
        1,
        expect.stringContaining("fault: events of the index were edited, among events 0 to 299"),
      ]);
      const told = JSON.parse(run(command, "--json").stdout);
      expect(told.index.findings[0]).toMatchObject({ what: "rows", first: 0, end: 300 });
    }
  } finally {
    directory.remove();
  }
});
