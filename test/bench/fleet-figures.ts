// What an operator waits for: the figures of ten thousand machines, from a collector's folder and from PostgreSQL with days of fifty million calls.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { seenIn } from "#record/fleet/host-days.ts";
import { HOST_DAY_COUNTS } from "#record/fleet/postgres-schema.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { openPostgresHosts } from "#surface/services/fleet/postgres-host-store.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { BUILT } from "../client/built-program.ts";
import { startPostgres } from "../surface/services/fleet/postgres-cluster.ts";
import { atLeast, atMost, type Figure, median, type Suite } from "./figures.ts";
import { makeFleet, type MadeFleet, madeReport } from "./made-fleet.ts";

const MACHINES = 10_000;
/** Days of the fleet that lives: its releases are under way. */
const DAYS = 12;
/** Days in the database: a hundred calls of each machine on each. */
const DAYS_STORED = 50;
const CALLS_A_DAY = 100;
const ROUNDS = 7;
const DAY_MS = 86_400_000;

/** Commands are run as an operator runs them, each in a process of its own. */
export async function measureFleetFigures(): Promise<Suite> {
  const root = mkdtempSync(join(tmpdir(), "fleet-figures-"));
  try {
    const fleet = await makeFleet(join(root, "fleet"), { count: MACHINES, days: DAYS });
    const empty = join(root, "empty");
    timed(["fleet", "init", empty, "--name", "acme", "--yes"], 1);
    const startMs = timed(["fleet", "status", "--fleet", empty, "--json"], ROUNDS).ms;
    const from = ["--fleet", fleet.directory, "--json"];
    const status = timed(["fleet", "status", ...from], ROUNDS);
    const friction = timed(["fleet", "friction", ...from], ROUNDS);
    const machines = (
      JSON.parse(status.said) as { readonly tiers: readonly { readonly machines: number }[] }
    ).tiers.reduce((sum, one) => sum + one.machines, 0);
    return {
      method:
        `Commands of the built program over ${MACHINES.toLocaleString("en-US")} machines in five tiers with ${DAYS} days of reports (${CALLS_A_DAY} calls and 12 rules on each), with releases under way; the median of ${ROUNDS} processes; its own work is what the command takes beyond one over a fleet without machines. ` +
        `PostgreSQL holds ${DAYS_STORED} days of all machines, ${(MACHINES * DAYS_STORED * CALLS_A_DAY).toLocaleString("en-US")} calls, as the rows that machines' reports make, on a server of this machine with 64 MB of buffers; the days were added up by the collector's own store.`,
      figures: [
        atLeast("machines in `fleet status`", machines, "", MACHINES),
        atMost("`fleet status`, its own work", status.ms - startMs, "ms", 300),
        { name: "  the whole process", value: status.ms, unit: "ms" },
        { name: "  the same of a fleet without machines", value: startMs, unit: "ms" },
        { name: "`fleet friction`, the whole process", value: friction.ms, unit: "ms" },
        ...(await measureStored(root, fleet)),
      ],
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function timed(
  words: readonly string[],
  rounds: number,
): { readonly ms: number; readonly said: string } {
  let said = "";
  const all = Array.from({ length: rounds }, () => {
    const startMs = performance.now();
    const ran = spawnSync(process.execPath, [...BUILT, ...words], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (ran.status !== 0 && ran.status !== 1) throw new Error(ran.stderr);
    said = ran.stdout;
    return performance.now() - startMs;
  });
  return { ms: median(all), said };
}

async function measureStored(root: string, fleet: MadeFleet): Promise<readonly Figure[]> {
  const cluster = await startPostgres();
  try {
    const owner = await openPool({ url: cluster.url("owner") });
    await migrate(owner);
    const reader = await addTenant(owner, "acme");
    await owner.query(`ALTER ROLE ${reader} LOGIN`);
    await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
    const calls = await fillDays(owner);
    const addedUpS = await storeHosts(cluster.url("collector"), fleet);
    await owner.query("VACUUM ANALYZE sallyport.host_day");
    await owner.end();
    const file = join(root, "reader");
    writeFileSync(file, cluster.url(reader), { mode: 0o600 });
    const from = ["--fleet", fleet.directory, "--json", "--reader", file];
    const friction = timed(["fleet", "friction", "--last", String(DAYS_STORED), ...from], 3);
    const found = JSON.parse(friction.said) as { readonly all: { readonly calls: number } };
    const plan = timed(["fleet", "plan", ...from], 3);
    const status = timed(["fleet", "status", ...from], 3);
    return [
      atLeast("calls in PostgreSQL", calls, "", 50_000_000),
      atLeast("  of them in `fleet friction`", found.all.calls, "", 50_000_000),
      atMost("`fleet friction` over them, the whole process", friction.ms / 1_000, "s", 5),
      atMost("`fleet plan` over them, the whole process", plan.ms / 1_000, "s", 5),
      { name: "`fleet status` from PostgreSQL, the whole process", value: status.ms, unit: "ms" },
      { name: "days added up by the store", value: addedUpS, unit: "s" },
    ];
  } finally {
    await cluster.stop();
  }
}

/** Rows as reports make them: each machine's day under one policy, with twelve of forty rules. */
async function fillDays(owner: pg.Pool): Promise<number> {
  const columns = HOST_DAY_COUNTS.map(([column]) => column);
  const counts: Readonly<Record<string, number>> = {
    calls: CALLS_A_DAY,
    sessions: 3,
    asked: 1,
    allowed: 1,
    waited_ms: 4_000,
  };
  await owner.query(
    `INSERT INTO sallyport.host_day (tenant, day, machine, version, stage, ${columns.join(", ")}, rules)
SELECT 1, (now() AT TIME ZONE 'UTC')::date - day, 'machine-' || place, 7, 'ask', ${columns.map((one) => counts[one] ?? 0).join(", ")}, rules.rules
FROM generate_series(0, ${DAYS_STORED - 1}) AS day, generate_series(0, ${MACHINES - 1}) AS place
JOIN (SELECT of, jsonb_agg(jsonb_build_object('rule', 'managed:baseline/rule-' || (of + rule) % 40, 'asked', (rule = 0)::int, 'refused', 1, 'allowed', 0)) AS rules
  FROM generate_series(0, 39) AS of, generate_series(0, 11) AS rule GROUP BY of) AS rules ON rules.of = place % 40`,
  );
  const { rows } = await owner.query<{ calls: number }>(
    "SELECT sum(calls) AS calls FROM sallyport.host_day",
  );
  return rows[0]?.calls ?? 0;
}

/** Machines by the collector's own store, which then adds up the days that are over; seconds that this took. */
async function storeHosts(url: string, { machines }: MadeFleet): Promise<number> {
  const nowMs = Date.now();
  const report = (line: string): void => {
    throw new Error(line);
  };
  const store = await openPostgresHosts({ url }, { report, nowMs: () => nowMs, keepDays: 400 });
  for (const [place, machine] of machines.entries())
    store.take(
      "acme",
      seenIn(madeReport(machine, place, nowMs - DAY_MS), machine.name, nowMs).host,
      [],
    );
  await store.flush();
  const startMs = performance.now();
  for (let day = 0; day < DAYS_STORED; day++) await store.flush();
  const tookS = (performance.now() - startMs) / 1_000;
  await store.close();
  return tookS;
}
