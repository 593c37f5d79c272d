// The operator's orders over the wire: only under the operator's secret, each step on record, verdicts kept and not enforced.
import { afterEach, expect, test } from "vitest";
import { giveOrder } from "#surface/services/daemon-process/daemon-client.ts";
import { readSecret } from "#surface/services/installation/secrets.ts";
import { type OffSwitch, openOffSwitch } from "#surface/services/installation/off-switch.ts";
import { openHolds } from "#surface/services/exceptions/holds.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { openExceptions } from "#surface/services/exceptions/store.ts";
import { endLockdown, lockdownOf } from "#surface/services/installation/lockdown.ts";
import { createOperator } from "#surface/daemon/operator.ts";
import type { Observation } from "#surface/services/hooks/ports.ts";
import {
  decisionOf,
  freshDirectory,
  installOn,
  openStand,
  preToolUse,
  sendTo,
  type Stand,
  verdictOf,
} from "./daemon-stand.ts";

let stand: Stand | undefined;
afterEach(async () => {
  await stand?.close();
  stand = undefined;
});

async function open(): Promise<Stand> {
  const held: { offSwitch?: OffSwitch } = {};
  const opened = await openStand({
    judge: async () => ({ decision: decisionOf("deny"), policy: undefined }),
    off: ({ id }) => held.offSwitch?.of(id),
  });
  held.offSwitch = openOffSwitch(opened.install.directories);
  stand = opened;
  return opened;
}

const offKinds = (observations: readonly Observation[]) =>
  observations.flatMap((one) => (one.kind === "off" ? [`${one.by} ${one.what}`] : []));
const ORDER = { order: "off", project: null, minutes: 30, reason: "an outage" } as const;

test("while off every call is judged and recorded, and the answer is neutral; a session is told", async () => {
  const opened = await open();
  expect(verdictOf((await opened.post(preToolUse())).json)).toBe("deny");
  const answer = await giveOrder(opened.install, ORDER);
  expect(answer).toMatchObject({ kind: "off" });
  expect(verdictOf((await opened.post(preToolUse())).json)).toBe("abstain");
  const start = JSON.stringify({
    session_id: "s",
    cwd: "/project",
    hook_event_name: "SessionStart",
    source: "startup",
  });
  const told = await opened.post(start);
  expect(told.text).toMatch(
    /sallyport is off here until \d\d:\d\d\. Calls are recorded, and none is refused/,
  );
  expect(await giveOrder(opened.install, { order: "on", project: null })).toEqual({
    kind: "on",
    ended: 1,
  });
  expect(verdictOf((await opened.post(preToolUse())).json)).toBe("deny");
  expect((await opened.post(start)).text).not.toContain("off");
  const [off] = opened.observations.filter((one) => one.kind === "off");
  const decisions = opened.observations.flatMap((one) =>
    one.kind === "decision" ? [[one.judgement.decision.verdict, one.off]] : [],
  );
  expect(decisions).toEqual([
    ["deny", undefined],
    ["deny", off?.id],
    ["deny", undefined],
  ]);
  expect(offKinds(opened.observations)).toEqual(["operator start", "operator end"]);
});

test("neither the hook token nor a guess is the operator's secret; guesses are on record and counted", async () => {
  const opened = await open();
  const order = JSON.stringify(ORDER);
  const ask = (secret: string) => sendTo(opened.install, secret, order, { path: "/v1/operator" });
  expect((await ask(opened.token)).status).toBe(403);
  const statuses: number[] = [];
  for (let guess = 0; guess < 8; guess++) {
    statuses.push((await ask(guess.toString(16).repeat(64))).status);
  }
  expect(statuses).toEqual([403, 403, 403, 403, 429, 429, 429, 429]);
  const rejected = opened.observations.filter((one) => one.kind === "rejected");
  expect(rejected).toHaveLength(9);
  expect(rejected.every((one) => one.code === "token-unknown")).toBe(true);
  expect(offKinds(opened.observations)).toEqual([]);
  expect(verdictOf((await opened.post(preToolUse())).json)).toBe("deny");
  // Whoever guesses cannot lock the operator out.
  const secret = readSecret(opened.install.directories, "operator");
  expect((await ask(secret)).json).toMatchObject({ kind: "off" });
});

test.each([
  ["not JSON", "{"],
  ["no order", "{}"],
  ["too long", JSON.stringify({ ...ORDER, minutes: 481 })],
  ["no time", JSON.stringify({ ...ORDER, minutes: 0 })],
  ["half a minute", JSON.stringify({ ...ORDER, minutes: 0.5 })],
  ["another project", JSON.stringify({ ...ORDER, project: "../../etc" })],
  ["a project that is not guarded", JSON.stringify({ ...ORDER, project: "fedcba9876543210" })],
  ["more than was asked", JSON.stringify({ ...ORDER, untilMs: 9e15 })],
])("an order that is %s changes nothing", async (_name, body) => {
  const opened = await open();
  const secret = readSecret(opened.install.directories, "operator");
  const reply = await sendTo(opened.install, secret, body, { path: "/v1/operator" });
  expect(reply.json).toMatchObject({ kind: "refused" });
  expect(openOffSwitch(opened.install.directories).all()).toEqual([]);
});

test("nothing is off that could not be recorded", async () => {
  const opened = await openStand({
    append: async (observation) => {
      if (observation.kind === "off") throw new Error("the disk is full");
    },
  });
  stand = opened;
  expect(await giveOrder(opened.install, ORDER)).toMatchObject({ kind: "refused" });
  expect(openOffSwitch(opened.install.directories).all()).toEqual([]);
});

test("a call that cannot be recorded does not run, off or not", async () => {
  let isFull = false;
  const held: { offSwitch?: OffSwitch } = {};
  const opened = await openStand({
    off: ({ id }) => held.offSwitch?.of(id),
    append: async () => {
      if (isFull) throw new Error("the disk is full");
    },
  });
  stand = opened;
  held.offSwitch = openOffSwitch(opened.install.directories);
  await giveOrder(opened.install, ORDER);
  expect(verdictOf((await opened.post(preToolUse())).json)).toBe("abstain");
  isFull = true;
  expect(verdictOf((await opened.post(preToolUse())).json)).toBe("deny");
});

test("a time off that is over, and one that another process began, are on record once", async () => {
  const room = freshDirectory();
  const { directories } = await installOn(room.path);
  const at = { nowMs: Date.now(), upMs: 1_000_000 };
  const clock = { nowMs: () => at.nowMs, upMs: () => at.upMs, boot: () => "one" };
  const offSwitch = openOffSwitch(directories, clock);
  const observations: Observation[] = [];
  const record = async (observation: Observation) => void observations.push(observation);
  const operator = createOperator({
    offSwitch,
    exceptions: openExceptions(directories),
    statements: openStatements(directories),
    holds: openHolds(directories),
    lockdown: { current: () => lockdownOf(directories), end: () => endLockdown(directories) },
    recorder: { record },
    rootOf: () => undefined,
  });
  offSwitch.begin(offSwitch.plan({ projectId: null, minutes: 5, reason: null }));
  await operator.look();
  await operator.look();
  expect(offKinds(observations)).toEqual(["daemon resume"]);
  at.nowMs += 300_000;
  at.upMs += 300_000;
  await operator.look();
  await operator.look();
  expect(offKinds(observations)).toEqual(["daemon resume", "daemon expire"]);
  expect(offSwitch.all()).toEqual([]);
  room.remove();
});
