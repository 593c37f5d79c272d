// Runs the detectors' corpora: what those of each file find in a text, to the character, and what they must leave alone.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Detector } from "#guard/content/detection/detector.ts";
import { DETECTORS_BY_FILE } from "#guard/content/detectors/index.ts";
import { scanText } from "#guard/content/scan.ts";
import { readDetectorFiles, staleModules } from "../../scripts/detectors/detector-files.ts";

const Case = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^(?:ok|ng)\.[a-z0-9-]+$/)),
  why: v.pipe(v.string(), v.minLength(5)),
  text: v.string(),
  /** The file that the text is of. */
  path: v.optional(v.string()),
  /** The parts of the text that are found, in order; where a file has several detectors, as `id: part`. */
  found: v.optional(v.array(v.string()), []),
});

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const namesIn = (path: string) =>
  readdirSync(place(path), { recursive: true })
    .map(String)
    .filter((file) => /\.(?:ts|yaml)$/.test(file))
    .map((file) => file.replace(/\.[a-z]+$/, ""))
    .filter((name) => name !== "index")
    .sort();
const index = readFileSync(place("../../src/guard/content/detectors/index.ts"), "utf8");
const registered = [
  ...index.matchAll(/^import \{ \w+ \} from "(?:\.|\.\.\/rows)\/(.+)\.ts";$/gm),
].map(([, file = ""]) => file);
const listed = DETECTORS_BY_FILE.map((one, at): readonly [string, readonly Detector[]] => [
  registered[at] ?? "",
  [one].flat(),
]);

it("is what `data/detectors` says, or `npm run detectors` makes it so", () => {
  const { files, faults } = readDetectorFiles(place("../../"));
  expect(faults).toEqual([]);
  expect(staleModules(place("../../"), files)).toEqual([]);
});
it("has a corpus and a line in the index for each file of detectors, and each id once", () => {
  const coded = namesIn("../../src/guard/content/detectors");
  // A file of code adds to the rows of its own name.
  const files = [...new Set([...coded, ...namesIn("../../data/detectors")])].sort();
  // What is declared by its form has made-up cases, in `credentials.test.ts`, and may have more.
  const declared = listed.filter(([, detectors]) => detectors.every((one) => "form" in one));
  const made = new Set(declared.map(([file]) => file));
  const withCorpus = namesIn("./detectors");
  expect(files.filter((file) => !made.has(file) && !withCorpus.includes(file))).toEqual([]);
  expect(withCorpus.filter((name) => !files.includes(name))).toEqual([]);
  expect([...registered].sort()).toEqual(files);
  expect(DETECTORS_BY_FILE).toHaveLength(files.length);
  const ids = listed.flatMap(([, detectors]) => detectors.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(listed.filter(([file]) => existsSync(place(`./detectors/${file}.yaml`))))("detectors/%s", (file, detectors) => {
  const text = readFileSync(place(`./detectors/${file}.yaml`), "utf8");
  const cases = v.parse(v.array(Case), parse(text));
  it("has cases of both kinds, with distinct names, and finds with each of its detectors", () => {
    expect(cases.some(({ name }) => name.startsWith("ok."))).toBe(true);
    expect(cases.some(({ name }) => name.startsWith("ng."))).toBe(true);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    const found = new Set(
      cases.flatMap((one) => {
        const options = { detectors, ...(one.path === undefined ? {} : { path: one.path }) };
        return scanText(one.text, "corpus", options).findings.map(({ detector }) => detector);
      }),
    );
    expect(detectors.filter(({ id }) => !found.has(id)).map(({ id }) => id)).toEqual([]);
  });
  it.each(cases)("$name", ({ name, text: whole, path, found }) => {
    expect(found.length > 0).toBe(name.startsWith("ng."));
    const options = { detectors, ...(path === undefined ? {} : { path }) };
    const findings = [...scanText(whole, "corpus", options).findings].sort(
      (one, other) => one.start - other.start,
    );
    const parts = findings.map(({ detector, start, end }) => {
      const part = whole.slice(start, end);
      return detectors.length === 1 ? part : `${detector}: ${part}`;
    });
    expect(parts).toEqual(found);
  });
});
