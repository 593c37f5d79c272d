// The store of a fleet: batches of entries into ClickHouse, by the one process that writes a log's shard.
import { Failure } from "#base/failure.ts";
import { createTurns } from "#base/turns.ts";
import {
  CLICKHOUSE_EVENT_COLUMNS,
  CLICKHOUSE_STATEMENTS,
  eventCells,
} from "#record/fleet/clickhouse-schema.ts";
import { clickhouseErasure } from "#record/fleet/fleet-erasure.ts";
import {
  continueTree,
  type FleetBatch,
  TREES_MAX,
  type TreeState,
} from "#record/fleet/fleet-row.ts";
import { type Clickhouse, type ClickhousePlace, openClickhouse } from "./clickhouse-connection.ts";
import type { FleetStore } from "./fleet-store.ts";

type Tree = TreeState & { readonly number: number; readonly missed: number };
type Database = { readonly trees: Map<string, Tree>; readonly name: string };

/** Part of the logs that this process writes: those whose numbers leave `shard` when divided by `shards`. */
export type Shard = { readonly shard: number; readonly shards: number };

const PREFIX = "sallyport_";

/** The database of a tenant. INVARIANT: names of tenants are lower case letters, digits and `_` alone. */
export function databaseOf(tenant: string): string {
  return `${PREFIX}${tenant}`;
}

/** The tenants whose databases are there and may be seen. */
export async function tenantNames(server: Clickhouse): Promise<readonly string[]> {
  const rows = await server.ask("default", "SELECT name FROM system.databases ORDER BY name");
  return rows.flatMap(([name]) =>
    typeof name === "string" && name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [],
  );
}

/** Makes a tenant's database, or what is missing of it. Done by who may make databases, never by the collector. */
export async function makeDatabase(server: Clickhouse, tenant: string): Promise<void> {
  await server.run("default", `CREATE DATABASE IF NOT EXISTS ${databaseOf(tenant)}`);
  for (const statement of CLICKHOUSE_STATEMENTS) await server.run(databaseOf(tenant), statement);
}

/**
 * Opens the store for writing. INVARIANT: one process alone writes the logs of a shard, because ClickHouse has no
 * transactions: events first, then how far the log is. What a crash leaves between the two comes again and is one row.
 */
export function openClickhouseStore(
  place: ClickhousePlace,
  { shard, shards }: Shard = { shard: 0, shards: 1 },
): FleetStore {
  const server = openClickhouse(place);
  const databases = new Map<string, Promise<Database>>();
  const open = (tenant: string): Promise<Database> => {
    const known = databases.get(tenant) ?? load(server, databaseOf(tenant));
    databases.set(tenant, known);
    // What failed is tried anew with the next batch.
    known.catch(() => databases.delete(tenant));
    return known;
  };
  const inTurn = createTurns();
  return {
    append: (tenant, writer, batch) =>
      inTurn(`${tenant} ${batch.tree}`, async () => {
        const { trees, name } = await open(tenant);
        const tree = trees.get(batch.tree);
        const continued = continueTree(tree, batch, writer);
        if (continued.kind !== "new") return continued;
        const { entries, next, lastHash } = continued;
        if (entries.length === 0) return { kind: "stored", next, added: 0 };
        const number = tree?.number ?? freeNumber(trees, { shard, shards });
        const missed = (tree?.missed ?? 0) + continued.missed;
        const state: Tree = { number, writer, next, missed, lastHash };
        // WHY before the first events: the number of a log must not be given twice after a crash.
        if (tree === undefined)
          await writeTree(server, name, batch.tree, { ...state, next: 0, missed: 0, lastHash: "" });
        await writeRows(server, name, number, entries);
        await writeTree(server, name, batch.tree, state);
        trees.set(batch.tree, state);
        return { kind: "stored", next, added: entries.length };
      }),
    erase: (tenant, writer, erasure) =>
      inTurn(`${tenant} ${erasure.tree}`, async () => {
        // WHY read anew: another process may have stored since this one looked.
        const tree = (await load(server, databaseOf(tenant))).trees.get(erasure.tree);
        if (tree === undefined) return { kind: "erased", events: 0 };
        if (tree.writer !== writer) return { kind: "other-writer" };
        const { count, erase } = clickhouseErasure(tree.number, erasure);
        const [[events] = [0]] = await server.ask(databaseOf(tenant), count);
        for (const statement of erase) await server.run(databaseOf(tenant), statement);
        return { kind: "erased", events: Number(events) };
      }),
    async tree(tenant, tree) {
      return (await open(tenant)).trees.get(tree);
    },
    async tenants() {
      return Promise.all(
        (await tenantNames(server)).map(async (name) => {
          const trees = [...(await open(name)).trees.values()];
          const sum = (of: (tree: Tree) => number): number =>
            trees.reduce((total, tree) => total + of(tree), 0);
          const missed = sum((tree) => tree.missed);
          return { name, logs: trees.length, entries: sum(({ next }) => next) - missed, missed };
        }),
      );
    },
    async needs() {
      const rows = await server.ask(
        "default",
        // What came with the last two versions of the tables.
        "SELECT database FROM system.columns WHERE (table, name) IN (('host_removal', 'machines'), ('host_day', 'rule_freed')) GROUP BY database HAVING count() = 2",
      );
      const whole = new Set(rows.map(([name]) => name));
      return (await tenantNames(server))
        .filter((tenant) => !whole.has(databaseOf(tenant)))
        .map(
          (tenant) =>
            `the database of ${tenant} is older than reports of machines, which are lost: run \`sallyport collector tenant ${tenant}\` as its owner`,
        );
    },
    close: () => Promise.resolve(),
  };
}

async function load(server: Clickhouse, name: string): Promise<Database> {
  const rows = await server.ask(
    name,
    "SELECT origin, number, writer, next, missed, last_hash FROM tree FINAL",
  );
  const trees = rows.map(([origin, number, writer, next, missed, lastHash]): [string, Tree] => [
    String(origin),
    {
      number: Number(number),
      writer: String(writer),
      next: Number(next),
      missed: Number(missed),
      lastHash: String(lastHash),
    },
  ]);
  return { name, trees: new Map(trees) };
}

function freeNumber(trees: ReadonlyMap<string, Tree>, { shard, shards }: Shard): number {
  const own = [...trees.values()].filter(({ number }) => number % shards === shard);
  const number = own.reduce((most, tree) => Math.max(most, tree.number + shards), shard);
  if (number < TREES_MAX) return number;
  throw new Failure("fleet-tenant", `a tenant has at most ${TREES_MAX} logs`);
}

async function writeRows(
  server: Clickhouse,
  database: string,
  number: number,
  entries: FleetBatch["entries"],
): Promise<void> {
  const lines = entries.map(({ row }) => JSON.stringify(eventCells(number, row)));
  await server.run(
    database,
    `INSERT INTO event (${CLICKHOUSE_EVENT_COLUMNS.map((column) => `\`${column}\``).join(", ")}) FORMAT JSONCompactEachRow`,
    lines.join("\n"),
  );
  const names = new Map(
    entries.flatMap(({ row: { name, subject } }) =>
      name === undefined
        ? []
        : [
            [
              name.pseudonym,
              [name.pseudonym, subject ?? "", Buffer.from(name.sealed).toString("base64")],
            ],
          ],
    ),
  );
  if (names.size > 0)
    await server.run(
      database,
      "INSERT INTO name (pseudonym, subject, sealed) FORMAT JSONCompactEachRow",
      [...names.values()].map((cells) => JSON.stringify(cells)).join("\n"),
    );
}

async function writeTree(
  server: Clickhouse,
  database: string,
  origin: string,
  { number, writer, next, missed, lastHash }: Tree,
): Promise<void> {
  const cells = [origin, number, writer, next, missed, lastHash];
  await server.run(
    database,
    "INSERT INTO tree (origin, number, writer, next, missed, last_hash) FORMAT JSONCompactEachRow",
    JSON.stringify(cells),
  );
}
