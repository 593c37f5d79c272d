// The demo's fleet: three hundred machines that follow what they are given for a month, releases that go on, are held and taken back, and tasks.
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "#base/day.ts";
import type { SeenDay, SeenHost } from "#record/fleet/host-report.ts";
import { KIND_NAMES } from "#assure/rollout/inventory.ts";
import type { Deed } from "#assure/rollout/journal.ts";
import type { Tier } from "#assure/rollout/fleet-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openStatements, type StatementReceipt } from "../../services/exceptions/statements.ts";
import { addDeeds, readFleet, writeListing } from "../../services/fleet/fleet-folder.ts";
import { dayLine, hostLine } from "../../services/fleet/host-lines.ts";
import { createKeyFile, readKeyFile } from "../../services/policy/bundle-keys.ts";
import { type Chance, createChance } from "./chance.ts";
import {
  madeUpDay,
  madeUpHost,
  type MadeUpMachine,
  releaseMadeUp,
  takeMadeUp,
  tickMadeUp,
} from "./fleet-days.ts";

const DAY_MS = 86_400_000;
const SEED = 29;
const DAYS = 27;
/** Days of reports that are kept: as many as the longest ring of the demo takes. */
const DAYS_KEPT = 12;
const TIERS = {
  "low-risk": 140,
  "production-adjacent": 110,
  ci: 30,
  regulated: 30,
  "privileged-infrastructure": 10,
} as const satisfies Readonly<Record<Tier, number>>;
const GROUPS = ["shop", "platform", "finance"];
const FLEET = `format: 1
name: meridian
owner: the platform team
tiers:
  - { tier: regulated, when: { data: [card] }, because: it holds card data }
  - { tier: privileged-infrastructure, when: { topics: [infrastructure] }, because: it runs the rest }
  - { tier: production-adjacent, when: { topics: [service] }, because: it is deployed }
otherwise: low-risk
policies:
  - { policy: strict, when: { tiers: [regulated, privileged-infrastructure] } }
  - { policy: runners, when: { tiers: [ci] } }
  - { policy: baseline }
limits:
  every: { days: 1, calls: 60, adoptedPercent: 80 }
`;
const policyText = (id: string, more = "") =>
  `id: ${id}\nversion: "1"\ntitle: Of Meridian, ${id}\nextends: [team]\n${more}`;
/** It asks about what everybody does all day. */
const MISTAKE = `rules:
  - { id: baseline/every-write, verdict: ask, effects: [write], reason: a mistake }
`;
const exceptionText = (id: string, host: string, [from, until]: readonly [string, string]) =>
  `  - { id: ${id}, rules: [egress/any], verdict: allow, scope: { effects: [egress], hosts: [${host}] }, reason: until the gateway is there, owner: margaret, approver: grace, created: ${from}, expires: ${until} }\n`;

/** Kinds of things of which the company has none, and somebody says so. */
const ATTESTED = KIND_NAMES.filter((kind) => kind !== "devices" && kind !== "repositories").map(
  (kind): Deed => ({
    what: "attested",
    fact: `inventory.${kind}`,
    owner: "ada",
    document: null,
    expiresMs: null,
    note: "there is none",
  }),
);

/** Makes it in a new folder. Nothing of it reaches a machine. */
export function makeDemoFleet(directory: string, nowMs: number): void {
  const chance = createChance(SEED);
  const day = (from: number) => dayOf(nowMs + from * DAY_MS);
  mkdirSync(join(directory, "policies"), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(directory, path), text);
  write("fleet.yaml", FLEET);
  for (const id of ["baseline", "runners"]) write(`policies/${id}.yaml`, policyText(id));
  const ending = exceptionText("payments-2026", "pay.meridian.example", [day(-24), day(9)]);
  const later = exceptionText("ledger-2026", "ledger.meridian.example", [day(-6), day(70)]);
  write("policies/strict.yaml", policyText("strict", `exceptions:\n${ending}${later}`));
  const machines = Object.entries(TIERS).flatMap(([tier, count]) =>
    Array.from({ length: count }, (_, index): MadeUpMachine => {
      const name = `${tier === "ci" ? "runner" : "mac"}-${tier.slice(0, 4)}-${index + 1}`;
      return { name, tier: tier as Tier, bundle: null };
    }),
  );
  list(directory, machines, nowMs - DAYS * DAY_MS);
  const keyFile = join(directory, "fleet.key");
  createKeyFile(keyFile, "meridian-2026");
  const signer = readKeyFile(keyFile);
  const release = (policy: string, tiers: readonly Tier[], timeMs: number) =>
    releaseMadeUp(directory, signer, { policy, tiers, by: "margaret", timeMs });
  const days: SeenDay[] = [];
  let hosts: SeenHost[] = [];
  for (let left = DAYS - 1; left >= 0; left--) {
    const atMs = nowMs - left * DAY_MS;
    if (left === DAYS - 1) {
      release("baseline", ["low-risk", "production-adjacent"], atMs);
      release("strict", ["regulated", "privileged-infrastructure"], atMs);
      const { state } = readFleet(directory);
      addDeeds(directory, state, { deeds: ATTESTED, by: "margaret", timeMs: atMs });
    }
    if (left === 9) release("runners", ["ci"], atMs);
    if (left === 6) {
      write("policies/baseline.yaml", policyText("baseline", MISTAKE));
      release("baseline", ["low-risk"], atMs);
      write("policies/baseline.yaml", policyText("baseline"));
    }
    hosts = machines.map((machine) => hostOn(machine, atMs, chance));
    // WHY once a day: the folder is read whole each time, and what the journal adds is known.
    const folder = readFleet(directory);
    const bad = folder.state.tracks.get("baseline/low-risk")?.release.stages;
    const mistaken = left > 6 ? [] : Object.values(bad ?? {}).map(({ content }) => content);
    days.push(...hosts.flatMap((host, at) => dayOn(host, { machines, at, mistaken, chance })));
    const recent = days.slice(-DAYS_KEPT * 320);
    const ticked = tickMadeUp(
      directory,
      { hosts, days: recent },
      { nowMs: atMs, timeMs: atMs, folder },
    );
    // Few are slow to take what they are to have.
    const isSlow = () => chance.below(40) === 0;
    takeMadeUp(directory, machines, { hosts, nowMs: atMs, isSlow, folder: ticked.folder });
  }
  const tenant = join(directory, "hosts", "meridian");
  mkdirSync(join(tenant, "days"), { recursive: true });
  const lines = (all: readonly string[]) => `${all.join("\n")}\n`;
  const now = hosts.map((host, at) => ({
    ...host,
    report: { ...host.report, bundle: machines[at]?.bundle ?? null },
  }));
  writeFileSync(join(tenant, "hosts.ndjson"), lines(now.map(hostLine)));
  for (const on of new Set(days.map((seen) => seen.day.day))) {
    const own = days.filter((seen) => seen.day.day === on);
    writeFileSync(join(tenant, "days", `${on}.ndjson`), lines(own.map(dayLine)));
  }
}

/** What other systems of the company list. */
function list(directory: string, machines: readonly MadeUpMachine[], addedMs: number): void {
  const document = "0".repeat(64);
  writeListing(directory, {
    source: "jamf",
    kind: "devices",
    addedMs,
    document,
    items: machines.map(({ name, tier }, at) => ({
      name,
      fields: { tier, os: tier === "ci" ? "linux" : "macOS", groups: GROUPS[at % 3] ?? "" },
    })),
  });
  writeListing(directory, {
    source: "github",
    kind: "repositories",
    addedMs,
    document,
    items: [
      { name: "github.com/meridian/ledger", fields: { data: "card" } },
      { name: "github.com/meridian/platform", fields: { topics: "infrastructure" } },
      { name: "github.com/meridian/shop", fields: { topics: "service" } },
      { name: "github.com/meridian/notes", fields: { topics: "docs" } },
    ],
  });
}

function hostOn(machine: MadeUpMachine, atMs: number, chance: Chance): SeenHost {
  const isAway = chance.below(100) < 8;
  const isOdd = chance.below(100) < 2;
  const system = machine.tier === "ci" ? "linux" : "macos";
  const exceptions = chance.below(20) === 0 ? 1 : 0;
  return madeUpHost(machine, { atMs, isAway, isOdd, system, exceptions });
}

type DayPlan = {
  readonly machines: readonly MadeUpMachine[];
  readonly at: number;
  /** Bundles of the version that asks about everything. */
  readonly mistaken: readonly string[];
  readonly chance: Chance;
};

/** Questions per hundred calls. The strict policy asks more than its limit allows. */
function questions({ tier, bundle }: MadeUpMachine, mistaken: readonly string[]): number {
  if (bundle === null) return 0;
  if (mistaken.includes(bundle.content)) return 28;
  return tier === "regulated" ? 9 : tier === "ci" ? 1 : 2;
}

function dayOn(host: SeenHost, { machines, at, mistaken, chance }: DayPlan): readonly SeenDay[] {
  const machine = machines[at];
  if (machine === undefined || host.report.atMs - host.seenMs > DAY_MS) return [];
  const { bundle } = machine;
  const calls = 40 + chance.below(120);
  const part = questions(machine, mistaken);
  const asked = Math.floor((calls * part) / 100 + chance.below(10) / 10);
  const allowed = Math.floor(asked * 0.8 + chance.below(10) / 10);
  const refused = bundle === null ? 0 : chance.below(3);
  const isMistake = part > 20;
  const first = Math.min(asked, Math.ceil(asked * 0.7));
  const rules = [
    {
      rule: isMistake ? "managed:baseline/baseline/every-write" : "managed:baseline/egress/any",
      refused: 0,
      asked: first,
      allowed: Math.min(allowed, first),
      replayed: first,
      freed: first,
    },
    {
      rule: "managed:baseline/publish/any",
      asked: asked - first,
      allowed: Math.max(0, allowed - first),
      refused: 0,
      // What pushes goes to another host as well, which another rule asks about.
      replayed: asked - first,
      freed: 0,
    },
    {
      rule: "managed:baseline/secrets/read",
      asked: 0,
      allowed: 0,
      refused,
      replayed: refused,
      freed: refused,
    },
  ];
  const overrides = chance.below(60) === 0 ? 1 : 0;
  const counts = { calls, asked, allowed, refused, rules, overrides, secondsToAnswer: 6 };
  return [madeUpDay(machine, host.report.atMs, counts)];
}

/** Days ago on which tasks of the calendar were done last. */
const DONE = [
  ...([
    ["review-log", 4],
    ["review-rules", 8],
    ["rotate-keys", 10],
  ] as const),
  ...([
    ["review-security", 40],
    ["train-team", 100],
  ] as const),
] as const;

/** Signed records of tasks, which the daemon takes as any other. */
export function recordDemoTasks(
  directories: Directories,
  nowMs: number,
): readonly StatementReceipt[] {
  const statements = openStatements(directories);
  return DONE.map(([about, ago]) =>
    statements.sign({
      id: randomBytes(8).toString("hex"),
      kind: "task",
      about,
      digest: null,
      scope: { of: "all" },
      reason: "done as it is written",
      owner: "barbara",
      approver: "barbara",
      createdMs: nowMs - ago * DAY_MS,
      expiresMs: nowMs + (366 - ago) * DAY_MS,
    }),
  );
}
