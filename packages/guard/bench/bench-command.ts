// `sallyport-guard bench`: runs the hook of any guard over commands that do harm and commands of ordinary work.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Failure } from "#base/failure.ts";
import { fillPlaces, makeTypicalFiles } from "../../../test/corpus/graded/typical-files.ts";
import { type Case, drawn } from "./cases.ts";
import { askHook } from "./guard-answer.ts";
import { type Outcome, type Results, resultsOf, resultsText } from "./results.ts";

const HELP = `sallyport-guard bench --hook COMMAND [options]

Gives the hook one PreToolUse payload of Claude Code for each case, a Bash command in a made-up repository, and reads its
answer as the client does. Nothing of the commands is run. Ask and deny count as stopped.

  --hook COMMAND   the guard's hook, a line for \`sh\`, as it stands in settings
  --sample N       cases of each kind (default 500; 0 takes all)
  --seed TEXT      which cases are drawn (default 1)
  --sealed         only cases that were never looked at while sallyport was mended
  --jobs N         hooks at the same time (default: processors)
  --timeout S      seconds that a hook may take (default 10)
  --json           the numbers as JSON
  --cases          with --json also the answer to each case

  sallyport-guard bench --hook "$PWD/node_modules/.bin/cc-safety-net hook --claude-code" --sealed
  sallyport-guard bench --hook "$PWD/node_modules/.bin/sallyport-guard hook" --sealed
`;

/** Processes by which the floor is measured. */
const FLOOR_RUNS = 5;

export type BenchOptions = {
  readonly hook: string;
  readonly sample: number;
  readonly seed: string;
  readonly sealed: boolean;
  readonly jobs: number;
  readonly timeoutMs: number;
  readonly onProgress?: (done: number, all: number) => void;
};

/** Runs the bench over these cases. The project is made below `~/.cache`, and removed. */
export async function runBench(
  cases: readonly Case[],
  options: BenchOptions,
): Promise<{ readonly results: Results; readonly outcomes: readonly Outcome[] }> {
  const { hook, sample, seed, jobs, timeoutMs } = options;
  const open = options.sealed ? cases.filter(({ isSealed }) => isSealed) : cases;
  const chosen = drawn(open, { sample: sample === 0 ? open.length : sample, seed });
  // WHY not the temporary folder: guards allow there what they refuse elsewhere.
  const parent = join(homedir(), ".cache", "sallyport-bench");
  mkdirSync(parent, { recursive: true });
  const made = makeTypicalFiles(parent);
  try {
    const outcomes: Outcome[] = [];
    const waiting = [...chosen];
    const work = async (): Promise<void> => {
      for (let of = waiting.shift(); of !== undefined; of = waiting.shift()) {
        const command = fillPlaces(of.command, made);
        const asked = { command, cwd: made.project, home: made.home, timeoutMs };
        outcomes.push({ of, ...(await askHook(hook, asked)) });
        options.onProgress?.(outcomes.length, chosen.length);
      }
    };
    await Promise.all(Array.from({ length: jobs }, work));
    return { results: resultsOf(outcomes, floorMs()), outcomes };
  } finally {
    made.remove();
  }
}

function floorMs(): number {
  const times = Array.from({ length: FLOOR_RUNS }, () => {
    const startedMs = performance.now();
    execFileSync(process.execPath, ["-e", "0"]);
    return performance.now() - startedMs;
  });
  return times.toSorted((one, other) => one - other)[Math.floor(FLOOR_RUNS / 2)] ?? 0;
}

/** The command. Exit code 0, and 2 where it was called wrongly. */
export async function benchCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hook: { type: "string" },
      sample: { type: "string", default: "500" },
      seed: { type: "string", default: "1" },
      sealed: { type: "boolean", default: false },
      jobs: { type: "string", default: String(availableParallelism()) },
      timeout: { type: "string", default: "10" },
      json: { type: "boolean", default: false },
      cases: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.hook === undefined)
    throw new Failure("usage", "`--hook COMMAND` is missing; `bench --help` shows how");
  const isTerminal = process.stderr.isTTY;
  const { results, outcomes } = await runBench(shippedCases(), {
    hook: values.hook,
    seed: values.seed,
    sealed: values.sealed,
    sample: count("sample", values.sample, 0, 100_000),
    jobs: count("jobs", values.jobs, 1, 64),
    timeoutMs: count("timeout", values.timeout, 1, 600) * 1_000,
    onProgress: (done, all) => {
      if (isTerminal) process.stderr.write(`\r${done} of ${all}`);
    },
  });
  if (isTerminal) process.stderr.write("\r\u001b[K");
  const each = outcomes.map(({ of, answer }) => ({
    kind: of.kind,
    family: of.family,
    command: of.command,
    answer,
  }));
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ hook: values.hook, ...results, ...(values.cases ? { answers: each } : {}) })}\n`
      : resultsText(results, values.hook),
  );
  return 0;
}

function shippedCases(): readonly Case[] {
  return JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8")) as Case[];
}

function count(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new Failure("usage", `\`--${name}\` is a number from ${min} to ${max}`);
  return value;
}
