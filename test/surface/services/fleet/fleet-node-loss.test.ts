// A whole fleet while a server of NATS dies: machines hand logs in, report their days and take a new policy; nothing is lost or twice.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dayOf } from "#base/day.ts";
import { batchText } from "#record/fleet/batch-wire.ts";
import type { HostReport } from "#record/fleet/host-report.ts";
import { type Collector, serveCollector } from "#surface/services/fleet/collector-server.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { followOnce } from "#surface/services/fleet/following.ts";
import { createReporter } from "#surface/services/fleet/forwarder.ts";
import type { HostStore } from "#surface/services/fleet/host-store.ts";
import { readDays, readHosts } from "#surface/services/fleet/hosts-reading.ts";
import { openIngest } from "#surface/services/fleet/nats-ingest.ts";
import { startWorker } from "#surface/services/fleet/nats-worker.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { openPostgresHosts } from "#surface/services/fleet/postgres-host-store.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { openPublished } from "#surface/services/fleet/published-source.ts";
import { writeAssignments } from "#surface/services/fleet/publishing.ts";
import { formatPinnedKeys } from "#surface/services/policy/bundle-keys.ts";
import { makeBundle } from "#surface/services/policy/make-bundle.ts";
import { managedFolder } from "#surface/services/policy/managed-folder.ts";
import { hostDay, hostReport } from "../../../record/fleet/host-reports.ts";
import { DAY_MS, keyNamed } from "../policy/made-bundle.ts";
import { certifyIn } from "./certificates.ts";
import { generatedBatches } from "./generated-batches.ts";
import { hasNats, NATS_MISSING, type NatsCluster, startNats } from "./nats-cluster.ts";
import { readyStream, settled } from "./node-loss.ts";
import { POSTGRES_MISSING, postgresPrograms, startPostgres } from "./postgres-cluster.ts";

const MACHINES = ["m1", "m2", "m3", "m4", "m5", "m6"] as const;
const ROUNDS = 12;
const PER_ROUND = 50;
/** Rounds before which a server dies, a new policy is published, and the server is there again. */
const [KILLED, PUBLISHED, BACK] = [3, 4, 9];
const SHARDS = 2;
const MINUTE_MS = 60_000;
const missing = !hasNats
  ? NATS_MISSING
  : postgresPrograms() === undefined
    ? POSTGRES_MISSING
    : undefined;
const acme = keyNamed("acme");

function bundleOf(version: number) {
  const policy = `id: acme\nversion: "${version}"\ntitle: For a test\nextends: [team]\n`;
  const now = Date.now();
  const order = { version, issuedMs: now, expiresMs: now + 90 * DAY_MS, revoked: [] };
  const { text } = makeBundle({ text: policy, file: "acme.yaml" }, order, acme);
  const content = createHash("sha256").update(text).digest("hex");
  return { text, bundle: { version, content, stage: "enforce" as const } };
}

describe("a fleet beside a cluster of NATS that loses a server", () => {
  const root = mkdtempSync(join(tmpdir(), "fleet-nats-"));
  const certificates = new Map<string, { cert: string; key: string }>();
  const of = (name: string) => certificates.get(name) ?? { cert: "", key: "" };
  const published = join(root, "published");
  const startMs = Date.parse(`${dayOf(Date.now())}T00:00:00Z`);
  let nowMs = startMs;
  let cluster: NatsCluster;
  let owner: pg.Pool;
  let reader: pg.Pool;
  let hosts: HostStore;
  let store: FleetStore;
  let ingest: FleetStore;
  let collector: Collector;
  const said: string[] = [];
  const ends: (() => Promise<unknown>)[] = [];
  let again = 0;

  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  beforeAll(async () => {
    if (missing !== undefined) return;
    for (const name of ["ca", "server", ...MACHINES]) {
      const subject = name === "ca" || name === "server" ? `/CN=${name}` : `/O=first/CN=${name}`;
      const more = name === "server" ? "subjectAltName=IP:127.0.0.1\n" : "";
      certificates.set(name, certifyIn(root, name, subject, more));
    }
    cluster = await startNats();
    const postgres = await startPostgres();
    owner = await openPool({ url: postgres.url("owner") });
    await migrate(owner);
    await owner.query(`ALTER ROLE ${await addTenant(owner, "first")} LOGIN`);
    await owner.query("CREATE ROLE collector LOGIN IN ROLE sallyport_writer");
    reader = await openPool({ url: postgres.url("sallyport_reader_first") });
    const place = { url: postgres.url("collector") };
    const report = (line: string): void => void said.push(line);
    store = await openPostgresStore(place);
    hosts = await openPostgresHosts(place, { report, nowMs: () => nowMs, keepDays: 400 });
    await readyStream(cluster, SHARDS);
    const nats = { servers: cluster.servers };
    ingest = await openIngest(nats, store, SHARDS);
    for (let shard = 0; shard < SHARDS; shard++) {
      const worker = await startWorker(nats, shard, { store, report });
      ends.push(() => worker.close());
    }
    collector = await serveCollector({
      store: ingest,
      hosts,
      host: "127.0.0.1",
      port: 0,
      eventsPerMinute: () => 1e9,
      tls: { ...of("server"), ca: of("ca").cert },
      nowMs: () => nowMs,
      report,
    });
    ends.push(
      () => collector.close(),
      () => hosts.close(),
      () => ingest.close(),
      () => store.close(),
      () => reader.end(),
      () => owner.end(),
      () => postgres.stop(),
      () => cluster.stop(),
    );
    const { bundle, text } = first;
    await publish(bundle, text);
    for (const name of MACHINES) {
      const site = join(root, "sites", name);
      mkdirSync(site, { recursive: true, mode: 0o755 });
      writeFileSync(join(site, "policy-keys"), formatPinnedKeys([acme.verifier]));
    }
  }, 120_000);
  afterAll(async () => {
    for (const end of ends) await end();
    rmSync(root, { recursive: true, force: true });
  });

  const publish = (bundle: ReturnType<typeof bundleOf>["bundle"], text: string) =>
    writeAssignments(published, {
      signer: acme,
      fleet: "acme",
      bundles: [text],
      nowMs: Date.now(),
      assignments: MACHINES.map((machine) => ({ machine, bundle })),
    });

  function post(name: string, path: string, body: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const how = { method: "POST", ca: of("ca").cert, ...of(name), agent: false } as const;
      const sent = request(`https://127.0.0.1:${collector.port}${path}`, how, (response) =>
        response.resume().on("end", () => resolve(response.statusCode ?? 0)),
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** What one machine does in a round: it looks for its policy, hands its log in until that is taken, and reports. */
  async function live(name: string, round: number, batch: string): Promise<void> {
    const source = openPublished(published, undefined);
    const folder = managedFolder(join(root, "sites", name));
    const who = { fleet: "acme", machine: name, folder, nowMs: () => Date.now() };
    const { version } = await followOnce(source, who).finally(() => source.close());
    const known = [first, second].find(({ bundle }) => bundle.version === version);
    const own: HostReport["bundle"] = known?.bundle ?? null;
    while ((await post(name, "/v1/batches", batch)) !== 200) {
      again += 1;
      // TIME: the pace of a sender that was turned away.
      await pause(200);
    }
    const reporter = createReporter({
      url: `https://127.0.0.1:${collector.port}`,
      ca: of("ca").cert,
      ...of(name),
    });
    const counts = { calls: 100 * (round + 1), asked: round + 1, allowed: round + 1, declined: 0 };
    const days = [hostDay({ day: dayOf(nowMs), ...counts })];
    const report = hostReport({ atMs: nowMs, bundle: own, days });
    const taken = await reporter.report(JSON.stringify(report));
    reporter.close();
    expect(taken.kind).toBe("taken");
  }
  const [first, second] = [bundleOf(1), bundleOf(2)];

  it("loses no event and no day, counts none twice, and takes a new policy meanwhile", async () => {
    const logs = MACHINES.map((name, seed) => {
      const team = { seed, count: ROUNDS * PER_ROUND, users: 2 };
      const batches = generatedBatches(team, { tree: `fleet/${name}`, size: PER_ROUND });
      return { name, batches: [...batches].map((batch) => batchText(batch)) };
    });
    const withNew: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      nowMs = startMs + round * MINUTE_MS;
      if (round === KILLED) await cluster.kill(0);
      if (round === PUBLISHED) await publish(second.bundle, second.text);
      if (round === BACK) cluster.start(0);
      await Promise.all(logs.map(({ name, batches }) => live(name, round, batches[round] ?? "")));
      await hosts.flush();
      const now = await readHosts({ kind: "postgres", pool: reader });
      withNew.push(now.filter(({ report }) => report.bundle?.version === 2).length);
    }
    expect(withNew).toEqual([
      ...Array.from({ length: PUBLISHED }, () => 0),
      ...Array.from({ length: ROUNDS - PUBLISHED }, () => MACHINES.length),
    ]);
    const events = MACHINES.length * ROUNDS * PER_ROUND;
    expect(await settled(owner, events)).toEqual({ events, places: events });
    const trees = await owner.query<{ next: number }>("SELECT next FROM sallyport.tree");
    expect(trees.rows.map(({ next }) => next)).toEqual(MACHINES.map(() => ROUNDS * PER_ROUND));
    const { days } = await readDays({ kind: "postgres", pool: reader }, { cuts: [dayOf(startMs)] });
    const told = days.map(({ machine, version, day }) => `${machine} ${version} ${day.calls}`);
    expect(told.toSorted()).toEqual(
      MACHINES.flatMap((name) => [
        `${name} 1 ${100 * PUBLISHED}`,
        `${name} 2 ${100 * (ROUNDS - PUBLISHED)}`,
      ]).toSorted(),
    );
    expect(collector.reports()).toEqual({ taken: MACHINES.length * ROUNDS, bad: 0, early: 0 });
    // What the collector told of are batches that it could not hand on at once, all of which came again.
    expect(said.filter((line) => !line.includes("was not stored"))).toEqual([]);
    expect(said.length).toBeLessThanOrEqual(again);
  }, 240_000);
});
