// What lets a finding stay, and the forms of a report: annotations, baselines, words, JSON, SARIF, exit codes. Never a value.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowanceFor, isDay } from "../../../../src/assure/scan/allowance.ts";
import { accessKey, places, type Repository, repositoryAt, scratch } from "./repositories.ts";
import { PROGRAM } from "../../../program.ts";

let root = "";
beforeAll(() => {
  root = scratch("scan-accept");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const here = { kind: "paths", paths: ["."] } as const;
const fresh = (name: string): Repository => repositoryAt(join(root, name));
const run = (repository: Repository, args: readonly string[], input = "") =>
  spawnSync(process.execPath, [...PROGRAM, "scan", ...args], {
    cwd: repository.root,
    env: repository.environment,
    encoding: "utf8",
    input,
    timeout: 60_000,
  });

describe("a tree of more files than one thread is asked for", () => {
  it("is told whole and in its order by the built program", () => {
    const repository = fresh("many");
    const name = (at: number): string => `part/file-${String(at).padStart(4, "0")}.ts`;
    const holders = [3, 299, 301, 350, 351, 699];
    for (let at = 0; at < 700; at += 1)
      repository.put(
        name(at),
        holders.includes(at) ? `const a = "${accessKey()}";\n` : `const part = ${at};\n`,
      );
    const { status, stdout } = run(repository, ["--json"]);
    const report = v.parse(
      v.object({
        findings: v.array(v.object({ file: v.string() })),
        looked: v.object({ files: v.number(), bytes: v.number() }),
      }),
      JSON.parse(stdout),
    );
    expect(status).toBe(1);
    expect(report.findings.map(({ file }) => file)).toEqual(holders.map(name));
    expect(report.looked.files).toBe(700);
  });
});

describe("annotations", () => {
  const today = "2026-06-01";
  const rule = "aws-access-key-id";
  const given = "sallyport:allow aws-access-key-id owner=ada until=2026-06-01 reason=a fixture";
  it.each([
    [`x = 1 # ${given}`, undefined, "given"],
    [`x = 1 // ${given}`, undefined, "given"],
    [`<a/> <!-- ${given} -->`, undefined, "given"],
    ["x = 1", `# ${given}`, "given"],
    ["x = 1", `  // ${given}`, "given"],
    ["x = 1", `y = 2 // ${given}`, undefined],
    [`x = "${given}"`, undefined, undefined],
    [`x # ${given.replace(rule, "private-key")}`, undefined, undefined],
    [`x # ${given.replace("06-01", "05-31")}`, undefined, "ended"],
    [`x # ${given.replace("until=2026-06-01", "")}`, undefined, "faulty"],
    [`x # ${given.replace("owner=ada", "")}`, undefined, "faulty"],
    [`x # ${given.replace("2026-06-01", "2026-02-30")}`, undefined, "faulty"],
  ])("of `%s` below `%s` are %s", (line, above, kind) => {
    expect(allowanceFor(rule, { line, above }, today)?.kind).toBe(kind);
  });
  it("keep owner, day and reason, and are findings again when they end", async () => {
    const repository = fresh("annotated");
    repository.put("a.ts", `const a = "${accessKey()}"; // ${given}\n`);
    const report = await repository.scan(here);
    expect(report.findings).toEqual([]);
    expect(report.accepted).toMatchObject([
      { acceptance: { by: "annotation", owner: "ada", until: "2026-06-01", reason: "a fixture" } },
    ]);
    const later = await repository.scan(here, { nowMs: Date.parse("2026-06-02") });
    expect(later.findings).toMatchObject([{ note: "the allowance of ada ended on 2026-06-01" }]);
    const strict = await repository.scan(here, { honoursAnnotations: false });
    expect(strict.findings).toHaveLength(1);
  });
  it("end on a day of the calendar", () => {
    expect(["2026-02-28", "2026-02-29", "2026-13-01", "26-01-01"].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("a baseline", () => {
  it("accepts the same value in the same file until its day, and no other", async () => {
    const repository = fresh("baseline");
    repository.put("a.txt", `${accessKey()}\n`);
    repository.put("x.zip", Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
    repository.commit("one");
    const refused = run(repository, ["--write-baseline", ".sallyport-baseline.json"]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/--owner/);
    const written = run(repository, [
      ...["--write-baseline", ".sallyport-baseline.json", "--owner", "ada"],
      ...["--until", "2099-01-01", "--reason", "old test data"],
    ]);
    expect(written.stderr).toBe("");
    expect(written.status).toBe(0);
    const text = readFileSync(join(repository.root, ".sallyport-baseline.json"), "utf8");
    expect(text).not.toContain(accessKey());
    const clean = run(repository, ["--ci"]);
    expect(clean.status).toBe(0);
    expect(clean.stdout).toContain(
      "1 accepted by annotation or baseline, the first until 2099-01-01",
    );
    repository.put("a.txt", `moved\n${accessKey()}\n${accessKey(1)}\n`);
    expect(places(await repository.scan(here))).toEqual(["a.txt:3:1 aws-access-key-id"]);
    const late = await repository.scan(here, { nowMs: Date.parse("2099-01-02") });
    expect(late.findings).toHaveLength(2);
    expect(late.findings[0]?.note).toBe("its place in the baseline, by ada, ended on 2099-01-01");
    expect(late.notLookedAt).toHaveLength(1);
  });
  it("that is damaged is named with its place", async () => {
    const repository = fresh("damaged");
    repository.put(".sallyport-baseline.json", '{"format":1,"mark":"x","accepted":[]}');
    await expect(repository.scan(here)).rejects.toThrow(/`mark` of the baseline/);
    writeFileSync(join(repository.root, ".sallyport-baseline.json"), "{");
    await expect(repository.scan(here)).rejects.toThrow(/no JSON/);
  });
});

/** The parts of SARIF 2.1.0 that a report uses, each object with no other property than the standard has for it. */
const text = v.strictObject({ text: v.pipe(v.string(), v.minLength(1)) });
const level = v.picklist(["none", "note", "warning", "error"]);
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const sarif = v.strictObject({
  $schema: v.pipe(v.string(), v.url()),
  version: v.literal("2.1.0"),
  runs: v.array(
    v.strictObject({
      tool: v.strictObject({
        driver: v.strictObject({
          name: v.string(),
          semanticVersion: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+/)),
          rules: v.array(
            v.strictObject({
              id: v.string(),
              shortDescription: text,
              defaultConfiguration: v.strictObject({ level }),
              properties: v.objectWithRest({ tags: v.array(v.string()) }, v.unknown()),
            }),
          ),
        }),
      }),
      columnKind: v.picklist(["utf16CodeUnits", "unicodeCodePoints"]),
      invocations: v.array(
        v.strictObject({
          executionSuccessful: v.boolean(),
          toolExecutionNotifications: v.array(v.strictObject({ level, message: text })),
        }),
      ),
      results: v.array(
        v.strictObject({
          ruleId: v.string(),
          ruleIndex: v.pipe(v.number(), v.integer(), v.minValue(0)),
          level,
          message: text,
          locations: v.array(
            v.strictObject({
              physicalLocation: v.strictObject({
                artifactLocation: v.strictObject({
                  uri: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._~:/%!'()*-]+$/)),
                }),
                region: v.strictObject({
                  startLine: count,
                  startColumn: count,
                  endLine: v.optional(count),
                  endColumn: v.optional(count),
                }),
              }),
            }),
          ),
          partialFingerprints: v.record(v.string(), v.string()),
          properties: v.optional(v.record(v.string(), v.unknown())),
          suppressions: v.optional(
            v.array(
              v.strictObject({
                kind: v.picklist(["inSource", "external"]),
                status: v.picklist(["accepted", "underReview", "rejected"]),
                justification: v.string(),
              }),
            ),
          ),
        }),
      ),
    }),
  ),
});

describe("a report", () => {
  it("never shows a value, in words, JSON and SARIF, and ends with 1", () => {
    const repository = fresh("forms");
    const allow = "# sallyport:allow aws-access-key-id owner=a until=2099-01-01 reason=b";
    repository.put("a b\n.txt", `x\nkey = ${accessKey()}\nother = ${accessKey(1)} ${allow}\n`);
    repository.put("c.zip", Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
    repository.commit("one");
    const forms = [[], ["--json"], ["--sarif"], ["--history"], ["--ci"]];
    const outcomes = forms.map((form) => run(repository, form));
    for (const { status, stdout, stderr } of outcomes) {
      expect(status).toBe(1);
      expect(`${stdout}${stderr}`).not.toMatch(/AKIA|Q3EGPZ/);
      expect(stdout).not.toContain("\u001B");
      expect(stderr).toBe("");
    }
    expect(outcomes[0]?.stdout).toMatch(
      /^high {2}the id of an AWS access key \[aws-access-key-id\], 20 characters, digest \S+\n {2}a b\\u\{a\}\.txt:2:7\n/m,
    );
    expect(outcomes[0]?.stdout).toContain(
      "not looked at: c.zip because it is a zip file without its directory: damaged or cut off",
    );
    const report = v.parse(sarif, JSON.parse(outcomes[2]?.stdout ?? ""));
    expect(report.runs[0]?.results).toHaveLength(2);
    expect(report.runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(
      "a%20b%0A.txt",
    );
    expect(report.runs[0]?.invocations[0]?.executionSuccessful).toBe(false);
    const again = v.parse(sarif, JSON.parse(run(repository, ["--sarif"]).stdout));
    expect(again).toEqual(report);
  });
  it("tells by its exit code that nothing was found, or that not everything was seen", () => {
    const repository = fresh("codes");
    repository.put("a.txt", "nothing\n");
    repository.commit("one");
    expect(run(repository, ["--ci"]).status).toBe(0);
    expect(run(repository, ["--staged", "--history"]).status).toBe(2);
    expect(run(repository, ["--stdin"], `see ${accessKey()}\n`).status).toBe(1);
    repository.put("c.zip", Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
    expect(run(repository, []).status).toBe(0);
    expect(run(repository, ["--ci"]).status).toBe(2);
  });
});
