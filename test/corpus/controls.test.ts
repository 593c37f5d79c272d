// Runs the controls' corpora: which events count as which evidence, and that none of the evidence is never counted.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { EVENT_KINDS } from "#record/event/event.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { loadControls } from "#surface/foundation/product/shipped-data.ts";

const Case = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  event: v.looseObject({ kind: v.picklist(EVENT_KINDS) }),
  evidence: v.array(v.string()),
});

const home = fileURLToPath(new URL("./controls/", import.meta.url));
const controls = loadControls();

it("has a corpus for each control", () => {
  const files = readdirSync(home, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .map((path) => path.slice(0, -".yaml".length));
  expect(files.sort()).toEqual(controls.map(({ id }) => id).sort());
});

describe.each(controls)("controls/$id", ({ id, evidence }) => {
  const cases = v.parse(v.array(Case), parse(readFileSync(`${home}${id}.yaml`, "utf8")));
  it("has a case for each evidence, one that is none, and distinct names", () => {
    const counted = new Set(cases.flatMap((one) => one.evidence));
    expect([...counted].sort()).toEqual(evidence.map((one) => one.id).sort());
    expect(cases.some((one) => one.evidence.length === 0)).toBe(true);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
  it.each(cases)("$name", ({ event, evidence: expected }) => {
    const found = evidence.filter(({ matches }) => matches(event as JsonObject));
    expect(found.map((one) => one.id)).toEqual(expected);
  });
});
