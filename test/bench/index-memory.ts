// What the daemon keeps in memory beside the index of a long log: while it answers questions, and at rest after them.
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Question } from "#record/index/question.ts";
import { openLog } from "#record/store/log-writer.ts";
import { askDaemon } from "#surface/services/daemon-process/daemon-client.ts";
import { type Install, readInstall } from "#surface/services/installation/install.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { loadQueries } from "#surface/foundation/product/shipped-data.ts";
import { generatedEvents } from "../record/generated-events.ts";
import { endDaemon, openStopped, residentMb, startDaemon } from "./daemon.ts";
import { atMost, type BenchOptions, median, percentile, type Suite } from "./figures.ts";

const USERS = 20;
const BATCH = 4_096;
const ROUNDS = 5;
const LOOK_MS = 250;
const INDEXED_MS_MAX = 1_200_000;
const IDLE_MS = 35_000;
const FILTERS = ["git push", "word AAAAA4E2", "verdict:deny user:member-7", "effect:delete/home"];

/** Has a daemon index a log of `calls` made-up events and answer questions about it. */
export async function measureIndexMemory({ calls: count }: BenchOptions): Promise<Suite> {
  const guarded = openStopped();
  try {
    await fillLog(guarded.data, count);
    const daemon = await startDaemon(guarded);
    try {
      const install = readInstall(directoriesIn(guarded.data));
      if (install === undefined) throw new Error("the daemon has no installation");
      const rebuild = await indexed(install, daemon, count);
      const [memory, times]: [number[], number[]] = [[], []];
      let late = 0;
      for (let round = 0; round < ROUNDS; round += 1)
        for (const question of questions()) {
          const begun = performance.now();
          const answer = await askDaemon(install, question);
          times.push(performance.now() - begun);
          // What took too long ends the index's thread, and its memory counts all the same.
          if (answer?.kind === "refused" && answer.code === "query-time") late += 1;
          else if (answer?.kind !== "found" && answer?.kind !== "table")
            throw new Error(`the index did not answer: ${JSON.stringify(answer)}`);
          memory.push(residentMb(daemon));
        }
      // TIME: what is measured is the memory after so long at rest.
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      return {
        method:
          `A log of ${count.toLocaleString("en-US")} made-up events of ${USERS} people, indexed by the daemon that was started over it; then ${ROUNDS} rounds of ${questions().length} ` +
          "questions, the shipped ones among them, with resident memory as the system states it after each; at rest is some seconds after the index's thread ended.",
        figures: [
          {
            name: `most resident while ${count.toLocaleString("en-US")} events are indexed`,
            value: rebuild,
            unit: "MB",
          },
          atMost("most resident while questions are answered", percentile(memory, 1), "MB", 200),
          { name: "median while questions are answered", value: median(memory), unit: "MB" },
          atMost("resident at rest after them", residentMb(daemon), "MB", 200),
          { name: "a question through the daemon, median", value: median(times), unit: "ms" },
          { name: "questions refused for their time", value: late, unit: "" },
          { name: "the longest of them", value: percentile(times, 1), unit: "ms" },
        ],
      };
    } finally {
      await endDaemon(daemon);
    }
  } finally {
    guarded.close();
  }
}

function questions(): readonly Question[] {
  const found = FILTERS.map(
    (filter): Question => ({
      ask: "search",
      filter,
      nowMs: Date.now(),
      limit: 50,
      before: null,
      byRank: false,
    }),
  );
  const asked = loadQueries().map(({ sql, parameters }): Question => {
    const given = Object.entries(parameters).map(([name, value]) => [name, value.default]);
    const times = { since_ms: 0, until_ms: 2 ** 48 };
    return {
      ask: "select",
      sql,
      limit: 1_000,
      parameters: { ...times, ...Object.fromEntries(given) },
    };
  });
  return [...found, ...asked];
}

async function fillLog(data: string, count: number): Promise<void> {
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  const log = await openLog({
    log: join(data, "log"),
    keys: join(data, "keys"),
    clock,
    productVersion: "0.1.0",
  });
  const team = { seed: 9, count, users: USERS, startMs: 0, endMs: 0 };
  let batch: Promise<unknown>[] = [];
  const flush = async (): Promise<void> => {
    await Promise.all(batch);
    await log.publish();
    batch = [];
  };
  for (const event of generatedEvents(team, () => log.stamp("hook"))) {
    batch.push(log.append(event, { durable: true }));
    if (batch.length === BATCH) await flush();
  }
  await flush();
  await log.close();
}

/** Waits until the index has all entries; gives the most memory that was seen meanwhile, in MB. */
async function indexed(install: Install, daemon: ChildProcess, count: number): Promise<number> {
  let most = 0;
  const [first] = questions();
  if (first !== undefined) void askDaemon(install, first);
  for (let waited = 0; waited < INDEXED_MS_MAX; waited += LOOK_MS) {
    // TIME: the pace of the looks at the memory.
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    most = Math.max(most, residentMb(daemon));
    const state = await askDaemon(install, { ask: "state" });
    if (state?.kind === "state" && state.indexed >= count) return most;
  }
  throw new Error("the index does not catch up");
}
