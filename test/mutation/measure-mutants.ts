// `npm run mutation -- [--seed N] [--sample N] [--minutes N] [--only TEXT] [--json] [--write]`: how many changes of the judging code the tests notice.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installStryker, type Mutant, mutantsOf, type Result, runMutants } from "./stryker.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = join(root, "docs/reference/mutation.md");

/** The models with which a wrong prediction costs most. */
const RISKIEST =
  "awk bash chmod cp curl dd docker env find git grep mv python3 rm rsync sed ssh sudo tar xargs".split(
    " ",
  );
/** The core of the evaluator beside the shell: what turns words into effects and effects into verdicts. */
const CORE = [
  ...["call-host", "command-model", "derive", "filter", "left-out", "places", "searched"],
  ...["targets", "wrapper"],
].map((name) => `src/guard/effects/${name}.ts`);
/** Mutants of one run of the tester; between two the time is looked at. */
const BATCH = 150;
/** A place that holds more mutants than this is left out: the tester runs all that lie in a place. */
const INSIDE_MAX = 8;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    sample: { type: "string", default: "1500" },
    minutes: { type: "string", default: "60" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const started = Date.now();
const say = (text: string): void => void process.stderr.write(`${text}\n`);
await installStryker();
const files = targets().filter((file) => values.only === undefined || file.includes(values.only));
const all = (await Promise.all(files.map(mutantsOf))).flat();
const sample = choose(all, Number(values.seed), Number(values.sample));
say(`${sample.length} of ${all.length} mutants in ${files.length} files, seed ${values.seed}`);

const results = new Map<string, Result>();
for (let at = 0; at < sample.length; at += BATCH) {
  const minutes = (Date.now() - started) / 60_000;
  if (minutes > Number(values.minutes)) {
    say(`stopped after ${minutes.toFixed(0)} minutes`);
    break;
  }
  for (const result of await runMutants(sample.slice(at, at + BATCH), 2))
    results.set(keyOf(result), result);
  say(
    `${Math.min(at + BATCH, sample.length)} of ${sample.length}: ${scoreText([...results.values()])}`,
  );
}

const ran = [...results.values()];
const survivors = ran.filter(({ status }) => status === "Survived" || status === "NoCoverage");
if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ seed: Number(values.seed), ran: ran.length, survivors })}\n`,
  );
} else {
  process.stdout.write(`${tableOf(ran)}\n\n${survivors.map(lineOf).join("\n")}\n`);
}
if (values.write) writeFileSync(PAGE, pageOf(ran));

function targets(): readonly string[] {
  const shell = readdirSync(join(root, "src/guard/shell")).map((name) => `src/guard/shell/${name}`);
  const models = RISKIEST.map((name) => `src/guard/effects/commands/${name}.ts`);
  return [...shell, ...CORE, ...models].sort();
}

/** A sample by a seeded shuffle, until about `count` mutants lie in the chosen places. */
function choose(mutants: readonly Mutant[], seed: number, count: number): readonly Mutant[] {
  const random = generator(seed);
  const order = mutants
    .map((mutant) => ({ mutant, rank: random() }))
    .sort((first, second) => first.rank - second.rank);
  const byFile = byFileOf(mutants);
  const chosen: Mutant[] = [];
  const covered = new Set<string>();
  for (const { mutant } of order) {
    if (covered.size >= count) break;
    if (covered.has(keyOf(mutant))) continue;
    const inside = (byFile.get(mutant.file) ?? []).filter((other) => holds(mutant, other));
    if (inside.length > INSIDE_MAX) continue;
    chosen.push(mutant);
    for (const other of inside) covered.add(keyOf(other));
  }
  return chosen;
}

function byFileOf<One extends Mutant>(
  mutants: readonly One[],
): ReadonlyMap<string, readonly One[]> {
  const found = new Map<string, One[]>();
  for (const mutant of mutants) {
    const some = found.get(mutant.file);
    if (some === undefined) found.set(mutant.file, [mutant]);
    else some.push(mutant);
  }
  return found;
}

function holds({ location: outer }: Mutant, { location: inner }: Mutant): boolean {
  const before = (first: Place, second: Place): boolean =>
    first.line < second.line || (first.line === second.line && first.column <= second.column);
  return before(outer.start, inner.start) && before(inner.end, outer.end);
}

type Place = Mutant["location"]["start"];

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function keyOf({ file, mutator, replacement, location: { start, end } }: Mutant): string {
  return [file, mutator, replacement, start.line, start.column, end.line, end.column].join("\0");
}

function counts(results: readonly Result[]) {
  const of = (...statuses: string[]): number =>
    results.filter(({ status }) => statuses.includes(status)).length;
  return {
    noticed: of("Killed", "Timeout"),
    survived: of("Survived"),
    unreached: of("NoCoverage"),
  };
}

function scoreText(results: readonly Result[]): string {
  const { noticed, survived, unreached } = counts(results);
  const valid = noticed + survived + unreached;
  return valid === 0 ? "-" : `${((noticed / valid) * 100).toFixed(1)} %`;
}

function tableOf(results: readonly Result[]): string {
  const rows = [...byFileOf(results)]
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([file, some]) => row(`\`${file}\``, some));
  const head =
    "| file | mutants | noticed | survived | not reached | score |\n|---|---|---|---|---|---|";
  return [head, ...rows, row("all", results)].join("\n");
}

function row(name: string, results: readonly Result[]): string {
  const { noticed, survived, unreached } = counts(results);
  return `| ${name} | ${results.length} | ${noticed} | ${survived} | ${unreached} | ${scoreText(results)} |`;
}

function lineOf({ file, location: { start, end }, replacement, mutator, status }: Result): string {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const text = (lines[start.line - 1] ?? "").slice(
    start.column - 1,
    end.line === start.line ? end.column - 1 : undefined,
  );
  const into = replacement.replace(/\s+/g, " ").slice(0, 100);
  return `${status} ${file}:${start.line}:${start.column} ${mutator}: ${text.trim().slice(0, 100)} -> ${into}`;
}

function pageOf(results: readonly Result[]): string {
  return `# Changes that the tests notice

Written by \`npm run mutation -- --write\`: small changes of the shell evaluator, of the core that makes effects of words, and
of the models with which a mistake costs most, each held against the tests of \`test/corpus\` and \`test/guard\`. A mutant counts as noticed when a test fails or the run does not end. Seed ${values.seed}, ${results.length} mutants,
node ${process.versions.node}.

${tableOf(results)}
`;
}
