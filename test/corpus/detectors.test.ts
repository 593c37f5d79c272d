// Runs the detectors' corpora: what each finds, to the character, and what it must leave alone.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { DETECTORS } from "#guard/content/detectors/index.ts";

const Case = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^(?:ok|ng)\.[a-z0-9-]+$/)),
  why: v.pipe(v.string(), v.minLength(5)),
  text: v.string(),
  /** The parts of the text that are found, in order. */
  found: v.optional(v.array(v.string()), []),
});

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const namesIn = (path: string) =>
  readdirSync(place(path))
    .map((file) => file.replace(/\.[a-z]+$/, ""))
    .filter((name) => name !== "index")
    .sort();

it("has a corpus and a line in the index for each detector", () => {
  const files = namesIn("../../src/guard/content/detectors");
  expect(namesIn("./detectors")).toEqual(files);
  expect(DETECTORS.map(({ id }) => id).sort()).toEqual(files);
});

describe.each(DETECTORS)("detectors/$id", (detector) => {
  const file = place(`./detectors/${detector.id}.yaml`);
  const cases = v.parse(v.array(Case), parse(readFileSync(file, "utf8")));
  it("has cases of both kinds, with distinct names", () => {
    expect(cases.some(({ name }) => name.startsWith("ok."))).toBe(true);
    expect(cases.some(({ name }) => name.startsWith("ng."))).toBe(true);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
  it.each(cases)("$name", ({ name, text, found }) => {
    expect(found.length > 0).toBe(name.startsWith("ng."));
    const spans = [...detector.find(text)];
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(found);
  });
});
