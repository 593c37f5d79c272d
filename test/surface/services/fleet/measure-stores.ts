// `npm run stores [-- COUNT --write]`: the same made-up events in SQLite, PostgreSQL and ClickHouse's engine: equal answers, seconds, bytes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numberedValues, typedValues } from "#record/fleet/named-values.ts";
import type { FleetBatch } from "#record/fleet/fleet-row.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { openClickhouse } from "#surface/services/fleet/clickhouse-connection.ts";
import {
  databaseOf,
  makeDatabase,
  openClickhouseStore,
} from "#surface/services/fleet/clickhouse-store.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { describeMachine } from "../../../bench/page.ts";
import { installChdb, startChdb } from "./chdb-server.ts";
import { generatedBatches } from "./generated-batches.ts";
import { startPostgres } from "./postgres-cluster.ts";
import { type Asked, answerOfIndex, type Row, savedQuestions } from "./saved-answers.ts";
import { scriptArguments } from "../../../../scripts/script-arguments.ts";

type Measured = { fillS: number; bytes: number; readonly answersMs: Map<string, number> };

const { values, positionals } = scriptArguments(import.meta.url, {
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const count = Number(positionals[0] ?? 1_000_000);
const team = { seed: 7, count, users: Math.max(3, Math.round(count / 2_500)) };
const questions = savedQuestions().filter(({ name }) => name.endsWith("ever"));
const machine = describeMachine();
const root = mkdtempSync(join(tmpdir(), "sallyport-stores-"));
const sizeOf = (path: string): number =>
  Number(execFileSync("du", ["-sb", path], { encoding: "utf8" }).split("\t")[0]);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const expected = new Map<string, readonly Row[]>();
const results = new Map<string, Measured>();
try {
  results.set("SQLite (index of one machine)", await measureIndex());
  results.set("PostgreSQL", await measurePostgres());
  results.set("ClickHouse (chdb)", await measureClickhouse());
  const page = pageText();
  say(page);
  const file = new URL("../../../../docs/reference/stores.md", import.meta.url);
  if (values.write) writeFileSync(file, page);
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** Seconds of filling without those of making the events, and a store that is asked afterwards. */
async function fill(append: (batch: FleetBatch) => Promise<unknown> | void): Promise<number> {
  let seconds = 0;
  for (const batch of generatedBatches(team)) {
    const start = performance.now();
    await append(batch);
    seconds += (performance.now() - start) / 1_000;
  }
  process.stderr.write(`filled in ${seconds.toFixed(1)} s\n`);
  return seconds;
}

async function measureIndex(): Promise<Measured> {
  const index: IndexFile = await openIndexFile(join(root, "index", "events.db"));
  const fillS = await fill(({ entries }) => {
    const indexed = (entries.at(-1)?.row.event.index ?? 0) + 1;
    const state = { indexed, first: 0, origin: "generated", lastHash: "" };
    index.append(
      entries.map(({ row }) => row),
      state,
    );
  });
  index.settle();
  const measured = {
    fillS,
    bytes: sizeOf(join(root, "index")),
    answersMs: new Map<string, number>(),
  };
  for (const asked of questions)
    expected.set(
      asked.name,
      await timed(measured, asked, () => Promise.resolve(answerOfIndex(index, asked))),
    );
  index.close();
  return measured;
}

async function measurePostgres(): Promise<Measured> {
  const cluster = await startPostgres();
  const owner = await openPool({ url: cluster.url("owner") });
  await migrate(owner);
  await owner.query(`ALTER ROLE ${await addTenant(owner, "first")} LOGIN`);
  await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
  const store = await openPostgresStore({ url: cluster.url("collector") });
  const reader = await openPool({ url: cluster.url("sallyport_reader_first") });
  try {
    const fillS = await fill((batch) => store.append("first", "one", batch));
    const client = await owner.connect();
    await client.query("SET statement_timeout = 0");
    await client.query("VACUUM ANALYZE");
    client.release();
    const { rows } = await owner.query<{ n: number }>(
      "SELECT sum(pg_total_relation_size(c.oid)) AS n FROM pg_class c WHERE relnamespace = 'sallyport'::regnamespace AND relkind = 'r'",
    );
    const measured = { fillS, bytes: rows[0]?.n ?? 0, answersMs: new Map<string, number>() };
    for (const asked of questions) {
      const { text, values: given } = numberedValues(asked.sql, asked.values);
      const answer = await timed(
        measured,
        asked,
        async () =>
          (await reader.query({ text, values: [...given], rowMode: "array" })).rows as Row[],
      );
      compare("PostgreSQL", asked, answer);
    }
    return measured;
  } finally {
    for (const pool of [reader, owner]) await pool.end();
    await store.close();
    await cluster.stop();
  }
}

async function measureClickhouse(): Promise<Measured> {
  const missing = installChdb();
  if (missing !== undefined) throw new Error(missing);
  const chdb = await startChdb();
  try {
    const server = openClickhouse({ url: chdb.url });
    await makeDatabase(server, "first");
    const store = openClickhouseStore({ url: chdb.url });
    const fillS = await fill((batch) => store.append("first", "one", batch));
    await server.run(databaseOf("first"), "OPTIMIZE TABLE event FINAL");
    const [[bytes] = [0]] = await server.ask(
      "default",
      `SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '${databaseOf("first")}'`,
    );
    const measured = { fillS, bytes: Number(bytes), answersMs: new Map<string, number>() };
    for (const asked of questions) {
      const { text, values: given } = typedValues(asked.sql, asked.values);
      const answer = await timed(measured, asked, () =>
        server.ask(databaseOf("first"), text, given),
      );
      compare("ClickHouse", asked, answer as readonly Row[]);
    }
    return measured;
  } finally {
    await chdb.stop();
  }
}

async function timed<Result>(
  { answersMs }: Measured,
  { name }: Asked,
  ask: () => Promise<Result>,
): Promise<Result> {
  const start = performance.now();
  const answer = await ask();
  const tookMs = performance.now() - start;
  answersMs.set(name, tookMs);
  process.stderr.write(`${name}: ${tookMs.toFixed(0)} ms\n`);
  return answer;
}

function compare(store: string, { name }: Asked, answer: readonly Row[]): void {
  const rows = expected.get(name) ?? [];
  if (JSON.stringify(rows) === JSON.stringify(answer)) return;
  throw new Error(`${store} answers ${name} otherwise: ${answer.length} rows, not ${rows.length}`);
}

function pageText(): string {
  const names = [...results.keys()];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const number = (value: number): string => Math.round(value).toLocaleString("en-US");
  const row = (title: string, of: (measured: Measured) => string): string =>
    line([title, ...[...results.values()].map(of)]);
  const answered = [...expected.values()].reduce((sum, rows) => sum + rows.length, 0);
  return `${[
    "# One set of events in three stores",
    "",
    `Written by \`npm run stores -- ${count} --write\` on ${machine}. ${number(count)} made-up events of a week of ${team.users} people, handed in in batches of 2,000 by one`,
    "connection; bytes with indexes, without the write-ahead log. PostgreSQL runs without fsync here, as in the tests.",
    "",
    `All ${questions.length} forms of the twelve saved questions have the same answer in all three, row by row: ${number(answered)} rows.`,
    "",
    line(["", ...names]),
    line(["---", ...names.map(() => "---:")]),
    row("seconds to fill, per million events", ({ fillS }) => ((fillS / count) * 1e6).toFixed(1)),
    row("events a second", ({ fillS }) => number(count / fillS)),
    row("bytes an event", ({ bytes }) => number(bytes / count)),
    row("MB per million events", ({ bytes }) => number(bytes / count)),
    ...questions.map(({ name }) =>
      row(
        `ms: ${name
          .replace(/ *ever$/, "")
          .replace(/u:[\w-]+/, "USER")
          .replace(/[\w-]{22}/, "SESSION")
          .replaceAll("|", "\\|")}`,
        ({ answersMs }) =>
          (answersMs.get(name) ?? 0).toFixed((answersMs.get(name) ?? 0) < 10 ? 1 : 0),
      ),
    ),
    "",
    "chdb is ClickHouse's engine in one process: replication and the network of a real server are not in these figures.",
  ].join("\n")}\n`;
}
