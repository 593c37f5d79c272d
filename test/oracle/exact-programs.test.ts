// Programs written by hand, each for something that the evaluator follows: it says what a real shell does with them, and no more.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { lazily } from "#base/lazily.ts";
import { textOf } from "#guard/shell/values/text.ts";
import type { Dialect } from "./shell-programs.ts";
import { foreseen, type Prediction, SHELLS, WordsDirectory } from "./shell-runs.ts";

const exact = v.optional(v.array(v.string()), []);
const wider = v.optional(v.array(v.tuple([v.number(), v.string()])), []);
const Topic = v.strictObject({
  topic: v.string(),
  both: exact,
  bash: exact,
  zsh: exact,
  "wider-bash": wider,
  "wider-zsh": wider,
});

const directory = new WordsDirectory();
afterAll(() => directory.remove());

const file = fileURLToPath(new URL("./exact-programs.yaml", import.meta.url));
const topics = v.parse(v.array(Topic), parse(readFileSync(file, "utf8")));

describe.each(["bash", "zsh"] as const)("as %s runs it", (dialect) => {
  for (const topic of topics) {
    const counted = topic[`wider-${dialect}`];
    const all = [...topic.both, ...topic[dialect], ...counted.map(([, source]) => source)];
    const runs = lazily(() => directory.run(dialect, all));
    for (const [at, source] of all.entries()) {
      it(`${topic.topic}, ${at + 1}: ${source}`, async (context) => {
        needs(dialect, context);
        const prediction = await directory.predict(dialect, source);
        expect(prediction.unknown).toBeUndefined();
        const [countMax] = counted[at - all.length + counted.length] ?? [];
        const calls = runs()[at];
        if (countMax === undefined) {
          expect(callsOf(prediction)).toEqual(plain(calls));
          return;
        }
        expect((calls ?? []).filter((call) => foreseen(prediction, call) === "not")).toEqual([]);
        expect(prediction.vectors.length).toBeLessThanOrEqual(countMax);
      });
    }
  }
});

function needs(dialect: Dialect, context: { skip(reason: string): void }): void {
  if (!existsSync(SHELLS[dialect].path)) context.skip(`${dialect} is not installed`);
}

function callsOf({ vectors }: Prediction): readonly (readonly string[])[] {
  return plain(vectors.map((words) => words.map((word) => textOf(word) ?? "<not known>")));
}

/** The number of the descriptor behind `<(...)` is the shell's own affair. */
function plain(calls: readonly (readonly string[])[] | undefined): readonly (readonly string[])[] {
  const numberless = (text: string): string =>
    text.replace(/\/(?:dev|proc\/self)\/fd\/\d+/g, "/dev/fd/N");
  return (calls ?? []).map((call) => call.map(numberless));
}
