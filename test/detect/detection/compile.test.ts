// Detections: what the language means, and that whatever it does not know is refused at its line and column.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { DETECTION_CHARS_MAX, parseDetection } from "#detect/detection/compile.ts";
import { LIST_FIELDS } from "#detect/detection/lists.ts";
import { RULE_FIELDS } from "#detect/correlation/rule-file.ts";
import type { JsonObject } from "#record/log/leaf.ts";

const HEAD = `title: X
id: be3262bf-8d0f-5151-95d9-231ed393d98c
status: test
description: For a test.
date: 2026-03-01
tags: [attack.t1562]
logsource: { product: sallyport }
falsepositives: [a test]
level: low
detection:
`;
const compiled = (detection: string) =>
  parseDetection(`${HEAD}${detection.replaceAll(/^/gm, "  ")}\n`, "x.yml", "a/x");
const matches = (detection: string, event: JsonObject) => compiled(detection).matches(event);
const failureOf = (text: string): Failure => {
  try {
    parseDetection(text, "x.yml", "a/x");
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("was accepted");
};
const search = (fields: string) => `s: ${fields}\ncondition: s`;

describe("a search", () => {
  it.each<readonly [string, string, JsonObject, boolean]>([
    ["equality", "{ kind: decision }", { kind: "decision" }, true],
    ["equality without case", "{ tool: bash }", { tool: "Bash" }, true],
    ["equality is not a part", "{ tool: Bas }", { tool: "Bash" }, false],
    ["one of a list", "{ verdict: [deny, ask] }", { verdict: "ask" }, true],
    ["none of a list", "{ verdict: [deny, ask] }", { verdict: "allow" }, false],
    ["a number", "{ entries: 3 }", { entries: 3 }, true],
    ["a number is no text", '{ entries: "3" }', { entries: 3 }, false],
    ["a truth", "{ enforced: false }", { enforced: false }, true],
    ["every field", "{ kind: decision, verdict: deny }", { kind: "decision" }, false],
    ["no field", "{ doubts: null }", { kind: "decision" }, true],
    ["no field, and there is one", "{ doubts: null }", { doubts: ["replayed"] }, false],
    ["a field that an event lacks", "{ doubts: replayed }", { kind: "decision" }, false],
    ["one of the event's values", "{ rules: a/b }", { rules: ["c/d", "a/b"] }, true],
    [
      "names that are counted",
      "{ effects: egress/other }",
      { effects: { "egress/other": 2 } },
      true,
    ],
    ["a field below another", "{ policy.id: team }", { policy: { id: "team" } }, true],
    ["contains", "{ rules|contains: tamper }", { rules: ["x:team/tamper/controls"] }, true],
    ["startswith", "{ effects|startswith: tamper/ }", { effects: { "tamper/any": 1 } }, true],
    ["startswith is not within", "{ tool|startswith: ash }", { tool: "Bash" }, false],
    ["endswith", "{ tool|endswith: ASH }", { tool: "Bash" }, true],
    ["at least", "{ entries|gte: 3 }", { entries: 3 }, true],
    ["more than", "{ entries|gt: 3 }", { entries: 3 }, false],
    ["at most", "{ entries|lte: 3 }", { entries: 4 }, false],
    ["less than", "{ entries|lt: 3 }", { entries: 2 }, true],
    ["a text is in no order", "{ entries|gte: 0 }", { entries: "3" }, false],
    ["a list of maps", "[{ tool: Bash }, { tool: Read }]", { tool: "Read" }, true],
    ["nothing of the prototype", "{ tool: object }", {}, false],
  ])("%s", (_, fields, event, expected) => {
    expect(matches(search(fields), event)).toBe(expected);
  });
});

describe("a condition", () => {
  const searches = "a1: { tool: A }\na2: { mode: B }\nb: { phase: C }\n";
  const [a1, a2, b] = [{ tool: "A" }, { mode: "B" }, { phase: "C" }];
  it.each<readonly [string, JsonObject, boolean]>([
    ["a1 and a2 and b", { ...a1, ...a2, ...b }, true],
    ["a1 and a2 and b", { ...a1, ...a2 }, false],
    ["a1 or a2 and b", a1, true],
    ["(a1 or a2) and b", a1, false],
    ["not a1 and (a2 or b)", a2, true],
    ["not (a1 or a2) and b", { ...a1, ...b }, false],
    ["not not a1 or a2 and b", a1, true],
    ["1 of a* and not b", a2, true],
    ["all of a* or b", a2, false],
    ["all of a* or b", { ...a1, ...a2 }, true],
    ["1 of them", b, true],
    ["all of them", { ...a1, ...a2 }, false],
  ])("%s", (condition, event, expected) => {
    expect(matches(`${searches}condition: ${condition}`, event)).toBe(expected);
  });
  it.each([
    ["a1", "never asks for the search `a2`"],
    ["a1 a2 b", "goes on with `a2`"],
    ["a1 and a2 and c or b", "names `c`"],
    ["a1 and a2 and (b", "lacks a `)`"],
    ["a1 and a2 and b)", "goes on with `)`"],
    ["a1 and a2 and b or", "ends where a search"],
    ["and a1", "has `and` where"],
    ["2 of them", "names `2`"],
    ["1 of c*", "there are none"],
    ["1 of", "there are none"],
    ["a1 | count() > 5", "goes on with `|`"],
    [`${"(".repeat(20)}a1${")".repeat(20)}`, "nested"],
    [`${"not ".repeat(20)}a1`, "nested"],
    [Array(100).fill("a1").join(" or "), "more than 128 words"],
  ])("refuses %s", (condition, says) => {
    const failure = failureOf(
      `${HEAD}${searches.replaceAll(/^(?=.)/gm, "  ")}  condition: ${condition}\n`,
    );
    expect(failure.message).toContain(says);
    expect(failure.at).toMatchObject({ file: "x.yml", line: 14, column: 14 });
  });
});

describe("what is not known is refused at its place", () => {
  const body = (fields: string) => `${HEAD}  s: ${fields}\n  condition: s\n`;
  it.each([
    ["an unknown field", body("{ CommandLine: x }"), 11, /`CommandLine` is no field/],
    ["a field of a prototype", body("{ __proto__: x }"), 11, /no field/],
    ["an unknown modifier", body("{ tool|re: x }"), 11, /modifier `re`/],
    ["modifiers that contradict", body("{ tool|contains|endswith: a }"), 11, /`endswith` does not/],
    ["a modifier twice", body("{ tool|all|all: [a, b] }"), 11, /`all` does not/],
    ["all of one", body("{ tool|contains|all: a }"), 11, /two values or more/],
    ["an order with another", body("{ entries|gte|all: 1 }"), 11, /stands alone/],
    ["exists with a text", body("{ tool|exists: yes }"), 11, /`true` or `false`/],
    ["a list that is not there", body("{ tool|expand: '%x%' }"), 11, /no list `x`/],
    ["a list without its signs", body("{ tool|expand: x }"), 11, /names of lists/],
    ["a list in a part of a text", body("{ tool|expand|contains: '%x%' }"), 11, /`\|neq` alone/],
    ["a placeholder without expand", body("{ tool: '%x%' }"), 11, /write `tool\|expand`/],
    ["a sealed field without saying so", body("{ sealed.hosts: a }"), 1, /add `requires: key`/],
    [
      "a condition for no kind",
      `${HEAD}  s: { kind: nothing }\n  condition: s\n`,
      12,
      /no kind of event/,
    ],
    ["a modifier of a prototype", body("{ tool|toString: x }"), 11, /modifier `toString`/],
    ["a wildcard", body('{ tool: "Ba*" }'), 11, /wildcard/],
    ["a part of nothing", body('{ tool|contains: "" }'), 11, /not empty/],
    ["a part that is a number", body("{ tool|contains: 3 }"), 11, /compares texts/],
    ["an order over a text", body("{ entries|gte: many }"), 11, /one number/],
    ["an order over two", body("{ entries|gte: [1, 2] }"), 11, /one number/],
    ["no values", body("{ tool: [] }"), 11, /1 to 256 values/],
    ["too many values", body(`{ tool: [${"a,".repeat(300)}] }`), 11, /1 to 256 values/],
    ["a map for a value", body("{ tool: { a: 1 } }"), 11, /compared with texts/],
    ["words without a field", body("[Bash, Read]"), 11, /a map of fields/],
    ["a search of nothing", body("{}"), 11, /1 to 32 fields/],
    ["no search", `${HEAD}  condition: s\n`, 11, /1 to 32 searches/],
    ["no condition", `${HEAD}  s: { tool: a }\n`, 11, /condition/],
    ["an unknown member", `${body("{ tool: a }")}fields: [a]\n`, 13, /fields/],
    ["another product", body("{ tool: a }").replace("sallyport", "linux"), 7, /product/],
    [
      "an unknown kind",
      body("{ tool: a }").replace("sallyport }", "sallyport, category: x }"),
      7,
      /category/,
    ],
    ["no UUID", body("{ tool: a }").replace(/id: .*/, "id: x"), 2, /UUID/],
    ["no falsepositives", body("{ tool: a }").replace("[a test]", "[]"), 8, /falsepositives/],
    ["a level of another kind", body("{ tool: a }").replace("low", "grave"), 9, /level/],
    ["a key twice", `${HEAD}  s: { tool: a }\n  s: { tool: b }\n  condition: s\n`, 12, /YAML/],
    ["no YAML", `${HEAD}  s: { tool: a\n`, 12, /YAML/],
  ])("%s", (_, text, line, says) => {
    const failure = failureOf(text);
    expect(failure.message).toMatch(says);
    expect(failure.code).toMatch(/^(?:detection-(?:syntax|invalid)|search-invalid)$/);
    expect(failure.at?.line).toBe(line);
    expect(failure.at?.column).toBeGreaterThan(0);
  });
  it("a file that is too large, and one that explodes", () => {
    expect(failureOf("a".repeat(DETECTION_CHARS_MAX + 1)).message).toContain("larger");
    const lines = [
      "a: &a [x,x]",
      "b: &b [*a,*a,*a,*a]",
      "c: &c [*b,*b,*b,*b]",
      "d: [*c,*c,*c,*c,*c]",
    ];
    expect(failureOf(lines.join("\n")).code).toBe("detection-syntax");
  });
});

describe("the published schemas", () => {
  const schemaOf = (name: string): unknown =>
    JSON.parse(
      readFileSync(
        fileURLToPath(new URL(`../../../data/schema/${name}.schema.json`, import.meta.url)),
        "utf8",
      ),
    );
  it("of detections has the members of all documents", () => {
    const schema = schemaOf("detection") as { properties: object };
    expect(Object.keys(schema.properties).sort()).toEqual([...RULE_FIELDS].sort());
  });
  it("of lists has the members of a list", () => {
    const schema = schemaOf("detection-lists") as {
      properties: { lists: { additionalProperties: { properties: object } } };
    };
    const { properties } = schema.properties.lists.additionalProperties;
    expect(Object.keys(properties).sort()).toEqual([...LIST_FIELDS].sort());
  });
});
