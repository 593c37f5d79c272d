// Stores for many machines that a made-up installation handed its log in to, PostgreSQL and ClickHouse: filled, asked to erase, searched.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { userPseudonym } from "#record/index/user-name.ts";
import { hashLeaf } from "#record/log/tree.ts";
import { createRowMaker } from "#record/store/index/index-follow.ts";
import { finderIn, listSubjects, openKeys } from "#record/store/keys.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Log } from "#record/store/writing-log.ts";
import { type Clickhouse, openClickhouse } from "#surface/services/fleet/clickhouse-connection.ts";
import {
  databaseOf,
  makeDatabase,
  openClickhouseStore,
} from "#surface/services/fleet/clickhouse-store.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { askCollector } from "#surface/services/privacy/requests.ts";
import { installChdb, startChdb } from "../fleet/chdb-server.ts";
import { postgresPrograms, startPostgres } from "../fleet/postgres-cluster.ts";
import type { Somebody, World } from "./world.ts";

const ENTRIES_AT_ONCE = 1_000;
const TENANT = "team";

type StandIn = { readonly id: string; readonly pseudonym: string };
/** A server with an empty store for one tenant. `rowsWith` counts rows that hold a stand-in; `folder` is where its files lie. */
type Server = {
  readonly name: string;
  readonly store: FleetStore;
  rowsWith(standIns: readonly StandIn[]): Promise<number>;
  folder(): Promise<string>;
  stop(): Promise<void>;
};

/** One store that was filled. */
export type TeamStore = {
  readonly name: string;
  /** Rows of any table that hold a stand-in of one of them, or what was sealed of them. */
  rowsOf(people: readonly Somebody[]): Promise<number>;
  /** Its files in which a name, address or session id of one of them stands. */
  filesWith(texts: readonly string[]): Promise<number>;
};

export type TeamStores = {
  readonly stores: readonly TeamStore[];
  /** What an erasure asks, as it would ask through the collector: here every store at once. */
  askCollector(log: Log): Promise<void>;
  stop(): Promise<void>;
};

/** Starts those that this machine has and hands the log in. Stand-ins are noted while the keys are there. */
export async function startTeamStores({ directories, people }: World): Promise<TeamStores> {
  const servers: Server[] = [];
  if (postgresPrograms() !== undefined) servers.push(await startPostgresServer());
  if (installChdb() === undefined) servers.push(await startClickhouseServer());
  for (const { store } of servers) await handIn(store, directories);
  const place = { url: "https://collector.example:8480", ca: "-", cert: "-", key: "-" };
  writeFileSync(directories.forwardingFile, JSON.stringify(place), { mode: 0o600 });
  const known = (await openKeys(directories.keys)).people;
  const standIns = new Map(
    people.map(({ user }) => {
      const subject = known.known(user);
      if (subject === undefined) throw new Error("everybody has a key");
      return [user, { id: subject.id, pseudonym: userPseudonym(subject, user) }] as const;
    }),
  );
  return {
    stores: servers.map(({ name, rowsWith, folder }) => ({
      name,
      rowsOf: (some) => rowsWith(some.flatMap(({ user }) => standIns.get(user) ?? [])),
      filesWith: async (texts) => filesBelow(await folder(), texts),
    })),
    async askCollector({ verifierKey }) {
      if (servers.length === 0) return;
      const tree = verifierKey.split("+")[0] ?? "";
      const erase = async (of: string, ids: readonly string[]) => {
        let events = 0;
        for (const { store } of servers) {
          const erased = await store.erase(TENANT, "laptop", { tree: of, subjects: [...ids] });
          if (erased.kind === "other-writer") return { kind: "refused" as const, why: "" };
          if (erased.kind === "waiting") return erased;
          events += erased.events;
        }
        return { kind: "erased" as const, events };
      };
      await askCollector(directories, erase, { tree, nowMs: Date.now() });
    },
    async stop() {
      for (const { stop } of servers) await stop();
    },
  };
}

async function handIn(store: FleetStore, { log, keys }: World["directories"]): Promise<void> {
  const { origin, size } = await (await viewLog(log, keys)).checkpoint();
  const rowOf = createRowMaker({
    subjects: finderIn(await listSubjects(keys)),
    texts: undefined,
    standIn: undefined,
  });
  let entries: { row: ReturnType<typeof rowOf>; hash: string }[] = [];
  let previous = "";
  const hand = async () => {
    await store.append(TENANT, "laptop", { tree: origin, first: 0, previous, entries });
    previous = entries.at(-1)?.hash ?? "";
    entries = [];
  };
  for await (const { index, bytes } of readEntries(openLogFiles(log), size, 0, size)) {
    entries.push({ row: rowOf(index, bytes), hash: Buffer.from(hashLeaf(bytes)).toString("hex") });
    if (entries.length === ENTRIES_AT_ONCE) await hand();
  }
  await hand();
}

async function startPostgresServer(): Promise<Server> {
  const cluster = await startPostgres();
  const owner = await openPool({ url: cluster.url("owner") });
  await migrate(owner);
  await addTenant(owner, TENANT);
  await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
  const store = await openPostgresStore({ url: cluster.url("collector") });
  return {
    name: "PostgreSQL",
    store,
    rowsWith: (standIns) => rowsInPostgres(owner, standIns),
    async folder() {
      await owner.query("CHECKPOINT");
      const { rows } = await owner.query<{ folder: string }>(
        "SELECT current_setting('data_directory') AS folder",
      );
      return rows[0]?.folder ?? "";
    },
    async stop() {
      await store.close();
      await owner.end();
      await cluster.stop();
    },
  };
}

async function startClickhouseServer(): Promise<Server> {
  const chdb = await startChdb();
  const server = openClickhouse({ url: chdb.url });
  await makeDatabase(server, TENANT);
  return {
    name: "ClickHouse",
    store: openClickhouseStore({ url: chdb.url }),
    rowsWith: (standIns) => rowsInClickhouse(server, standIns),
    folder: () => Promise.resolve(chdb.data),
    stop: () => chdb.stop(),
  };
}

async function rowsInPostgres(owner: pg.Pool, standIns: readonly StandIn[]): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    `SELECT (SELECT count(*) FROM sallyport.event WHERE subject = ANY ($1) OR "user" = ANY ($2))
       + (SELECT count(*) FROM sallyport.name WHERE subject = ANY ($1) OR pseudonym = ANY ($2))
       + (SELECT count(*) FROM sallyport.hourly WHERE "user" = ANY ($2)) AS n`,
    [standIns.map(({ id }) => id), standIns.map(({ pseudonym }) => pseudonym)],
  );
  return rows[0]?.n ?? -1;
}

async function rowsInClickhouse(server: Clickhouse, standIns: readonly StandIn[]): Promise<number> {
  const list = (texts: readonly string[]) => texts.map((text) => `'${text}'`).join(", ");
  const ids = list(standIns.map(({ id }) => id));
  const names = list(standIns.map(({ pseudonym }) => pseudonym));
  const hasName = standIns.map(({ pseudonym }) => `position(words, '${pseudonym}') > 0`);
  const [[rows] = [-1]] = await server.ask(
    databaseOf(TENANT),
    `SELECT (SELECT count() FROM event WHERE subject IN (${ids}) OR "user" IN (${names}) OR ${hasName.join(" OR ")})
       + (SELECT count() FROM name WHERE subject IN (${ids}) OR pseudonym IN (${names}))`,
  );
  return Number(rows);
}

function filesBelow(folder: string, texts: readonly string[]): number {
  let found = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || statSync(path, { throwIfNoEntry: false }) === undefined) continue;
    const bytes = readFileSync(path);
    if (texts.some((text) => bytes.includes(text))) found += 1;
  }
  return found;
}
