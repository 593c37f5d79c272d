// What the dashboard's pages of the record cost over a large log: pages of a search, figures over time, sessions, a graph of many nodes.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { makeEventId } from "#record/log/leaf.ts";
import { answerFromIndex } from "#record/store/index/answer-question.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { followLog } from "#record/store/index/index-follow.ts";
import { dashboardParts } from "#surface/dashboard/run-dashboard.ts";
import { generatedEvents } from "../record/generated-events.ts";
import { GENERATED_START_MS } from "../record/generated-index.ts";
import { sessionEvent } from "#record/event/session-events.ts";
import { effect, facts, pathTarget } from "../record/event/samples.ts";
import { api, serve } from "../surface/dashboard/served.ts";
import { madeInstall, tellCall } from "../surface/dashboard/told-sessions.ts";
import { measureGraphInBrowser } from "./dashboard-graph.ts";
import { atMost, type BenchOptions, type Figure, percentile, type Suite } from "./figures.ts";

const WEEK_MS = 7 * 86_400_000;
const USERS = 20;
const ROUNDS = 60;
/** Appends under way at once. */
const AT_ONCE = 1_000;
const LOTS_PUBLISHED = 16;
/** Calls of the largest session; each reads a file of its own, so that its graph has twice as many nodes. */
const LARGE_CALLS = 25_000;
const LARGE = "33333333-aaaa-4bbb-8ccc-000000000003";

/** Fills a log with `calls` made-up events and one session of 50,000 nodes, and asks the dashboard's server about them. */
export async function measureDashboard({ calls: count }: BenchOptions): Promise<Suite> {
  const made = await madeInstall(async (log) => {
    let waiting: Promise<unknown>[] = [];
    let lots = 0;
    const settle = async (): Promise<void> => {
      await Promise.all(waiting);
      waiting = [];
      // What was not published yet is bounded too.
      lots += 1;
      if (lots % LOTS_PUBLISHED === 0) await log.publish();
    };
    const team = { seed: 9, count, users: USERS };
    const times = { startMs: GENERATED_START_MS, endMs: GENERATED_START_MS + WEEK_MS };
    const stamp = (timeMs: number) => ({
      ...log.stamp("hook"),
      timeMs,
      id: makeEventId(timeMs, randomBytes(10)),
    });
    for (const event of generatedEvents({ ...team, ...times }, stamp)) {
      // What waits for the disk is bounded: the last of each lot is waited for.
      waiting.push(log.append(event, { durable: waiting.length === AT_ONCE - 1 }));
      if (waiting.length >= AT_ONCE) await settle();
    }
    const session = { facts: { ...facts, sessionId: LARGE }, userSource: "os" } as const;
    for (let place = 0; place < LARGE_CALLS; place += 1) {
      const name = `src/part-${place % 400}/file-${place}.ts`;
      const effects = [effect({ kind: "read", target: pathTarget(`/home/ada/shop/${name}`) })];
      const call = { command: `cat ${name}`, effects, verdict: "allow" } as const;
      waiting.push(tellCall(log, session, call, `toolu_${place}`));
      if (waiting.length < AT_ONCE) continue;
      await settle();
      await log.append(sessionEvent(log.stamp("hook"), { session, source: "resume" }), {
        durable: true,
      });
    }
    await settle();
  });
  const { directories } = made.install;
  const parts = dashboardParts(made.install);
  const log = await openAskedLog(directories);
  const index = await openIndexFile(join(directories.root, "bench", "events.db"), {
    ...(log.indexKey === undefined ? {} : { key: log.indexKey }),
  });
  await followLog(index, await log.follow());
  const served = await serve({
    directories,
    view: parts.view,
    // What the daemon's thread answers with.
    ask: (question) => Promise.resolve(answerFromIndex(index, log, question)),
  });
  try {
    const bearer = served.bearer("viewer");
    const ask = async (path: string): Promise<unknown> => {
      const { status, json, text } = await served.ask("GET", api(path), { bearer });
      if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 200)}`);
      return json;
    };
    const timed = async (
      name: string,
      rounds: number,
      pathOf: (round: number) => string,
      most?: number,
    ) => {
      const samples: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const started = performance.now();
        await ask(pathOf(round));
        samples.push(performance.now() - started);
      }
      const p95 = percentile(samples, 0.95);
      const named = `${name}, p95`;
      return most === undefined
        ? { name: named, value: p95, unit: "ms" }
        : atMost(named, p95, "ms", most);
    };
    const size = await (await parts.view()).size();
    const before = (round: number) => Math.floor(size - ((size - 500) * round) / ROUNDS);
    const figures: Figure[] = [
      await timed(
        "a page of 100 events, anywhere in the log",
        ROUNDS,
        (round) => `/events?limit=100&before=${before(round)}`,
        200,
      ),
      await timed(
        "a page of 100 refusals",
        ROUNDS,
        (round) => `/events?filter=verdict%3Adeny&limit=100&before=${before(round)}`,
        200,
      ),
      await timed(
        "figures over time by day and verdict",
        10,
        () => "/events/count?filter=&by=day,verdict&limit=1000",
      ),
      await timed("50 sessions, the newest first", 10, () => "/sessions?limit=50"),
      await timed("50 sessions with refusals", 10, () => "/sessions?limit=50&verdict=deny"),
      await timed("50 sessions of a person", 10, () => "/sessions?limit=50&person=member-7"),
      await timed("a session of 50,000 events, read the first time", 1, () => `/sessions/${LARGE}`),
      await timed("its graph of 50,000 nodes as groups", 10, () => `/sessions/${LARGE}/graph`),
      await timed(
        "a page of its timeline",
        10,
        (round) => `/sessions/${LARGE}/timeline?limit=200&before=${round * 2_000}`,
      ),
      ...(await measureGraphInBrowser()),
    ];
    return {
      method: `${size} events in a log on the disk, asked over HTTP by the dashboard's own server with the index that the daemon has; ${ROUNDS} pages spread over the whole log. The browser is Debian's Chromium without a graphics card.`,
      figures,
    };
  } finally {
    await served.close();
    index.close();
    made.remove();
  }
}
