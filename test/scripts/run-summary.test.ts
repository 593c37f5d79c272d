// The counts on which `npm test` stands: nothing that went wrong may be missing from them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunSummary, withSecondTry } from "../../scripts/run-summary.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files: Readonly<Record<string, string>> = {
  "vitest.config.mjs": "export default { test: { globals: true } };",
  "good.test.js": "it('a', () => {}); it('b', () => {});",
  "bad.test.js": "it('a', () => { throw new Error('x'); });",
  "skipped.test.js": "it('a', (ctx) => ctx.skip('no such program')); it.skip('b', () => {});",
  "second.test.js":
    "let tries = 0; it('a', { retry: 1 }, () => { tries += 1; expect(tries).toBe(2); });",
  "broken.test.js": "import 'not-there'; it('a', () => {});",
  "hook.test.js":
    "describe('d', () => { beforeAll(() => { throw new Error('x'); }); it('a', () => {}); });",
  "stray.test.js":
    "it('a', async () => { setTimeout(() => { throw new Error('stray'); }, 1); await new Promise((r) => setTimeout(r, 50)); });",
};
let folder = "";
let summary: RunSummary;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-summary-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const out = join(folder, "summary.json");
  // WHY left out: the tests of this run are made to fail, and are none of the suite that may be kept there.
  const { SALLYPORT_RUN_RESULTS: _ofSuite, ...environment } = process.env;
  spawnSync(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      ...["run", "--root", folder, `--reporter=${join(root, "scripts/run-summary.ts")}`],
    ],
    { cwd: root, env: { ...environment, SALLYPORT_RUN_SUMMARY: out }, timeout: 60_000 },
  );
  summary = JSON.parse(readFileSync(out, "utf8")) as RunSummary;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the summary of a run", () => {
  it("counts what passed", () => {
    expect(summary.passed).toBe(4);
  });
  it("counts a failed test, a file that cannot be loaded, a failed hook and a stray error", () => {
    expect(summary.failed).toBe(4);
  });
  it("names each failure with the first line of its cause", () => {
    const lines = summary.failures.toSorted();
    expect(lines.map((line) => line.replace(/^.*?([a-z]+\.test\.js)/u, "$1"))).toEqual([
      "bad.test.js > a: x",
      expect.stringMatching(/^broken\.test\.js: .*not-there/u),
      "hook.test.js > d: x",
      "outside any test: stray",
    ]);
  });
  it("names each test that passed only at its second try", () => {
    expect(summary.passedAtSecondTry).toEqual([expect.stringMatching(/second\.test\.js > a$/u)]);
  });
  it("names each skipped test with its reason", () => {
    const skips = summary.skipped.filter(({ name }) => name.includes("skipped.test.js"));
    const reasons = skips.map(({ name, reason }) => [name.split(" > ").at(-1), reason]);
    expect(reasons).toEqual([
      ["a", "no such program"],
      ["b", "no reason given"],
    ]);
  });
  it("names the files in which something failed, with what passed in them", () => {
    const named = summary.failedFiles.map(({ file, passed }) => [file.split("/").at(-1), passed]);
    expect(
      named.toSorted(([one = ""], [other = ""]) => String(one).localeCompare(String(other))),
    ).toEqual([
      ["bad.test.js", 0],
      ["broken.test.js", 0],
      ["hook.test.js", 0],
    ]);
  });
  it("lists every file with its time", () => {
    expect(summary.slowest).toHaveLength(Object.keys(files).length - 1);
  });
});

describe("a run whose failed files are run once more", () => {
  const none = { passedAtSecondTry: [], skipped: [], slowest: [] };
  const first: RunSummary = {
    ...none,
    passed: 12,
    failed: 3,
    failures: ["a.test.ts > t: x", "b.test.ts > d > u: y", "outside any test: stray"],
    failedFiles: [
      { file: "a.test.ts", passed: 2 },
      { file: "b.test.ts", passed: 3 },
    ],
  };
  it("takes what they give then, and names what passed only then", () => {
    const again: RunSummary = {
      ...none,
      passed: 6,
      failed: 1,
      failures: ["b.test.ts > d > u: z"],
      failedFiles: [{ file: "b.test.ts", passed: 3 }],
    };
    expect(withSecondTry(first, again)).toEqual({
      ...none,
      passed: 13,
      failed: 2,
      failures: ["outside any test: stray", "b.test.ts > d > u: z"],
      passedAtSecondTry: ["a.test.ts > t: x"],
      failedFiles: [{ file: "b.test.ts", passed: 3 }],
    });
  });
  it("counts a runner that died then as a failure", () => {
    const died: RunSummary = {
      ...none,
      passed: 0,
      failed: 1,
      failures: ["the test runner ended"],
      failedFiles: [],
    };
    expect(withSecondTry(first, died)).toMatchObject({ passed: 7, failed: 2 });
  });
});

describe("a file that never ends", () => {
  it("ends a run in CI, and is named there", () => {
    const place = mkdtempSync(join(tmpdir(), "sallyport-summary-"));
    const out = join(place, "summary.json");
    const reporter = JSON.stringify(join(root, "scripts/run-summary.ts"));
    const config = `export default { test: { globals: true, pool: "threads", reporters: [[${reporter}, { namedEachMs: 500, hangsAfterMs: 3000 }]] } };`;
    writeFileSync(join(place, "vitest.config.mjs"), config);
    writeFileSync(
      join(place, "good.test.js"),
      `it("a", () => {}); // ${"larger files begin ".repeat(9)}`,
    );
    const hangs =
      "import { spawnSync } from 'node:child_process'; it('b', () => { spawnSync('sleep', ['20']); });";
    writeFileSync(join(place, "hangs.test.js"), hangs);
    const { SALLYPORT_RUN_RESULTS: _ofSuite, ...environment } = process.env;
    const env = { ...environment, CI: "true", SALLYPORT_RUN_SUMMARY: out };
    const run = spawnSync(
      process.execPath,
      [join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", place, "--maxWorkers=1"],
      { cwd: root, env, timeout: 60_000, encoding: "utf8" },
    );
    expect(run.signal).toBe("SIGKILL");
    expect(run.stdout).toMatch(/still running after \d+ s: .*hangs\.test\.js/u);
    const { passed, failures } = JSON.parse(readFileSync(out, "utf8")) as RunSummary;
    expect(passed).toBe(1);
    expect(failures).toContainEqual(
      expect.stringMatching(/hangs\.test\.js hangs, so the run was ended$/u),
    );
    rmSync(place, { recursive: true });
  });
});
