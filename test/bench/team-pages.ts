// What a team's pages cost over a store of many events: each endpoint as a browser asks it, and the memory of `dashboard --team` with two hundred viewers.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { indexedEvent } from "#record/index/indexed-event.ts";
import { makeEventId } from "#record/log/leaf.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { CONTROL_HEADER, controlHeader } from "#surface/dashboard/access/control-proof.ts";
import { readSecret } from "#surface/services/installation/secrets.ts";
import { BUILT } from "../client/built-program.ts";
import { until } from "../until.ts";
import { type PostgresCluster, startPostgres } from "../surface/services/fleet/postgres-cluster.ts";
import {
  atLeast,
  atMost,
  type BenchOptions,
  type Figure,
  median,
  percentile,
  type Suite,
} from "./figures.ts";
import {
  fillTeam,
  FREQUENT_RULE,
  machineName,
  type MadeTeam,
  openMadeTeam,
  RARE_RULE,
  RARE_WORD,
  RETIRED_RULE,
} from "./made-team.ts";

const GOAL_MS = 500;
const ROUNDS = 20;
/** A page that is slow is not asked on and on. */
const PAGE_MS_MAX = 15_000;
const VIEWERS = 200;
const VIEWERS_MB = 300;
const HOUR_MS = 3_600_000;

/** Fills a real PostgreSQL, starts the built program over it, and asks what its pages ask. */
export async function measureTeamPages({ calls }: BenchOptions): Promise<Suite> {
  const cluster = await startPostgres();
  const root = mkdtempSync(join(tmpdir(), "team-pages-"));
  try {
    await openMadeTeam(cluster);
    const startMs = performance.now();
    const made = await fillTeam(cluster, { count: calls, endMs: Date.now() });
    const filledS = (performance.now() - startMs) / 1_000;
    const figures = await askPages(cluster, root, made);
    return {
      method:
        `${made.events.toLocaleString("en-US")} made-up events of ${made.machines} machines over thirty days in a PostgreSQL of this machine with 64 MB of buffers (filled in ${filledS.toFixed(0)} s, of these added up in ${made.addedS.toFixed(0)} s), asked over HTTP of the built \`dashboard --team\`; each figure is the 95th of a hundred of ${ROUNDS} requests with changing values. ` +
        `The floor is a request that asks the store nothing. ${VIEWERS} viewers are as many logins, each with an open stream and its pages in turn. Load at the end ${(loadavg()[0] ?? 0).toFixed(1)}.`,
      figures,
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
    await cluster.stop();
  }
}

export async function askPages(
  cluster: PostgresCluster,
  root: string,
  made: MadeTeam,
): Promise<readonly Figure[]> {
  const reader = join(root, "reader.url");
  writeFileSync(reader, `${cluster.url("sallyport_reader_acme")}\n`, { mode: 0o600 });
  const dashboard = await startTeam(root, reader);
  try {
    const store = await openPool({ url: cluster.url("owner") });
    const known = await samplesOf(store);
    await store.end();
    const bearer = await dashboard.login();
    const figures: Figure[] = [atLeast("events in the store", made.events, "", 1)];
    figures.push(await timed(dashboard, bearer, ["floor: who is logged in", () => "/me"]));
    for (const page of pagesOf(known, made)) {
      figures.push(await timed(dashboard, bearer, page, GOAL_MS));
    }
    figures.push(...(await measureViewers(cluster, dashboard, pagesOf(known, made))));
    return figures;
  } finally {
    await dashboard.end();
  }
}

type Dashboard = {
  readonly pid: number;
  readonly url: string;
  login(): Promise<string>;
  ask(path: string, bearer: string): Promise<unknown>;
  end(): Promise<void>;
};

/** WHY through `script`: it is begun at a terminal alone. */
async function startTeam(root: string, reader: string): Promise<Dashboard> {
  const home = join(root, "home");
  const env = { PATH: process.env["PATH"], HOME: root, SALLYPORT_HOME: home };
  const words = [process.execPath, ...BUILT, "dashboard", "--port", "0", "--team", reader];
  const line = `exec ${words.map((word) => `'${word}'`).join(" ")}`;
  const child: ChildProcess = spawn("script", ["-qec", line, "/dev/null"], { env });
  let said = "";
  child.stdout?.on("data", (part: Buffer) => (said += part.toString("utf8")));
  await until("the dashboard runs", () => /#login=[\w-]{43}/.test(said), {
    withinMs: 60_000,
    everyMs: 100,
  }).catch((cause: unknown) => {
    throw new Error(said, { cause });
  });
  const state = JSON.parse(
    readFileSync(join(directoriesIn(home).root, "dashboard.json"), "utf8"),
  ) as { readonly pid: number; readonly port: number };
  const url = `http://127.0.0.1:${state.port}/api/v1`;
  const secret = readSecret(directoriesIn(home), "operator");
  const post = async (path: string, own: Readonly<Record<string, string>>, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...own },
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  return {
    pid: state.pid,
    url,
    async login() {
      const asked = { what: "link", name: "ada", role: "viewer" };
      const nonce = randomBytes(32).toString("hex");
      const challenged = await fetch(`${url}/control/challenge?nonce=${nonce}`);
      const { port } = state;
      const proof = controlHeader(secret, { nonce, port }, await challenged.json()) ?? "";
      const { token } = await post("/control", { [CONTROL_HEADER]: proof }, asked);
      return (await post("/login", {}, { token }))["bearer"] ?? "";
    },
    async ask(path, bearer) {
      const answer = await fetch(`${url}${path}`, {
        headers: { authorization: `Bearer ${bearer}` },
      });
      if (answer.status !== 200)
        throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    async end() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin?.write("\u0003");
      await ended;
      spawnSync(process.execPath, [...BUILT, "daemon", "stop"], { env });
    },
  };
}

/** Names that the made-up store has, so that each request asks for other ones. */
async function samplesOf(store: Awaited<ReturnType<typeof openPool>>) {
  const { rows } = await store.query<{ session: string; user: string; place: number }>(
    `SELECT session, "user", place FROM sallyport.event TABLESAMPLE SYSTEM (0.1) WHERE session <> '' AND "user" <> '' AND canary = 0 LIMIT 400`,
  );
  const { rows: some } =
    rows.length > 0
      ? { rows }
      : await store.query<{ session: string; user: string; place: number }>(
          `SELECT session, "user", place FROM sallyport.event WHERE session <> '' AND "user" <> '' AND canary = 0 LIMIT 400`,
        );
  return (round: number) => {
    const one = some[(round * 37) % some.length];
    if (one === undefined) throw new Error("the store has no sessions");
    return one;
  };
}
type Known = Awaited<ReturnType<typeof samplesOf>>;
type Page = readonly [name: string, path: (round: number) => string];

const query = (path: string, asked: Readonly<Record<string, string>>) =>
  `${path}?${new URLSearchParams(asked).toString()}`;

function pagesOf(known: Known, made: MadeTeam): readonly Page[] {
  const periods = ["24h", "7d", "30d"] as const;
  const machine = (round: number) => machineName((round * 41) % made.machines);
  /** Moments all over the thirty days: the page after is asked from there. */
  const before = (round: number) =>
    `${made.endMs - Math.floor(((round % ROUNDS) / ROUNDS) * 29 * 24 * HOUR_MS)}-0`;
  const filters: readonly Page[] = [
    ["all", () => ""],
    ["verdict:deny", () => "verdict:deny"],
    ["verdict:ask tool:WebFetch", () => "verdict:ask tool:WebFetch"],
    ["a frequent rule", () => `rule:"${FREQUENT_RULE}"`],
    ["a rare rule", () => `rule:"${RARE_RULE}"`],
    ["a rule of long ago", () => `rule:"${RETIRED_RULE}"`],
    ["a rule and a verdict", () => `rule:"${FREQUENT_RULE}" verdict:deny`],
    ["all rules of a policy", () => "rule:builtin:team/*"],
    ["an effect", () => "effect:delete/home"],
    ["a program", () => "program:docker"],
    ["a person", (round) => `user:"${known(round).user}"`],
    ["a person's refusals", (round) => `user:"${known(round).user}" verdict:deny`],
    ["a session", (round) => `session:"${known(round).session}"`],
    ["a frequent text", () => '"git push"'],
    ["a rare text", () => RARE_WORD],
    ["a text that is nowhere", () => "nowhere"],
    ["alerts", () => "kind:alert"],
    ["alerts of one detection", (round) => `kind:alert what:"exfiltration/found-${round % 17}"`],
    ["refusals of a week", () => "verdict:deny time:-7d"],
    ["failures of calls", () => "outcome:failure"],
  ];
  return [
    ...periods.map((period): Page => [`overview, ${period}`, () => `/overview?period=${period}`]),
    ...periods.map((period): Page => [`alerts, ${period}`, () => `/alerts?period=${period}`]),
    ["fleet", () => "/fleet"],
    ["sessions", () => "/sessions?limit=50"],
    [
      "sessions, further back",
      (round) => query("/sessions", { limit: "50", before: before(round) }),
    ],
    [
      "sessions of a machine",
      (round) => query("/sessions", { limit: "50", project: machine(round) }),
    ],
    [
      "sessions of a person",
      (round) => query("/sessions", { limit: "50", person: known(round).user }),
    ],
    ["sessions with refusals", () => "/sessions?limit=50&verdict=deny"],
    [
      "sessions of a machine with questions",
      (round) => query("/sessions", { limit: "50", verdict: "ask", project: machine(round) }),
    ],
    ["sessions since a week", () => "/sessions?limit=50&since=-7d"],
    ["sessions until two weeks ago", () => "/sessions?limit=50&until=-14d"],
    ["one session", (round) => `/sessions/${known(round).session}`],
    ["  its timeline", (round) => `/sessions/${known(round).session}/timeline?limit=200`],
    ["  its graph", (round) => `/sessions/${known(round).session}/graph`],
    ["one event", (round) => `/events/${known(round).place}`],
    [
      "log, further back",
      (round) => query("/events", { filter: "", limit: "100", before: before(round) }),
    ],
    ...filters.flatMap(([name, filter]): Page[] => [
      [`log: ${name}`, (round) => query("/events", { filter: filter(round), limit: "100" })],
      [
        `  over time`,
        (round) =>
          query("/events/count", { filter: filter(round), by: "day,verdict", limit: "1000" }),
      ],
    ]),
    [
      "log over hours: all",
      () => query("/events/count", { filter: "time:-24h", by: "hour,verdict", limit: "1000" }),
    ],
  ];
}

async function timed(
  { ask }: Dashboard,
  bearer: string,
  [name, path]: Page,
  most?: number,
): Promise<Figure> {
  const samples: number[] = [];
  // Once for what is read the first time.
  await ask(path(0), bearer);
  const beganMs = performance.now();
  for (let round = 0; round < ROUNDS && performance.now() - beganMs < PAGE_MS_MAX; round += 1) {
    const startMs = performance.now();
    await ask(path(round + 1), bearer);
    samples.push(performance.now() - startMs);
  }
  const p95 = percentile(samples, 0.95);
  const named = `${name} (p50 ${median(samples).toFixed(0)})`;
  return most === undefined
    ? { name: named, value: p95, unit: "ms" }
    : atMost(named, p95, "ms", most);
}

/** Two hundred people with an open stream each, who look at pages in turn while events come in. */
async function measureViewers(
  cluster: PostgresCluster,
  dashboard: Dashboard,
  pages: readonly Page[],
): Promise<readonly Figure[]> {
  const atRestMb = residentMb(dashboard.pid);
  const bearers: string[] = [];
  for (let viewer = 0; viewer < VIEWERS; viewer += 1) bearers.push(await dashboard.login());
  const end = new AbortController();
  const streams = await Promise.all(bearers.map((bearer) => openStream(dashboard, bearer, end)));
  const looked = pages.filter(([name]) => LOOKED_AT.has(name));
  const store = await openPostgresStore({ url: cluster.url("collector") });
  let highestMb = residentMb(dashboard.pid);
  const samples: number[] = [];
  let place = 0;
  const look = async () => {
    for (let at = place++; at < VIEWERS * 2; at = place++) {
      const [, path] = looked[at % looked.length] ?? ["", () => "/me"];
      const startMs = performance.now();
      await dashboard.ask(path(at), bearers[at % VIEWERS] ?? "");
      samples.push(performance.now() - startMs);
      highestMb = Math.max(highestMb, residentMb(dashboard.pid));
    }
  };
  const told = handInDecisions(store, () => place < VIEWERS * 2);
  await Promise.all(Array.from({ length: LOOKING_AT_ONCE }, look));
  const toldCount = await told;
  await until("every viewer was told", () => streams.every(({ told: n }) => n() > 0), {
    withinMs: 15_000,
    everyMs: 100,
  });
  highestMb = Math.max(highestMb, residentMb(dashboard.pid));
  const open = streams.filter(({ isOpen }) => isOpen()).length;
  end.abort();
  await store.close();
  return [
    atLeast("viewers with an open stream", open, "", VIEWERS),
    { name: "  decisions that came in meanwhile", value: toldCount, unit: "" },
    {
      name: `  a page of theirs, ${LOOKING_AT_ONCE} at once, p95`,
      value: percentile(samples, 0.95),
      unit: "ms",
    },
    { name: "  memory before they came", value: atRestMb, unit: "MB" },
    atMost("memory of `dashboard --team` (RSS, highest)", highestMb, "MB", VIEWERS_MB),
  ];
}

/** What people look at all day. */
const LOOKED_AT = new Set([
  "overview, 7d",
  "alerts, 7d",
  "fleet",
  "sessions",
  "sessions of a machine",
  "one session",
  "log: all",
  "log: verdict:deny",
]);
const LOOKING_AT_ONCE = 8;

function residentMb(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kb) / 1_024;
}

async function openStream({ url }: Dashboard, bearer: string, { signal }: AbortController) {
  const answer = await fetch(`${url}/stream`, {
    headers: { authorization: `Bearer ${bearer}` },
    signal,
  });
  if (answer.status !== 200) throw new Error(`a stream was refused: ${answer.status}`);
  let isOpen = true;
  let told = 0;
  const read = async () => {
    for await (const part of answer.body ?? [])
      told += Buffer.from(part).toString("utf8").split("event: decision").length - 1;
  };
  void read()
    .catch(() => undefined)
    .finally(() => (isOpen = false));
  return { isOpen: () => isOpen, told: () => told };
}

/** One machine more, which hands in a decision ten times a second. */
async function handInDecisions(
  store: Awaited<ReturnType<typeof openPostgresStore>>,
  goesOn: () => boolean,
): Promise<number> {
  let index = 0;
  for (; goesOn() || index < 20; index += 1) {
    const timeMs = Date.now();
    const metadata = {
      kind: "decision",
      verdict: "ask",
      tool: "Bash",
      session: "live",
      rules: [FREQUENT_RULE],
    };
    const id = makeEventId(timeMs, Buffer.alloc(10, index));
    const event = indexedEvent(
      index,
      { id, timeMs, metadata },
      { user: "u:live", command: undefined },
    );
    const hash = index.toString(16).padStart(64, "0");
    const previous = index === 0 ? "" : (index - 1).toString(16).padStart(64, "0");
    const entries = [{ row: { event, subject: undefined, name: undefined }, hash }];
    await store.append("acme", "live", { tree: "live/log", first: 0, previous, entries });
    // TIME: the pace of a team that works.
    await pause(100);
  }
  return index;
}
