// A fleet of ten thousand machines in its third week: the folder of its operators, and what a collector wrote of its reports.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seenIn } from "#record/fleet/host-days.ts";
import type { HostReport, RuleDay } from "#record/fleet/host-report.ts";
import {
  type MadeUpMachine,
  releaseMadeUp,
  takeMadeUp,
  tickMadeUp,
} from "#surface/cli/demo/fleet-days.ts";
import { readFleet, writeListing } from "#surface/services/fleet/fleet-folder.ts";
import { openFolderHosts } from "#surface/services/fleet/folder-host-store.ts";
import { readDays, readHosts } from "#surface/services/fleet/hosts-reading.ts";
import { cutsOf } from "#surface/services/fleet/rollout.ts";
import { createKeyFile, readKeyFile } from "#surface/services/policy/bundle-keys.ts";
import { hostDay, hostReport } from "../record/fleet/host-reports.ts";

const DAY_MS = 86_400_000;
const RULES = 12;
const TIERS = ["low-risk", "low-risk", "production-adjacent", "ci", "regulated"] as const;
const FILE = `format: 1
name: acme
owner: the platform team
tiers:
  - { tier: regulated, when: { remotes: ["git.example.com/acme/pay-*"], data: [card] }, because: it holds card data }
  - { tier: production-adjacent, when: { topics: [service] }, because: it is deployed }
otherwise: low-risk
policies:
  - { policy: strict, when: { tiers: [regulated] } }
  - { policy: runners, when: { tiers: [ci] } }
  - { policy: baseline }
limits:
  every: { days: 4, calls: 100 }
`;

export type MadeFleet = {
  readonly directory: string;
  readonly keyFile: string;
  readonly machines: readonly MadeUpMachine[];
};

/** Rules that cost something on a machine's day. */
export function madeRules(place: number): readonly RuleDay[] {
  return Array.from({ length: RULES }, (_, rule) => ({
    rule: `managed:baseline/rule-${(rule + place) % 40}`,
    asked: rule === 0 ? 1 : 0,
    refused: 1,
    allowed: 0,
    replayed: 1,
    freed: 1,
  }));
}

/** What a machine says of itself on a day. */
export function madeReport(
  { bundle }: Pick<MadeUpMachine, "bundle">,
  place: number,
  atMs: number,
): HostReport {
  const day = hostDay({
    day: new Date(atMs).toISOString().slice(0, 10),
    calls: 100,
    asked: 1,
    allowed: 1,
    declined: 0,
    rules: [...madeRules(place)],
    exceptions: [],
  });
  const repositories = [`git.example.com/acme/app-${place % 700}`];
  return hostReport({ atMs, bundle, days: [day], repositories, drift: place % 200 === 0 ? 1 : 0 });
}

/** Lives through some days by the commands' own work: machines report, figures decide, machines take what they are to have. */
export async function makeFleet(
  directory: string,
  { count, days }: { readonly count: number; readonly days: number },
): Promise<MadeFleet> {
  mkdirSync(join(directory, "policies"), { recursive: true });
  writeFileSync(join(directory, "fleet.yaml"), FILE);
  for (const id of ["baseline", "strict", "runners"])
    writeFileSync(
      join(directory, "policies", `${id}.yaml`),
      `id: ${id}\nversion: "1"\ntitle: For a bench\nextends: [team]\n`,
    );
  const keyFile = join(directory, "fleet.key");
  createKeyFile(keyFile, "acme-2026");
  const signer = readKeyFile(keyFile);
  const machines = Array.from({ length: count }, (_, place): MadeUpMachine => {
    const tier = TIERS[place % TIERS.length] ?? "low-risk";
    return { name: `machine-${place}`, tier, bundle: null };
  });
  const beganMs = Date.now() - (days - 1) * DAY_MS;
  writeListing(directory, {
    source: "jamf",
    kind: "devices",
    addedMs: beganMs,
    document: "0".repeat(64),
    items: machines.map(({ name, tier }, place) => ({
      name,
      fields: { tier, os: "macOS", groups: `team-${place % 60};engineering` },
    })),
  });
  let nowMs = beganMs;
  const report = (line: string): void => {
    throw new Error(line);
  };
  const hosts = await openFolderHosts(directory, { nowMs: () => nowMs, report, keepDays: 400 });
  for (let day = 0; day < days; day++) {
    nowMs = beganMs + day * DAY_MS;
    const on = { by: "ada", timeMs: nowMs };
    if (day === 0) {
      const tiers = ["low-risk", "production-adjacent"] as const;
      releaseMadeUp(directory, signer, { policy: "baseline", tiers, ...on });
      releaseMadeUp(directory, signer, { policy: "strict", tiers: ["regulated"], ...on });
      releaseMadeUp(directory, signer, { policy: "runners", tiers: ["ci"], ...on });
    }
    for (const [place, machine] of machines.entries()) {
      const seen = seenIn(madeReport(machine, place, nowMs), machine.name, nowMs);
      hosts.take("acme", seen.host, seen.days);
    }
    await hosts.flush();
    const place = { kind: "folder", directory } as const;
    const seen = await readHosts(place);
    const cuts = cutsOf(readFleet(directory), nowMs);
    const read = await readDays(place, { cuts });
    tickMadeUp(directory, { hosts: seen, days: read.days }, { nowMs, timeMs: nowMs });
    takeMadeUp(directory, machines, { hosts: seen, nowMs });
  }
  await hosts.close();
  return { directory, keyFile, machines };
}
