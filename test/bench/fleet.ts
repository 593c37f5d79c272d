// What a collector takes: the reports of ten thousand machines, each over a connection of its own with a certificate, at the pace of real ones.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request, Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { hostDay, hostReport } from "../record/fleet/host-reports.ts";
import { certifyIn } from "../surface/services/fleet/certificates.ts";
import { atMost, type BenchOptions, percentile, type Suite } from "./figures.ts";

const MACHINES = 10_000;
const EVERY_S = 90;
const SECONDS = 30;
/** Machines with a certificate of their own: to sign ten thousand takes minutes, and the collector cannot tell. */
const CERTIFICATES = 100;
const program = fileURLToPath(new URL("../../dist/surface/cli/main.js", import.meta.url));
const TICKS_A_SECOND = 100;

/** Reports at the pace of ten thousand machines, first each with a whole handshake, then each going on with its last session. */
export async function measureFleet({ seconds = SECONDS }: BenchOptions): Promise<Suite> {
  const method =
    `${MACHINES.toLocaleString("en-US")} machines that report every ${EVERY_S} s are ${Math.round(MACHINES / EVERY_S)} reports a second, for ${seconds} s each: to \`collector serve\` over TLS 1.3 with certificates of both sides, ` +
    `a connection for each report, kept in a folder. Beforehand every machine reported once. ${CERTIFICATES} machines have certificates of their own and are sent ${MACHINES / CERTIFICATES} names' reports each.`;
  const root = mkdtempSync(join(tmpdir(), "fleet-bench-"));
  try {
    const names = Array.from({ length: CERTIFICATES }, (_, place) => `m${place}`);
    certifyIn(root, "ca", "/CN=ca");
    certifyIn(root, "server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1\n");
    const machines = names.map((name) => certifyIn(root, name, `/O=acme/CN=${name}`));
    const whole = await measureRun(root, machines, { seconds, resumes: false });
    const resumed = await measureRun(root, machines, { seconds, resumes: true });
    return {
      method,
      figures: [
        atMost("processor, sessions gone on with", resumed.percent, "%", 30),
        { name: "processor, whole handshakes", value: whole.percent, unit: "%" },
        atMost("memory (RSS)", Math.max(whole.rssMb, resumed.rssMb), "MB", 300),
        { name: "reports taken", value: resumed.taken / seconds, unit: "/s" },
        { name: "answered within (p99)", value: resumed.p99Ms, unit: "ms" },
        { name: "not taken", value: resumed.failed + whole.failed, unit: "" },
      ],
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
