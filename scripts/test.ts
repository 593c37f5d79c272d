// `npm test [-- --static | --dynamic] [FILES]`: type check, lint, format, dead code, the build, then the tests; the last line printed is the count. With names only those.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { isWhole, WHOLE_VARIABLE } from "../test/sampled.ts";
import { CORPUS_VARIABLE, corpusOf, needBuild } from "./chosen-tests.ts";
import { type RunSummary, withSecondTry } from "./run-summary.ts";
import { scriptArguments } from "./script-arguments.ts";
import { waitingFiles } from "./slow-tests.ts";

type Check = { readonly name: string; readonly binary: string; readonly args: readonly string[] };

/**
 * Tests that hold the daemon to its own time limits: one file at a time, or they fail on a machine that is busy with the
 * others. All other tests share the cores, those with the client too: each waits for what happens, not for a time. The other
 * tests of these folders were seen to pass on a machine with many times the work that it has cores for.
 */
const HELD_TO_TIME = [
  "test/fault/daemon-input.test.ts",
  "test/fault/daemon-restart.test.ts",
  "test/fault/data-directory.test.ts",
  "test/surface/daemon/commands.test.ts",
  "test/surface/daemon/connections.test.ts",
  "test/surface/daemon/fairness.test.ts",
  "test/surface/services/index/",
  "test/surface/services/heavy/",
];

/** Tests of which one at a time can run beside those, on another core. */
const ONE_AT_A_TIME = [
  // They hold processor time to a bound, which is counted for the process and all its workers.
  "test/corpus/credentials.test.ts",
  "test/guard/content/scan.test.ts",
  "test/property/",
  // Their servers have fixed ports, and are ended by name.
  "test/client/sessions/",
  // A machine has one guard of all its accounts, at one place.
  "test/client/machine-guard.test.ts",
  "test/surface/services/machine/",
];

const isCi = process.env["CI"] === "true";
const SLOW_VARIABLE = "SALLYPORT_SLOW_FILES";
/**
 * In so many days a run of everything has had each slow file. WHY: what keeps a change waiting for an hour is run by nobody. A release
 * may wait: it has them all.
 */
const SLOW_PARTS = process.env[SLOW_VARIABLE] === "all" ? 1 : isCi ? 2 : 6;
/** Folders of which every file runs alone in CI: there a test that fails for lack of time stops a change, and nobody waits. */
const ALONE_IN_CI = ["test/fault/", "test/surface/daemon/"];
const heldToTime = isCi ? [...ALONE_IN_CI, ...HELD_TO_TIME] : HELD_TO_TIME;
/** WHY more than there are cores: many tests wait for a daemon, the client or the disk for much of their time. */
const WORKERS = availableParallelism() + (isCi ? 0 : 1);

/** Files that are run once more. */
const TRIED_AGAIN_MAX = 4;

const root = fileURLToPath(new URL("..", import.meta.url));
const slowFilesShown = 10;
const bin = (packagePath: string) => join(root, "node_modules", packagePath);

const checks: readonly Check[] = [
  {
    name: "types",
    binary: bin("typescript/bin/tsc"),
    // WHY: each of its threads looks at much that the others look at too, and the other checks need the cores.
    args: ["-p", "tsconfig.json", "--noEmit", "--checkers", "2"],
  },
  {
    name: "types of the dashboard",
    binary: bin("typescript/bin/tsc"),
    args: ["-p", "dashboard/tsconfig.json", "--noEmit", "--checkers", "1"],
  },
  {
    name: "lint",
    binary: bin("oxlint/bin/oxlint"),
    args: ["--type-aware", "--deny-warnings", "."],
  },
  { name: "format", binary: bin("@biomejs/biome/bin/biome"), args: ["check", "."] },
  { name: "dead code", binary: bin("knip/bin/knip.js"), args: ["--no-progress"] },
];

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const print = (text: string) => process.stdout.write(`${text}\n`);

function runNode(script: string, args: readonly string[], inherit: boolean, env = process.env) {
  return new Promise<{ status: number; output: string }>((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env,
      stdio: ["ignore", inherit ? "inherit" : "pipe", inherit ? "inherit" : "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error) => resolve({ status: 1, output: error.message }));
    child.on("close", (code) =>
      resolve({ status: code ?? 1, output: Buffer.concat(chunks).toString("utf8") }),
    );
  });
}

/** True when the check passed. Its output is shown only when it did not. */
async function runCheck(check: Check): Promise<boolean> {
  const startedMs = performance.now();
  const { status, output } = await runNode(check.binary, check.args, false);
  const passed = status === 0;
  print(
    `${passed ? "ok    " : "FAILED"} ${check.name} (${seconds(performance.now() - startedMs)})`,
  );
  if (!passed) print(output.trimEnd());
  return passed;
}

/** With filters one run of what they name, without them all that do not wait in three, the last two beside each other. */
async function runTests(
  filters: readonly string[],
  corpus: readonly string[],
): Promise<RunSummary> {
  if (filters.some((filter) => filter.includes("test/client/sessions")))
    process.env["SALLYPORT_SESSIONS"] = "all";
  if (filters.length > 0) {
    process.env[WHOLE_VARIABLE] = "1";
    return runVitest(["--maxWorkers=1", ...filters], corpus);
  }
  const waiting = isWhole ? [] : waitingFiles(Date.now(), SLOW_PARTS);
  if (waiting.length > 0)
    print(
      `${waiting.length} slow test files wait for another day (${SLOW_VARIABLE}=all has them too)`,
    );
  const without = (places: readonly string[]) =>
    places.map((place) => `--exclude=${place.endsWith("/") ? `${place}**` : place}`);
  const others = without([...heldToTime, ...ONE_AT_A_TIME, ...waiting]);
  const together = await runVitest([`--maxWorkers=${WORKERS}`, ...others]);
  const alone = await Promise.all(
    [heldToTime, ONE_AT_A_TIME].map((places) =>
      runVitest(["--maxWorkers=1", ...without(waiting), ...places]),
    ),
  );
  return failedAgain(sumOf([together, ...alone]));
}

/** In CI few failed files are run once more, alone, when all others are over. Many are no matter of a busy moment. */
async function failedAgain(summary: RunSummary): Promise<RunSummary> {
  const files = summary.failedFiles.map(({ file }) => file);
  if (!isCi || files.length === 0 || files.length > TRIED_AGAIN_MAX) return summary;
  print(`\nonce more: ${files.join(", ")}`);
  return withSecondTry(summary, await runVitest(["--maxWorkers=1", ...files]));
}

const sumOf = (runs: readonly RunSummary[]): RunSummary => ({
  passed: runs.reduce((sum, { passed }) => sum + passed, 0),
  failed: runs.reduce((sum, { failed }) => sum + failed, 0),
  failures: runs.flatMap(({ failures }) => failures),
  passedAtSecondTry: runs.flatMap(({ passedAtSecondTry }) => passedAtSecondTry),
  skipped: runs.flatMap(({ skipped }) => skipped),
  slowest: runs.flatMap(({ slowest }) => slowest).toSorted((a, b) => b.ms - a.ms),
  failedFiles: runs.flatMap(({ failedFiles }) => failedFiles),
});

async function runVitest(
  options: readonly string[],
  corpus: readonly string[] = [],
): Promise<RunSummary> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-run-"));
  const summaryFile = join(folder, "summary.json");
  try {
    const args = ["run", "--reporter=default", "--reporter=./scripts/run-summary.ts", ...options];
    const chosen = corpus.length === 0 ? {} : { [CORPUS_VARIABLE]: corpus.join(",") };
    const env = { ...process.env, ...chosen, SALLYPORT_RUN_SUMMARY: summaryFile };
    const { status } = await runNode(bin("vitest/vitest.mjs"), args, true, env);
    return readSummary(summaryFile, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A runner that died before it could report counts as one failure, as does a bad exit without a failed test. */
function readSummary(file: string, status: number): RunSummary {
  let summary: RunSummary;
  try {
    summary = JSON.parse(readFileSync(file, "utf8")) as RunSummary;
  } catch {
    return failedRun(`the test runner ended with status ${status} before it could report`);
  }
  if (status !== 0 && summary.failed === 0) {
    const failures = [`the test runner ended with status ${status} and named no test`];
    return { ...summary, failed: 1, failures };
  }
  return summary;
}

function failedRun(reason: string): RunSummary {
  return {
    passed: 0,
    failed: 1,
    failures: [reason],
    passedAtSecondTry: [],
    skipped: [],
    slowest: [],
    failedFiles: [],
  };
}

function printDetails(summary: RunSummary, skipsFail: boolean) {
  if (summary.slowest.length > 0) print("\nslowest test files:");
  for (const { file, ms } of summary.slowest.slice(0, slowFilesShown)) {
    print(`  ${seconds(ms).padStart(8)}  ${file}`);
  }
  if (summary.passedAtSecondTry.length > 0) print("\npassed only when tried a second time:");
  for (const name of summary.passedAtSecondTry) print(`  ${name}`);
  if (summary.failures.length > 0) print("\nfailed:");
  for (const line of summary.failures) print(`  ${line}`);
  if (summary.skipped.length === 0) return;
  print(skipsFail ? "\nskipped, which CI counts as failed:" : "\nskipped:");
  for (const { name, reason } of summary.skipped) print(`  ${name}: ${reason}`);
}

/** Builds `dist/` when it is old; a build that fails ends the run. */
async function build(): Promise<void> {
  const { status } = await runNode(join(root, "scripts/bootstrap.mjs"), ["--build"], true);
  if (status !== 0) process.exit(status);
}

async function main() {
  const { values, positionals: named } = scriptArguments(import.meta.url, {
    allowPositionals: true,
    options: {
      static: { type: "boolean", default: false },
      dynamic: { type: "boolean", default: false },
    },
  });
  const { static: staticOnly, dynamic: dynamicOnly } = values;
  const { filters, corpus } = corpusOf(named);
  const skipsFail = process.env["CI"] === "true" || process.env["CI"] === "1";
  let passed = 0;
  let failed = 0;
  // Who names tests wants their result, and `npm run check` says the rest.
  const wanted = dynamicOnly || (named.length > 0 && !staticOnly) ? [] : checks;
  // All at once: none of them keeps two cores busy by itself.
  for (const isPassed of await Promise.all(wanted.map(runCheck))) {
    if (isPassed) passed += 1;
    else failed += 1;
  }
  let skipped = 0;
  if (!staticOnly) {
    if (needBuild(filters)) await build();
    const summary = await runTests(filters, corpus);
    printDetails(summary, skipsFail);
    passed += summary.passed;
    failed += summary.failed;
    skipped = summary.skipped.length;
  }
  print(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 || (skipsFail && skipped > 0) ? 1 : 0;
}

await main();
