// `npm run properties [-- CASES PROCESSES SEED] [--only TEXT] [--fresh] [--write]`: the properties of the guard at the size of a night, in several processes; seeds, cases, costs.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keyOf, type Part, type PartResult, partsOf, tallies } from "./parts.ts";
import { propertiesPage } from "./properties-page.ts";
import { scriptArguments, wrongArguments } from "../../scripts/script-arguments.ts";

const DETAILS = `  --only    only the properties whose names hold the text
  --fresh   do not go on with an earlier run of the same cases and seed
  --write   write docs/reference/properties.md (all properties only)
`;
const REPORT_MS = 30_000;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const WORKER = fileURLToPath(new URL("./property-worker.ts", import.meta.url));

const { values: options, positionals } = scriptArguments(
  import.meta.url,
  {
    allowPositionals: true,
    options: {
      only: { type: "string" },
      fresh: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  },
  DETAILS,
);
const [cases = 1_000_000, processes = 2, seed = Date.now() % 1_000_000_000] =
  positionals.map(Number);
if (![cases, processes, seed].every((one) => Number.isSafeInteger(one) && one > 0))
  wrongArguments(import.meta.url, "cases, processes and the seed are whole numbers");
if (options.write && options.only !== undefined)
  wrongArguments(import.meta.url, "`--write` is of all properties");

const parts = spread(partsOf(cases, seed)).filter(({ property }) =>
  property.includes(options.only ?? ""),
);
if (parts.length === 0) wrongArguments(import.meta.url, `no property holds \`${options.only}\``);
const log = join(tmpdir(), `sallyport-properties-${cases}-${seed}-${digestOfTried()}.jsonl`);
const earlier = options.fresh ? new Map<string, PartResult>() : readLog(log);
writeFileSync(log, [...earlier.values()].map((one) => `${JSON.stringify(one)}\n`).join(""));
const results = parts.flatMap((part) => earlier.get(keyOf(part)) ?? []);
const waiting = parts.filter((part) => !earlier.has(keyOf(part)));
const started = performance.now();
console.log(`seed ${seed}: ${parts.length} parts, ${results.length} of them done, noted in ${log}`);

const report = setInterval(progress, REPORT_MS);
await Promise.all(Array.from({ length: processes }, work)).finally(() => clearInterval(report));
progress();
const found = tallies(results);
for (const tally of found) {
  const { property, different, seeds, seconds, counterexamples } = tally;
  console.log(
    `${property}: ${tally.cases} cases, ${different} different, seeds ${seeds.join(" to ")}, ${Math.round(seconds)} s, ${counterexamples} parts with a counterexample`,
  );
}
if (options.write) {
  // An earlier run's share of the time is not on this clock.
  const minutes = results.reduce((sum, { seconds }) => sum + seconds, 0) / processes / 60;
  const page = propertiesPage(found, { cases, processes, seed }, { minutes, date: new Date() });
  writeFileSync(join(ROOT, "docs/reference/properties.md"), page);
}
process.exitCode = found.every(({ counterexamples }) => counterexamples === 0) ? 0 : 1;

/** One process that takes part after part until none is left. */
function work(): Promise<void> {
  const child = fork(WORKER, { execArgv: ["--conditions=source", "--import", "tsx"] });
  return new Promise((end, fail) => {
    let current: Part | undefined;
    const next = (): void => {
      current = waiting.shift();
      if (current === undefined) child.disconnect();
      else child.send(current);
    };
    child.on("message", (result: PartResult) => {
      note(result);
      next();
    });
    child.on("error", fail);
    child.on("exit", (code, signal) => {
      if (code === 0) end();
      else fail(new Error(`a process ended with ${signal ?? code} at ${JSON.stringify(current)}`));
    });
    next();
  });
}

function note(result: PartResult): void {
  results.push(result);
  appendFileSync(log, `${JSON.stringify(result)}\n`);
  if (result.counterexample !== undefined)
    console.log(`${result.property}: seed ${result.seed}: ${result.counterexample}`);
}

function progress(): void {
  const done = results.reduce((sum, part) => sum + part.cases, 0);
  const failures = results.filter((one) => one.counterexample !== undefined).length;
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(
    `${done} cases, ${results.length} of ${parts.length} parts, ${failures} with a counterexample, ${seconds} s`,
  );
}

/** The parts in an order in which a run that is stopped early has tried something of every property. */
function spread(all: readonly Part[]): readonly Part[] {
  const sizes = new Map<string, number>();
  for (const { property } of all) sizes.set(property, (sizes.get(property) ?? 0) + 1);
  return all
    .map((part) => ({ part, rank: (part.seed - seed) / (sizes.get(part.property) ?? 1) }))
    .sort((first, second) => first.rank - second.rank)
    .map(({ part }) => part);
}

function readLog(file: string): Map<string, PartResult> {
  if (!existsSync(file)) return new Map();
  // What was being written when a run was stopped has no end.
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return new Map(
    lines.map((line) => {
      const result = JSON.parse(line) as PartResult;
      return [keyOf(result), result] as const;
    }),
  );
}

/** What the results are true of: an earlier run of another guard is none to go on with. */
function digestOfTried(): string {
  const hash = createHash("sha256");
  for (const directory of ["src", "data/policies", "test/property"]) {
    const names = readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const name of names.sort()) hash.update(`${name}\0`).update(readFileSync(name));
  }
  return hash.digest("hex").slice(0, 16);
}
