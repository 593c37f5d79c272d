// `npm run words [-- COUNT SEED bash|zsh CONSTRUCT --write]`: runs generated programs in bash and zsh; prints what was not foreseen, and how much was `unknown`.
// Usage: npm run words -- [count] [seed] [bash|zsh] [construct] [--write]
import { writeFileSync } from "node:fs";
import { type Dialect, type ShellProgram, shellPrograms } from "./shell-programs.ts";
import { shareOf, type ShellResult, type Tally, wordsPage } from "./words-page.ts";
import { foreseen, WordsDirectory } from "./shell-runs.ts";
import { scriptArguments, wrongArguments } from "../../scripts/script-arguments.ts";

const BATCH = 200;
const MISSES_SHOWN = Number(process.env["MISSES"] ?? 60);

const { positionals, values: options } = scriptArguments(import.meta.url, {
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});
const [count = "20000", seedText = String(Date.now() % 1_000_000), only, wanted] = positionals;
const dialects = (["bash", "zsh"] as const).filter(
  (dialect) => only === undefined || only === dialect,
);
const each = Math.ceil(Number(count) / dialects.length);
const seed = Number(seedText);
if (!Number.isInteger(each) || each < 1 || !Number.isInteger(seed))
  wrongArguments(import.meta.url, "the count and the seed are whole numbers");
if (options.write && only !== undefined)
  wrongArguments(import.meta.url, "`--write` is of both shells and all constructs");
const directory = new WordsDirectory();
const reasons = new Map<string, number>();
const results: ShellResult[] = [];
try {
  for (const dialect of dialects) results.push(await measure(dialect));
} finally {
  directory.remove();
}
if (options.write) {
  const file = new URL("../../docs/reference/words.md", import.meta.url);
  writeFileSync(file, wordsPage(results, seed, new Date()));
}
process.exitCode = results.every(({ all }) => all.missed === 0) ? 0 : 1;

async function measure(dialect: Dialect): Promise<ShellResult> {
  const started = performance.now();
  const tallies = new Map<string, Tally>();
  const programs = shellPrograms(dialect, seed);
  let misses = 0;
  for (let done = 0; done < each; ) {
    const batch: ShellProgram[] = [];
    while (batch.length < Math.min(BATCH, each - done)) {
      const { value } = programs.next();
      if (wanted === undefined || value.construct === wanted) batch.push(value);
    }
    done += batch.length;
    const runs = directory.run(
      dialect,
      batch.map(({ source }) => source),
    );
    for (const [at, program] of batch.entries()) {
      misses += await compare(dialect, program, runs[at], tallies, misses);
    }
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`\n${dialect}: ${each} programs, seed ${seed}, ${seconds} s`);
  const constructs = [...tallies].sort(([a], [b]) => a.localeCompare(b));
  for (const [name, tally] of constructs) print(name, tally);
  const sum = (key: keyof Tally): number =>
    [...tallies.values()].reduce((total, tally) => total + tally[key], 0);
  const all: Tally = {
    programs: sum("programs"),
    unknown: sum("unknown"),
    calls: sum("calls"),
    exact: sum("exact"),
    loose: sum("loose"),
    late: sum("late"),
    missed: sum("missed"),
  };
  print("all", all);
  const frequent = [...reasons].sort(([, a], [, b]) => b - a).slice(0, 15);
  for (const [reason, times] of frequent) console.log(`  ${times} x ${reason}`);
  reasons.clear();
  return { dialect, constructs, all, seconds, reasons: frequent };
}

async function compare(
  dialect: Dialect,
  { construct, source }: ShellProgram,
  calls: ReturnType<WordsDirectory["run"]>[number],
  tallies: Map<string, Tally>,
  misses: number,
): Promise<number> {
  const tally = tallies.get(construct) ?? {
    programs: 0,
    unknown: 0,
    calls: 0,
    exact: 0,
    loose: 0,
    late: 0,
    missed: 0,
  };
  tallies.set(construct, tally);
  tally.programs += 1;
  if (calls === undefined) {
    tally.late += 1;
    return 0;
  }
  const prediction = await directory.predict(dialect, source);
  if (prediction.unknown !== undefined) {
    tally.unknown += 1;
    reasons.set(prediction.unknown, (reasons.get(prediction.unknown) ?? 0) + 1);
    return 0;
  }
  let isMissed = false;
  for (const fields of calls) {
    tally.calls += 1;
    const how = foreseen(prediction, fields);
    if (how === "exactly") tally.exact += 1;
    else if (how === "loosely") tally.loose += 1;
    else {
      if (!isMissed && misses < MISSES_SHOWN) {
        console.log(
          `MISS ${dialect} ${construct}\n  ${source.replaceAll("\n", "\n  ")}\n  really: ${JSON.stringify(fields)}`,
        );
        for (const vector of prediction.vectors.slice(0, 4))
          console.log(`  foreseen: ${shown(vector)}`);
      }
      isMissed = true;
    }
  }
  if (isMissed) tally.missed += 1;
  return isMissed ? 1 : 0;
}

function shown(vector: Awaited<ReturnType<WordsDirectory["predict"]>>["vectors"][number]): string {
  const texts = vector.map((text) =>
    text
      .map((piece) =>
        piece.kind === "text"
          ? JSON.stringify(piece.text)
          : piece.kind === "glob"
            ? `glob(${piece.glob})`
            : `hole(${piece.reason},${piece.splits ? "splits" : "whole"},${piece.like ?? ""})`,
      )
      .join("+"),
  );
  return `[${texts.join(" | ")}]`.slice(0, 300);
}

function print(
  name: string,
  { programs, unknown, calls, exact, loose, late, missed }: Tally,
): void {
  const share = (part: number, whole: number): string => shareOf(part, whole).padStart(8);
  console.log(
    `  ${name.padEnd(20)} ${String(programs).padStart(6)} programs, unknown ${share(unknown, programs)}; ${String(calls).padStart(6)} calls, exact ${share(exact, calls)}, loose ${share(loose, calls)}; ${late} late, ${missed} missed`,
  );
}
