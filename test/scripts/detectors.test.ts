// Rows of detectors: all of them are right, the modules are what they say, and what is wrong with a row is told with its file and id.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import schema from "../../data/schema/detector.schema.json" with { type: "json" };
import {
  detectorFile,
  exportedName,
  readDetectorFiles,
  rowModules,
  staleModules,
} from "../../scripts/detectors/detector-files.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { files, faults } = readDetectorFiles(root);
const scratch = mkdtempSync(join(tmpdir(), "sallyport-detectors-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("the rows", () => {
  it("are many, and nothing is wrong with them", () => {
    expect(faults).toEqual([]);
    expect(files.flatMap(({ file }) => file.detectors).length).toBeGreaterThan(600);
  });
  it("are what the modules say: `npm run detectors` writes them", () => {
    expect(staleModules(root, files)).toEqual([]);
  });
  it("fit the published schema, which knows the kinds and fields that there are", () => {
    const accepts = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
    for (const { path } of files) {
      const isFit = accepts(parse(readFileSync(join(root, path), "utf8")));
      expect([path, isFit, accepts.errors]).toEqual([path, true, null]);
    }
    const used = new Set(
      files.flatMap(({ file }) =>
        file.detectors.flatMap((row) => Object.keys(row).map((name) => `${row.kind}.${name}`)),
      ),
    );
    const known = schema.properties.detectors.items.oneOf.flatMap(({ properties }) =>
      Object.keys(properties).map((name) => `${properties.kind.const}.${name}`),
    );
    expect([...used].filter((name) => !known.includes(name))).toEqual([]);
  });
  it("carry no issuer and no source into what runs", () => {
    const all = [...rowModules(files).values()].join("");
    expect(all).not.toMatch(/\b(?:issuer|source): "/);
  });
});

const head = "id: personal/x\ntitle: x\ndetectors:\n";
const issued = (more: string) =>
  `  - { id: x-key, kind: issued, title: x, issuer: X, source: "https://x.example/a", ${more} }\n`;
const value = (more: string) => `  - { id: x, kind: national-id, title: x, ${more} }\n`;

describe("a fault is told with its file and row", () => {
  const told = (rows: string) => detectorFile("data/detectors/personal/x.yaml", head + rows).faults;
  const token = 'keywords: [x-key-], form: "x-key-[a-z]{4,20}", longest: 26';
  it("but there is none in a row that is right", () => {
    expect(told(issued(token))).toEqual([]);
    expect(told(value("labels: [some id], digits: 9, check: bsn"))).toEqual([]);
  });
  it.each([
    [
      "an unknown check of a token",
      issued(`${token}, check: no-such`),
      '`x-key`: check: "no-such" is no name of src/guard/content/declaration/token-checks.ts',
    ],
    [
      "an unknown check of a number",
      value("labels: [some id], digits: 9, check: no-such"),
      '`x`: check: "no-such" is no name of src/guard/content/declaration/value-checks.ts',
    ],
    ["a national number without a check", value("labels: [some id], digits: 9"), "`x`: check"],
    [
      "an unknown written form",
      value("labels: [some id], written: week, check: bsn"),
      "written-forms.ts",
    ],
    ["an unknown kind", "  - { id: x, kind: guessed, title: x }\n", "`x`: kind"],
    ["a field that nobody knows", issued(`${token}, color: red`), "`x-key`: color"],
    [
      "a form that does not compile",
      issued('keywords: [x-key-], form: "x-key-[a", longest: 9'),
      "`x-key`: the form does not compile",
    ],
    [
      "a form without an end",
      issued('keywords: [x-key-], form: "x-key-[a-z]+", longest: 9'),
      "every repeat has its bounds",
    ],
    [
      "a length that is too short",
      issued('keywords: [x-key-], form: "x-key-[a-z]{20}", longest: 25'),
      "`x-key`: a token may have 26 characters",
    ],
    [
      "a keyword that tokens lack",
      issued('keywords: [y-key-], form: "x-key-[a-z]{20}", longest: 26'),
      "`x-key`: a token may hold no keyword at its beginning",
    ],
    [
      "a keyword that one alternative lacks",
      issued('keywords: [x-key-], form: "x-key-[a-z]{20}|z-[a-z]{20}", longest: 26'),
      "may hold no keyword",
    ],
    [
      "a keyword that is not at the beginning",
      issued('keywords: [key-], form: "x-key-[a-z]{20}", longest: 26'),
      "isInside",
    ],
    [
      "a keyword in capitals",
      issued('keywords: [X-KEY-], form: "x-key-[a-z]{20}", longest: 26'),
      "`X-KEY-`",
    ],
    ["a short keyword", issued('keywords: [x-], form: "x-[a-z]{20}", longest: 22'), "`x-`"],
    ["flags that change more than case", issued(`${token}, flags: g`), "may be `i`"],
    [
      "a source that is no address",
      issued(token).replace("https://x.example/a", "a book"),
      "is no https address",
    ],
    [
      "a form and a number of digits",
      value('labels: [some id], digits: 9, form: "[0-9]{9}", check: bsn'),
      "one of `form`, `digits` and `written`",
    ],
    ["neither", value("labels: [some id], check: bsn"), "one of `form`, `digits` and `written`"],
    [
      "labels that open no window",
      value("labels: [ab], digits: 9, check: bsn"),
      "no keyword of three characters",
    ],
    ["what is no YAML", "  - {\n", "data/detectors/personal/x.yaml: "],
  ])("%s", (_, rows, message) => {
    const [first = ""] = told(rows);
    expect(first).toContain("data/detectors/personal/x.yaml: ");
    expect(first).toContain(message);
  });
  it("an id that another path has, and one that is used twice", () => {
    const text = head + issued(token);
    const path = "data/detectors/personal/y.yaml";
    expect(detectorFile(path, text).faults).toEqual([
      `${path}: id is \`personal/x\`, its path says \`personal/y\``,
    ]);
    mkdirSync(join(scratch, "data/detectors/personal"), { recursive: true });
    writeFileSync(join(scratch, "data/detectors/personal/x.yaml"), text);
    writeFileSync(join(scratch, path), text.replace("personal/x", "personal/y"));
    expect(readDetectorFiles(scratch).faults).toEqual([
      `${path}: \`x-key\`: is an id of data/detectors/personal/x.yaml too`,
    ]);
  });
});

it("a module that was changed, one that is missing and one without data are stale", () => {
  const place = join(scratch, "copy");
  for (const folder of ["data/detectors", "src/guard/content/rows"])
    cpSync(join(root, folder), join(place, folder), { recursive: true });
  expect(staleModules(place, files)).toEqual([]);
  const rows = "src/guard/content/rows";
  writeFileSync(join(place, rows, "health/records.ts"), "// other\n");
  rmSync(join(place, rows, "credentials/ai.ts"));
  writeFileSync(join(place, rows, "personal/more.ts"), "// nobody's\n");
  expect([...staleModules(place, files)].sort()).toEqual(
    ["credentials/ai.ts", "health/records.ts", "personal/more.ts"].map((name) => `${rows}/${name}`),
  );
});

it("a module exports the last part of its id as code writes names", () => {
  expect(["ai", "credentials/amazon-and-google", "a/b-2"].map(exportedName)).toEqual([
    "ai",
    "amazonAndGoogle",
    "b2",
  ]);
});
