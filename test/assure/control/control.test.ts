// Controls: what is refused and where, counts with their groups, and the published schema.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CONTROL_FIELDS, parseControl } from "#assure/control/compile.ts";
import { startTally } from "#assure/control/tally.ts";
import { Failure } from "#base/failure.ts";

const GOOD = `id: a/b
framework: F
reference: "1"
title: T
description: D
limits: [everything else]
evidence:
  - { id: judged, title: judged, events: { kind: decision }, by: verdict }
  - { id: plain, title: plain, events: { kind: late } }
`;
const NONE = new Set<string>();
const KNOWN = { checks: NONE, attested: NONE, detections: NONE, policies: NONE };
const failureOf = (text: string): Failure => {
  try {
    parseControl(text, "b.yaml", "a/b", KNOWN);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("was accepted");
};

describe("a control", () => {
  it.each([
    ["another id than its path", GOOD.replace("a/b", "a/c"), 1, /path, `a\/b`/],
    ["no limits", GOOD.replace("[everything else]", "[]"), 6, /limits/],
    ["no evidence", GOOD.replace(/evidence:[^]*/, "evidence: []\n"), 1, /evidence/],
    ["an unknown catalogue", `${GOOD}also: [itil:x]\n`, 10, /no place of a catalogue/],
    ["another form of an id", `${GOOD}also: ["iso27001:A.99"]\n`, 10, /no place of a catalogue/],
    ["an unknown collector", `${GOOD}collectors: [moods]\n`, 10, /collector/],
    ["a check that is none", `${GOOD}checks: [x/y]\n`, 10, /`x\/y` among the checks/],
    ["a detection that is none", `${GOOD}detections: [x/y]\n`, 10, /among the detections/],
    ["a pack that is none", `${GOOD}policies: [x]\n`, 10, /among the policies/],
    [
      "an attestation of nothing",
      `${GOOD}attestations:\n  - { about: x/y, needs: z }\n`,
      11,
      /neither a check/,
    ],
    [
      "a gap of nothing",
      GOOD.replace("{ kind: late } }", "{ kind: late }, gap: x }"),
      9,
      /expect: none/,
    ],
    ["an unknown field of an event", GOOD.replace("kind: late", "lateness: 1"), 9, /no field/],
    ["no events", GOOD.replace(", events: { kind: late }", ""), 9, /events|map of fields/],
    ["a split by nothing", GOOD.replace("by: verdict", "by: colour"), 8, /field of an event/],
    ["evidence twice", GOOD.replace("id: plain", "id: judged"), 9, /there twice/],
    ["an unknown member", `${GOOD}passed: true\n`, 10, /passed/],
    ["no YAML", `${GOOD}a: [\n`, 11, /YAML/],
  ])("with %s is refused at its place", (_, text, line, says) => {
    const failure = failureOf(text);
    expect(failure.message).toMatch(says);
    expect(failure.at).toMatchObject({ file: "b.yaml", line });
  });
  it("is counted, split, and dated in the log's order", () => {
    const tally = startTally(parseControl(GOOD, "b.yaml", "a/b"));
    tally.add({ kind: "decision", verdict: "deny" }, 20);
    tally.add({ kind: "decision", verdict: "ask" }, 10);
    tally.add({ kind: "decision", verdict: "deny" }, 30);
    tally.add({ kind: "decision" }, 40);
    tally.add({ kind: "daemon" }, 50);
    expect(tally.result()).toEqual([
      {
        id: "judged",
        title: "judged",
        count: 4,
        groups: { deny: 2, ask: 1, none: 1 },
        firstMs: 20,
        lastMs: 40,
      },
      {
        id: "plain",
        title: "plain",
        count: 0,
        groups: undefined,
        firstMs: undefined,
        lastMs: undefined,
      },
    ]);
  });
  it("keeps its memory small whatever the values are", () => {
    const tally = startTally(parseControl(GOOD, "b.yaml", "a/b"));
    for (let count = 0; count < 500; count += 1)
      tally.add({ kind: "decision", verdict: `${"x".repeat(1_000)}${count}`.slice(-900) }, count);
    for (let count = 0; count < 500; count += 1)
      tally.add({ kind: "decision", verdict: `v${count}` }, count);
    const groups = tally.result()[0]?.groups ?? {};
    expect(Object.keys(groups).length).toBeLessThanOrEqual(33);
    expect(Object.keys(groups).every((name) => name.length <= 128)).toBe(true);
    expect(Object.values(groups).reduce((sum, many) => sum + many, 0)).toBe(1_000);
  });
});

it("has the same members as the published schema", () => {
  const path = fileURLToPath(new URL("../../../data/schema/control.schema.json", import.meta.url));
  const schema = JSON.parse(readFileSync(path, "utf8")) as {
    properties: { evidence: { items: { properties: object } } };
  };
  expect(Object.keys(schema.properties).sort()).toEqual([...CONTROL_FIELDS.control].sort());
  const members = schema.properties.evidence.items.properties;
  expect(Object.keys(members).sort()).toEqual([...CONTROL_FIELDS.evidence].sort());
});
