// Endpoints of the fleet: what the commands say, the commands behind each action, and what stands there without a fleet.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { HostReport } from "#record/fleet/host-report.ts";
import { hostLine } from "#surface/services/fleet/host-lines.ts";
import { type AskedCommands, serveCommands } from "../asked-commands.ts";

const FLEET = "/srv/our fleet";
const FLEET_OPTIONS = ["--fleet", FLEET, "--json"];
const report: HostReport = {
  format: 1,
  atMs: 1,
  product: "1.0.0",
  client: "2.1.0",
  system: "linux",
  bundle: null,
  trouble: "",
  canary: "held",
  drift: 0,
  held: true,
  mcp: { servers: 0, approved: 0 },
  exceptions: 0,
  repositories: [],
  days: [],
};
let commands: AskedCommands;
let bare: AskedCommands;
beforeAll(async () => {
  commands = await serveCommands({ fleet: FLEET });
  bare = await serveCommands();
});
afterAll(async () => {
  await commands.close();
  await bare.close();
});

const evidence = {
  machines: 9,
  online: 8,
  adopted: 7,
  unverified: 0,
  drifted: 0,
  refused: 0,
  calls: 6,
  asked: 1,
  failures: 0,
  overrides: 0,
};
const release = (name: string, standing: string, move: object, more: object = {}) => ({
  name,
  standing,
  reason: "",
  ring: 1,
  percent: 10,
  stage: "ask",
  sinceMs: 7,
  evidence,
  move,
  ...more,
});
const wait = { kind: "wait", reasons: ["2 of 7 days have passed"] };
const task = (id: string, state: string, proof: string) => ({
  id,
  title: id,
  every: "day",
  owner: "ada",
  commands: ["sallyport log summary"],
  proof,
  state,
  dueMs: state === "unused" ? null : 7,
  done: null,
  requirements: [],
});
const exception = (id: string, expires: string, ends: string) => ({
  policy: "strict",
  id,
  rules: ["egress/any"],
  owner: "ada",
  approver: "grace",
  created: "2026-01-01",
  expires,
  ends,
  remarks: [],
  used: 3,
});

it("tells machines and releases, with the command behind each action", async () => {
  commands.prints(() => ({
    fleet: "acme",
    tiers: [],
    without: Array.from({ length: 23 }, (_, at) => `mac-${at}`),
    tracks: [
      release("baseline/low-risk", "running", wait),
      release("baseline/ci", "running", { kind: "advance", to: { ring: 2, stage: "observe" } }),
      release("strict/regulated", "held", { kind: "hold", reasons: ["too many"] }),
      release("strict/ci", "taken-back", { kind: "wait", reasons: [] }),
      release("runners/ci", "complete", { kind: "wait", reasons: [] }, { percent: undefined }),
    ],
  }));
  const answer = await commands.got("/fleet");
  expect(commands.asked.splice(0)).toEqual([["fleet", "status", ...FLEET_OPTIONS]]);
  const tracks = answer["tracks"] as { reasons: string[]; actions: { line: string }[] }[];
  const at = "--fleet '/srv/our fleet'";
  expect(tracks.map(({ actions }) => actions.map(({ line }) => line))).toEqual([
    [
      `sallyport fleet hold baseline/low-risk --reason "..." ${at}`,
      `sallyport fleet take-back baseline/low-risk --reason "..." ${at}`,
    ],
    [
      `sallyport fleet tick ${at}`,
      `sallyport fleet hold baseline/ci --reason "..." ${at}`,
      `sallyport fleet take-back baseline/ci --reason "..." ${at}`,
    ],
    [
      `sallyport fleet resume strict/regulated --reason "..." ${at}`,
      `sallyport fleet take-back strict/regulated --reason "..." ${at}`,
    ],
    [`sallyport fleet release strict --tier ci --key fleet.key ${at}`],
    [],
  ]);
  expect(tracks[0]?.reasons).toEqual(wait.reasons);
  expect(answer).toMatchObject({ folder: FLEET, name: "acme", moreWithout: 3, moreTracks: 0 });
});

it("tells steps and friction as the commands do", async () => {
  const step = {
    number: 1,
    id: "inventory",
    title: "Know",
    owner: "ada",
    isMet: false,
    about: "All.",
    commands: ["sallyport fleet inventory"],
    criteria: [],
  };
  commands.prints(() => ({ steps: [step], next: "inventory" }));
  expect(await commands.got("/fleet/steps")).toMatchObject({ steps: [step], next: "inventory" });
  const sums = {
    machines: 1,
    calls: 9,
    sessions: 1,
    asked: 2,
    allowed: 1,
    declined: 1,
    refused: 0,
    overrides: 0,
    failures: 0,
    waitedMs: 7,
    spared: 3,
    added: 1,
    left: 2,
  };
  const harm = [{ kind: "read", refused: 4 }];
  commands.prints(() => ({
    days: 30,
    all: sums,
    by: [{ key: "strict", sums }],
    rules: [],
    harm,
    unmet: ["a"],
  }));
  const friction = await commands.got("/fleet/friction?by=policy&last=30");
  expect(friction).toMatchObject({
    by: [{ key: "strict" }],
    all: { asked: 2, spared: 3 },
    harm,
    unmet: ["a"],
  });
  expect(commands.asked.splice(0)).toEqual([
    ["fleet", "plan", ...FLEET_OPTIONS],
    ["fleet", "friction", "--by", "policy", "--last", "30", ...FLEET_OPTIONS],
  ]);
});

const TASKS = [
  task("later", "open", "statement"),
  task("late", "overdue", "file"),
  task("drill", "due", "drill"),
];

it("tells first what ends first and what is late, with how it is put on record", async () => {
  const exceptions = [exception("b", "2027-01-01", "later"), exception("a", "2026-12-01", "soon")];
  const usesSince = "2026-10-21";
  commands.prints(([what]) =>
    what === "calendar" ? TASKS : { exceptions, ofPeople: 4, usesSince },
  );
  const answer = await commands.got("/fleet/ends");
  expect((answer["exceptions"] as { id: string }[]).map(({ id }) => id)).toEqual(["a", "b"]);
  expect((answer["tasks"] as { next: string }[]).map(({ next }) => next)).toEqual([
    'sallyport calendar done late --note "..." --file FILE',
    "",
    'sallyport calendar done later --note "..."',
  ]);
  expect(answer).toMatchObject({ ofPeople: 4, moreExceptions: 0, usesSince });
});

it("asks no command about a fleet where none is named, and says how one is begun", async () => {
  bare.prints(() => TASKS);
  for (const path of ["/fleet", "/fleet/steps", "/fleet/friction", "/fleet/ends"])
    expect(await bare.got(path)).toMatchObject({
      folder: null,
      command: expect.stringMatching(/^sallyport fleet init /),
    });
  expect(bare.asked).toEqual([["calendar", "list", "--json"]]);
});

it("tells machines of a collector's folder without a fleet: those out of policy first, and why", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-collector-"));
  const collector = await serveCommands({ fleet: folder });
  try {
    const host = (machine: string, more: object) => ({
      machine,
      seenMs: Date.now(),
      skewMs: 0,
      report: { ...report, ...more },
    });
    mkdirSync(join(folder, "hosts", "acme"), { recursive: true });
    const lines = [host("m-1", {}), host("m-2", { canary: "failed", drift: 2 })].map(hostLine);
    writeFileSync(join(folder, "hosts", "acme", "hosts.ndjson"), `${lines.join("\n")}\n`);
    const answer = await collector.got("/fleet");
    expect(answer).toMatchObject({ folder: null, outOfPolicy: 1, moreMachines: 0 });
    expect(answer["machines"]).toMatchObject([
      { machine: "m-2", reasons: ["a probe was not refused", "2 places differ"] },
      { machine: "m-1", reasons: [] },
    ]);
    const { items } = (await collector.got("/inbox?kind=machine")) as { items: object[] };
    expect(items).toMatchObject([
      { id: "m-2", level: "critical", title: expect.stringContaining("a probe was not refused") },
    ]);
    expect(collector.asked.filter(([first]) => first === "fleet")).toEqual([]);
  } finally {
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
