// Real shells as the judge of the evaluator: whatever bash or zsh makes of small programs, we must have thought possible.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { lazily } from "#base/lazily.ts";
import { hole, known, literal } from "#guard/shell/values/text.ts";
import { whyNotInstalled } from "../installed.ts";
import { type Dialect, type ShellProgram, shellPrograms } from "./shell-programs.ts";
import { type Calls, foreseen, SHELLS, WordsDirectory } from "./shell-runs.ts";

/** Where the suite's own sample starts: it stays the same, so that a failure belongs to the change that made it. */
const SUITE_SEED = 20_261_120;
/** Programs of the suite; `npm run words` runs any number from any seed. */
const SUITE_PROGRAMS = 600;
/** Programs that a shell runs in one process, and that are one test. */
const BATCH = 100;
const TEST = 10;

const directory = new WordsDirectory();
afterAll(() => directory.remove());

/** Calls that a test foresees to the letter, at least: what is no longer known exactly makes for needless questions. */
const EXACT_MIN: Readonly<Record<Dialect, readonly number[]>> = {
  bash: [
    14, 18, 23, 16, 34, 23, 23, 23, 28, 25, 26, 17, 21, 22, 23, 24, 24, 19, 29, 23, 29, 35, 18, 11,
    21, 25, 26, 17, 38, 30, 9, 22, 25, 29, 26, 26, 27, 27, 46, 32, 20, 12, 26, 19, 17, 17, 25, 27,
    20, 23, 34, 15, 27, 21, 36, 15, 25, 17, 23, 28,
  ],
  zsh: [
    7, 21, 7, 17, 21, 13, 14, 11, 23, 17, 9, 22, 13, 17, 20, 10, 17, 12, 10, 11, 7, 11, 18, 5, 9,
    12, 12, 19, 17, 15, 26, 22, 18, 17, 12, 18, 12, 26, 13, 14, 12, 14, 8, 15, 15, 9, 14, 12, 19,
    22, 16, 10, 23, 19, 10, 15, 6, 15, 20, 7,
  ],
};

/** What the shell called `args` with and the evaluator did not foresee, and how many calls it foresaw to the letter. */
async function compared(
  dialect: Dialect,
  programs: readonly ShellProgram[],
  runs: readonly Calls[],
): Promise<{ readonly misses: readonly string[]; readonly exact: number }> {
  const misses: string[] = [];
  let exact = 0;
  for (const [at, { source }] of programs.entries()) {
    const prediction = await directory.predict(dialect, source);
    if (prediction.unknown !== undefined) continue;
    for (const fields of runs[at] ?? []) {
      const how = foreseen(prediction, fields);
      if (how === "exactly") exact += 1;
      if (how === "not") misses.push(`${JSON.stringify(source)} gave ${JSON.stringify(fields)}`);
    }
  }
  return { misses, exact };
}

/** What programs of the run start besides what every system has. */
const TOOLS = ["rev", "xxd"];

for (const dialect of ["bash", "zsh"] as const) {
  describe(`programs as ${dialect} runs them, seed ${SUITE_SEED}`, () => {
    const programs = shellPrograms(dialect, SUITE_SEED);
    for (let done = 0; done < SUITE_PROGRAMS; done += BATCH) {
      const batch = Array.from({ length: BATCH }, () => programs.next().value);
      const runsOfBatch = lazily(() =>
        directory.run(
          dialect,
          batch.map(({ source }) => source),
        ),
      );
      for (let from = 0; from < BATCH; from += TEST) {
        const [first, end] = [done + from, from + TEST];
        it(`foresees every call, programs ${first + 1} to ${done + end}`, async (context) => {
          if (!existsSync(SHELLS[dialect].path)) context.skip(`${dialect} is not installed`);
          const isUsing = (tool: string): boolean =>
            batch.some(({ source }) => new RegExp(`\\b${tool}\\b`).test(source));
          const missing = whyNotInstalled(...TOOLS.filter(isUsing));
          if (missing !== undefined) context.skip(missing);
          const runs = runsOfBatch().slice(from, end);
          const { misses, exact } = await compared(dialect, batch.slice(from, end), runs);
          expect(misses).toEqual([]);
          expect(exact).toBeGreaterThanOrEqual(EXACT_MIN[dialect][first / TEST] ?? 0);
        });
      }
    }
  });
}

describe("the comparison", () => {
  const predicted = (...vectors: Parameters<typeof foreseen>[0]["vectors"]) => ({
    vectors,
    unknown: undefined,
  });

  it.each([
    [[literal("a")], ["a"], "exactly"],
    [[literal("a")], ["b"], "not"],
    [[literal("a")], ["a", "b"], "not"],
    [[literal("a")], [], "not"],
    [[[hole("budget")]], [], "loosely"],
    [[[hole("budget")]], ["x", "y z"], "loosely"],
    [[[hole("budget", { splits: false })]], ["x", "y"], "not"],
    [[[hole("budget", { like: "a*" })]], ["ab", "a"], "loosely"],
    [[[hole("budget", { like: "a*" })]], ["ab", "b"], "not"],
    [[[...literal("x"), hole("budget", { splits: false })]], ["xyz"], "loosely"],
    [[[...literal("x"), hole("budget", { splits: false })]], ["yz"], "not"],
    [[[{ kind: "glob", glob: "[ab]*" }]], ["a1", "b"], "loosely"],
    [[[{ kind: "glob", glob: "[ab]*" }]], ["[ab]*"], "loosely"],
    [[[{ kind: "glob", glob: "[ab]*" }]], ["c"], "not"],
  ] as const)("of %j with %j: %s", (vector, fields, result) => {
    expect(foreseen(predicted([...vector]), fields)).toBe(result);
  });

  it("sees a call that nobody foresaw", async (context) => {
    if (!existsSync(SHELLS.bash.path)) context.skip("bash is not installed");
    const program = { construct: "none", source: "args a\n: $((1/0)); args b" };
    const [calls] = directory.run("bash", [program.source]);
    expect(calls?.[0]).toEqual(["a"]);
    expect(foreseen({ vectors: [known("x")], unknown: undefined }, ["a"])).toBe("not");
  });

  it("is with a shell that really ran", () => {
    const version = execFileSync(SHELLS.bash.path, ["--norc", "-c", "echo $BASH_VERSION"], {
      encoding: "utf8",
    });
    expect(version).toMatch(/^\d/);
  });
});
