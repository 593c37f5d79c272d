// `npm run oracle [-- OPTIONS]`: every case of the kernel oracle in every profile, or a part of it; prints what came of it or writes the page.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findClient } from "../client/client-binary.ts";
import { chooseCases } from "./choose.ts";
import { isInside, networkJail, whyNoJail } from "./jail.ts";
import { PROFILES } from "./profiles.ts";
import { describeFaults, describeOutcome, page, summarize } from "./report.ts";
import { type Outcome, runCases } from "./run-cases.ts";
import { startSink } from "./sink.ts";
import { scriptArguments } from "../../scripts/script-arguments.ts";

const DETAILS = `  --family A,B     only cases of these families (\`generated\`: combinations)
  --profile A,B    only in these profiles: ${PROFILES.join(", ")}
  --command TEXT   only this command, with all that was predicted and seen
  --sample N       only N of the cases
  --ready          sample only from cases whose programs .ci/run brings and of which nothing is open
  --seed N         which sample, which combinations (default 1)
  --generated N    how many combinations (default 300)
  --extra          list predicted effects that were not seen
  --unknown        list cases with the effect unknown
  --json           print the outcomes as JSON lines
  --from A,B       take the outcomes from such files instead of running anything
  --write          write docs/reference/kernel-oracle.md (the whole run only)
`;

async function main(): Promise<number> {
  const { values } = scriptArguments(
    import.meta.url,
    {
      options: {
        family: { type: "string" },
        profile: { type: "string" },
        command: { type: "string" },
        sample: { type: "string" },
        ready: { type: "boolean", default: false },
        seed: { type: "string", default: "1" },
        generated: { type: "string", default: "300" },
        extra: { type: "boolean", default: false },
        unknown: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        from: { type: "string" },
        write: { type: "boolean", default: false },
      },
    },
    DETAILS,
  );
  const seed = Number(values.seed);
  if (values.from !== undefined) {
    const outcomes = values.from.split(",").flatMap(readOutcomes);
    return report(outcomes, { ...values, seed });
  }
  const missing = isInside() ? undefined : whyNoJail();
  if (missing !== undefined) {
    console.error(`not run: ${missing}`);
    return 2;
  }
  if (!isInside()) return runInside();
  const chosen = chooseCases({
    ...(values.command === undefined ? {} : { command: values.command }),
    ...(values.family === undefined ? {} : { families: values.family.split(",") }),
    ...(values.sample === undefined ? {} : { sample: Number(values.sample) }),
    onlyReady: values.ready,
    generated: Number(values.generated),
    seed,
  });
  const profiles = PROFILES.filter((name) => values.profile?.split(",").includes(name) ?? true);
  const sink = await startSink();
  const begun = Date.now();
  let done = 0;
  const total = profiles.reduce(
    (sum, name) => sum + chosen.filter((one) => one.profiles.includes(name)).length,
    0,
  );
  const outcomes = await runCases({
    cases: chosen,
    profiles,
    sink,
    client: process.env[CLIENT],
    lanes: 2,
    progress: (outcome) => {
      done += 1;
      if (values.json) console.log(JSON.stringify(outcome));
      else if (process.stderr.isTTY && done % 20 === 0)
        process.stderr.write(`\r${done} of ${total}`);
    },
  });
  sink.close();
  const seconds = (Date.now() - begun) / 1000;
  if (values.json) return hasMissed(outcomes) ? 1 : 0;
  if (values.command !== undefined) {
    for (const outcome of outcomes) console.log(describeOutcome(outcome));
    return hasMissed(outcomes) ? 1 : 0;
  }
  console.log(`${total} runs in ${seconds.toFixed(0)} s`);
  return report(outcomes, { ...values, seed });
}

type Wanted = {
  readonly extra: boolean;
  readonly unknown: boolean;
  readonly write: boolean;
  readonly seed: number;
};

/** Prints what came of the cases, and writes the page if asked to; the exit code says whether something was missed. */
function report(outcomes: readonly Outcome[], wanted: Wanted): number {
  console.log(describeFaults(outcomes, wanted));
  console.log(summarize(outcomes));
  if (wanted.write) {
    const file = fileURLToPath(new URL("../../docs/reference/kernel-oracle.md", import.meta.url));
    writeFileSync(file, page(outcomes, wanted.seed));
  }
  return hasMissed(outcomes) ? 1 : 0;
}

function readOutcomes(file: string): readonly Outcome[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Outcome);
}

function hasMissed(outcomes: readonly Outcome[]): boolean {
  return outcomes.some((one) => one.kind === "ran" && one.comparison.missed.length > 0);
}

/** Tells the process in the jail where the client's program is: fetching it takes a network. */
const CLIENT = "SALLYPORT_ORACLE_CLIENT";

/** The same program again, in a network of its own. */
async function runInside(): Promise<number> {
  const client = await findClient();
  const self = fileURLToPath(import.meta.url);
  const [program = "", ...args] = networkJail([
    process.execPath,
    ...process.execArgv,
    self,
    ...process.argv.slice(2),
  ]);
  const { status } = spawnSync(program, args, {
    stdio: "inherit",
    env: { ...process.env, ...(client.kind === "ready" ? { [CLIENT]: client.path } : {}) },
  });
  return status ?? 2;
}

process.exitCode = await main();
