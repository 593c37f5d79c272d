// Crosswalks: what is refused and where, evidence that is united, and the published schema.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ALSO } from "#assure/control/catalogues.ts";
import { parseControl } from "#assure/control/compile.ts";
import { CROSSWALK_FIELDS, parseCrosswalk } from "#assure/control/crosswalk.ts";
import { Failure } from "#base/failure.ts";
import { loadControls, loadCrosswalks } from "#surface/foundation/product/shipped-data.ts";
import { knownIds } from "#surface/services/evidence/shipped-controls.ts";

const control = (name: string, verdict: string) =>
  parseControl(
    `id: a/${name}
framework: F
reference: "${name}"
title: T
description: D
limits: [of ${name}, of all]
collectors: [coverage]
evidence:
  - { id: judged, title: judged, events: { kind: decision }, by: verdict }
  - { id: ended, title: ended, events: { kind: decision, verdict: ${verdict} } }
`,
    `${name}.yaml`,
    `a/${name}`,
  );
const controls = [control("one", "deny"), control("two", "allow")];
const GOOD = `id: iso27001
title: ISO
places:
  - { reference: A.8.15, title: Logs, controls: [a/one, a/two], limit: Other systems. }
notCovered:
  - { references: A.7.1, why: doors }
`;
const NONE = new Set<string>();
const known = { checks: NONE, attested: NONE, detections: NONE, policies: NONE };
const parse = (text: string) =>
  parseCrosswalk(text, "iso27001.yaml", { name: "iso27001", controls, known });

describe("a crosswalk", () => {
  it("gives a place the evidence of its controls, each query once, and what all of them do not show", () => {
    const [place] = parse(GOOD).controls;
    expect(place).toMatchObject({
      id: "iso27001/a-8-15",
      reference: "A.8.15",
      also: ["a/one", "a/two"],
      collectors: ["coverage"],
      limits: ["Other systems.", "of one", "of all", "of two"],
    });
    expect(place?.evidence.map(({ id }) => id)).toEqual(["judged", "ended", "ended-of-two"]);
  });
  it.each([
    ["another id than its name", GOOD.replace("id: iso27001", "id: owasp-llm"), 1, /file's name/],
    ["a place of another form", GOOD.replace("A.8.15", "A.99"), 4, /no place of ISO/],
    [
      "a place twice",
      GOOD.replace(
        "notCovered:",
        "  - { reference: A.8.15, title: T, controls: [a/one], limit: L }\nnotCovered:",
      ),
      5,
      /there twice/,
    ],
    ["a control that is none", GOOD.replace("a/two", "a/three"), 4, /no control `a\/three`/],
    [
      "a detection that is none",
      GOOD.replace("limit:", "detections: [x/y], limit:"),
      4,
      /among the detections/,
    ],
    ["no controls", GOOD.replace("[a/one, a/two]", "[]"), 4, /controls/],
    [
      "nothing that is not covered",
      GOOD.replace(/notCovered:[^]*/, "notCovered: []\n"),
      5,
      /notCovered/,
    ],
    ["an unknown member", `${GOOD}passed: true\n`, 7, /passed/],
    ["no YAML", `${GOOD}a: [\n`, 8, /YAML/],
  ])("with %s is refused at its place", (_, text, line, says) => {
    let failure: unknown;
    try {
      parse(text);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).message).toMatch(says);
    expect((failure as Failure).at).toMatchObject({ file: "iso27001.yaml", line });
  });
  it("of a catalogue that nobody knows is refused", () => {
    expect(() =>
      parseCrosswalk(GOOD.replace("iso27001", "itil"), "itil.yaml", { name: "itil", controls }),
    ).toThrow(/no catalogue/);
  });
});

it("ships for every catalogue, naming what exists, with evidence for each place", () => {
  const walks = loadCrosswalks(knownIds());
  expect(walks.map(({ id }) => id).sort()).toEqual(Object.keys(ALSO).sort());
  const places = walks.flatMap((walk) => walk.controls);
  expect(places.length).toBeGreaterThan(100);
  for (const { id, evidence, collectors, limits } of places)
    expect([id, evidence.length + collectors.length > 0, limits.length > 1]).toEqual([
      id,
      true,
      true,
    ]);
  // Where a control says that a place speaks of the same, the place says so too, or nothing is said of it.
  const named = new Map(places.map((one) => [one.id, one.also]));
  const odd = loadControls().flatMap(({ id, also }) =>
    also.flatMap((one) => {
      const [catalogue = "", reference = ""] = one.split(":");
      const place = `${catalogue}/${reference.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
      const back = named.get(place);
      return back === undefined || back.includes(id) ? [] : [`${id} -> ${one}`];
    }),
  );
  expect(odd).toEqual([]);
});

it("has the same members as the published schema", () => {
  const path = fileURLToPath(
    new URL("../../../data/schema/crosswalk.schema.json", import.meta.url),
  );
  const schema = JSON.parse(readFileSync(path, "utf8")) as {
    properties: { id: { enum: string[] }; places: { items: { properties: object } } };
  };
  expect(Object.keys(schema.properties).sort()).toEqual([...CROSSWALK_FIELDS.crosswalk].sort());
  expect(Object.keys(schema.properties.places.items.properties).sort()).toEqual(
    [...CROSSWALK_FIELDS.place].sort(),
  );
  expect(schema.properties.id.enum.sort()).toEqual(Object.keys(ALSO).sort());
});
