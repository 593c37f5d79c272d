// `npm run mutation -- [--seed N] [--sample N] [--second N] [--minutes N] [--only TEXT] [--processes N] [--fresh] [--json] [--write]`: how many changes of the judging code the tests notice.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installMutator, instrument, type Mutant, root } from "./instrument.ts";
import { digestOfAll, knownResults } from "./known-results.ts";
import { mutationPage, type Result, scoreText, survivorsOf, tableOf } from "./mutation-page.ts";
import { reachOf } from "./reach.ts";
import { mutantRunners, type Outcome, testsOf } from "./run-mutants.ts";
import { changeOf, readSurvivors } from "./survivors.ts";
import { scriptArguments } from "../../scripts/script-arguments.ts";
import { mutatedFiles } from "./mutated-files.ts";

/** Results between two lines that say how far it is, and between two times that they are saved. */
const LINE_EVERY = 10;
/** Mutants of which those of one file run one after the other: what ran when the time is over is a sample still. */
const TOGETHER = 400;
/** Of the time, for the first sample. */
const FIRST_SHARE = 0.9;

const { values } = scriptArguments(import.meta.url, {
  options: {
    seed: { type: "string", default: "1" },
    sample: { type: "string", default: "1500" },
    second: { type: "string", default: "150" },
    minutes: { type: "string", default: "60" },
    only: { type: "string" },
    processes: { type: "string", default: "2" },
    fresh: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const started = Date.now();
const minutes = (): number => (Date.now() - started) / 60_000;
const say = (text: string): void =>
  void process.stderr.write(`${minutes().toFixed(1)} min: ${text}\n`);

installMutator();
const instrumentation = await instrument(mutatedFiles());
const sample = choose(values.seed, Number(values.sample));
/** Under the next seed: nobody reads what survives there, so that its score is of what nobody worked on. */
const second = choose(String(Number(values.seed) + 1), Number(values.second));
say(`${sample.length} of ${instrumentation.mutants.length} mutants, seed ${values.seed}`);
const reach = await reachOf(instrumentation, digestOfAll());
const unused = reach.tests.filter(({ trouble }) => trouble !== undefined && trouble !== "skipped");
for (const { file, name, trouble } of unused)
  say(`not used, for it fails without a mutant: ${file} ${name}: ${trouble ?? ""}`);
say(`${reach.tests.length} tests`);

const earlier = knownResults(values.fresh);
const { results, known } = await runSample(sample, Number(values.minutes) * FIRST_SHARE);
const { results: secondResults } = await runSample(second, Number(values.minutes));
say(`second sample: ${secondResults.length} of ${second.length}: ${scoreText(secondResults)}`);
const survivors = survivorsOf(results);
if (values.json) {
  const shown = survivors.map(({ mutant, status }) => ({
    file: mutant.file,
    line: mutant.line,
    mutator: mutant.mutator,
    status,
    within: mutant.within,
    change: changeOf(mutant),
  }));
  process.stdout.write(`${JSON.stringify({ ran: results.length, survivors: shown })}\n`);
} else {
  process.stdout.write(`${tableOf(results)}\n`);
}
if (values.write) {
  const run = {
    seed: values.seed,
    of: instrumentation.mutants.length,
    sample: sample.length,
    known,
    second: secondResults,
  };
  writeFileSync(
    join(root, "docs/reference/mutation.md"),
    mutationPage(results, run, readSurvivors()),
  );
}

/** A sample by rank under the seed: a mutant keeps its rank for as long as its text is the same. */
function choose(seed: string, count: number): readonly Mutant[] {
  const rank = ({ key }: Mutant): string =>
    createHash("sha256").update(`${seed} ${key}`).digest("hex");
  return instrumentation.mutants
    .filter(({ file }) => values.only === undefined || file.includes(values.only))
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((first, second) => (first.rank < second.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

async function runSample(sample: readonly Mutant[], minutesMax: number) {
  const tests = testsOf(instrumentation, reach);
  const runners = mutantRunners(instrumentation, reach);
  const found: Result[] = [];
  const waiting = sample.flatMap((mutant) => {
    const outcome = earlier.find(mutant, tests(mutant));
    if (outcome === undefined) return [mutant];
    found.push({ mutant, ...outcome });
    return [];
  });
  const known = found.length;
  say(`${known} known from earlier runs, ${waiting.length} to run`);
  let isStopped = false;
  process.once("SIGINT", () => (isStopped = true));
  const isOver = (): boolean => isStopped || minutes() > minutesMax;
  const note = (mutant: Mutant, outcome: Outcome): void => {
    earlier.keep(mutant, tests(mutant), outcome);
    found.push({ mutant, ...outcome });
    if (found.length % LINE_EVERY !== 0) return;
    earlier.save();
    say(`${found.length} of ${sample.length}: ${scoreText(found)}`);
  };
  for (let at = 0; at < waiting.length; at += TOGETHER) {
    const groups = byFile(waiting.slice(at, at + TOGETHER));
    const work = async (): Promise<void> => {
      for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
        const runner = runners(group[0]?.file ?? "");
        for (const mutant of group)
          if (!isOver()) note(mutant, await runner.run(mutant, tests(mutant)));
        await runner.close();
      }
    };
    await Promise.all(Array.from({ length: Number(values.processes) }, work));
  }
  earlier.save();
  if (found.length < sample.length) say(`stopped: ${sample.length - found.length} were not run`);
  return { results: found, known };
}

/** Mutants by their file, the largest group first. */
function byFile(mutants: readonly Mutant[]): Mutant[][] {
  const groups = new Map<string, Mutant[]>();
  for (const mutant of mutants)
    groups.set(mutant.file, [...(groups.get(mutant.file) ?? []), mutant]);
  return [...groups.values()].sort((first, second) => second.length - first.length);
}
