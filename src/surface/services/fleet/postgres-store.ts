// The store of a team: batches of entries into PostgreSQL, each in one transaction that knows a single tenant.
import type pg from "pg";
import { Failure } from "#base/failure.ts";
import {
  type Appended,
  continueTree,
  type FleetBatch,
  type FleetRow,
  placeAmongTrees,
  TREES_MAX,
  type TreeState,
} from "#record/fleet/fleet-row.ts";
import type { FleetErased, FleetErasure } from "#record/fleet/fleet-erasure.ts";
import { hourlyCounts } from "#record/index/hourly-counts.ts";
import { type IndexedEvent, WORD_FIELDS } from "#record/index/indexed-event.ts";
import type { FleetStore, StoredTenant } from "./fleet-store.ts";
import { inTransaction, openPool, type PostgresPlace } from "./postgres-connection.ts";
import { createTeamCounting } from "./team-counting.ts";

/** Words whose numbers are kept in memory, for all tenants together. */
const WORDS_KEPT_MAX = 100_000;

/** Opens the store for writing. Its role belongs to the group `sallyport_writer`. */
export async function openPostgresStore(place: PostgresPlace): Promise<FleetStore> {
  const pool = await openPool(place);
  const tenants = new Map<string, number>();
  const words = createWordNumbers();
  const counting = createTeamCounting(pool);
  const tenantNumber = async (name: string): Promise<number> => {
    const known = tenants.get(name);
    if (known !== undefined) return known;
    const { rows } = await pool.query<{ number: number }>(
      "SELECT number FROM sallyport.tenant WHERE name = $1",
      [name],
    );
    const number = rows[0]?.number;
    if (number === undefined)
      throw new Failure(
        "fleet-tenant",
        "the store is not open for this tenant: `sallyport collector tenant NAME` by its owner",
      );
    tenants.set(name, number);
    return number;
  };
  return {
    async append(tenant, writer, batch) {
      const number = await tenantNumber(tenant);
      try {
        const appended = await inTransaction(pool, (client) =>
          appendBatch(client, words, { tenant: number, writer, batch }),
        );
        if (appended.kind === "stored" && appended.added > 0) counting.grew(number);
        return appended;
      } catch (error) {
        // Numbers of words that were made in what was undone are no numbers.
        words.forget();
        throw error;
      }
    },
    async erase(tenant, writer, erasure) {
      const number = await tenantNumber(tenant);
      const [needed] = await schemaNeeds(pool);
      if (needed?.includes("erasures") === true) throw new Failure("fleet-setup", needed);
      return inTransaction(pool, (client) => eraseSubjects(client, number, { writer, erasure }));
    },
    async tree(tenant, tree) {
      const number = await tenantNumber(tenant);
      return inTransaction(pool, async (client) => {
        await nameTenant(client, number);
        return findTree(client, number, tree);
      });
    },
    async tenants() {
      const { rows } = await pool.query<{ name: string }>(
        "SELECT name FROM sallyport.tenant ORDER BY name",
      );
      const found: StoredTenant[] = [];
      for (const { name } of rows)
        found.push(await storedTenant(pool, name, await tenantNumber(name)));
      return found;
    },
    needs: () => schemaNeeds(pool),
    async close() {
      await counting.close();
      await pool.end();
    },
  };
}

/** WHY by what is there and not by number of steps: the collector's role reads no list of them. */
async function schemaNeeds(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{
    hasErasing: boolean;
    hasHosts: boolean;
    hasCounts: boolean;
    hasForgetting: boolean;
  }>(
    `SELECT to_regprocedure('sallyport.erase_subjects(integer, bigint, bigint, text[])') IS NOT NULL AS "hasErasing",
 EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('sallyport.host_day') AND attname = 'spared') AS "hasHosts", to_regclass('sallyport.counted') IS NOT NULL AS "hasCounts",
 to_regprocedure('sallyport.forget_host_days(integer, date)') IS NOT NULL AS "hasForgetting"`,
  );
  const {
    hasErasing = false,
    hasHosts = false,
    hasCounts = false,
    hasForgetting = false,
  } = rows[0] ?? {};
  const older = (what: string): string =>
    `the schema is older than ${what}: run \`sallyport collector setup\` as its owner`;
  return [
    ...(hasErasing ? [] : [older("erasures, which wait")]),
    ...(hasHosts ? [] : [older("reports of machines, which are lost")]),
    ...(hasCounts ? [] : [older("counts for the pages of a team, which have none")]),
    ...(hasForgetting ? [] : [older("removing machines' days, which stay for ever")]),
  ];
}

function storedTenant(pool: pg.Pool, name: string, number: number): Promise<StoredTenant> {
  return inTransaction(pool, async (client) => {
    await nameTenant(client, number);
    const { rows } = await client.query<Omit<StoredTenant, "name">>(
      "SELECT count(*) AS logs, coalesce(sum(next - missed), 0) AS entries, coalesce(sum(missed), 0) AS missed FROM sallyport.tree",
    );
    return { name, logs: 0, entries: 0, missed: 0, ...rows[0] };
  });
}

/** What rows a transaction sees and makes is said before anything else in it. */
async function nameTenant(client: pg.PoolClient, tenant: number): Promise<void> {
  await client.query("SELECT set_config('sallyport.tenant', $1, true)", [String(tenant)]);
}

type Handed = { readonly tenant: number; readonly writer: string; readonly batch: FleetBatch };
type Words = ReturnType<typeof createWordNumbers>;

async function appendBatch(
  client: pg.PoolClient,
  words: Words,
  { tenant, writer, batch }: Handed,
): Promise<Appended> {
  await nameTenant(client, tenant);
  const tree = await findTree(client, tenant, batch.tree);
  const continued = continueTree(tree, batch, writer);
  if (continued.kind !== "new") return continued;
  const { entries, next } = continued;
  if (entries.length === 0) return { kind: "stored", next, added: 0 };
  const number = tree?.number ?? (await makeTree(client, tenant, { writer, batch }));
  const rows = entries.map(({ row }) => row);
  await insertEvents(client, words, { tenant, tree: number, rows });
  await addHours(client, tenant, rows);
  await insertNames(client, tenant, rows);
  await client.query(
    "UPDATE sallyport.tree SET next = $3, last_hash = $4, missed = missed + $5 WHERE tenant = $1 AND number = $2",
    [tenant, number, next, continued.lastHash, continued.missed],
  );
  return { kind: "stored", next, added: entries.length };
}

/** Milliseconds that an erasure may take: it looks at every event of the log. */
const ERASING_MS_MAX = 600_000;

async function eraseSubjects(
  client: pg.PoolClient,
  tenant: number,
  { writer, erasure }: { readonly writer: string; readonly erasure: FleetErasure },
): Promise<FleetErased> {
  await nameTenant(client, tenant);
  await client.query("SELECT set_config('statement_timeout', $1, true)", [String(ERASING_MS_MAX)]);
  const tree = await findTree(client, tenant, erasure.tree);
  if (tree === undefined) return { kind: "erased", events: 0 };
  if (tree.writer !== writer) return { kind: "other-writer" };
  const { rows } = await client.query<{ events: number }>(
    "SELECT sallyport.erase_subjects($1, $2, $3, $4) AS events",
    [
      ...[tenant, placeAmongTrees(tree.number, 0), placeAmongTrees(tree.number + 1, 0)],
      erasure.subjects,
    ],
  );
  return { kind: "erased", events: rows[0]?.events ?? 0 };
}

type Tree = TreeState & { readonly number: number };

/** INVARIANT: the log's row stays locked until the batch is stored, so that two collectors cannot both continue it. */
async function findTree(
  client: pg.PoolClient,
  tenant: number,
  origin: string,
): Promise<Tree | undefined> {
  const { rows } = await client.query<Tree>(
    'SELECT number, next, last_hash AS "lastHash", writer FROM sallyport.tree WHERE tenant = $1 AND origin = $2 FOR UPDATE',
    [tenant, origin],
  );
  return rows[0];
}

/** Two that make the same log at once: the second meets the unique key, and is told to try again by its error. */
async function makeTree(
  client: pg.PoolClient,
  tenant: number,
  { writer, batch }: Omit<Handed, "tenant">,
): Promise<number> {
  const { rows } = await client.query<{ number: number }>(
    "UPDATE sallyport.tenant SET trees = trees + 1 WHERE number = $1 RETURNING trees - 1 AS number",
    [tenant],
  );
  const number = rows[0]?.number ?? TREES_MAX;
  if (number >= TREES_MAX)
    throw new Failure("fleet-tenant", `a tenant has at most ${TREES_MAX} logs`);
  await client.query(
    "INSERT INTO sallyport.tree (tenant, number, origin, writer, next, missed, last_hash) VALUES ($1, $2, $3, $4, 0, 0, '')",
    [tenant, number, batch.tree, writer],
  );
  return number;
}

const EVENT_COLUMNS = [
  ...["place", "time_ms", "enforced", "canary", "duration", "size", "findings", "id", "subject"],
  ...WORD_FIELDS.map((field) => `"${field}"`),
  ...["marks", "counts", "words"],
];
const EVENT_TYPES = [
  ...["bigint", "bigint", "smallint", "smallint"],
  ...["double precision", "double precision", "double precision", "text", "text"],
  ...WORD_FIELDS.map(() => "text"),
  ...["text", "text", "text"],
];
const LISTS = { marks: "integer[]", counts: "integer[]", words: "text[]" } as const;

// WHY one array a column: a statement of that form is parsed once and takes as many rows as there are.
const INSERT_EVENTS = `INSERT INTO sallyport.event (tenant, ${EVENT_COLUMNS.join(", ")})
SELECT $1, ${EVENT_COLUMNS.map((name) => (name in LISTS ? `${name}::${LISTS[name as keyof typeof LISTS]}` : name)).join(", ")}
FROM unnest(${EVENT_TYPES.map((type, place) => `$${place + 2}::${type}[]`).join(", ")}) AS given (${EVENT_COLUMNS.join(", ")})`;

async function insertEvents(
  client: pg.PoolClient,
  words: Words,
  {
    tenant,
    tree,
    rows,
  }: { readonly tenant: number; readonly tree: number; readonly rows: readonly FleetRow[] },
): Promise<void> {
  const months = new Set(rows.map(({ event }) => new Date(event.timeMs).toISOString().slice(0, 7)));
  for (const month of months)
    await client.query("SELECT sallyport.make_month($1)", [Date.parse(`${month}-01T00:00:00Z`)]);
  const numberOf = await words.of(client, tenant, rows);
  const columns: (string | number | null)[][] = EVENT_COLUMNS.map(() => []);
  for (const { event, subject } of rows) {
    const { word, number } = event;
    const own = new Map<number, number>();
    for (const mark of event.marks) {
      const key = numberOf(mark);
      own.set(key, (own.get(key) ?? 0) + mark.count);
    }
    const cells = [
      ...[placeAmongTrees(tree, event.index), event.timeMs],
      ...[Number(event.enforced), Number(event.canary)],
      ...[number.duration ?? null, number.size ?? null, number.findings ?? null],
      ...[event.id, subject ?? null],
      ...WORD_FIELDS.map((field) => word[field] ?? ""),
      ...[`{${[...own.keys()].join()}}`, `{${[...own.values()].join()}}`],
      // Words of a command hold letters and digits alone.
      `{${event.words.map((one) => `"${one}"`).join()}}`,
    ];
    for (const [place, cell] of cells.entries()) columns[place]?.push(cell);
  }
  await client.query({
    name: "insert-events",
    text: INSERT_EVENTS,
    values: [tenant, ...columns],
  });
}

const HOURLY = [
  ...["kind", "verdict", "hour_ms", '"user"', "tool", "class", "mode", "outcome", "what"],
  ...["enforced", "canary"],
];
const HOURLY_TYPES = [
  ...["text", "text", "bigint", "text", "text", "text", "text", "text", "text"],
  ...["smallint", "smallint", "bigint", "bigint"],
];
const ADD_HOURS = `INSERT INTO sallyport.hourly AS known (tenant, ${HOURLY.join(", ")}, events, findings)
SELECT $1, given.* FROM unnest(${HOURLY_TYPES.map((type, place) => `$${place + 2}::${type}[]`).join(", ")}) AS given
ORDER BY ${HOURLY.map((_, place) => place + 2).join(", ")}
ON CONFLICT (tenant, ${HOURLY.join(", ")}) DO UPDATE
SET events = known.events + excluded.events, findings = known.findings + excluded.findings`;

/** WHY in order: two transactions that add to the same hours take them in the same order and never wait for each other in a circle. */
async function addHours(
  client: pg.PoolClient,
  tenant: number,
  rows: readonly FleetRow[],
): Promise<void> {
  const columns: (string | number)[][] = HOURLY_TYPES.map(() => []);
  for (const [values, counts] of hourlyCounts(rows))
    for (const [place, cell] of [...values, ...counts].entries()) columns[place]?.push(cell);
  await client.query({ name: "add-hours", text: ADD_HOURS, values: [tenant, ...columns] });
}

async function insertNames(
  client: pg.PoolClient,
  tenant: number,
  rows: readonly FleetRow[],
): Promise<void> {
  const named = new Map(
    rows.flatMap(({ name, subject }) =>
      name === undefined || subject === undefined ? [] : [[name.pseudonym, { ...name, subject }]],
    ),
  );
  if (named.size === 0) return;
  const all = [...named.values()];
  await client.query(
    "INSERT INTO sallyport.name (tenant, pseudonym, subject, sealed) SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bytea[]) ON CONFLICT DO NOTHING",
    [
      tenant,
      all.map(({ pseudonym }) => pseudonym),
      all.map(({ subject }) => subject),
      all.map(({ sealed }) => Buffer.from(sealed)),
    ],
  );
}

type Mark = IndexedEvent["marks"][number];

/** The numbers of words of each tenant. */
function createWordNumbers() {
  const known = new Map<string, number>();
  const keyOf = (tenant: number, { field, value }: Pick<Mark, "field" | "value">): string =>
    `${tenant}\0${field}\0${value}`;
  return {
    async of(
      client: pg.PoolClient,
      tenant: number,
      rows: readonly FleetRow[],
    ): Promise<(mark: Mark) => number> {
      if (known.size > WORDS_KEPT_MAX) known.clear();
      const strange = new Map<string, Mark>();
      for (const { event } of rows)
        for (const mark of event.marks) {
          const key = keyOf(tenant, mark);
          if (!known.has(key)) strange.set(key, mark);
        }
      if (strange.size > 0) {
        // In one order for everybody, as hours are.
        const marks = [...strange.entries()].toSorted(([left], [right]) => (left < right ? -1 : 1));
        const fields = marks.map(([, { field }]) => field);
        const values = marks.map(([, { value }]) => value);
        await client.query(
          "INSERT INTO sallyport.word (tenant, field, value) SELECT $1, * FROM unnest($2::text[], $3::text[]) ON CONFLICT DO NOTHING",
          [tenant, fields, values],
        );
        const { rows: found } = await client.query<{
          field: Mark["field"];
          value: string;
          number: number;
        }>(
          "SELECT word.field, word.value, word.number FROM sallyport.word JOIN unnest($2::text[], $3::text[]) AS asked (field, value) ON word.field = asked.field AND word.value = asked.value WHERE tenant = $1",
          [tenant, fields, values],
        );
        for (const word of found) known.set(keyOf(tenant, word), word.number);
      }
      return (mark) => known.get(keyOf(tenant, mark)) ?? 0;
    },
    forget(): void {
      known.clear();
    },
  };
}
