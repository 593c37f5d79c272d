// The reporter that counts a test run for scripts/test.ts: passed, each failure, each skip with its reason, second tries, slowest files.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import type { Reporter, SerializedError, TestModule, Vitest } from "vitest/node";

export type RunSummary = {
  readonly passed: number;
  readonly failed: number;
  /** One line for each failure: who reads the end of a long output must find the name there. */
  readonly failures: readonly string[];
  /** Tests that failed and passed when tried once more, which only CI does: counted as passed, and never silently. */
  readonly passedAtSecondTry: readonly string[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly slowest: readonly { readonly file: string; readonly ms: number }[];
  /** Files in which something failed, each with how many of its tests passed all the same. */
  readonly failedFiles: readonly { readonly file: string; readonly passed: number }[];
};

/**
 * A run whose failed files were run again as `again`: what that gave stands in the place of what they gave first, and each that
 * passed then is named. WHY whole files: rows that run before the tests of a table would be read a second time otherwise.
 */
export function withSecondTry(first: RunSummary, again: RunSummary): RunSummary {
  const tried = first.failedFiles.map(({ file }) => file);
  const isTried = (line: string): boolean =>
    tried.some((file) => line.startsWith(`${file} > `) || line.startsWith(`${file}: `));
  const failures = [...first.failures.filter((line) => !isTried(line)), ...again.failures];
  const failedAgain = new Set(again.failedFiles.map(({ file }) => file));
  const counted = first.failedFiles.reduce((sum, { passed }) => sum + passed, 0);
  return {
    passed: first.passed - counted + again.passed,
    failed: failures.length,
    failures,
    passedAtSecondTry: [
      ...first.passedAtSecondTry.filter((name) => !isTried(name)),
      ...first.failures.filter(
        (line) =>
          isTried(line) && !tried.some((file) => failedAgain.has(file) && line.startsWith(file)),
      ),
      ...again.passedAtSecondTry,
    ],
    skipped: [...first.skipped.filter(({ name }) => !isTried(name)), ...again.skipped],
    slowest: first.slowest,
    failedFiles: again.failedFiles,
  };
}

/** What became of one test, for who compares two runs. A skip without a reason has none here either. */
export type TestOutcome = {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly reason?: string;
};

const LINE_CHARACTERS = 200;
/** How often files that take long are named. */
const NAMED_EACH_MS = 5 * 60_000;
/**
 * What hangs in a call that never comes back has no time limit of its own: a run in CI is ended then, and names the file. Many
 * times what the slowest file takes.
 */
const HANGS_AFTER_MS = 25 * 60_000;

const firstLine = (error: { readonly message?: string } | undefined) =>
  (error?.message ?? "ended without a result").split("\n", 1)[0]?.slice(0, LINE_CHARACTERS) ?? "";

/** Files that could not be collected and errors outside any test are failures too, or a broken file would pass. */
function summarize(modules: readonly TestModule[], stray: readonly SerializedError[]): RunSummary {
  let passed = 0;
  const failures = stray.map((error) => `outside any test: ${firstLine(error)}`);
  const passedAtSecondTry: string[] = [];
  const skipped: { name: string; reason: string }[] = [];
  const failedFiles: { file: string; passed: number }[] = [];
  for (const module of modules) {
    const file = relative(process.cwd(), module.moduleId);
    const before = { failures: failures.length, passed };
    for (const error of module.errors()) failures.push(`${file}: ${firstLine(error)}`);
    for (const suite of module.children.allSuites()) {
      for (const error of suite.errors()) {
        failures.push(`${file} > ${suite.fullName}: ${firstLine(error)}`);
      }
    }
    for (const test of module.children.allTests()) {
      const result = test.result();
      const name = `${file} > ${test.fullName}`;
      if (result.state === "passed") {
        passed += 1;
        if (test.diagnostic()?.flaky === true) passedAtSecondTry.push(name);
      } else if (result.state === "skipped") {
        skipped.push({ name, reason: result.note ?? "no reason given" });
      } else failures.push(`${name}: ${firstLine(result.errors?.[0])}`);
    }
    if (failures.length > before.failures)
      failedFiles.push({ file, passed: passed - before.passed });
  }
  const slowest = modules
    .map((module) => ({
      file: relative(process.cwd(), module.moduleId),
      ms: module.diagnostic().duration,
    }))
    .sort((a, b) => b.ms - a.ms);
  return {
    passed,
    failed: failures.length,
    failures,
    passedAtSecondTry,
    skipped,
    slowest,
    failedFiles,
  };
}

function outcomesOf(modules: readonly TestModule[]): readonly TestOutcome[] {
  return modules.flatMap((module) => {
    const file = relative(process.cwd(), module.moduleId);
    const broken = module.errors().map(() => ({ name: file, state: "failed" as const }));
    const tests = [...module.children.allTests()].map((test): TestOutcome => {
      const result = test.result();
      const name = `${file} > ${test.fullName}`;
      if (result.state === "passed") return { name, state: "passed" };
      if (result.state !== "skipped") return { name, state: "failed" };
      return { name, state: "skipped", ...(result.note ? { reason: result.note } : {}) };
    });
    return [...broken, ...tests];
  });
}

// WHY: the runner loads a reporter by its default export; nothing else in the repository has one.
export default class RunSummaryReporter implements Reporter {
  readonly #running = new Map<string, number>();
  #vitest: Vitest | undefined;
  #naming: NodeJS.Timeout | undefined;
  readonly #namedEachMs: number;
  readonly #hangsAfterMs: number;

  constructor(limits: { readonly namedEachMs?: number; readonly hangsAfterMs?: number } = {}) {
    this.#namedEachMs = limits.namedEachMs ?? NAMED_EACH_MS;
    this.#hangsAfterMs = limits.hangsAfterMs ?? HANGS_AFTER_MS;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    this.#naming = setInterval(() => this.#nameLong(), this.#namedEachMs).unref();
  }

  onTestModuleStart(module: TestModule): void {
    this.#running.set(relative(process.cwd(), module.moduleId), performance.now());
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(relative(process.cwd(), module.moduleId));
  }

  /** Names each file that has run for long, and ends a run in CI in which one hangs. */
  #nameLong(): void {
    for (const [file, startedMs] of this.#running) {
      const ms = performance.now() - startedMs;
      if (ms < this.#namedEachMs) continue;
      process.stdout.write(`still running after ${Math.round(ms / 1000)} s: ${file}\n`);
      if (ms < this.#hangsAfterMs || process.env["CI"] !== "true") continue;
      const hung = { message: `${file} hangs, so the run was ended` };
      this.onTestRunEnd(this.#vitest?.state.getTestModules() ?? [], [hung]);
      // WHY: a thread that waits for a program of its own cannot be ended otherwise.
      process.kill(process.pid, "SIGKILL");
    }
  }

  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    clearInterval(this.#naming);
    const file = process.env["SALLYPORT_RUN_SUMMARY"];
    if (file === undefined) throw new Error("SALLYPORT_RUN_SUMMARY must name the file to write");
    writeFileSync(file, JSON.stringify(summarize(modules, strayErrors)));
    const folder = process.env["SALLYPORT_RUN_RESULTS"];
    if (folder !== undefined) {
      const place = join(folder, `${process.pid}.json`);
      writeFileSync(place, JSON.stringify(outcomesOf(modules)));
    }
  }
}
