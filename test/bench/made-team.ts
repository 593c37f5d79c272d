// A team's store of many events, quickly: the logs of eight machines by the collector's own store, then copies of them for all machines in SQL, in the order of their time.
import type pg from "pg";
import type { FleetBatch } from "#record/fleet/fleet-row.ts";
import { PLACES_MAX } from "#record/fleet/fleet-row.ts";
import { seenIn } from "#record/fleet/host-days.ts";
import { type IndexedEvent, indexedEvent, WORD_FIELDS } from "#record/index/indexed-event.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { openPostgresHosts } from "#surface/services/fleet/postgres-host-store.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { countLot } from "#surface/services/fleet/team-counting.ts";
import { hostReport } from "../record/fleet/host-reports.ts";
import { GENERATED_START_MS } from "../record/generated-index.ts";
import { generatedBatches } from "../surface/services/fleet/generated-batches.ts";
import type { PostgresCluster } from "../surface/services/fleet/postgres-cluster.ts";

const TEMPLATES = 8;
const EVENTS_OF_MACHINE = 10_000;
const MACHINES_MAX = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const DAYS = 30;
/** Copies of one machine's log are moved by up to this. */
const MOVED_MS = 6 * HOUR_MS;

/** Events that are added up at once. */
const COUNTED_LOT = 2_000_000;

/** What only some events have: so seldom, and only in the first of thirty days. */
export const RARE_RULE = "builtin:team/rare";
export const RETIRED_RULE = "builtin:team/retired";
export const FREQUENT_RULE = "builtin:team/publish-3";
export const RARE_WORD = "terraform";

export type MadeTeam = {
  readonly events: number;
  readonly machines: number;
  readonly endMs: number;
  /** Seconds in which they were added up. */
  readonly addedS: number;
};

export const machineName = (place: number): string => `machine-${place}`;

/** Roles and tables of the tenant `acme`, empty. */
export async function openMadeTeam(cluster: PostgresCluster): Promise<void> {
  const owner = await openPool({ url: cluster.url("owner") });
  await migrate(owner);
  await owner.query(`ALTER ROLE ${await addTenant(owner, "acme")} LOGIN`);
  await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
  await owner.end();
}

/** About `count` events of the thirty days before `endMs`. */
export async function fillTeam(
  cluster: PostgresCluster,
  { count, endMs }: { readonly count: number; readonly endMs: number },
): Promise<MadeTeam> {
  const machines = Math.min(MACHINES_MAX, Math.max(TEMPLATES, Math.round(count / 1_000)));
  const each = Math.min(EVENTS_OF_MACHINE, Math.ceil(count / machines));
  const startMs = endMs - DAYS * DAY_MS;
  await storeTemplates(cluster, { each, startMs });
  const pool = await openPool({ url: cluster.url("owner"), connectionsMax: 1 });
  await pool.query("SET statement_timeout = 0");
  await pool.query("SET maintenance_work_mem = '1GB'");
  await copyMachines(pool, { each, machines, startMs, rounds: Math.ceil(count / machines / each) });
  const { rows } = await pool.query<{ events: number }>(
    "SELECT sum(next) AS events FROM sallyport.tree",
  );
  const addedS = await addUp(cluster);
  for (const table of ["team_hour", "team_mark", "counted"])
    await pool.query(`VACUUM ANALYZE sallyport.${table}`);
  await pool.end();
  await reportMachines(cluster, machines, endMs);
  return { events: Number(rows[0]?.events), machines, endMs, addedS };
}

/** Seconds that the collector's own counting takes; its lots are larger than it takes them itself. */
async function addUp(cluster: PostgresCluster): Promise<number> {
  const pool = await openPool({ url: cluster.url("collector"), connectionsMax: 1 });
  await pool.query("SET statement_timeout = 0");
  await pool.query("SET work_mem = '256MB'");
  const startMs = performance.now();
  while ((await countLot(pool, 1, COUNTED_LOT)) > 0);
  await pool.end();
  return (performance.now() - startMs) / 1_000;
}

/** The logs that all others are copies of, handed in as machines do. */
async function storeTemplates(
  cluster: PostgresCluster,
  { each, startMs }: { readonly each: number; readonly startMs: number },
): Promise<void> {
  const store = await openPostgresStore({ url: cluster.url("collector") });
  const span = (DAYS * DAY_MS - MOVED_MS) / WEEK_MS;
  for (let machine = 0; machine < TEMPLATES; machine += 1) {
    const tree = `${machineName(machine)}/log`;
    for (const batch of generatedBatches({ seed: 20 + machine, count: each, users: 1 }, { tree })) {
      const entries = batch.entries.map(({ row, hash }) => {
        const timeMs = Math.floor(startMs + (row.event.timeMs - GENERATED_START_MS) * span);
        const event = changed({ ...row.event, timeMs }, machine, timeMs - startMs < 3 * DAY_MS);
        return { row: { ...row, event }, hash };
      });
      await handIn(store, machineName(machine), { ...batch, entries });
    }
  }
  await store.close();
}

async function handIn(
  store: Awaited<ReturnType<typeof openPostgresStore>>,
  machine: string,
  batch: FleetBatch,
): Promise<void> {
  const stored = await store.append("acme", machine, batch);
  if (stored.kind !== "stored") throw new Error(`a batch was not stored: ${stored.kind}`);
}

/** Alerts, drift, more rules, and probes of our own. */
function changed(event: IndexedEvent, machine: number, isEarly: boolean): IndexedEvent {
  const at = event.index * TEMPLATES + machine;
  const { index, id, timeMs, word } = event;
  const said = (metadata: Parameters<typeof indexedEvent>[1]["metadata"]) =>
    indexedEvent(
      index,
      { id, timeMs, metadata: { ...metadata, session: word.session ?? "none", submitter: "hook" } },
      { user: word.user, command: undefined },
    );
  if (at % 400 === 3) return said({ kind: "alert", what: `exfiltration/found-${at % 17}` });
  if (at % 1_000 === 5) return said({ kind: "drift", how: at % 3 === 0 ? "changed" : "removed" });
  const isRare = at % 2_500 === 7;
  const isRetired = isEarly && at % 20 === 9;
  const marks = event.marks.map((mark) =>
    mark.field !== "rule" || !mark.value.startsWith("builtin:team/")
      ? mark
      : {
          ...mark,
          value: isRare ? RARE_RULE : isRetired ? RETIRED_RULE : `${mark.value}-${at % 8}`,
        },
  );
  const words = isRare && event.words.length > 0 ? [...event.words, RARE_WORD] : event.words;
  return { ...event, marks, words };
}

const MOVED = `(hashint8(machine)::bigint & 2147483647) % ${MOVED_MS}`;
/** Another machine's own stand-in of a session, call or user. */
const own = (name: string) =>
  `CASE WHEN "${name}" = '' THEN '' ELSE left(translate(encode(sha256(("${name}" || '-' || machine || '-' || round)::bytea), 'base64'), '+/', '-_'), 22) END`;
const COLUMNS = WORD_FIELDS.map((name) => `"${name}"`).join(", ");
const COPIED = WORD_FIELDS.map((name) =>
  name === "session" || name === "call"
    ? own(name)
    : name === "user"
      ? `CASE WHEN "user" = '' THEN '' ELSE 'u:' || lpad(to_hex(machine), 12, '0') END`
      : `"${name}"`,
).join(", ");
/** As `hourlyCounts` counts, over all events. */
const HOURLY = `SELECT tenant, time_ms / ${HOUR_MS} * ${HOUR_MS}, kind, verdict, "user", tool, class, mode, outcome, what, enforced, canary, count(*), sum(floor(coalesce(findings, 0)))::bigint FROM sallyport.event GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12`;
const HOURS_STORED =
  'SELECT tenant, hour_ms, kind, verdict, "user", tool, class, mode, outcome, what, enforced, canary, events, findings FROM sallyport.hourly';

async function copyMachines(
  pool: pg.Pool,
  given: {
    readonly each: number;
    readonly machines: number;
    readonly startMs: number;
    readonly rounds: number;
  },
): Promise<void> {
  const { each, machines, startMs, rounds } = given;
  // What is counted here is what the store's own code counted of the first machines.
  const { rows: wrong } = await pool.query(
    `(${HOURLY} EXCEPT ${HOURS_STORED}) UNION ALL (${HOURS_STORED} EXCEPT ${HOURLY}) LIMIT 1`,
  );
  if (wrong.length > 0) throw new Error("hours are counted otherwise than the store counts them");
  await pool.query("CREATE UNLOGGED TABLE public.made AS SELECT * FROM sallyport.event");
  await pool.query("CREATE INDEX ON public.made (time_ms)");
  const { rows: indexes } = await pool.query<{ name: string; made: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index
     WHERE indrelid = 'sallyport.event'::regclass AND NOT indisprimary`,
  );
  for (const { name } of indexes) await pool.query(`DROP INDEX ${name}`);
  await pool.query("TRUNCATE sallyport.event, sallyport.hourly");
  for (let day = 0; day < DAYS + 1; day += 1) {
    const fromMs = startMs + day * DAY_MS;
    await pool.query("SELECT sallyport.make_month($1)", [fromMs]);
    await pool.query(
      `INSERT INTO sallyport.event (tenant, place, time_ms, enforced, canary, duration, size, findings, id, subject, ${COLUMNS}, marks, counts, words)
SELECT tenant, machine * ${PLACES_MAX} + place % ${PLACES_MAX} + round * ${each}, moved, enforced,
  (hashtext(session || machine) % 50 = 0 AND session <> '')::int::smallint, duration, size, findings,
  lpad(to_hex(moved >> 16), 8, '0') || '-' || lpad(to_hex(moved & 65535), 4, '0') || substr(id, 14, 5) || right(md5(id || machine || round), 18), subject, ${COPIED}, marks, counts, words
FROM generate_series(0, ${machines - 1}) AS machine CROSS JOIN generate_series(0, ${rounds - 1}) AS round
JOIN public.made ON made.place / ${PLACES_MAX} = machine % ${TEMPLATES} AND time_ms >= $1::bigint - ${MOVED_MS} AND time_ms < $1::bigint + ${DAY_MS}
CROSS JOIN LATERAL (SELECT time_ms + ${MOVED} + round AS moved) AS at
WHERE moved >= $1::bigint AND moved < $1::bigint + ${DAY_MS} ORDER BY moved`,
      [fromMs],
    );
  }
  await pool.query(
    `INSERT INTO sallyport.hourly (tenant, hour_ms, kind, verdict, "user", tool, class, mode, outcome, what, enforced, canary, events, findings) ${HOURLY} ORDER BY 1, 2`,
  );
  for (const { made } of indexes) await pool.query(made.replace(" ON ONLY ", " ON "));
  await pool.query(
    `INSERT INTO sallyport.tree (tenant, number, origin, writer, next, missed, last_hash)
SELECT 1, machine, 'machine-' || machine || '/log', 'machine-' || machine, 0, 0, '' FROM generate_series(${TEMPLATES}, ${machines - 1}) AS machine`,
  );
  await pool.query(
    `UPDATE sallyport.tree SET last_hash = '', next = last.place % ${PLACES_MAX} + 1 FROM (SELECT place / ${PLACES_MAX} AS number, max(place) AS place FROM sallyport.event GROUP BY 1) AS last WHERE last.number = tree.number`,
  );
  await pool.query("UPDATE sallyport.tenant SET trees = $1", [machines]);
  await pool.query("DROP TABLE public.made");
  await pool.query("VACUUM ANALYZE");
}

async function reportMachines(
  cluster: PostgresCluster,
  machines: number,
  endMs: number,
): Promise<void> {
  const report = (line: string): void => {
    throw new Error(line);
  };
  const url = cluster.url("collector");
  const hosts = await openPostgresHosts({ url }, { report, nowMs: () => endMs, keepDays: 400 });
  for (let place = 0; place < machines; place += 1) {
    const { host, days } = seenIn(hostReport({}), machineName(place), endMs - 60_000);
    hosts.take("acme", host, days);
  }
  await hosts.close();
}
