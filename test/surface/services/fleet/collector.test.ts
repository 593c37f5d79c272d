// The collector over real sockets and a real PostgreSQL: a log goes in once and whole, tenants by their certificates, quotas, outages.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "node:https";
import { runCommand } from "citty";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatBatch, formatEntry, parseBatch } from "#record/fleet/batch-wire.ts";
import { sessionEvent } from "#record/event/session-events.ts";
import { finderIn, listSubjects, openKeys } from "#record/store/keys.ts";
import type { FollowedLog } from "#record/store/index/index-follow.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { streamCommand, workCommand } from "#surface/cli/commands/fleet/collector.ts";
import { type Collector, serveCollector } from "#surface/services/fleet/collector-server.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { createForwarder, type Forwarder } from "#surface/services/fleet/forwarder.ts";
import { readForwardedMark } from "#surface/services/fleet/forwarded.ts";
import { awaitedByCollector, keepForwarded } from "#surface/services/fleet/forwarding.ts";
import { openPool } from "#surface/services/fleet/postgres-connection.ts";
import { addTenant, migrate } from "#surface/services/fleet/postgres-setup.ts";
import { openPostgresStore } from "#surface/services/fleet/postgres-store.ts";
import { settleWithCollector } from "#surface/services/privacy/collector-erasure.ts";
import { putRequests, readRequests } from "#surface/services/privacy/requests.ts";
import { appendMany, systemClock, withLog } from "../../../record/store/temporary-log.ts";
import { certifyIn } from "./certificates.ts";
import { sallyport, serving } from "./collector-commands.ts";
import { freePort } from "./free-port.ts";
import { generatedBatches } from "./generated-batches.ts";
import { hasNats, NATS_MISSING } from "./nats-cluster.ts";
import {
  POSTGRES_MISSING,
  type PostgresCluster,
  postgresPrograms,
  startPostgres,
} from "./postgres-cluster.ts";
import { until } from "../../../until.ts";

const root = mkdtempSync(join(tmpdir(), "sallyport-collector-"));
const reports: string[] = [];
const forwarders: Forwarder[] = [];
let cluster: PostgresCluster;
let owner: pg.Pool;
let store: FleetStore;
let collector: Collector;
let nowMs = 1_000_000;

const certify = (name: string, subject: string, more = "") => certifyIn(root, name, subject, more);

const certificates = new Map<string, { cert: string; key: string }>();
const certificateOf = (name: string): { cert: string; key: string } => {
  const found = certificates.get(name);
  if (found === undefined) throw new Error(`no certificate ${name}`);
  return found;
};
const ca = (): string => certificateOf("ca").cert;

function forwarderOf(name: string): Forwarder {
  const url = `https://127.0.0.1:${collector.port}`;
  const forwarder = createForwarder({ url, ca: ca(), ...certificateOf(name) });
  forwarders.push(forwarder);
  return forwarder;
}

async function serve(port = 0): Promise<Collector> {
  return serveCollector({
    store,
    host: "127.0.0.1",
    port,
    tls: { ...certificateOf("server"), ca: ca() },
    eventsPerMinute: (tenant) => (tenant === "small" ? 600 : 1e9),
    nowMs: () => nowMs,
    report: (line) => reports.push(line),
  });
}

async function followed({ log, keys }: LogOptions): Promise<FollowedLog> {
  const view = await viewLog(log, keys);
  const { size, origin } = await view.checkpoint();
  const files = openLogFiles(log);
  const opening = {
    subjects: finderIn(await listSubjects(keys)),
    texts: undefined,
    standIn: undefined,
  };
  return { files, opening, origin, size, first: 0 };
}

function logOptions(name: string): LogOptions {
  const at = (part: string): string => join(root, name, part);
  return { log: at("log"), keys: at("keys"), clock: systemClock, productVersion: "0.1.0" };
}

async function grow(options: LogOptions, count: number): Promise<FollowedLog> {
  await withLog(options, async (log) => {
    await appendMany(log, count);
  });
  return followed(options);
}

const countOf = async (tenant: string): Promise<unknown> =>
  (
    await owner.query(
      "SELECT count(*) AS events, count(DISTINCT place) AS places, coalesce(max(place), -1) AS last FROM sallyport.event JOIN sallyport.tenant ON tenant.number = tenant WHERE name = $1",
      [tenant],
    )
  ).rows[0];

function post(
  name: string,
  body: string,
  path = "/v1/batches",
): Promise<{ status: number; text: string; wait: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `https://127.0.0.1:${collector.port}${path}`,
      { method: "POST", ca: ca(), ...certificateOf(name), agent: false },
      (response) => {
        let text = "";
        response.on("data", (part: Buffer) => (text += part.toString("utf8")));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            text,
            wait: response.headers["retry-after"],
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("a collector", () => {
  beforeEach((ctx) => {
    if (postgresPrograms() === undefined) ctx.skip(POSTGRES_MISSING);
  });
  beforeAll(async () => {
    if (postgresPrograms() === undefined) return;
    certificates.set("ca", certify("ca", "/CN=authority"));
    certificates.set("stranger", certify("stranger", "/O=acme/CN=laptop-1"));
    certificates.set("server", certify("server", "/CN=collector", "subjectAltName=IP:127.0.0.1\n"));
    for (const [name, subject] of [
      ["one", "/O=acme/CN=laptop-1"],
      ["two", "/O=acme/CN=laptop-2"],
      ["other", "/O=umbrella/CN=laptop-1"],
      ["small", "/O=small/CN=laptop-1"],
      ["unknown", "/O=nobody/CN=laptop-1"],
      ["nameless", "/CN=laptop-1"],
    ] as const)
      certificates.set(name, certify(name, subject));
    cluster = await startPostgres(certificateOf("server"));
    owner = await openPool({ url: cluster.url("owner") });
    await migrate(owner);
    for (const tenant of ["acme", "umbrella", "small"]) await addTenant(owner, tenant);
    await owner.query("CREATE ROLE collector LOGIN PASSWORD 'of-a-test' IN ROLE sallyport_writer");
    store = await openPostgresStore({
      url: cluster.url("collector", { tls: true, password: "of-a-test" }),
      ca: ca(),
    });
    collector = await serve();
  });
  afterAll(async () => {
    for (const forwarder of forwarders) forwarder.close();
    await collector?.close();
    await store?.close();
    await owner?.end();
    await cluster?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it("takes a log once and whole, and goes on where it is", async () => {
    const options = logOptions("first");
    const forwarder = forwarderOf("one");
    const log = await grow(options, 2_300);
    expect(await forwarder.pass(log)).toEqual({ kind: "done", next: log.size, sent: log.size });
    expect(await forwarder.pass(log)).toEqual({ kind: "done", next: log.size, sent: 0 });
    const more = await grow(options, 40);
    // Another process of the same machine knows nothing, and the collector knows where it is.
    expect(await forwarderOf("one").pass(more)).toEqual({
      kind: "done",
      next: more.size,
      sent: more.size - log.size,
    });
    expect(await countOf("acme")).toEqual({
      events: more.size,
      places: more.size,
      last: more.size - 1,
    });
  });
  it("refuses a log that was copied to another machine, and one that was put back", async () => {
    const log = await followed(logOptions("first"));
    expect(await forwarderOf("two").pass({ ...log, size: log.size })).toMatchObject({
      kind: "done",
      sent: 0,
    });
    const longer = await grow(logOptions("first"), 3);
    expect(await forwarderOf("two").pass(longer)).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("another machine"),
    });
    expect(await forwarderOf("one").pass({ ...longer, size: 100 })).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("more entries"),
    });
    expect(reports.at(-1)).toContain("(other-writer)");
  });
  it("knows tenants by their certificates alone", async () => {
    const log = await followed(logOptions("first"));
    const before = await countOf("acme");
    expect(await forwarderOf("other").pass(log)).toEqual({
      kind: "done",
      next: log.size,
      sent: log.size,
    });
    expect(await countOf("acme")).toEqual(before);
    expect(await countOf("umbrella")).toMatchObject({ events: log.size });
    await expect(forwarderOf("stranger").pass(log)).rejects.toThrow("is not reached");
    expect(await forwarderOf("nameless").pass(log)).toMatchObject({
      kind: "refused",
      why: "the collector answered 403",
    });
    expect(await forwarderOf("unknown").pass(log)).toMatchObject({
      kind: "refused",
      why: "the collector answered 403",
    });
  });
  it("answers 429 with a time beyond a tenant's quota, and takes the rest after it", async () => {
    const log = await grow(logOptions("quota"), 2_500);
    const forwarder = forwarderOf("small");
    expect(await forwarder.pass(log)).toEqual({ kind: "wait", next: 2_000, seconds: 140 });
    nowMs += 139_000;
    expect(await forwarder.pass(log)).toMatchObject({ kind: "wait" });
    nowMs += 2_000;
    expect(await forwarder.pass(log)).toEqual({
      kind: "done",
      next: log.size,
      sent: log.size - 2_000,
    });
  });
  it("loses nothing while the collector or its store is away", async () => {
    const options = logOptions("outage");
    const log = await grow(options, 500);
    const forwarder = forwarderOf("one");
    const { port } = collector;
    await collector.close();
    await expect(forwarder.pass(log)).rejects.toThrow(
      "the collector is not reached (ECONNREFUSED)",
    );
    collector = await serve(port);
    // The answer is lost after the batch was stored: it is sent again and stored once.
    const real = store;
    let lost = 0;
    store = {
      ...real,
      append: async (...args) => {
        const appended = await real.append(...args);
        lost += 1;
        if (lost === 1) throw new Error("the connection broke");
        return appended;
      },
    };
    await collector.close();
    collector = await serve(port);
    expect(await forwarder.pass(log)).toEqual({ kind: "wait", next: 0, seconds: 5 });
    expect(await forwarder.pass(log)).toEqual({ kind: "done", next: log.size, sent: 0 });
    expect(lost).toBe(1);
    store = real;
    const { rows } = await owner.query(
      "SELECT count(*) AS events FROM sallyport.event WHERE place / (2 ^ 36)::bigint = (SELECT number FROM sallyport.tree WHERE origin = $1 AND tenant = 1) AND tenant = 1",
      [log.origin],
    );
    expect(rows).toEqual([{ events: log.size }]);
  });
  it("takes people out of the log of the machine that asks, and of no other", async () => {
    const options = logOptions("erased");
    await withLog(options, async (log) => {
      for (const user of ["ada", "bob"]) {
        const facts = { sessionId: user, user, cwd: "/", mode: "default" } as never;
        const session = { facts, userSource: "os" } as const;
        await log.append(sessionEvent(log.stamp("hook"), { session, source: "startup" }), {
          durable: true,
        });
      }
    });
    const log = await followed(options);
    const forwarder = forwarderOf("one");
    expect(await forwarder.pass(log)).toMatchObject({ kind: "done", sent: log.size });
    const names = async () =>
      (
        await owner.query(
          `SELECT count(*) AS n FROM sallyport.event WHERE "user" <> '' AND place / (2 ^ 36)::bigint = (SELECT number FROM sallyport.tree WHERE origin = $1 AND tenant = 1)`,
          [log.origin],
        )
      ).rows[0].n;
    expect(await names()).toBe(2);
    const { people } = await openKeys(options.keys);
    const ada = people.known("ada")?.id ?? "";
    expect(await forwarderOf("two").erase(log.origin, [ada])).toEqual({
      kind: "refused",
      why: "the collector answered 409",
    });
    expect(await forwarderOf("other").erase(log.origin, [ada])).toMatchObject({ events: 0 });
    expect(await names()).toBe(2);
    // What the machine still has to ask is asked by its daemon, put on record, and not asked again.
    const directories = directoriesIn(join(root, "erased"));
    putRequests(directories, [
      {
        erasure: "e1",
        target: "collector",
        to: "collector",
        destination: "x",
        fields: "",
        entries: 1,
        ranges: "0",
        firstMs: 0,
        lastMs: 0,
        isCertain: false,
        subjects: [ada],
        askedMs: 0,
        state: "outstanding",
        settledMs: null,
        note: "",
      },
    ]);
    await withLog(options, async (own) => {
      const settle = settleWithCollector(directories, own, systemClock);
      // A store from before there were erasures: the request says what its owner has to run.
      const rename = (from: string, to: string) =>
        owner.query(`ALTER FUNCTION sallyport.${from} RENAME TO ${to}`);
      await rename("erase_subjects", "erase_later");
      expect(await settle(forwarder, log.origin)).toBe(false);
      expect(readRequests(directories)[0]?.note).toContain("`sallyport collector setup`");
      expect(await store.needs()).toEqual([expect.stringContaining("`sallyport collector setup`")]);
      await rename("erase_later", "erase_subjects");
      expect(await store.needs()).toEqual([]);
      expect(await settle(forwarder, log.origin)).toBe(true);
      expect(await settle(forwarder, log.origin)).toBe(true);
    });
    expect(await names()).toBe(1);
    expect(readRequests(directories)).toMatchObject([
      { state: "done", note: "1 entries of its store" },
    ]);
    expect((await followed(options)).size).toBe(log.size + 1);
    for (const bad of ["{", '{"tree":"x","subjects":["ada"]}', '{"tree":"x","subjects":[]}'])
      expect((await post("one", bad, "/v1/erasures")).status).toBe(400);
  });
  it("refuses what is no batch, says why, and stores none of it", async () => {
    const [batch] = [...generatedBatches({ seed: 1, count: 3, users: 1 }, { tree: "t/bad" })];
    if (batch === undefined) throw new Error("there is a batch");
    const texts = batch.entries.map(formatEntry);
    const good = formatBatch(batch, texts);
    expect(parseBatch(good)).toEqual(batch);
    const before = await countOf("acme");
    for (const bad of [
      "",
      "{",
      "[]",
      good.replace('"first":0', '"first":-1'),
      good.replace('"first":0', '"first":0,"tenant":"umbrella"'),
      formatBatch(batch, [texts[1] ?? "", texts[0] ?? ""]),
      good.replace('"canary":false', '"canary":"x"'),
      good.replace('"kind":"session"', '"kind":"a\\u0000b"'),
      good.replace('"marks":[]', '"marks":[{"field":"effect","value":"x","count":0}]'),
    ]) {
      expect(bad === good).toBe(false);
      expect((await post("one", bad)).status, bad.slice(0, 60)).toBe(400);
    }
    expect(
      (await post("one", `"${"a".repeat(9 * 1024 * 1024)}"`).catch(() => ({ status: 413 }))).status,
    ).toBe(413);
    expect((await post("one", good, "/v1/other")).status).toBe(404);
    expect(await countOf("acme")).toEqual(before);
  });
  it("is set up, joined and asked by commands, and fed by the daemon's side", async () => {
    const data = join(root, "machine");
    const { log, keys } = { log: join(data, "log"), keys: join(data, "keys") };
    const first = await grow({ ...logOptions("x"), log, keys }, 30);
    const file = (name: string, text: string): string => {
      writeFileSync(join(root, name), text, { mode: 0o600 });
      return join(root, name);
    };
    const owned = file("owner.url", cluster.url("owner"));
    expect(await sallyport("collector", "setup", "--owner", owned)).toEqual([
      0,
      "the schema is the newest\n",
      "",
    ]);
    const tenant = ["collector", "tenant", "daily", "--owner", owned];
    expect((await sallyport(...tenant))[1]).toContain("ALTER ROLE sallyport_reader_daily");
    expect(JSON.parse((await sallyport(...tenant, "--json"))[1])).toEqual({
      outcome: "open",
      tenant: "daily",
      role: "sallyport_reader_daily",
    });
    expect((await sallyport("collector", "tenant", "Bad-Name", "--owner", owned))[2]).toContain(
      "lower case letters",
    );
    certificates.set("daily", certify("daily", "/O=daily/CN=desk"));
    const url = `https://127.0.0.1:${collector.port}`;
    const shown = [
      "--ca",
      join(root, "ca.pem"),
      "--cert",
      join(root, "daily.pem"),
      "--key",
      join(root, "daily.key"),
    ];
    expect(await sallyport("collector", "join", url, ...shown, "--data", data)).toEqual([
      ...[0, `the log goes to ${url} from entry 0 of ${first.size} on\n`, ""],
    ]);
    const said: string[] = [];
    const end = keepForwarded(directoriesIn(data), (line) => said.push(line), {
      startMs: 1,
      intervalMs: 20,
      askMs: 0,
    });
    const arrived = (size: number): Promise<void> =>
      until(
        `all ${size} entries arrived`,
        async () => (await store.tree("daily", first.origin))?.next === size,
      );
    await arrived(first.size);
    const more = await grow({ ...logOptions("x"), log, keys }, 20);
    await arrived(more.size);
    const { port } = collector;
    await collector.close();
    await until("the loss of the collector is told", () => said.length > 0);
    collector = await serve(port);
    const last = await grow({ ...logOptions("x"), log, keys }, 5);
    await arrived(last.size);
    await expect
      .poll(() => readForwardedMark(directoriesIn(data).forwardedFile))
      .toMatchObject({
        url,
        tree: last.origin,
        next: last.size,
        trouble: "",
      });
    expect(await awaitedByCollector(directoriesIn(data))).toEqual([
      { target: "collector", next: last.size },
    ]);
    await end();
    expect(said).toEqual([
      expect.stringContaining("not handed in: the collector is not reached"),
      "the log is handed in again",
    ]);
    const settings = {
      tls: { cert: "server.pem", key: "server.key", clientCa: "ca.pem" },
      postgres: {
        url: cluster.url("collector", { tls: true, password: "of-a-test" }),
        ca: "ca.pem",
      },
    };
    const config = file("collector.json", JSON.stringify(settings));
    const [code, answer] = await sallyport("collector", "status", "--config", config, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(answer).tenants).toContainEqual({
      name: "daily",
      logs: 1,
      entries: last.size,
      missed: 0,
    });
    await owner.query("ALTER ROLE sallyport_reader_daily LOGIN PASSWORD 'of-a-reader'");
    const reader = file(
      "reader.url",
      cluster.url("sallyport_reader_daily", { tls: true, password: "of-a-reader" }),
    );
    const asked = ["--reader", reader, "--ca", join(root, "ca.pem"), "--json"];
    const [found, lines] = await sallyport(
      ...["collector", "search", "kind:daemon index>=3", "--limit", "2", ...asked],
    );
    expect(found).toBe(0);
    expect(
      lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { event_index: last.size - 1, kind: "daemon" },
      { event_index: last.size - 2, kind: "daemon" },
    ]);
    const wrong = file("wrong.json", JSON.stringify({ ...settings, listen: { port: "x" } }));
    expect((await sallyport("collector", "status", "--config", wrong))[2]).toContain("listen.port");
    const left = await sallyport("collector", "leave", "--data", data, "--json");
    expect(left).toEqual([0, `{"outcome":"left"}\n`, ""]);
  });
  it("runs as commands with a stream in between: made, served, worked off, ended when asked", async (ctx) => {
    if (!hasNats) return ctx.skip(NATS_MISSING);
    const port = await freePort();
    const stored = join(root, "nats");
    const words = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", stored];
    const nats = spawn("nats-server", words, { stdio: "ignore" });
    const ended = once(nats, "exit");
    try {
      const url = cluster.url("collector", { tls: true, password: "of-a-test" });
      const settings = {
        listen: { port: 0 },
        tls: { cert: "server.pem", key: "server.key", clientCa: "ca.pem" },
        postgres: { url, ca: "ca.pem" },
      };
      const stream = {
        servers: [`nats://127.0.0.1:${port}`],
        shards: 1,
        replicas: 1,
        bytesMax: 1e8,
      };
      const config = join(root, "stream.json");
      writeFileSync(config, JSON.stringify({ ...settings, nats: stream }), { mode: 0o600 });
      const direct = join(root, "direct.json");
      writeFileSync(direct, JSON.stringify(settings), { mode: 0o600 });
      await expect(runCommand(streamCommand, { rawArgs: ["--config", direct] })).rejects.toThrow(
        "names no `nats`",
      );
      await expect(
        runCommand(workCommand, { rawArgs: ["--config", config, "--shard", "1"] }),
      ).rejects.toThrow("`--shard` is a number from 0 to 0");
      expect(await sallyport("collector", "stream", "--config", config)).toEqual([
        ...[0, "the stream is there, 1 times, for 1 shards\n", ""],
      ]);
      const [serve, work] = await Promise.all([
        serving("collector", "serve", "--config", config),
        serving("collector", "work", "--config", config, "--shard", "0"),
      ]);
      expect(work.line).toBe("stores shard 0 of 1");
      const address = /https:\/\/127\.0\.0\.1:\d+/.exec(serve.line)?.[0] ?? "";
      const forwarder = createForwarder({ url: address, ca: ca(), ...certificateOf("two") });
      forwarders.push(forwarder);
      const log = await grow(logOptions("streamed"), 900);
      expect(await forwarder.pass(log)).toMatchObject({ kind: "done", next: log.size });
      await expect
        .poll(async () => (await store.tree("acme", log.origin))?.next, { timeout: 20_000 })
        .toBe(log.size);
      const { rows } = await owner.query(
        "SELECT count(*) AS events, count(DISTINCT place) AS places FROM sallyport.event WHERE place / (2 ^ 36)::bigint = (SELECT number FROM sallyport.tree WHERE origin = $1)",
        [log.origin],
      );
      expect(rows).toEqual([{ events: log.size, places: log.size }]);
      expect(await Promise.all([serve.end(), work.end()])).toEqual([0, 0]);
    } finally {
      nats.kill("SIGKILL");
      await ended;
    }
  });
  it("speaks to PostgreSQL on another port only with a certificate that it can check", async () => {
    const url = cluster.url("collector", { tls: true, password: "of-a-test" });
    const wrong = await openPool({ url, ca: certificateOf("stranger").cert });
    await expect(wrong.query("SELECT 1")).rejects.toThrow(/certificate/);
    await wrong.end();
    await expect(openPool({ url: `${url}?sslmode=disable` })).rejects.toThrow("takes no `sslmode`");
    const { rows } = await (await poolOf(url)).query(
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    expect(rows).toEqual([{ ssl: true }]);
  });
});

const poolOf = async (url: string): Promise<pg.Pool> => {
  const pool = await openPool({ url, ca: ca() });
  forwarders.push({
    pass: () => Promise.reject(new Error("no forwarder")),
    erase: () => Promise.reject(new Error("no forwarder")),
    close: () => void pool.end(),
  });
  return pool;
};
