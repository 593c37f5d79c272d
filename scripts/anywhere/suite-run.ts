// What a run of the suite in a root gave, test by test, kept until the other root ran, and how two runs differ.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestOutcome } from "../run-summary.ts";

export type SuiteRun = {
  /** Of the files that were tried. */
  readonly digest: string;
  readonly filters: readonly string[];
  /** With which `npm test` ended: static checks that fail are no test's outcome. */
  readonly status: number;
  readonly outcomes: readonly TestOutcome[];
};

const KEPT = fileURLToPath(
  new URL("../../node_modules/.cache/sallyport-anywhere/", import.meta.url),
);

/** Of the files that the reporter left, one for each time that it ran. */
export function readRun(folder: string, about: Omit<SuiteRun, "outcomes">): SuiteRun {
  const outcomes = readdirSync(folder).flatMap(
    (file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as TestOutcome[],
  );
  return { ...about, outcomes };
}

export function keepRun(name: string, run: SuiteRun): void {
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(join(KEPT, `${name}.json`), JSON.stringify(run));
}

export function keptRun(name: string): SuiteRun | undefined {
  try {
    return JSON.parse(readFileSync(join(KEPT, `${name}.json`), "utf8")) as SuiteRun;
  } catch {
    return undefined;
  }
}

export function countRun({ outcomes }: SuiteRun) {
  const count = (state: TestOutcome["state"]) =>
    outcomes.filter((one) => one.state === state).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/**
 * Tests of both runs by name. The same result is none to speak of; passed in one and skipped with a reason in the other is
 * told by reason; anything else differs, and so does a test that only one whole run has.
 */
export function compareRuns(one: SuiteRun, other: SuiteRun) {
  const theirs = byName(other);
  const differences: string[] = [];
  const skips = new Map<string, number>();
  let compared = 0;
  for (const [name, mine] of byName(one)) {
    const their = theirs.get(name);
    theirs.delete(name);
    if (their === undefined) {
      if (other.filters.length === 0) differences.push(`${name}: only one run has it`);
      continue;
    }
    compared += 1;
    if (mine.state === their.state) continue;
    const skipped = [mine, their].find(({ state }) => state === "skipped");
    const passed = [mine, their].some(({ state }) => state === "passed");
    if (passed && skipped?.reason !== undefined)
      skips.set(skipped.reason, (skips.get(skipped.reason) ?? 0) + 1);
    else differences.push(`${name}: ${mine.state} and ${their.state}`);
  }
  if (one.filters.length === 0)
    for (const name of theirs.keys()) differences.push(`${name}: only one run has it`);
  const told = [...skips].map(([reason, count]) => `${count} tests: ${reason}`);
  return { compared, differences, skips: told };
}

/** Tests of one name in one file are told apart by their order. */
function byName({ outcomes }: SuiteRun): Map<string, TestOutcome> {
  const named = new Map<string, TestOutcome>();
  for (const outcome of outcomes) {
    let { name } = outcome;
    for (let count = 2; named.has(name); count += 1) name = `${outcome.name} (${count})`;
    named.set(name, outcome);
  }
  return named;
}
