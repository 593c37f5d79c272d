// Machines that report to a real collector over TLS, which keeps them in a folder, and who reads them there.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseHostReport, type SeenHost } from "#record/fleet/host-report.ts";
import { directoriesIn, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { type Collector, serveCollector } from "#surface/services/fleet/collector-server.ts";
import type { FleetStore } from "#surface/services/fleet/fleet-store.ts";
import { openFolderHosts } from "#surface/services/fleet/folder-host-store.ts";
import { createHostFacts } from "#surface/services/fleet/host-facts.ts";
import { keepReported } from "#surface/services/fleet/host-reporting.ts";
import type { HostStore } from "#surface/services/fleet/host-store.ts";
import { readDays, readHosts } from "#surface/services/fleet/hosts-reading.ts";
import { writeForwarding } from "#surface/services/fleet/forwarding.ts";
import { DAY, hostDay, hostReport } from "../../../record/fleet/host-reports.ts";
import { until } from "../../../until.ts";
import { certifyIn } from "./certificates.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KEEP_DAYS = 400;
const root = mkdtempSync(join(tmpdir(), "reports-"));
const certificates = new Map<string, { cert: string; key: string }>();
const said: string[] = [];
let fleet = "";
let nowMs = 0;
let hosts: HostStore;
let collector: Collector;

const none = {} as FleetStore;
const of = (name: string) => certificates.get(name) ?? { cert: "", key: "" };
const open = async (port = 0) => {
  const report = (line: string) => said.push(line);
  hosts = await openFolderHosts(fleet, { nowMs: () => nowMs, report, keepDays: KEEP_DAYS });
  collector = await serveCollector({
    store: none,
    hosts,
    host: "127.0.0.1",
    port,
    eventsPerMinute: () => 1e9,
    tls: { ...of("server"), ca: of("ca").cert },
    nowMs: () => nowMs,
    report: (line) => said.push(line),
  });
};
const close = async () => {
  await collector.close();
  await hosts.close();
};

function post(name: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const how = { method: "POST", ca: of("ca").cert, ...of(name), agent: false } as const;
    const sent = request(`https://127.0.0.1:${collector.port}/v1/reports`, how, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
const report = (name: string, changes = {}) => post(name, JSON.stringify(hostReport(changes)));
const place = () => ({ kind: "folder", directory: fleet, tenant: "acme" }) as const;
const daysSince = async (...cuts: string[]) => (await readDays(place(), { cuts })).days;
const seen = async (machine: string): Promise<SeenHost | undefined> => {
  await hosts.flush();
  return (await readHosts(place())).find((one) => one.machine === machine);
};

beforeAll(async () => {
  for (const [name, subject] of [
    ["ca", "/CN=ca"],
    ["server", "/CN=127.0.0.1"],
    ["one", "/O=acme/CN=one"],
    ["two", "/O=acme/CN=two"],
    ["renamed", "/O=acme/CN=one-new"],
    ["other", "/O=other/CN=one"],
  ] as const) {
    const more = name === "server" ? "subjectAltName=IP:127.0.0.1\n" : "";
    certificates.set(name, certifyIn(root, name, subject, more));
  }
});
beforeEach(async () => {
  fleet = mkdtempSync(join(root, "fleet-"));
  nowMs = Date.parse(`${DAY}T10:00:00Z`);
  said.length = 0;
  await open();
  return close;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("a collector", () => {
  it("keeps the last report of each machine, and tenants apart", async () => {
    expect(await report("one")).toBe(200);
    expect(await report("one", { drift: 3 })).toBe(200);
    expect(await report("two", { atMs: nowMs - 365 * DAY_MS })).toBe(200);
    expect(await report("other")).toBe(200);
    expect(await seen("one")).toMatchObject({ seenMs: nowMs, skewMs: 0, report: { drift: 3 } });
    expect(await seen("two")).toMatchObject({ seenMs: nowMs, skewMs: -365 * DAY_MS });
    expect(await readHosts(place())).toHaveLength(2);
    const { tenant: _, ...whole } = place();
    await expect(readHosts(whole)).rejects.toMatchObject({ code: "fleet-hosts" });
    expect(await daysSince(DAY)).toHaveLength(2);
    expect(collector.reports()).toEqual({ taken: 4, bad: 0, early: 0 });
  });
  it("refuses nonsense and floods, counts them, and says so once", async () => {
    for (const wrong of ["", "{}", JSON.stringify({ ...hostReport(), who: "ada" })])
      expect(await post("one", wrong)).toBe(400);
    expect(await report("one")).toBe(200);
    expect(await report("one")).toBe(429);
    expect(await report("two")).toBe(200);
    nowMs += MINUTE_MS;
    expect(await report("one")).toBe(200);
    expect(await post("one", "x".repeat(70_000))).toBe(400);
    expect(collector.reports()).toEqual({ taken: 3, bad: 4, early: 1 });
    expect(said).toEqual([
      "acme/one: what it sent is no report",
      "acme/one: what it sent is no report",
    ]);
  });
  it("counts a day once however often it is said, and under the policy that it passed under", async () => {
    await report("one", { days: [hostDay({ calls: 40 })] });
    await report("one", { days: [hostDay({ calls: 100 }), hostDay({ calls: 90 })] });
    const bundle = { version: 8, content: "b".repeat(64), stage: "enforce" };
    nowMs += MINUTE_MS;
    await report("one", { bundle, days: [hostDay({ calls: 130, asked: 9 })] });
    await hosts.flush();
    const rows = async () =>
      (await daysSince(DAY)).map(({ version, stage, day }) => [version, stage, day.calls]);
    expect(await rows()).toEqual([
      [7, "ask", 90],
      [8, "enforce", 40],
    ]);
    await close();
    await open();
    nowMs += MINUTE_MS;
    await report("one", { bundle, days: [hostDay({ calls: 150, asked: 9 })] });
    await hosts.flush();
    expect(await rows()).toEqual([
      [7, "ask", 90],
      [8, "enforce", 60],
    ]);
  });
  it("knows a machine that comes back after ninety days, and lets the old name of a renamed one age", async () => {
    await report("one");
    const before = nowMs;
    await close();
    nowMs += 90 * DAY_MS;
    await open();
    const day = new Date(nowMs).toISOString().slice(0, 10);
    await report("renamed", { atMs: nowMs, days: [hostDay({ day })] });
    expect(await seen("one")).toMatchObject({ seenMs: before });
    expect(await seen("one-new")).toMatchObject({ seenMs: nowMs });
    await report("one", { atMs: nowMs, days: [hostDay({ day }), hostDay()] });
    expect(await seen("one")).toMatchObject({ seenMs: nowMs });
    expect((await daysSince(DAY, day)).map((one) => [one.machine, one.day.day])).toEqual([
      ["one", DAY],
      ["one-new", day],
      ["one", day],
    ]);
    nowMs += 401 * DAY_MS;
    await report("two", { atMs: nowMs, days: [] });
    expect((await readHosts(place())).map(({ machine }) => machine)).toContain("one");
    await hosts.flush();
    expect((await readHosts(place())).map(({ machine }) => machine)).toEqual(["two"]);
    expect(readdirSync(join(fleet, "hosts", "acme", "days"))).toEqual([]);
    expect(said).toEqual(["acme: 2 days of machines were removed, which are kept for 400 days"]);
  });
  it("keeps days in columns beside their lines, and believes no columns of other lines", async () => {
    await report("one", { days: [hostDay({ calls: 40 })] });
    await hosts.flush();
    const folder = join(fleet, "hosts", "acme", "days");
    expect(readdirSync(folder).toSorted()).toEqual([`${DAY}.ndjson`, `${DAY}.sums`]);
    const [lines, sums] = [join(folder, `${DAY}.ndjson`), join(folder, `${DAY}.sums`)];
    const calls = async () => (await daysSince(DAY)).map(({ day }) => day.calls);
    // Just these lines: what is said of them is believed.
    writeFileSync(sums, readFileSync(sums, "utf8").replace("[40]", "[41]"));
    expect(await calls()).toEqual([41]);
    writeFileSync(sums, readFileSync(sums, "utf8").replace("[41]", '["41"]'));
    expect(await calls()).toEqual([40]);
    const kept = readFileSync(lines, "utf8");
    writeFileSync(lines, kept + kept.replace('"one"', '"two"'));
    expect(await calls()).toEqual([40, 40]);
    rmSync(sums);
    expect(await calls()).toEqual([40, 40]);
    writeFileSync(lines, `${kept}{"machine":"three"}\n`);
    await expect(daysSince(DAY)).rejects.toMatchObject({ code: "fleet-hosts" });
  });
  it("does not begin over a file that it did not write", async () => {
    const other = mkdtempSync(join(root, "fleet-"));
    mkdirSync(join(other, "hosts", "acme"), { recursive: true });
    writeFileSync(join(other, "hosts", "acme", "hosts.ndjson"), '{"machine":"one"}\n');
    await expect(
      openFolderHosts(other, {
        nowMs: () => nowMs,
        report: () => undefined,
        keepDays: KEEP_DAYS,
      }),
    ).rejects.toMatchObject({ code: "fleet-hosts" });
  });
  it("keeps no reports where its settings name no place", async () => {
    await collector.close();
    collector = await serveCollector({
      store: none,
      host: "127.0.0.1",
      port: 0,
      eventsPerMinute: () => 1e9,
      tls: { ...of("server"), ca: of("ca").cert },
      nowMs: () => nowMs,
      report: (line) => said.push(line),
    });
    expect(await report("one")).toBe(404);
  });
});

describe("a machine that joined", () => {
  it("reports what it is, again after an outage, and tells of it once", async () => {
    const directories = prepareDirectories(join(root, "data"));
    const days = async () => [hostDay()];
    const moved = join(root, "moved");
    const site = join(root, "site", "policy.yaml");
    const gather = createHostFacts({
      directories,
      home: root,
      managed: { file: site, owner: 0 },
      days,
      nowMs: () => nowMs,
      monotonicMs: () => performance.now(),
      observes: () => false,
      clients: { note: () => undefined, version: (config) => (config === moved ? "2.1.9" : "") },
      config: moved,
    });
    const own = await gather();
    expect(own.client).toBe("2.1.9");
    expect(parseHostReport(JSON.stringify(own))).toEqual(own);
    expect(own).toMatchObject({ bundle: null, trouble: "", canary: "unknown", drift: 0 });
    const { port } = collector;
    const url = `https://127.0.0.1:${port}`;
    writeForwarding(directoriesIn(join(root, "data")).forwardingFile, {
      url,
      ca: of("ca").cert,
      ...of("one"),
    });
    const told: string[] = [];
    const end = keepReported(directories, gather, {
      say: (line) => told.push(line),
      startMs: 1,
      everyMs: 50,
    });
    await until("it reported", async () => (await seen("one")) !== undefined);
    await close();
    await until("the outage is told", () => told.length > 0);
    nowMs += 2 * MINUTE_MS;
    await open(port);
    await until("it reports again", () => collector.reports().taken > 0);
    await until("that is told", () => told.length > 1);
    await end();
    expect(told).toEqual([
      expect.stringContaining("does not report: the collector is not reached"),
      "this machine reports again",
    ]);
    expect(existsSync(directories.forwardingFile)).toBe(true);
  });
  it("reports soon after its policy changed, and not more often than a collector takes", async () => {
    const directories = prepareDirectories(join(root, "changing"));
    const url = `https://127.0.0.1:${collector.port}`;
    writeForwarding(directories.forwardingFile, { url, ca: of("ca").cert, ...of("one") });
    let sign = "first";
    let version = 7;
    const gather = async () =>
      hostReport({ bundle: { version, content: "a".repeat(64), stage: "ask" } });
    const end = keepReported(directories, gather, {
      say: () => undefined,
      startMs: 1,
      everyMs: 3_600_000,
      watchMs: 10,
      sign: () => sign,
    });
    await until("it reported", async () => (await seen("one"))?.report.bundle?.version === 7);
    [sign, version] = ["second", 8];
    await until("it reports", async () => (await seen("one"))?.report.bundle?.version === 8);
    expect(collector.reports()).toEqual({ taken: 2, bad: 0, early: 0 });
    await end();
  });
});
