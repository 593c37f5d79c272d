// OCSF events against a table of the schema: attributes, types, enumerations, profiles and constraints of each class that we emit.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { EVENT_KINDS } from "#record/event/event.ts";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { OCSF_VERSIONS, ocsfEvent } from "#record/export/forms/ocsf-event.ts";
import { OCSF_CLASSES, ocsfFaults } from "./ocsf-schema.ts";

const corpus = (name: string) =>
  readFileSync(new URL(`../../corpus/exporters/${name}`, import.meta.url), "utf8");
const entries = parse(corpus("reference.yaml")) as readonly ExportEntry[];
const hostile = parse(corpus("entries.yaml")) as readonly ExportEntry[];

/** One event of each kind that the log has, with each outcome, phase and verdict that changes its form. */
const everyKind: readonly ExportEntry[] = [...EVENT_KINDS, "key"].flatMap((kind) =>
  ["allow", "deny", "ask", "abstain"].flatMap((verdict) =>
    ["Bash", "Read", "Write", "WebFetch", "mcp__x__y", "__proto__"].flatMap((tool) =>
      [true, false].flatMap((enforced) =>
        ["success", "opened", "closed", "start"].map(
          (word, place): ExportEntry => ({
            kind: "event",
            index: place,
            id: `e${place}`,
            timeMs: 1_760_000_000_000,
            metadata: {
              kind,
              verdict,
              tool,
              enforced,
              outcome: word,
              phase: word,
              what: word,
              state: word,
              level: "high",
              alert: "a",
              incident: "i",
              alerts: 2,
              events: [1],
              tags: ["attack.impact", "attack.t1552.001"],
              drill: enforced,
              port: 443,
              submitter: "hook",
              session: "s",
              call: "c",
              rules: ["a/b"],
              durationMs: 1.5,
              programs: ["cat"],
              effects: ["read/project"],
              product: "0.1.0",
            },
            join:
              place % 2 === 0
                ? {}
                : {
                    user: "u:1",
                    host: "h:1",
                    repository: "r",
                    file: ["", "a/b.ts", "c"][place] ?? "d",
                  },
          }),
        ),
      ),
    ),
  ),
);

describe.each(OCSF_VERSIONS)("version %s", (version) => {
  it("holds to the schema in every event, hostile ones and every kind of event too", () => {
    const faults = [...entries, ...hostile, ...everyKind].flatMap((entry) =>
      ocsfFaults(ocsfEvent(entry, version)).map((fault) => `${entry.index}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });
});

it("chooses the class by what was done", () => {
  const classes = entries.map((entry) => ocsfEvent(entry)["class_uid"]);
  expect(classes).toEqual([6002, 1007, 1001, 4002, 6003, 1007, 1001, 6002, 3004, 2004, 0, 0]);
});

describe("a file tool", () => {
  const file = (tool: string, join: object) =>
    ocsfEvent({
      kind: "event",
      index: 1,
      id: "e",
      timeMs: 1_760_000_000_000,
      join,
      metadata: { kind: "decision", tool, effects: { "write/project": 1 }, submitter: "hook" },
    })["file"];
  it.each([
    ["Write", {}, { name: "(sealed)", type_id: 1 }],
    ["Grep", {}, { name: "(sealed)", type_id: 0 }],
    [
      "Edit",
      { file: "src/app/main.ts" },
      { name: "main.ts", path: "src/app/main.ts", parent_folder: "src/app", type_id: 1 },
    ],
    ["Read", { file: "notes.md" }, { name: "notes.md", path: "notes.md", type_id: 1 }],
    [
      "Read",
      { file: `f:${"A".repeat(22)}` },
      { name: `f:${"A".repeat(22)}`, uid: `f:${"A".repeat(22)}`, type_id: 1 },
    ],
  ])("%s is about a file, never about a kind of place", (tool, join, expected) => {
    expect(file(tool, join)).toEqual(expected);
  });
});

it("tells an agent only where the version has one", () => {
  const decision = entries[1];
  if (decision === undefined) throw new Error("no entry");
  expect(ocsfEvent(decision, "1.8.0")).not.toHaveProperty("ai_agent");
  expect(ocsfEvent(decision, "1.9.0")).toMatchObject({
    ai_agent: { uid: "main", instance_uid: "AAAAAAAAAAAAAAAAAAAAAA" },
    metadata: { version: "1.9.0", profiles: ["host", "security_control", "ai_operation"] },
  });
});

it("finds what a planted event has wrong", () => {
  const decision = entries[1];
  if (decision === undefined) throw new Error("no entry");
  const whole = ocsfEvent(decision);
  const planted: readonly (readonly [object, string])[] = [
    [{ process: undefined }, "process is missing"],
    [{ process: { name: "cat" } }, "process.needs one of pid,uid"],
    [{ activity_id: 7 }, "activity 7"],
    [{ activity_name: "Start" }, "activity_name is not Launch"],
    [{ severity_id: 7 }, "severity_id has no such value"],
    [{ status: "Success" }, "status is not Failure"],
    [{ disposition_id: 99, disposition: undefined }, "disposition of 99"],
    [{ colour: "red" }, "colour is no attribute here"],
    [{ time: "now" }, "time is no timestamp"],
    [{ is_alert: "yes" }, "is_alert is no boolean"],
    [{ device: "laptop" }, "device is no object"],
    [{ ai_agent: { uid: "main" } }, "ai_agent is no attribute here"],
    [{ class_uid: 1009 }, "no class 1009"],
    [{ metadata: { ...(whole["metadata"] as object), profiles: ["x"] } }, "no profile x"],
    [
      { metadata: { ...(whole["metadata"] as object), profiles: "x" } },
      "metadata.profiles is no list",
    ],
    [{ metadata: { ...(whole["metadata"] as object), profiles: ["ai_operation"] } }, "of 1.9.0"],
  ];
  expect(ocsfFaults(whole)).toEqual([]);
  for (const [changes, fault] of planted)
    expect(ocsfFaults({ ...whole, ...changes }), fault).toContain(fault);
});

it("leaves no kind of the log without a class", () => {
  const classes = EVENT_KINDS.map((kind) => [
    kind,
    ocsfEvent({ kind: "event", index: 1, id: "e", timeMs: 1, metadata: { kind } })["class_uid"],
  ]);
  expect(classes.filter(([, uid]) => uid === 0)).toEqual([]);
});

it("has a row of the table for every class that is emitted, and emits every class of it", () => {
  const emitted = [...entries, ...everyKind].map((entry) => Number(ocsfEvent(entry)["class_uid"]));
  expect(new Set(emitted)).toEqual(new Set(OCSF_CLASSES.map(Number)));
});
