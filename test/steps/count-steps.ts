// Counts what each workload does, as a program of its own: blocks of code that run, and steps of regular expressions. Prints JSON.
import { Session } from "node:inspector";
import process from "node:process";
import { expressionSteps } from "../../scripts/checks/expression-steps.ts";
import type { Workload } from "./workloads.ts";

/** Steps of one match past which nothing more is learnt. */
const MATCH_STEPS_MAX = 200_000_000;

const session = new Session();
session.connect();

function ask(method: string, params: object = {}): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error !== null) throw new Error(error.message);
    answer = result;
  });
  return answer;
}

type Coverage = {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
};

/** Blocks that ran since this was asked last. WHY not those of this program: counting steps is no work of the product. */
function blocksRun(): number {
  const { result } = ask("Profiler.takePreciseCoverage") as Coverage;
  let blocks = 0;
  for (const { url, functions } of result) {
    if (!url.includes("/src/")) continue;
    for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
  }
  return blocks;
}

// INVARIANT: this comes before the workloads are loaded, or V8 counts calls only.
ask("Profiler.enable");
ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
const { PLANTED, WORKLOADS } = (await import("./workloads.ts")) as {
  readonly PLANTED: Workload;
  readonly WORKLOADS: readonly Workload[];
};

let matching = 0;
const counters = new Map<string, ReturnType<typeof expressionSteps>>();
// biome-ignore lint/suspicious/noExtendNative: every match of this process is to be counted.
const exec = RegExp.prototype.exec;
function countMatch(expression: RegExp, text: string): void {
  const { source, flags, lastIndex } = expression;
  const key = `${flags}/${source}`;
  let steps = counters.get(key);
  if (steps === undefined) counters.set(key, (steps = expressionSteps(source, flags)));
  const from = /[gy]/.test(flags) ? lastIndex : 0;
  try {
    matching += steps(text, MATCH_STEPS_MAX, from) ?? MATCH_STEPS_MAX;
  } catch (error) {
    // A repetition too long for the stack of the counter: each character counts once.
    if (!(error instanceof RangeError)) throw error;
    matching += text.length - from;
  }
}

const found: Record<string, readonly number[]> = {};
for (const { name, sizes, run } of [...WORKLOADS, PLANTED]) {
  const counts: number[] = [];
  // What is compiled and remembered once counts for none of the sizes.
  run(1);
  for (const size of sizes) {
    matching = 0;
    blocksRun();
    let isCounting = false;
    RegExp.prototype.exec = function counted(text: string) {
      if (!isCounting) {
        isCounting = true;
        countMatch(this, text);
        isCounting = false;
      }
      return exec.call(this, text);
    };
    try {
      run(size);
    } finally {
      RegExp.prototype.exec = exec;
    }
    counts.push(blocksRun() + matching);
  }
  found[name] = counts;
}
process.stdout.write(JSON.stringify(found));
