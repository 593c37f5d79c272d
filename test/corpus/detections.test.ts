// Runs the detections' regressions: which events each one is about, and which it must leave alone.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { FIELDS, valuesOf } from "#detect/detection/fields.ts";
import { EVENT_KINDS } from "#record/event/event.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { loadDetections } from "#surface/foundation/product/shipped-data.ts";
import { FIRING } from "../detect/examples/firing.ts";

const Case = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^(?:match|quiet)\.[a-z0-9-]+$/)),
  why: v.pipe(v.string(), v.minLength(5)),
  event: v.looseObject({ kind: v.picklist(EVENT_KINDS) }),
});

const home = fileURLToPath(new URL("./detections/", import.meta.url));
const detections = loadDetections();
const files = readdirSync(home, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".yaml"))
  .map((path) => path.slice(0, -".yaml".length));
const withCases = detections.filter(({ name }) => files.includes(name));

it("has a regression, or made examples, for each detection", () => {
  expect(files.filter((name) => !detections.some((one) => one.name === name))).toEqual([]);
  const without = detections.filter(({ name }) => !files.includes(name));
  expect(without.filter(({ name }) => FIRING[name] === undefined)).toEqual([]);
});

describe.each(withCases)("detections/$name", (detection) => {
  const text = readFileSync(`${home}${detection.name}.yaml`, "utf8");
  const cases = v.parse(v.array(Case), parse(text));
  it("has cases of both kinds, with distinct names", () => {
    for (const kind of ["match.", "quiet."]) {
      expect(cases.some(({ name }) => name.startsWith(kind)), kind).toBe(true);
    }
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
  it.each(cases)("$name", ({ name, event }) => {
    const metadata = event as JsonObject;
    expect(FIELDS.some((field) => valuesOf(metadata, field).length > 0)).toBe(true);
    expect(detection.matches(metadata)).toBe(name.startsWith("match."));
  });
});
