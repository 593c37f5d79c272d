// A made-up company under a rollout: machines that follow what they are given, people who work, and a policy version that is bad.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleDay, SeenDay, SeenHost } from "#record/fleet/host-report.ts";
import type { FleetState } from "#assure/rollout/journal.ts";
import {
  madeUpDay,
  madeUpHost,
  type MadeUpMachine,
  releaseMadeUp,
  takeMadeUp,
  tickMadeUp,
} from "#surface/cli/demo/fleet-days.ts";
import { createKeyFile, readKeyFile } from "#surface/services/policy/bundle-keys.ts";
import { dayLine, hostLine } from "#surface/services/fleet/host-lines.ts";
import { readFleet, writeListing } from "#surface/services/fleet/fleet-folder.ts";
import type { LookedAt } from "#surface/services/fleet/rollout.ts";

const DAY_MS = 86_400_000;
export const TIER_SHARES = {
  "low-risk": 0.45,
  "production-adjacent": 0.35,
  ci: 0.1,
  regulated: 0.07,
  "privileged-infrastructure": 0.03,
} as const;
const FLEET = `format: 1
name: made-up
owner: the platform team
policies:
  - { policy: strict, when: { tiers: [regulated, privileged-infrastructure] } }
  - { policy: runners, when: { tiers: [ci] } }
  - { policy: baseline }
limits:
  every: { days: 4, calls: 100 }
`;
const policyText = (id: string, more = "") => `id: ${id}
version: "1"
title: Of a made-up company
extends: [team]
${more}`;

/** Numbers from a seed: the same company each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_507) + 0x9e37_79b9) | 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 2_146_121_005);
    mixed ^= mixed >>> 13;
    return (mixed >>> 0) / 2 ** 32;
  };
}

export type Lived = {
  readonly looked: LookedAt;
  readonly state: FleetState;
  /** Milliseconds of the slowest look at the whole fleet. */
  readonly slowestMs: number;
  /** Machines that ever had a bundle of the bad version. */
  readonly badMachines: number;
  readonly machines: number;
};

/** What happens in the made-up company on a day. */
export type Plan = {
  readonly machines: number;
  readonly days: number;
  /** A bad version of `baseline` is released on this day, when the first one is everywhere. */
  readonly badFrom: number;
  /** When it begins; in 2026 unless it is said. */
  readonly startMs?: number;
  /** Whether what machines reported is kept in the folder, as a collector keeps it. */
  readonly isKept?: boolean;
};

const START_MS = Date.UTC(2026, 0, 5, 6);

/** What people of the company are asked about, in parts of a hundred of their questions, and how many of a hundred say yes. */
const ASKED_BY = [
  ["egress/any", 24, 92],
  ["install/any", 17, 88],
  ["write/outside", 13, 81],
  ["code/unbounded", 11, 95],
  ["publish/any", 9, 74],
  ["history/own-branch", 7, 97],
  ["persist/project", 6, 63],
  ["privilege/gain", 5, 22],
  ["deploy/any", 4, 70],
  ["secrets/read-likely", 2, 31],
  ["destroy/essential", 1, 12],
  ["persist/machine", 1, 0],
] as const;
/** What is refused, in parts of a hundred refusals. */
const REFUSED_BY = [
  ["secrets/read", 71],
  ["tamper/controls", 20],
  ["history/protected", 9],
] as const;

/** Lives through the days. `directory` is a folder that is empty. */
export function liveThrough(
  directory: string,
  { machines: count, days: length, badFrom, startMs = START_MS, isKept = false }: Plan,
): Lived {
  const random = chance(7);
  mkdirSync(join(directory, "policies"), { recursive: true });
  writeFileSync(join(directory, "fleet.yaml"), FLEET);
  for (const id of ["baseline", "strict", "runners"])
    writeFileSync(join(directory, "policies", `${id}.yaml`), policyText(id));
  const keyFile = join(directory, "fleet.key");
  createKeyFile(keyFile, "made-up-2026");
  const signer = readKeyFile(keyFile);
  const tiers = Object.entries(TIER_SHARES);
  const machines = Array.from({ length: count }, (_, index): MadeUpMachine => {
    let place = (index + 0.5) / count;
    const found = tiers.find(([, share]) => (place -= share) < 0) ?? tiers[0];
    return {
      name: `m${String(index).padStart(5, "0")}`,
      tier: found?.[0] as MadeUpMachine["tier"],
      bundle: null,
    };
  });
  writeListing(directory, {
    source: "jamf",
    kind: "devices",
    addedMs: startMs,
    document: "0".repeat(64),
    items: machines.map(({ name, tier }) => ({ name, fields: { tier, os: "macOS" } })),
  });
  const release = (policy: string, tiers: readonly MadeUpMachine["tier"][], timeMs: number) =>
    releaseMadeUp(directory, signer, { policy, tiers, by: "ada", timeMs });
  const bad = new Set<string>();
  const badNames = new Set<string>();
  let recent: SeenDay[] = [];
  let slowestMs = 0;
  let looked: LookedAt | undefined;
  for (let day = 0; day < length; day++) {
    const nowMs = startMs + day * DAY_MS;
    if (day === 0) {
      release("baseline", ["low-risk", "production-adjacent"], nowMs);
      release("strict", ["regulated", "privileged-infrastructure"], nowMs);
      release("runners", ["ci"], nowMs);
    }
    if (day === badFrom) {
      // It asks about what everybody does all day.
      writeFileSync(
        join(directory, "policies/baseline.yaml"),
        policyText(
          "baseline",
          'rules:\n  - { id: baseline/all, verdict: ask, effects: [write], reason: "a mistake" }\n',
        ),
      );
      release("baseline", ["low-risk", "production-adjacent"], nowMs);
      const { state } = readFleet(directory);
      const track = state.tracks.get("baseline/low-risk");
      for (const bundle of Object.values(track?.release.stages ?? {})) badNames.add(bundle.content);
    }
    const hosts: SeenHost[] = [];
    const today: SeenDay[] = [];
    for (const machine of machines) {
      // Some are away on any day, and half of the runners over a weekend.
      const isAway = random() < (machine.tier === "ci" && day % 7 > 4 ? 0.5 : 0.08);
      const isBad = machine.bundle !== null && badNames.has(machine.bundle.content);
      if (isBad) bad.add(machine.name);
      const calls = isAway ? 0 : Math.floor(40 + random() * 160);
      const asked = Math.floor(calls * (isBad ? 0.25 : 0.02) + random());
      const isOdd = random() < 0.01;
      hosts.push(madeUpHost(machine, { atMs: nowMs, isAway, isOdd, system: "macos" }));
      if (calls === 0) continue;
      const refused = machine.bundle === null || random() < 0.8 ? 0 : 1;
      const rules = isBad
        ? [
            {
              ...NEVER_REPLAYED,
              rule: "baseline/all",
              asked,
              refused: 0,
              allowed: Math.floor(asked * 0.8),
            },
          ]
        : rulesOf({ asked, refused }, random);
      const allowed = rules.reduce((sum, rule) => sum + rule.allowed, 0);
      const counts = { calls, asked, allowed, refused, rules, secondsToAnswer: 4 };
      today.push(madeUpDay(machine, nowMs, counts));
    }
    recent = [
      ...recent.filter(({ day: { day: on } }) => Date.parse(on) > nowMs - 12 * DAY_MS),
      ...today,
    ];
    // An operator's machine ticks four times a day.
    for (let tick = 0; tick < 4; tick++) {
      const at = nowMs + tick * (DAY_MS / 4);
      const began = performance.now();
      const ticked = tickMadeUp(directory, { hosts, days: recent }, { nowMs, timeMs: at });
      looked = ticked.looked;
      slowestMs = Math.max(slowestMs, performance.now() - began);
      if (ticked.deeds === 0) break;
    }
    // What is there takes what it is to have, within minutes.
    takeMadeUp(directory, machines, { hosts, nowMs });
    if (isKept) keep(directory, hosts, today);
  }
  if (looked === undefined) throw new Error("no day was lived");
  readFileSync(join(directory, "journal.ndjson"));
  return {
    looked,
    state: readFleet(directory).state,
    slowestMs,
    badMachines: bad.size,
    machines: count,
  };
}

/** What a machine says that judged nothing again. */
const NEVER_REPLAYED = { replayed: 0, freed: 0 };

/** Rules of a machine's day: each question and refusal falls to one of them. */
function rulesOf(
  { asked, refused }: { readonly asked: number; readonly refused: number },
  random: () => number,
): RuleDay[] {
  const rules = new Map<string, { asked: number; refused: number; allowed: number }>();
  const add = (rule: string, more: Partial<Omit<RuleDay, "rule">>): void => {
    const known = rules.get(rule) ?? { asked: 0, refused: 0, allowed: 0 };
    rules.set(rule, known);
    for (const key of ["asked", "refused", "allowed"] as const) known[key] += more[key] ?? 0;
  };
  for (let question = 0; question < asked; question++) {
    const [rule, , yes] = pick(ASKED_BY, random);
    add(rule, { asked: 1, allowed: random() * 100 < yes ? 1 : 0 });
  }
  for (let refusal = 0; refusal < refused; refusal++)
    add(pick(REFUSED_BY, random)[0], { refused: 1 });
  return [...rules].map(([rule, counts]) => ({ rule, ...counts, ...NEVER_REPLAYED }));
}

function pick<Row extends readonly [string, number, ...unknown[]]>(
  rows: readonly Row[],
  random: () => number,
): Row {
  let place = random() * 100;
  return rows.find(([, parts]) => (place -= parts) < 0) ?? (rows[0] as Row);
}

/** Writes a day as a collector leaves it. */
function keep(directory: string, hosts: readonly SeenHost[], days: readonly SeenDay[]): void {
  const tenant = join(directory, "hosts", "made-up");
  mkdirSync(join(tenant, "days"), { recursive: true });
  const lines = (all: readonly string[]) => `${all.join("\n")}\n`;
  writeFileSync(join(tenant, "hosts.ndjson"), lines(hosts.map(hostLine)));
  const [first] = days;
  if (first === undefined) return;
  writeFileSync(join(tenant, "days", `${first.day.day}.ndjson`), lines(days.map(dayLine)));
}
