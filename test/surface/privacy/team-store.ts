// A PostgreSQL that a made-up installation handed its log in to: filled, asked to erase, and searched by rows and by bytes.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { userPseudonym } from "#record/index/user-name.ts";
import { hashLeaf } from "#record/log/tree.ts";
import { createRowMaker } from "#record/store/index-follow.ts";
import { finderIn, listSubjects, openKeys } from "#record/store/keys.ts";
import { openLogFiles, readEntries } from "#record/store/log-reader.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Log } from "#record/store/log-writer.ts";
import { openPool } from "#surface/fleet/postgres-connection.ts";
import { addTenant, migrate } from "#surface/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/fleet/postgres-store.ts";
import { askCollector } from "#surface/privacy/requests.ts";
import { startPostgres } from "../fleet/postgres-cluster.ts";
import type { Somebody, World } from "./world.ts";

const ENTRIES_AT_ONCE = 1_000;

export type TeamStore = {
  /** What an erasure asks, as it would ask through the collector. */
  askCollector(log: Log): Promise<void>;
  /** Rows of any table that hold a stand-in of one of them, or what was sealed of them. */
  rowsOf(people: readonly Somebody[]): Promise<number>;
  /** Files of the cluster in which a name, address or session id of one of them stands. */
  filesWith(texts: readonly string[]): Promise<number>;
  stop(): Promise<void>;
};

/** Starts it and hands the log in. Stand-ins are noted while the keys are there. */
export async function startTeamStore({ directories, people }: World): Promise<TeamStore> {
  const cluster = await startPostgres();
  const owner = await openPool({ url: cluster.url("owner") });
  await migrate(owner);
  await addTenant(owner, "team");
  await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
  const store = await openPostgresStore({ url: cluster.url("collector") });
  const { log, keys } = directories;
  const { origin, size } = await (await viewLog(log, keys)).checkpoint();
  const subjects = await listSubjects(keys);
  const rowOf = createRowMaker(finderIn(subjects));
  let entries: { row: ReturnType<typeof rowOf>; hash: string }[] = [];
  let previous = "";
  const hand = async () => {
    await store.append("team", "laptop", { tree: origin, first: 0, previous, entries });
    previous = entries.at(-1)?.hash ?? "";
    entries = [];
  };
  for await (const { index, bytes } of readEntries(openLogFiles(log), size, 0, size)) {
    entries.push({ row: rowOf(index, bytes), hash: Buffer.from(hashLeaf(bytes)).toString("hex") });
    if (entries.length === ENTRIES_AT_ONCE) await hand();
  }
  await hand();
  const place = { url: "https://collector.example:8480", ca: "-", cert: "-", key: "-" };
  writeFileSync(directories.forwardingFile, JSON.stringify(place), { mode: 0o600 });
  const known = (await openKeys(keys)).people;
  const standIns = new Map(
    people.map(({ user }) => {
      const subject = known.known(user);
      if (subject === undefined) throw new Error("everybody has a key");
      return [user, { id: subject.id, pseudonym: userPseudonym(subject, user) }] as const;
    }),
  );
  return {
    async askCollector({ verifierKey }) {
      const tree = verifierKey.split("+")[0] ?? "";
      const erase = async (of: string, ids: readonly string[]) => {
        const erased = await store.erase("team", "laptop", { tree: of, subjects: [...ids] });
        return erased.kind === "other-writer" ? { kind: "refused" as const, why: "" } : erased;
      };
      await askCollector(directories, erase, { tree, nowMs: Date.now() });
    },
    async rowsOf(some) {
      const all = some.flatMap(({ user }) => standIns.get(user) ?? []);
      return rowsWith(owner, all);
    },
    async filesWith(texts) {
      await owner.query("CHECKPOINT");
      const { rows } = await owner.query<{ folder: string }>(
        "SELECT current_setting('data_directory') AS folder",
      );
      return filesBelow(rows[0]?.folder ?? "", texts);
    },
    async stop() {
      await store.close();
      await owner.end();
      await cluster.stop();
    },
  };
}

async function rowsWith(
  owner: pg.Pool,
  standIns: readonly { readonly id: string; readonly pseudonym: string }[],
): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    `SELECT (SELECT count(*) FROM sallyport.event WHERE subject = ANY ($1) OR "user" = ANY ($2))
       + (SELECT count(*) FROM sallyport.name WHERE subject = ANY ($1) OR pseudonym = ANY ($2))
       + (SELECT count(*) FROM sallyport.hourly WHERE "user" = ANY ($2)) AS n`,
    [standIns.map(({ id }) => id), standIns.map(({ pseudonym }) => pseudonym)],
  );
  return rows[0]?.n ?? -1;
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
