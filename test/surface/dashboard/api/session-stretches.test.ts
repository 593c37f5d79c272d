// The list of sessions over a log of many stretches: page by page the same sessions as a walk over all events finds.
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerFromIndex } from "#record/store/index/answer-question.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { followLog } from "#record/store/index/index-follow.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { dashboardParts } from "../../../../src/surface/dashboard/run-dashboard.ts";
import { generatedEvents } from "../../../record/generated-events.ts";
import { GENERATED_START_MS } from "../../../record/generated-index.ts";
import { api, serve, type Served } from "../served.ts";
import { madeInstall, type MadeInstall } from "../told-sessions.ts";

const EVENTS = 12_000;
/** More people than a question takes parameters. */
const USERS = 20;
const LIMIT = 9;

let made: MadeInstall;
let served: Served;
let index: IndexFile;
let statements: string[] = [];

beforeAll(async () => {
  made = await madeInstall(async (log) => {
    const times = { startMs: GENERATED_START_MS, endMs: GENERATED_START_MS + 86_400_000 };
    const team = { seed: 5, count: EVENTS, users: USERS, ...times };
    for (const event of generatedEvents(team, () => log.stamp("hook")))
      await log.append(event, { durable: false });
    await log.publish();
  });
  const { directories } = made.install;
  const log = await openAskedLog(directories);
  index = await openIndexFile(undefined);
  await followLog(index, await log.follow());
  served = await serve({
    directories,
    view: dashboardParts(made.install).view,
    ask(question) {
      if (question.ask === "select") statements.push(question.sql);
      return Promise.resolve(answerFromIndex(index, log, question));
    },
  });
}, 120_000);
afterAll(async () => {
  await served?.close();
  index?.close();
  made?.remove();
});

type Row = { readonly id: string; readonly user: string; readonly events: number };

async function allPages(query: string): Promise<readonly Row[]> {
  const found: Row[] = [];
  let before = "";
  for (let page = 0; page < 200; page += 1) {
    const path = `/sessions?limit=${LIMIT}${query}${before}`;
    const { status, json } = await served.ask("GET", api(path), {
      bearer: served.bearer("viewer"),
    });
    expect([path, status]).toEqual([path, 200]);
    const { items, next } = json as { items: Row[]; next: number | null };
    found.push(...items);
    if (next === null) return found;
    before = `&before=${next}`;
  }
  throw new Error("the pages do not end");
}

it("finds all sessions in their order, by stretches first and by all of them last", async () => {
  statements = [];
  const listed = await allPages("");
  const { rows } = index.select(
    "select session, count(*) from event where session > '' group by session having sum(canary * (idx = (select min(e.idx) from event e where e.session = event.session))) = 0 order by max(idx) desc",
    [],
    100_000,
  );
  expect(listed.length).toBeGreaterThan(3 * LIMIT);
  expect(listed.map(({ id, events }) => [id, events])).toEqual(rows);
  expect(statements.some((sql) => sql.includes("stretch"))).toBe(true);
  expect(statements.some((sql) => sql.includes("recursive"))).toBe(true);
});

it("finds those of one person among many, and none of somebody unknown without looking", async () => {
  const listed = await allPages("");
  const own = await allPages("&person=member-7");
  expect(own.length).toBeGreaterThan(0);
  expect(own.map(({ id }) => id)).toEqual(
    listed.filter(({ user }) => user === "member-7").map(({ id }) => id),
  );
  statements = [];
  expect(await allPages("&person=member-77")).toEqual([]);
  expect(statements).toHaveLength(1);
});

it("finds sessions with refusals alone", async () => {
  const refused = await allPages("&verdict=deny");
  const { rows } = index.select(
    "select distinct session from event where verdict = 'deny' and canary = 0 and session > ''",
    [],
    100_000,
  );
  const known = new Set(rows.map(([session]) => session));
  const listed = (await allPages("")).filter(({ id }) => known.has(id));
  expect(refused.map(({ id }) => id)).toEqual(listed.map(({ id }) => id));
});
