// A process is killed while it fills the index: the next one finds its lock, goes on or begins anew, and counts what the log counts.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Question } from "#record/index/question.ts";
import { answerFromIndex, answerFromLog } from "#record/store/index/answer-question.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { followLog, isOfThisLog } from "#record/store/index/index-follow.ts";
import { generatedEvents } from "../record/generated-events.ts";
import { withLog, withLogDirectories } from "../record/store/temporary-log.ts";
import { FROM_SOURCE } from "../program.ts";

const CHILD = fileURLToPath(new URL("index-child.ts", import.meta.url));
const EVENTS = 9_000;
const KILLS = 5;

it("is killed at moments of its own choosing, and nothing is lost or counted twice", {
  timeout: 180_000,
}, async () => {
  await withLogDirectories(async (options, root) => {
    await withLog(options, async (log) => {
      const team = {
        seed: 4,
        count: EVENTS,
        users: 3,
        startMs: 1_772_323_200_000,
        endMs: 1_772_409_600_000,
      };
      for (const event of generatedEvents(team, () => log.stamp("hook")))
        await log.append(event, { durable: false });
    });
    const file = join(root, "index", "events.db");
    const env = { ...process.env, INDEX_FILE: file, LOG: options.log, KEYS: options.keys };
    let locksLeft = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, [...FROM_SOURCE, CHILD], {
        env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      // TIME: each life is as long as another part of the filling.
      await sleep(kill * 40);
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("close", resolve));
      if (existsSync(`${file}.lock`)) locksLeft += 1;
    }
    expect(locksLeft).toBeGreaterThan(0);
    const asked = await openAskedLog(options);
    const followed = await asked.follow();
    const index = await openIndexFile(file);
    expect(await isOfThisLog(index.state(), followed)).toBe(true);
    await followLog(index, followed);
    const questions = ["", "verdict:deny", '"git push"'].map(
      (filter): Extract<Question, { ask: "group" }> => ({
        ask: "group",
        filter,
        nowMs: 0,
        by: ["kind", "user"],
        limit: 100,
        inOrder: true,
      }),
    );
    for (const question of questions)
      expect(answerFromIndex(index, asked, question)).toEqual(await answerFromLog(asked, question));
    expect(index.select("SELECT count(*) FROM event", [], 1).rows).toEqual([[EVENTS]]);
    index.close();
  });
});
