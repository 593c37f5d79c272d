// A server of three is killed while logs come in: nothing that was acknowledged is lost, nothing is stored twice.
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { openIngest } from "#surface/services/fleet/nats-ingest.ts";
import { connectNats } from "#surface/services/fleet/nats-connection.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { hasNats, NATS_MISSING, type NatsCluster, startNats } from "./nats-cluster.ts";
import { generatedSubject } from "../../../record/generated-index.ts";
import { generatedBatches } from "./generated-batches.ts";
import { loseNodes } from "./node-loss.ts";
import {
  POSTGRES_MISSING,
  type PostgresCluster,
  postgresPrograms,
  startPostgres,
} from "./postgres-cluster.ts";

const missing = !hasNats
  ? NATS_MISSING
  : postgresPrograms() === undefined
    ? POSTGRES_MISSING
    : undefined;

describe("a cluster of NATS", () => {
  let cluster: NatsCluster;
  let postgres: PostgresCluster;
  let owner: pg.Pool;
  let store: FleetStore;
  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  beforeAll(async () => {
    if (missing !== undefined) return;
    cluster = await startNats();
    postgres = await startPostgres();
    owner = await openPool({ url: postgres.url("owner") });
    await migrate(owner);
    await addTenant(owner, "first");
    await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
    store = await openPostgresStore({ url: postgres.url("collector") });
  });
  afterAll(async () => {
    await store?.close();
    await owner?.end();
    await postgres?.stop();
    await cluster?.stop();
  });
  it("loses nothing that was acknowledged and stores nothing twice when a server is killed", async () => {
    const plan = { logs: 4, count: 1_500, size: 100, kills: 1 };
    const { seconds, again, ...loss } = await loseNodes(cluster, { store, owner }, plan);
    expect(loss).toEqual({ events: 6_000, acknowledged: 6_000, missing: 0, twice: 0, kills: 1 });
    expect(seconds).toBeGreaterThan(0);
    expect(again).toBeGreaterThanOrEqual(0);
  }, 180_000);
  it("refuses at once what is no continuation, whether it waits or is stored", async () => {
    const ingest = await openIngest({ servers: cluster.servers }, store, 2);
    const team = { seed: 0, count: 1_500, users: 2 };
    const [one] = [...generatedBatches(team, { tree: "loss/0", size: 100 })];
    const [fresh, second] = [...generatedBatches(team, { tree: "loss/fresh", size: 100 })];
    if (one === undefined || fresh === undefined || second === undefined)
      throw new Error("there are batches");
    const answers = [
      await ingest.append("first", "machine-0", one),
      await ingest.append("first", "machine-1", one),
      await ingest.append("first", "x", second),
      await ingest.append("first", "x", fresh),
      await ingest.append("first", "x", { ...second, previous: "0".repeat(64) }),
      await ingest.append("first", "y", second),
      await ingest.append("first", "x", fresh),
    ];
    const subjects = [generatedSubject.id];
    const erased = [
      await ingest.erase("first", "x", { tree: "loss/fresh", subjects }),
      await ingest.erase("first", "machine-1", { tree: "loss/0", subjects }),
      await ingest.erase("first", "machine-0", { tree: "loss/0", subjects }),
    ];
    await ingest.close();
    // What waits in the stream is stored first, and erased then.
    expect(erased.map(({ kind }) => kind)).toEqual(["waiting", "other-writer", "erased"]);
    expect(answers).toEqual([
      { kind: "stored", next: 1_500, added: 0 },
      { kind: "other-writer", next: 1_500 },
      { kind: "gap", next: 0 },
      { kind: "stored", next: 100, added: 100 },
      { kind: "fork", next: 100 },
      { kind: "other-writer", next: 100 },
      { kind: "stored", next: 100, added: 0 },
    ]);
  });
  it("on another machine is spoken to over TLS only", async () => {
    await expect(connectNats({ servers: ["nats://nats.example.com:4222"] })).rejects.toThrow(
      "over TLS",
    );
  });
});
