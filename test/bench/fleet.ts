// What a collector takes: the reports of ten thousand machines, each over a connection of its own with its own certificate, at the pace of real ones.
import { type ChildProcess, spawn } from "node:child_process";
import { createPublicKey, createPrivateKey, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readHosts } from "#surface/services/fleet/hosts-reading.ts";
import {
  bitString,
  contextConstructed,
  integer,
  objectIdentifier,
  sequence,
  set,
  time,
  utf8String,
} from "#surface/foundation/tls/der.ts";
import { BUILT } from "../client/built-program.ts";
import { hostDay, hostReport } from "../record/fleet/host-reports.ts";
import { certifyIn } from "../surface/services/fleet/certificates.ts";
import { atMost, type BenchOptions, percentile, type Suite } from "./figures.ts";

const MACHINES = 10_000;
const EVERY_MS = 90_000;
const SECONDS = 60;
/** Reports at once while every machine reports for the first time. */
const AT_ONCE = 16;
const DAY_MS = 86_400_000;
const TICK_MS = 10;
const ECDSA_WITH_SHA256 = sequence(objectIdentifier("1.2.840.10045.4.3.2"));

/** Every machine reports once; then all of them at their pace, first with a whole handshake each, then going on with the last session. */
export async function measureFleet({ seconds = SECONDS }: BenchOptions): Promise<Suite> {
  const method =
    `\`collector serve\` takes the reports of ${MACHINES.toLocaleString("en-US")} machines, which report every ${EVERY_MS / 1_000} s (${Math.round(MACHINES / (EVERY_MS / 1_000))} a second), over TLS 1.3 with a certificate of each machine ` +
    `and a connection for each report, into a folder. First every machine reports once; then ${seconds} s with whole handshakes, and ${seconds} s in which each goes on with its last session. Processor time and memory are the collector's.`;
  const root = mkdtempSync(join(tmpdir(), "fleet-bench-"));
  const collector = await startCollector(root);
  try {
    const machines = makeMachines(root, collector.port);
    const begunMs = performance.now();
    await reportOnce(machines);
    const firstS = (performance.now() - begunMs) / 1_000;
    const whole = await atPace(machines, collector.child, { seconds, resumes: false });
    const resumed = await atPace(machines, collector.child, { seconds, resumes: true });
    await collector.end();
    const place = { kind: "folder", directory: join(root, "fleet") } as const;
    const readMs = performance.now();
    const hosts = await readHosts(place);
    const tookMs = performance.now() - readMs;
    return {
      method,
      figures: [
        atMost("processor, of one core", resumed.percent, "%", 30),
        { name: "  with whole handshakes", value: whole.percent, unit: "%" },
        atMost("memory (RSS, highest)", Math.max(whole.rssMb, resumed.rssMb), "MB", 300),
        { name: "reports taken", value: resumed.taken / seconds, unit: "/s" },
        { name: "answered (p99)", value: resumed.p99Ms, unit: "ms" },
        { name: "reports that were not taken", value: whole.failed + resumed.failed, unit: "" },
        { name: "sessions gone on with", value: (100 * resumed.reused) / resumed.taken, unit: "%" },
        { name: "all machines for the first time", value: firstS, unit: "s" },
        { name: `all ${hosts.length} machines read`, value: tookMs, unit: "ms" },
      ],
    };
  } finally {
    await collector.end();
    rmSync(root, { recursive: true, force: true });
  }
}

type Machine = {
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly body: () => string;
  session: Buffer | undefined;
};

/** WHY one key for all: what is measured is the collector, which sees a certificate of its own for each. */
function makeMachines(root: string, port: number): readonly Machine[] {
  const ca = readFileSync(join(root, "ca.pem"), "utf8");
  const signer = createPrivateKey(readFileSync(join(root, "ca.key"), "utf8"));
  const { key } = certifyIn(root, "machine", "/O=acme/CN=machine");
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const now = Date.now();
  return Array.from({ length: MACHINES }, (_, place) => {
    const body = sequence(
      contextConstructed(0, integer(2)),
      integer(place + 1),
      ECDSA_WITH_SHA256,
      nameOf([["2.5.4.3", "ca"]]),
      sequence(time(now - DAY_MS), time(now + DAY_MS)),
      nameOf([
        ["2.5.4.10", "acme"],
        ["2.5.4.3", `machine-${place}`],
      ]),
      publicKey,
    );
    const signature = sign("sha256", body, { key: signer, dsaEncoding: "der" });
    const whole = sequence(body, ECDSA_WITH_SHA256, bitString(signature)).toString("base64");
    const cert = `-----BEGIN CERTIFICATE-----\n${whole.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END CERTIFICATE-----\n`;
    return { port, ca, cert, key, body: reportsOf(place), session: undefined };
  });
}

function nameOf(parts: readonly (readonly [oid: string, text: string])[]): Buffer {
  const all = parts.map(([oid, text]) => set(sequence(objectIdentifier(oid), utf8String(text))));
  return sequence(...all);
}

/** Each report of a machine has counted on. */
function reportsOf(place: number): () => string {
  const rules = Array.from({ length: 12 }, (_, rule) => ({
    rule: `builtin:team/rule-${rule}`,
    asked: 40 - rule,
    refused: rule,
    allowed: 20,
    replayed: 40,
    freed: 30,
  }));
  let calls = place % 500;
  return () => {
    calls += 7;
    const atMs = Date.now();
    const days = [atMs - DAY_MS, atMs].map((ms) =>
      hostDay({ day: new Date(ms).toISOString().slice(0, 10), calls, rules }),
    );
    return JSON.stringify(hostReport({ atMs, days }));
  };
}

type Answered = { readonly isTaken: boolean; readonly isReused: boolean; readonly ms: number };

function report(machine: Machine, resumes: boolean): Promise<Answered> {
  const { port, ca, cert, key, session } = machine;
  const startMs = performance.now();
  return new Promise((resolve) => {
    let isReused = false;
    const done = (isTaken: boolean): void =>
      resolve({ isTaken, isReused, ms: performance.now() - startMs });
    const sent = request(
      `https://127.0.0.1:${port}/v1/reports`,
      {
        method: "POST",
        agent: false,
        ca,
        cert,
        key,
        minVersion: "TLSv1.3",
        ...(resumes && session !== undefined ? { session } : {}),
      },
      (response) => response.resume().on("end", () => done(response.statusCode === 200)),
    );
    sent.on("socket", (socket) => {
      socket.on("session", (next: Buffer) => {
        machine.session = next;
      });
      socket.on("secureConnect", () => {
        isReused = "isSessionReused" in socket && (socket as TlsSocket).isSessionReused();
      });
    });
    sent.on("error", () => done(false));
    sent.end(machine.body());
  });
}

type TlsSocket = { isSessionReused(): boolean };

async function reportOnce(machines: readonly Machine[]): Promise<void> {
  for (let first = 0; first < machines.length; first += AT_ONCE)
    await Promise.all(machines.slice(first, first + AT_ONCE).map((one) => report(one, false)));
}

type Run = {
  readonly percent: number;
  readonly rssMb: number;
  readonly taken: number;
  readonly reused: number;
  readonly failed: number;
  readonly p99Ms: number;
};

async function atPace(
  machines: readonly Machine[],
  collector: ChildProcess,
  { seconds, resumes }: { readonly seconds: number; readonly resumes: boolean },
): Promise<Run> {
  // TIME: a minute of its own for each run, because the first reports count against the same bound.
  await pause(60_000 - (Date.now() % 60_000));
  const startMs = performance.now();
  const beforeMs = processorMs(collector);
  const sent: Promise<Answered>[] = [];
  let rssMb = 0;
  while (performance.now() - startMs < seconds * 1_000) {
    const due = Math.floor(((performance.now() - startMs) * machines.length) / EVERY_MS);
    for (; sent.length < due; ) {
      const machine = machines[sent.length % machines.length];
      if (machine !== undefined) sent.push(report(machine, resumes));
    }
    rssMb = Math.max(rssMb, residentMb(collector));
    // TIME: the pace of the machines.
    await pause(TICK_MS);
  }
  const answered = await Promise.all(sent);
  const passedMs = performance.now() - startMs;
  const taken = answered.filter(({ isTaken }) => isTaken);
  return {
    percent: (100 * (processorMs(collector) - beforeMs)) / passedMs,
    rssMb,
    taken: taken.length,
    reused: taken.filter(({ isReused }) => isReused).length,
    failed: answered.length - taken.length,
    p99Ms: percentile(
      taken.map(({ ms }) => ms),
      0.99,
    ),
  };
}

async function startCollector(root: string) {
  certifyIn(root, "ca", "/CN=ca");
  certifyIn(root, "server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1\n");
  const config = join(root, "collector.json");
  const settings = {
    listen: { port: 0 },
    tls: { cert: "server.pem", key: "server.key", clientCa: "ca.pem" },
    // Nothing is asked of it: no batch comes.
    clickhouse: { url: "http://127.0.0.1:9" },
    fleet: "fleet",
  };
  writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });
  const words = [...BUILT, "collector", "serve", "--config", config];
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const [, found] = /collects on https:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then(() => reject(new Error("the collector ended")));
  });
  return {
    child,
    port,
    end(): Promise<void> {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

function residentMb({ pid }: ChildProcess): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1_024;
}

/** Processor time in milliseconds, of ticks of ten. */
function processorMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
