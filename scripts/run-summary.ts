// The reporter that counts a test run for scripts/test.ts: passed, failed, each skip with its reason, slowest files.
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

export type RunSummary = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly slowest: readonly { readonly file: string; readonly ms: number }[];
};

/** Files that could not be collected and errors outside any test are failures too, or a broken file would pass. */
function summarize(modules: readonly TestModule[], strayErrors: number): RunSummary {
  let passed = 0;
  let failed = strayErrors;
  const skipped: { name: string; reason: string }[] = [];
  for (const module of modules) {
    const file = relative(process.cwd(), module.moduleId);
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") passed += 1;
      else if (result.state === "skipped") {
        const reason = result.note ?? "no reason given";
        skipped.push({ name: `${file} > ${test.fullName}`, reason });
      } else failed += 1;
    }
  }
  const slowest = modules
    .map((module) => ({
      file: relative(process.cwd(), module.moduleId),
      ms: module.diagnostic().duration,
    }))
    .sort((a, b) => b.ms - a.ms);
  return { passed, failed, skipped, slowest };
}

// WHY: the runner loads a reporter by its default export; nothing else in the repository has one.
export default class RunSummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    const file = process.env["SALLYPORT_RUN_SUMMARY"];
    if (file === undefined) throw new Error("SALLYPORT_RUN_SUMMARY must name the file to write");
    writeFileSync(file, JSON.stringify(summarize(modules, strayErrors.length)));
  }
}
