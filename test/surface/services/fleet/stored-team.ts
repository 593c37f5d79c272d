// A team in a real PostgreSQL: one machine's generated week, another one's session by hand, and what both report of themselves.
import type pg from "pg";
import { type FleetBatch, placeAmongTrees } from "#record/fleet/fleet-row.ts";
import { seenIn } from "#record/fleet/host-days.ts";
import { type IndexedEvent, indexedEvent } from "#record/index/indexed-event.ts";
import { makeEventId, type JsonObject } from "#record/log/leaf.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { openPostgresHosts } from "#surface/services/fleet/postgres-host-store.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { openTeamStore, type TeamStore } from "#surface/services/fleet/team-store.ts";
import { hostReport } from "../../../record/fleet/host-reports.ts";
import { GENERATED_START_MS } from "../../../record/generated-index.ts";
import { generatedBatches } from "./generated-batches.ts";
import { type PostgresCluster, startPostgres } from "./postgres-cluster.ts";

const HOUR_MS = 3_600_000;
/** A day and an hour after the generated week began: half an hour into an hour. */
export const TEAM_NOW_MS = GENERATED_START_MS + 25.5 * HOUR_MS;
export const OWN_SESSION = "db-session-0001";

/** One event of the team, with whose it is and its place among all logs. */
export type TeamEvent = {
  readonly event: IndexedEvent;
  readonly machine: string;
  readonly place: number;
};

export type StoredTeam = {
  readonly cluster: PostgresCluster;
  readonly store: TeamStore;
  readonly events: readonly TeamEvent[];
  /** Hands more events in, as the second machine. */
  add(given: readonly (readonly [timeMs: number, metadata: JsonObject])[]): Promise<void>;
  close(): Promise<void>;
};

const base = { session: OWN_SESSION, submitter: "hook" };
/** What the second machine recorded, and how many minutes before now. */
const OWN: readonly (readonly [number, JsonObject])[] = [
  [40, { ...base, kind: "hook", event: "UserPromptSubmit" }],
  [
    39,
    {
      ...base,
      kind: "decision",
      verdict: "deny",
      tool: "Bash",
      call: "c1",
      class: "external",
      rules: ["builtin:team/secret-leaves"],
      effects: { "egress/other": 2 },
      chains: ["secret-leaves"],
      programs: ["curl"],
      mode: "default",
    },
  ],
  [
    38,
    {
      ...base,
      kind: "decision",
      verdict: "allow",
      tool: "Read",
      call: "c2",
      rules: ["builtin:baseline/read"],
      effects: { "read/project": 1 },
    },
  ],
  [37, { ...base, kind: "result", call: "c2", outcome: "failure", durationMs: 12 }],
  [36, { ...base, kind: "alert", what: "exfiltration/secret-leaves", level: "high" }],
  [35, { kind: "drift", how: "changed" }],
  [34, { kind: "alert", what: "acme/own-detection", level: "low" }],
];

export async function openStoredTeam(): Promise<StoredTeam> {
  const cluster = await startPostgres();
  const owner: pg.Pool = await openPool({ url: cluster.url("owner") });
  await migrate(owner);
  for (const tenant of ["acme", "other"])
    await owner.query(`ALTER ROLE ${await addTenant(owner, tenant)} LOGIN`);
  await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
  const writer = await openPostgresStore({ url: cluster.url("collector") });
  const events: TeamEvent[] = [];
  const keep = (batch: FleetBatch, machine: string, tree: number) => {
    for (const { row } of batch.entries)
      events.push({ event: row.event, machine, place: placeAmongTrees(tree, row.event.index) });
  };
  for (const batch of generatedBatches(
    { seed: 5, count: 3_000, users: 3 },
    { tree: "web-1/log" },
  )) {
    await writer.append("acme", "web-1", batch);
    keep(batch, "web-1", 0);
  }
  let next = 0;
  let previous = "";
  const handIn = async (given: readonly (readonly [number, JsonObject])[]) => {
    const entries = given.map(([timeMs, metadata], place) => {
      const random = Buffer.alloc(10, next + place + 1);
      const leaf = { id: makeEventId(timeMs, random), timeMs, metadata };
      const opened = { user: "u:0123456789ab", command: undefined };
      const event = indexedEvent(
        next + place,
        leaf,
        metadata["session"] === undefined ? { user: undefined, command: undefined } : opened,
      );
      const hash = (next + place).toString(16).padStart(64, "0");
      return { row: { event, subject: undefined, name: undefined }, hash };
    });
    const batch = { tree: "db-2/log", first: 0, previous, entries };
    const stored = await writer.append("acme", "db-2", batch);
    if (stored.kind !== "stored") throw new Error(`the batch was not stored: ${stored.kind}`);
    keep(batch, "db-2", 1);
    next += entries.length;
    previous = entries.at(-1)?.hash ?? "";
  };
  await handIn(OWN.map(([minutes, metadata]) => [TEAM_NOW_MS - minutes * 60_000, metadata]));
  const hosts = await openPostgresHosts(
    { url: cluster.url("collector") },
    {
      report(line) {
        throw new Error(line);
      },
      nowMs: () => TEAM_NOW_MS,
      keepDays: 400,
    },
  );
  const reports = [
    ["web-1", TEAM_NOW_MS - 60_000, {}],
    ["db-2", TEAM_NOW_MS - 120_000, { canary: "failed", drift: 2, trouble: "bundle-expired" }],
    ["old-3", TEAM_NOW_MS - 9 * 24 * HOUR_MS, { bundle: null }],
  ] as const;
  for (const [machine, atMs, changes] of reports) {
    const { host, days } = seenIn(hostReport(changes), machine, atMs);
    hosts.take("acme", host, days);
  }
  await hosts.close();
  const pool = await openPool({ url: cluster.url("sallyport_reader_acme") });
  return {
    cluster,
    events,
    store: await openTeamStore(pool),
    add: handIn,
    async close() {
      await pool.end();
      await writer.close();
      await owner.end();
      await cluster.stop();
    },
  };
}
