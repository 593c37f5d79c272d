// Real shells as the judge of the evaluator: whatever bash or zsh makes of small programs, we must have thought possible.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { lazily } from "#base/lazily.ts";
import { hole, known, literal } from "#guard/shell/text.ts";
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
    15, 21, 26, 20, 20, 14, 33, 23, 18, 17, 31, 31, 28, 19, 20, 20, 17, 16, 24, 28, 23, 23, 20, 20,
    16, 29, 31, 20, 23, 16, 18, 14, 28, 20, 13, 30, 28, 19, 33, 15, 21, 14, 17, 22, 27, 20, 17, 17,
    27, 16, 25, 13, 20, 26, 21, 15, 23, 19, 20, 30,
  ],
  zsh: [
    10, 17, 17, 10, 15, 21, 11, 12, 20, 24, 19, 21, 19, 17, 20, 12, 10, 26, 16, 16, 15, 20, 17, 9,
    14, 14, 5, 6, 15, 12, 15, 17, 19, 12, 15, 5, 12, 34, 15, 20, 12, 12, 20, 21, 11, 12, 17, 20, 21,
    17, 7, 4, 15, 17, 15, 8, 15, 10, 14, 36,
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
