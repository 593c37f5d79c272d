// Forms of real repositories: each check names the places that it should, as bad as what an attacker gets there.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { milder } from "#assure/posture/check.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import { lookAt } from "#assure/posture/run-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { fill } from "./fillings.ts";

const FOLDER = join(import.meta.dirname, "gravity");
const caseSchema = v.strictObject({
  why: v.pipe(v.string(), v.minLength(10)),
  check: v.string(),
  files: v.record(v.string(), v.string()),
  places: v.array(v.string()),
});
const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const checks = new Map(
  loadCheckFamilies().flatMap((family) => family.checks.map((check) => [check.id, check] as const)),
);
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

describe.each(files)("%s", (name) => {
  const cases = v.parse(v.array(caseSchema), parse(readFileSync(join(FOLDER, name), "utf8")));
  it.each(cases.map((one) => [`${one.check}: ${one.why}`, one] as const))("%s", (_name, one) => {
    const check = checks.get(one.check);
    if (check === undefined) throw new Error(`there is no check ${one.check}`);
    const filled = Object.entries(one.files).map(([path, text]) => [path, fill(text, one.why)]);
    const texts = Object.fromEntries(filled) as Record<string, string>;
    const inputs = sightsFromMemory({ files: texts }, around);
    const { faults } = lookAt(check, inputs);
    const found = faults.map(({ file = "(nowhere)", line, severity = check.severity }) => {
      const place = line === undefined ? file : `${file}:${line}`;
      return `${place} ${milder(check.severity, severity)}`;
    });
    expect(found.toSorted()).toEqual(one.places.toSorted());
  });
});
