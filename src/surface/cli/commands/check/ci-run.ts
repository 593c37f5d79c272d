// `sallyport ci run`: the client without a person, held by managed settings of the run's own, or not started at all.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { commaList } from "#base/comma-list.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { runHeadless } from "../../../services/ci/run-headless.ts";
import {
  clientCommand,
  readMode,
  refuseBroadRules,
  type RunRequest,
} from "../../../services/ci/run-request.ts";
import { RUN_KEY_VARIABLE } from "../../../services/ci/run-seal.ts";
import type { RunOutcome, RunSummary } from "../../../services/ci/run-summary.ts";
import { jsonOption, policyOption, repeatedOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";

const TIMED_OUT = 3;
const REFUSED = 4;
const MINUTES_MAX = 360;
const ENDINGS: Readonly<Record<RunOutcome, string>> = {
  done: "ended by itself",
  failed: "failed",
  hindered: "could not do what it was allowed",
  "timed-out": "was ended at its time limit",
};

/** `sallyport ci run [options] -- claude -p ...`. */
export const ciRunCommand = defineCommand({
  meta: {
    name: "run",
    description: `run the client without a person, under a policy that the checkout cannot change

  sallyport ci run -- claude -p "review this change"
  sallyport ci run --allow "Edit" --allow "Bash(npm test)" --max-turns 40 -- claude -p "make the failing test pass"
  sallyport ci run --mode plan --artifacts out -- claude -p "find what is wrong in src"

The client runs in \`dontAsk\` (or \`plan\`) under managed settings of this run's own: hooks and servers of the checkout do not
count, questions that nobody can answer are refusals on record, and it gets no secret of the job but its own key. Nothing of the
machine's settings is changed. Where this cannot be held, the run is not started and the reason is told.

The folder of artifacts has summary.json, comment.md (for a pull request), decisions.jsonl, run.tlog-proof with log.key, and
changes.patch: what the run changed, for another job to review and open a pull request with. With a key of the run it has
meant.sealed too: what each call said, which \`sallyport ci open\` shows to those who hold that key.`,
  },
  args: {
    directory: { type: "string", valueHint: "DIR", default: ".", description: "the checkout" },
    mode: { type: "string", valueHint: "MODE", description: "dontAsk (default) or plan" },
    policy: {
      ...policyOption.policy,
      default: "tier-ci",
      description: "a pack or a file",
    },
    allow: {
      type: "string",
      valueHint: "RULE",
      description: "what the run is for, as a rule of the client; may be repeated",
    },
    egress: {
      type: "string",
      valueHint: "HOST,HOST",
      description: "hosts that commands may reach",
    },
    env: {
      type: "string",
      valueHint: "NAME,NAME",
      description: "further variables that the client gets",
    },
    timeout: { type: "string", valueHint: "MINUTES", default: "30", description: "time limit" },
    "max-turns": { type: "string", valueHint: "N", default: "60", description: "limit of turns" },
    "max-budget-usd": { type: "string", valueHint: "USD", description: "limit of costs" },
    artifacts: {
      type: "string",
      valueHint: "DIR",
      description: "where the files go; best outside the checkout",
    },
    key: {
      type: "string",
      valueHint: "VARIABLE",
      description: `the variable that holds the key under which the artifacts show what calls said (default: ${RUN_KEY_VARIABLE}, if it is set)`,
    },
    strict: { type: "boolean", description: "exit 4 where calls were refused" },
    ...jsonOption,
  },
  async run({ args, rawArgs }) {
    const request = requestOf(args, rawArgs);
    const { summary, artifacts } = await runHeadless(request, process.env, Date.now());
    if (args.json === true) await print(printableJson({ ...summary, artifacts }, 2));
    else for (const line of wordsOf(summary, artifacts)) await print(line);
    process.exitCode = exitCodeOf(summary, args.strict === true);
  },
});

type Arguments = {
  readonly directory: string;
  readonly mode?: string | undefined;
  readonly policy: string;
  readonly egress?: string | undefined;
  readonly env?: string | undefined;
  readonly timeout: string;
  readonly "max-turns": string;
  readonly "max-budget-usd"?: string | undefined;
  readonly artifacts?: string | undefined;
  readonly key?: string | undefined;
};

function requestOf(args: Arguments, rawArgs: readonly string[]): RunRequest {
  const at = rawArgs.indexOf("--");
  const { mode: named, ...client } = clientCommand(at < 0 ? [] : rawArgs.slice(at + 1));
  const allow = repeatedOption(at < 0 ? rawArgs : rawArgs.slice(0, at), "--allow");
  refuseBroadRules(allow);
  const budget = args["max-budget-usd"];
  const given = commaList(args.env).map(variableName);
  if (given.includes(args.key ?? RUN_KEY_VARIABLE))
    throw new Failure(
      "ci-weaker",
      `\`--env ${args.key ?? RUN_KEY_VARIABLE}\` would give the client the key of the run: leave it out`,
    );
  return {
    ...client,
    directory: resolve(args.directory),
    policy: args.policy,
    allow,
    mode: args.mode === undefined ? (named ?? "dontAsk") : readMode(args.mode),
    egress: commaList(args.egress),
    environment: given,
    timeoutMs: within(args.timeout, "--timeout", MINUTES_MAX) * 60_000,
    maxTurns: Math.ceil(within(args["max-turns"], "--max-turns", 10_000)),
    maxBudgetUsd: budget === undefined ? undefined : within(budget, "--max-budget-usd", 100_000),
    artifacts: args.artifacts === undefined ? undefined : resolve(args.artifacts),
    keyVariable: args.key === undefined ? undefined : variableName(args.key),
  };
}

function variableName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new Failure("usage", `\`${printable(name)}\` is no name of a variable`);
}

function within(text: string, option: string, most: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= most) return value;
  throw new Failure("usage", `\`${option}\` is a number above 0 and at most ${most}`);
}

function wordsOf(summary: RunSummary, artifacts: string): readonly string[] {
  const { refusals, hindered, outcome, changed, log } = summary;
  return [
    `the run ${ENDINGS[outcome]}; ${changed.length} files changed, ${refusals.length} calls refused`,
    ...hindered
      .slice(0, 20)
      .map(
        ({ tool, what, rule, why }) =>
          `  did not run  ${printable(tool)} ${printable(what)}${rule === null ? "" : ` (--allow ${printable(rule)})`}: ${printable(why)}`,
      ),
    ...refusals
      .slice(0, 20)
      .map(
        ({ tool, what, rule, asked }) =>
          `  refused  ${printable(tool)} ${printable(what)} (${printable(rule)}${asked ? "; nobody to answer" : ""})`,
      ),
    `record: ${log.entries} events, ${log.isVerified ? "verified" : "NOT verified"}`,
    `artifacts: ${printable(artifacts)}`,
  ];
}

function exitCodeOf({ outcome, refusals }: RunSummary, isStrict: boolean): number {
  if (outcome === "timed-out") return TIMED_OUT;
  if (outcome === "failed" || outcome === "hindered") return exitCodes.found;
  return isStrict && refusals.length > 0 ? REFUSED : exitCodes.done;
}
