// Where a control stands: attestations that contradict one another, waivers, posture that was not seen, what is expected and not there.
import { describe, expect, it } from "vitest";
import { parseControl } from "#assure/control/compile.ts";
import { assess, type Findings } from "#assure/evidence/assess.ts";
import type { Attested } from "#assure/evidence/attested-state.ts";
import { startCounts } from "#assure/evidence/counts.ts";

const DAY_MS = 86_400_000;
const END_MS = 100 * DAY_MS;
const control = parseControl(
  `id: a/b
framework: F
reference: "1"
title: T
description: D
limits: [all else]
evidence:
  - { id: judged, title: judged, events: { kind: decision }, by: verdict, expect: some }
  - { id: late, title: late, events: { kind: late }, expect: none, gap: something was late }
checks: [settings/bypass-default]
detections: [impact/flood]
attestations:
  - { about: organisation/x, needs: a paper }
`,
  "b.yaml",
  "a/b",
);
const said = (id: string, change: Partial<Attested> = {}): Attested => ({
  id,
  kind: "attestation",
  about: "organisation/x",
  owner: "ada",
  approver: "grace",
  document: null,
  where: "everywhere",
  createdMs: 0,
  expiresMs: END_MS + DAY_MS,
  isWithdrawn: false,
  ...change,
});
const not = (change: Partial<Attested> = {}) =>
  said("9", { kind: "objection", owner: "bob", ...change });
const over = said("over", { expiresMs: END_MS - DAY_MS });

function findings(change: Partial<Findings> & { readonly kinds?: readonly string[] } = {}) {
  const counts = startCounts(control.evidence);
  for (const [index, kind] of (change.kinds ?? ["decision"]).entries())
    counts.add({ index, timeMs: index, metadata: { kind, verdict: "deny" }, isMeant: true });
  return {
    countOf: counts.of,
    collected: new Map(),
    attested: [said("in-force")],
    checks: [],
    unseenPosture: undefined,
    detectionOf: () => ({ isInForce: true, alerts: 3 }),
    endMs: END_MS,
    ...change,
  };
}

describe("a control", () => {
  it.each<[string, Partial<Attested>[], string, string]>([
    ["one in force beside one that is over", [over, said("1")], "in force", "supported"],
    [
      "one in force beside a withdrawn one",
      [said("1"), said("2", { isWithdrawn: true })],
      "in force",
      "supported",
    ],
    ["one that is over", [over], "over", "gap"],
    ["a withdrawn one alone", [said("1", { isWithdrawn: true })], "withdrawn", "gap"],
    [
      "one that was made after the period",
      [said("1", { createdMs: END_MS + 1 })],
      "missing",
      "gap",
    ],
    ["one about something else", [said("1", { about: "organisation/y" })], "missing", "gap"],
    ["one that another one contradicts", [said("1"), not()], "contradicted", "gap"],
    [
      "one that was contradicted before the end of the period",
      [said("1"), not({ expiresMs: END_MS })],
      "in force",
      "supported",
    ],
    [
      "one that is contradicted after the period",
      [said("1"), not({ createdMs: END_MS + 1 })],
      "in force",
      "supported",
    ],
    [
      "one beside a withdrawn contradiction",
      [said("1"), not({ isWithdrawn: true })],
      "in force",
      "supported",
    ],
    [
      "a contradiction of something else",
      [said("1"), not({ about: "a/b" })],
      "in force",
      "supported",
    ],
    ["one that is over and a contradiction", [over, not()], "over", "gap"],
    ["a contradiction alone", [not()], "missing", "gap"],
    ["a waiver in place of one", [said("1", { kind: "waiver" })], "missing", "gap"],
  ])("with %s stands so", (_, attested, state, status) => {
    const assessed = assess(control, findings({ attested: attested as Attested[] }));
    expect([assessed.attestations[0]?.state, assessed.status]).toEqual([state, status]);
  });
  it("says both of what two people attest and contradict", () => {
    const { attestations, gaps } = assess(control, findings({ attested: [said("1"), not()] }));
    expect(attestations[0]?.attested.map(({ owner, kind }) => [owner, kind])).toEqual([
      ["ada", "attestation"],
      ["bob", "objection"],
    ]);
    expect(gaps.map(({ kind, reason }) => [kind, reason])).toEqual([
      [
        "attestation-contradicted",
        "organisation/x (a paper) is attested by ada (1), and bob (9) attests the contrary: withdraw what is wrong",
      ],
    ]);
  });
  it("without what is expected is not evidenced, and says of what", () => {
    const { status, says, gaps } = assess(control, findings({ kinds: ["daemon"] }));
    expect([status, says, gaps]).toEqual(["not evidenced", "nothing was recorded of: judged", []]);
  });
  it("with what must not be has a gap with its entries", () => {
    const { status, gaps } = assess(control, findings({ kinds: ["decision", "late", "late"] }));
    expect(status).toBe("gap");
    expect(gaps).toEqual([
      { kind: "found", reason: "something was late: 2 (late)", count: 2, entries: [1, 2] },
    ]);
  });
  it("takes a failing check and a missing detection for gaps, and what was not seen for none", () => {
    const check = { check: "settings/bypass-default", project: "/p", says: "x" };
    const failing = assess(
      control,
      findings({
        checks: [{ ...check, outcome: "fail" }],
        detectionOf: () => ({ isInForce: false, alerts: 0 }),
      }),
    );
    expect(failing.gaps.map(({ kind }) => kind)).toEqual(["posture", "detection-missing"]);
    const unseen = assess(control, findings({ checks: [{ ...check, outcome: "unseen" }] }));
    expect([unseen.status, unseen.notes.length]).toEqual(["supported", 1]);
    const left = assess(control, findings({ unseenPosture: "left out" }));
    expect([left.status, left.notes]).toEqual(["supported", ["left out"]]);
  });
  it("that a person accepted as it is keeps its gap, and says who", () => {
    const waiver = said("w", { kind: "waiver", about: "a/b" });
    const { status, waivers } = assess(control, findings({ attested: [over, waiver] }));
    expect([status, waivers.map(({ owner }) => owner)]).toEqual(["gap", ["ada"]]);
  });
});

describe("a sample", () => {
  it("is bounded, in order, the same for the same events, and holds the first and the last", () => {
    const [judged] = control.evidence;
    if (judged === undefined) throw new Error("no evidence");
    const count = () => {
      const counts = startCounts([judged]);
      for (let index = 0; index < 5_000; index += 1)
        counts.add({
          index,
          timeMs: index,
          isMeant: index >= 100,
          metadata: { kind: "decision", verdict: `v${index % 100}` },
        });
      return counts.of(judged);
    };
    const { sample, count: total, groups } = count();
    expect(count()).toEqual({ ...count(), sample, groups });
    const entries = sample.map(({ entry }) => entry);
    expect(entries).toEqual([...entries].sort((one, other) => one - other));
    expect([total, entries.length, entries[0], entries.at(-1)]).toEqual([4_900, 6, 100, 4_999]);
    expect(Object.keys(groups ?? {}).length).toBe(65);
  });
});
