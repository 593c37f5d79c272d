// The engines that run converted SQL in tests: each holds the lines of an export in `sallyport_event`.
import pg from "pg";
import sqlite from "node-sqlite3-wasm";
import { openClickhouse } from "#surface/services/fleet/clickhouse-connection.ts";
import { installChdb, startChdb } from "../../surface/services/fleet/chdb-server.ts";
import {
  POSTGRES_MISSING,
  postgresPrograms,
  startPostgres,
} from "../../surface/services/fleet/postgres-cluster.ts";

export type Engine = {
  load(lines: readonly string[]): Promise<void>;
  /** The rows, cells in the order of the query. */
  ask(sql: string): Promise<readonly (readonly unknown[])[]>;
  close(): Promise<void>;
};

export type EngineKind = {
  readonly target: "sqlite" | "postgresql" | "clickhouse";
  /** Why it cannot run here. */
  readonly missing: () => string | undefined;
  readonly open: () => Promise<Engine>;
};

export const ENGINES: readonly EngineKind[] = [
  {
    target: "sqlite",
    missing: () => undefined,
    open: () => {
      const db = new sqlite.Database(":memory:");
      return Promise.resolve({
        load(lines) {
          db.exec("DROP TABLE IF EXISTS sallyport_event; CREATE TABLE sallyport_event (line TEXT)");
          db.exec("BEGIN");
          for (const line of lines) db.run("INSERT INTO sallyport_event VALUES (?)", [line]);
          db.exec("COMMIT");
          return Promise.resolve();
        },
        ask: (sql) => {
          const rows = db.all(sql) as readonly Readonly<Record<string, unknown>>[];
          return Promise.resolve(rows.map((row) => Object.values(row)));
        },
        close: () => Promise.resolve(db.close()),
      });
    },
  },
  {
    target: "postgresql",
    missing: () => (postgresPrograms() === undefined ? POSTGRES_MISSING : undefined),
    async open() {
      const cluster = await startPostgres();
      const client = new pg.Client({ connectionString: cluster.url("owner") });
      await client.connect();
      // WHY: compiling a query takes it a second, and running one over a few hundred events takes milliseconds.
      await client.query("SET jit = off");
      return {
        async load(lines) {
          await client.query("DROP TABLE IF EXISTS sallyport_event");
          await client.query("CREATE TABLE sallyport_event (line jsonb)");
          await client.query("INSERT INTO sallyport_event SELECT unnest($1::text[])::jsonb", [
            lines,
          ]);
        },
        async ask(text) {
          const { rows } = await client.query<unknown[]>({ text, rowMode: "array" });
          return rows;
        },
        async close() {
          await client.end();
          await cluster.stop();
        },
      };
    },
  },
  {
    target: "clickhouse",
    missing: installChdb,
    async open() {
      const chdb = await startChdb();
      const server = openClickhouse({ url: chdb.url });
      return {
        async load(lines) {
          await server.run("default", "DROP TABLE IF EXISTS sallyport_event");
          await server.run(
            "default",
            "CREATE TABLE sallyport_event (line String) ENGINE = MergeTree ORDER BY tuple()",
          );
          await server.run(
            "default",
            "INSERT INTO sallyport_event FORMAT LineAsString",
            lines.join("\n"),
          );
        },
        ask: (sql) => server.ask("default", sql),
        close: () => chdb.stop(),
      };
    },
  },
];
