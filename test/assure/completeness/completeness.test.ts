// Completeness of the record: each class counted, each pair found, and everything planted that speaks against it named.
import { describe, expect, test } from "vitest";
import {
  CALL_CLASSES,
  type CompletenessEntry,
  FINDING_KINDS,
  startCompleteness,
} from "#assure/completeness/completeness.ts";
import type { JsonObject } from "#record/log/leaf.ts";

type Given = JsonObject & { readonly before?: boolean };
const decision = (call: string, verdict: string, more: JsonObject = {}): Given => ({
  kind: "decision",
  submitter: "hook",
  session: "s",
  call,
  tool: "Bash",
  verdict,
  ...more,
});
const result = (call: string, more: JsonObject = {}): Given => ({
  kind: "result",
  submitter: "hook",
  session: "s",
  call,
  tool: "Bash",
  outcome: "success",
  ...more,
});
const START: Given = { kind: "session", submitter: "hook", session: "s", source: "startup" };
const END: Given = { kind: "hook", submitter: "hook", session: "s", event: "SessionEnd" };

const count = (given: readonly Given[], isCut = false) => {
  const tally = startCompleteness({ isCut });
  for (const [index, { before, ...metadata }] of given.entries()) {
    const entry: CompletenessEntry = {
      index,
      timeMs: index * 60_000,
      isMeant: before !== true,
      metadata: metadata["kind"] === "unreadable" ? undefined : metadata,
    };
    tally.add(entry);
  }
  return tally.result();
};

test("a call that something in the client rewrote is one call, and its last answer counts", () => {
  const again = { rewritten: true };
  const ran = [decision("a", "deny"), decision("a", "allow", again), result("a")];
  expect(count([START, ...ran])).toMatchObject({
    calls: 1,
    paired: 1,
    findings: {},
    classes: { denied: 1, rewritten: 1 },
  });
  const past = [decision("a", "allow"), decision("a", "deny", again), result("a")];
  expect(count([START, ...past]).findings["denied and run"]?.count).toBe(1);
  const late = [decision("a", "allow"), result("a"), decision("a", "allow", again)];
  expect(count([START, ...late]).findings["decided twice"]?.count).toBe(1);
});

test("every class of call is counted, and nothing speaks against a whole record", () => {
  const report = count([
    { kind: "daemon", phase: "start", submitter: "daemon" },
    START,
    decision("a", "allow"),
    result("a"),
    decision("b", "abstain", { agent: "x" }),
    result("b", { outcome: "failure" }),
    decision("c", "ask"),
    result("c", { background: true }),
    decision("d", "ask", { tool: "mcp" }),
    decision("e", "deny", { tool: "other" }),
    decision("f", "deny", { enforced: false }),
    result("f"),
    decision("g", "deny"),
    decision("g", "allow", { rewritten: true }),
    decision("g", "allow", { rewritten: true }),
    result("g"),
    decision("probe", "deny", { canary: true }),
    END,
    { kind: "daemon", phase: "stop", submitter: "daemon" },
    { kind: "daemon", phase: "start", submitter: "daemon" },
  ]);
  expect(report.classes).toEqual({
    allowed: 1,
    "left to the client": 1,
    asked: 2,
    approved: 1,
    "asked and not run": 1,
    denied: 2,
    rewritten: 1,
    "not enforced": 1,
    failed: 1,
    background: 1,
    "sub-agent": 1,
    mcp: 1,
    "unknown tool": 1,
  });
  expect(Object.keys(report.classes).toSorted()).toEqual([...CALL_CLASSES].toSorted());
  expect(report).toMatchObject({ calls: 7, paired: 5, sessions: 1, findings: {}, open: {} });
  expect(report.submitters).toEqual({
    daemon: { events: 3, doubted: 0 },
    hook: { events: 16, doubted: 0 },
  });
  expect(report.pauses).toEqual([{ fromMs: 18 * 60_000, untilMs: 19 * 60_000 }]);
});

describe("against it speaks", () => {
  const daemonStart: Given = { kind: "daemon", phase: "start", submitter: "daemon" };
  const cases: readonly (readonly [(typeof FINDING_KINDS)[number], readonly Given[], number])[] = [
    ["result without a decision", [START, result("a")], 1],
    ["denied and run", [START, decision("a", "deny"), result("a")], 1],
    ["decided twice", [START, decision("a", "allow"), decision("a", "allow"), result("a")], 1],
    ["ended twice", [START, decision("a", "allow"), result("a"), result("a"), result("a")], 2],
    ["never judged", [{ kind: "batch", session: "s", certain: true, unjudgedCount: 3 }], 3],
    ["submitted without a session", [START, decision("a", "allow", { doubts: ["unproven"] })], 1],
    ["replayed with another input", [START, decision("a", "allow", { doubts: ["replayed"] })], 1],
    ["from another project", [START, decision("a", "allow", { doubts: ["other-project"] })], 1],
    ["ended without an orderly stop", [daemonStart, daemonStart], 1],
    ["events refused by the disk", [{ kind: "recovery", cause: "disk-failure", refused: 7 }], 7],
    ["damaged spool", [{ kind: "recovery", cause: "spool-damage", refused: 0 }], 1],
    ["refused submitters", [{ kind: "rejected", cause: "wrong-token", count: 4 }], 4],
    ["flood of submitters", [{ kind: "rejected", cause: "flood", count: 90 }], 90],
    ["cannot be read", [{ kind: "unreadable" }], 1],
  ];
  test.each(cases)("%s", (kind, given, expected) => {
    const { findings } = count(given);
    expect(Object.keys(findings)).toEqual([kind]);
    expect(findings[kind]?.count).toBe(expected);
    // Outside of the period asked about it is nothing.
    expect(count(given.map((one) => ({ ...one, before: true }))).findings).toEqual({});
  });
  test("each kind, once", () => {
    expect(cases.map(([kind]) => kind)).toEqual([...FINDING_KINDS]);
  });
});

describe("nothing is made of", () => {
  test("a call that is still under way, a session that goes on, and one that was resumed", () => {
    const report = count([START, decision("a", "allow"), END, START, decision("b", "deny")]);
    expect(report.findings).toEqual({});
    expect(report.open).toEqual({ "calls without an end": 1, "sessions without an end": 1 });
    expect(count([decision("a", "deny")]).open).toEqual({
      "sessions without an end": 1,
      "sessions without a start": 1,
    });
  });
  test("a result whose decision lies before the period, or was removed on record", () => {
    const earlier = { ...decision("a", "allow"), before: true };
    expect(count([earlier, result("a")])).toMatchObject({ findings: {}, calls: 0, paired: 0 });
    expect(count([result("a")], true).findings).toEqual({});
    expect(count([START, result("a")], true).findings).not.toEqual({});
    const batch = { kind: "batch", session: "s", certain: false, unjudgedCount: 3 };
    expect(count([batch]).findings).toEqual({});
  });
});

test("calls of a long time are counted whole, each step as fast as the last", () => {
  const tally = startCompleteness({ isCut: false });
  const CALLS = 1_200_000;
  let index = 0;
  const add = (metadata: JsonObject): void =>
    tally.add({ index: (index += 1), timeMs: index, isMeant: true, metadata });
  add(START);
  for (let call = 0; call < CALLS; call += 1) {
    add({ kind: "decision", session: "s", call: `c${call}`, verdict: "allow" });
    add({ kind: "result", session: "s", call: `c${call}`, outcome: "success" });
  }
  // What comes again soon is known; what comes again late is found too.
  add({ kind: "result", session: "s", call: `c${CALLS - 100_000}`, outcome: "success" });
  add({ kind: "decision", session: "s", call: `c${CALLS - 1}`, verdict: "allow" });
  add({ kind: "result", session: "s", call: "c0", outcome: "success" });
  add({ kind: "decision", session: "s", call: "c1", verdict: "allow" });
  expect(tally.result()).toMatchObject({
    paired: CALLS,
    isWhole: true,
    findings: {
      "ended twice": { count: 1 },
      "decided twice": { count: 1 },
      "result without a decision": { count: 1 },
    },
    open: { "calls without an end": 1 },
  });
});

test("more calls without an end than are followed are said", () => {
  const tally = startCompleteness({ isCut: false });
  for (let call = 0; call < 1_000_100; call += 1)
    tally.add({
      index: call,
      timeMs: call,
      isMeant: true,
      metadata: { kind: "decision", session: "s", call: `c${call}`, verdict: "allow" },
    });
  expect(tally.result().isWhole).toBe(false);
});
