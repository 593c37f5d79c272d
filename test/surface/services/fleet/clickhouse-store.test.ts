// The store of a fleet on the engine of ClickHouse: the saved questions have the answers of the index, and what is sent again is one row.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { typedValues } from "#record/fleet/named-values.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { type Clickhouse, openClickhouse } from "#surface/services/fleet/clickhouse-connection.ts";
import {
  databaseOf,
  makeDatabase,
  openClickhouseStore,
} from "#surface/services/fleet/clickhouse-store.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { searchClickhouse } from "#surface/services/fleet/store-search.ts";
import { generatedIndex, generatedSubject } from "../../../record/generated-index.ts";
import { type ChdbServer, installChdb, startChdb } from "./chdb-server.ts";
import { sallyport } from "./collector-commands.ts";
import { generatedBatches } from "./generated-batches.ts";
import { answerOfIndex, savedQuestions } from "./saved-answers.ts";
import { findsAsTheIndex } from "./finds-as-the-index.ts";

const TEAM = { seed: 11, count: 10_000, users: 3 };

describe("the store in ClickHouse", () => {
  const missing = installChdb();
  let chdb: ChdbServer;
  let server: Clickhouse;
  let store: FleetStore;
  let index: IndexFile;
  const batches = [...generatedBatches(TEAM)];
  const ask = (sql: string) => server.ask(databaseOf("first"), sql);
  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  beforeAll(async () => {
    if (missing !== undefined) return;
    chdb = await startChdb();
    server = openClickhouse({ url: chdb.url });
    for (const tenant of ["first", "second", "first"]) await makeDatabase(server, tenant);
    store = openClickhouseStore({ url: chdb.url });
    index = await openIndexFile(undefined);
    generatedIndex(index, TEAM);
    for (const batch of batches) await store.append("first", "one", batch);
  });
  afterAll(async () => {
    index?.close();
    await chdb?.stop();
  });

  it("gives the answers of the index to all twelve saved questions", async () => {
    let rows = 0;
    for (const asked of savedQuestions()) {
      const expected = answerOfIndex(index, asked);
      const { text, values } = typedValues(asked.sql, asked.values);
      expect(await server.ask(databaseOf("first"), text, values), asked.name).toEqual(expected);
      rows += expected.length;
    }
    expect(rows).toBeGreaterThan(1_500);
  });
  it("finds by a filter what the index finds, page by page", async () => {
    await findsAsTheIndex(searchClickhouse(server, databaseOf("first")), index, batches, 100);
  });
  it("stores a batch once, however often it comes", async () => {
    for (const batch of batches)
      expect(await store.append("first", "one", batch)).toMatchObject({ kind: "stored", added: 0 });
    // Another process knows how far the log is from the store.
    const other = openClickhouseStore({ url: chdb.url });
    expect(await other.tree("first", "generated/one")).toMatchObject({ next: TEAM.count });
    const [first] = batches;
    if (first === undefined) throw new Error("there are batches");
    expect(await other.append("first", "one", first)).toMatchObject({ added: 0 });
    expect(await other.append("first", "two", first)).toMatchObject({ kind: "other-writer" });
    expect(await ask("SELECT count() FROM events")).toEqual([[TEAM.count]]);
  });
  it("is whole after a crash between the events and how far the log is", async () => {
    const [one, two] = [
      ...generatedBatches({ ...TEAM, count: 200 }, { tree: "t/crash", size: 100 }),
    ];
    if (one === undefined || two === undefined) throw new Error("there are batches");
    await store.append("first", "one", one);
    await store.append("first", "one", two);
    // How far it is, is taken back to before the second batch, as if that had never been written.
    await server.run(
      databaseOf("first"),
      "ALTER TABLE tree DELETE WHERE origin = 't/crash' AND next = 200 SETTINGS mutations_sync = 2",
    );
    const after = openClickhouseStore({ url: chdb.url });
    expect(await after.tree("first", "t/crash")).toMatchObject({ next: 100 });
    expect(await after.append("first", "one", two)).toEqual({
      kind: "stored",
      next: 200,
      added: 100,
    });
    expect(
      await ask(
        "SELECT count(), count(DISTINCT event_index) FROM events WHERE event_index >= pow(2, 36)",
      ),
    ).toEqual([[200, 200]]);
    expect((await ask("SELECT sum(events) FROM hours"))[0]).toEqual([TEAM.count + 200]);
  });
  it("has a database for each tenant, with nothing of another", async () => {
    const [batch] = [...generatedBatches({ seed: 5, count: 50, users: 2 })];
    if (batch === undefined) throw new Error("there is a batch");
    await store.append("second", "one", batch);
    expect(await server.ask(databaseOf("second"), "SELECT count() FROM events")).toEqual([[50]]);
    expect(await store.tenants()).toEqual([
      { name: "first", logs: 2, entries: TEAM.count + 200, missed: 0 },
      { name: "second", logs: 1, entries: 50, missed: 0 },
    ]);
    await expect(store.append("third", "one", batch)).rejects.toThrow(
      "refused a statement (code 81)",
    );
  });
  it("takes a person out of the events of one log", async () => {
    const told = (tenant: string) =>
      server.ask(
        databaseOf(tenant),
        "SELECT countIf(subject != '' OR words != '' OR user != ''), (SELECT count() FROM name FINAL), (SELECT sum(events) FROM hours) FROM event FINAL",
      );
    const [first, [second = []]] = [await told("first"), await told("second")];
    const erasure = { tree: "generated/one", subjects: [generatedSubject.id] };
    expect(await store.erase("second", "two", erasure)).toEqual({ kind: "other-writer" });
    const erased = await store.erase("second", "one", erasure);
    expect(erased.kind === "erased" && erased.events).toBe(second[0]);
    expect(second[0]).toBeGreaterThan(10);
    expect(await told("second")).toEqual([[0, 0, 50]]);
    expect(await told("first")).toEqual(first);
    expect(await store.erase("second", "one", erasure)).toEqual({ kind: "erased", events: 0 });
  });
  it("is opened for a tenant by the command, which says what is left to do", async () => {
    const owner = join(chdb.data, "..", "owner.url");
    writeFileSync(owner, `${chdb.url}\n`, { mode: 0o600 });
    const opened = await sallyport("collector", "tenant", "fourth", "--owner", owner);
    expect(opened).toEqual([
      ...[0, `its database is ${databaseOf("fourth")}: GRANT SELECT ON it to who reads\n`, ""],
    ]);
    const [batch] = [...generatedBatches({ seed: 6, count: 20, users: 2 })];
    if (batch === undefined) throw new Error("there is a batch");
    expect(await store.append("fourth", "one", batch)).toMatchObject({ kind: "stored", added: 20 });
  });
  it("goes to another machine over TLS only", () => {
    expect(() => openClickhouse({ url: "http://db.example.com:8123" })).toThrow(
      "only on this machine",
    );
  });
});
