// `sallyport policy backtest`: what another policy makes of the calls in the log, or of a corpus of commands, before it is in force.
import { writeFile } from "node:fs/promises";
import { defineCommand } from "citty";
import { readRecordedCall } from "#assure/backtest/recorded-call.ts";
import { createRejudge, type Rejudge } from "#assure/backtest/rejudge.ts";
import {
  type BacktestReport,
  createTally,
  type Tally,
  UNDECIDABLE_WORDS,
} from "#assure/backtest/report.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type Policy, ruleName } from "#guard/policy/policy.ts";
import { userName } from "#platform/user.ts";
import { createShaper } from "#record/event/place-shape.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { loadPack, packNames } from "../../../services/policy/policy-source.ts";
import { namedPolicy } from "../../policy/chosen-policy.ts";
import { backtestCorpus, corpusReportLines } from "../../policy/corpus-backtest.ts";
import { readLastDays } from "../../policy/friction-text.ts";
import { trialLines } from "../../policy/trial-lines.ts";
import { tryRule } from "../../../services/log/rule-trial.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { openRawJudge, type RawJudge } from "../../policy/raw-backtest.ts";
import { isWithinPeriod, type Period, periodOptions, readPeriod } from "../../log/period.ts";

/** Entries between two lines of progress. */
const PROGRESS_ENTRIES = 50_000;

export const backtestCommand = defineCommand({
  meta: {
    name: "backtest",
    description:
      "What a policy would have made of recorded calls, or makes of a corpus of commands. Examples: sallyport policy backtest new.yaml --log 10000; sallyport policy backtest new.yaml --corpus calls.yaml; sallyport policy backtest --without secrets/read --last 30",
  },
  args: {
    policy: {
      type: "positional",
      valueHint: "NAME|FILE",
      required: false,
      description: "a file, or the name of a pack",
    },
    without: {
      type: "string",
      valueHint: "RULE",
      description:
        "in place of a policy: the one in force here without this rule, over the calls that the rule stopped here",
    },
    last: {
      type: "string",
      default: "30",
      valueHint: "DAYS",
      description: "with `--without`: so many days until now",
    },
    log: {
      type: "string",
      default: "all",
      valueHint: "LAST",
      description: "only the last so many entries of the log",
    },
    old: {
      type: "string",
      valueHint: "NAME|FILE",
      description:
        "the policy that was in force, where it is no pack and no longer this directory's: what was recorded of its rules decides more; with `--corpus` the policy compared with",
    },
    corpus: {
      type: "string",
      valueHint: "PATH",
      description:
        "judge the commands of this YAML file, or of those below a directory, in place of the log",
    },
    cwd: {
      type: "string",
      valueHint: "DIR",
      description: "with `--corpus` and `--without`: directory of the calls (default: here)",
    },
    record: {
      type: "string",
      valueHint: "FILE",
      description:
        "with `--corpus`: write it again, each command expecting what it got, to compare another version of this program with",
    },
    raw: {
      type: "string",
      valueHint: "REASON",
      description:
        "judge what the record cannot tell by raw texts, where they are kept and you may read them; on record with this reason",
    },
    examples: {
      type: "string",
      default: "5",
      valueHint: "N",
      description: "events or commands shown of each change",
    },
    ...periodOptions,
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const examplesMax = readCount(args.examples, "--examples");
    const root = args.data ?? dataDirectory();
    if (args.without !== undefined) return without({ ...args, without: args.without }, root);
    if (args.policy === undefined)
      throw new Failure("usage", "name a policy, or a rule with `--without`");
    const { policy } = namedPolicy(args.policy);
    checkOptions(args);
    const isClean =
      args.corpus === undefined
        ? await overLog(args, { policy, examplesMax, root })
        : await overCorpus({ ...args, corpus: args.corpus }, { policy, examplesMax, root });
    if (!isClean) process.exitCode = 1;
  },
});

type Options = {
  readonly log: string;
  readonly old?: string | undefined;
  readonly corpus?: string | undefined;
  readonly cwd?: string | undefined;
  readonly record?: string | undefined;
  readonly raw?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
};

type Wanted = { readonly policy: Policy; readonly examplesMax: number; readonly root: string };

/** Tells what the calls that a rule stopped would have come to without it. */
async function without(
  args: Options & { readonly without: string; readonly policy?: string | undefined } & {
    readonly last: string;
    readonly examples: string;
  },
  data: string,
): Promise<void> {
  if (args.policy !== undefined || args.corpus !== undefined)
    throw new Failure(
      "usage",
      "`--without` is about the policy in force and the log: name nothing else",
    );
  const { policy, root } = await judgingPolicy(args.cwd ?? process.cwd(), undefined, {
    root: data,
  });
  const rules = policy.rules
    .filter((rule) => rule.verdict !== "allow")
    .map((rule) => ({ id: rule.id, name: ruleName(rule, policy) }))
    .filter(({ id, name }) => id === args.without || name === args.without)
    .map(({ name }) => name);
  if (rules.length === 0)
    throw new Failure(
      "usage",
      `no rule \`${printable(args.without)}\` that refuses or asks is in force here; \`sallyport policy show\` lists them`,
    );
  const told = await tryRule(directoriesIn(data), {
    policy,
    rules,
    lift: undefined,
    root,
    days: readLastDays(args.last),
    examplesMax: readCount(args.examples, "--examples"),
  });
  if (args.json === true) return print(printableJson({ rules, ...told }));
  await print([`without ${rules.join(", ")}:`, ...trialLines(told)].map(printable).join("\n"));
}

/** Options of the other source say that something else was meant. */
function checkOptions({ corpus, log, since, until, cwd, record, raw }: Options): void {
  if (corpus !== undefined && raw !== undefined)
    throw new Failure("usage", "`--raw` is about the log: leave it out, or leave out `--corpus`");
  const ofLog = log !== "all" ? "--log" : since !== undefined ? "--since" : "--until";
  const hasOfLog = log !== "all" || since !== undefined || until !== undefined;
  if (corpus !== undefined && hasOfLog)
    throw new Failure(
      "usage",
      `\`${ofLog}\` is about the log: leave it out, or leave out \`--corpus\``,
    );
  const ofCorpus = cwd !== undefined ? "--cwd" : "--record";
  if (corpus === undefined && (cwd !== undefined || record !== undefined))
    throw new Failure("usage", `\`${ofCorpus}\` is about a corpus: name one with \`--corpus\``);
}

/** Judges a corpus; whether nothing changes and all is as expected. */
async function overCorpus(
  args: Options & { readonly corpus: string },
  wanted: Wanted,
): Promise<boolean> {
  const old = args.old === undefined ? undefined : namedPolicy(args.old).policy;
  const { corpus, cwd = "." } = args;
  const { report, recorded } = await backtestCorpus({ corpus, cwd, old, ...wanted });
  if (args.record !== undefined) await writeNew(args.record, recorded);
  if (args.json === true) await print(printableJson(report));
  else
    for (const line of [...changeLines(report, ""), ...corpusReportLines(report)])
      await print(line);
  const { stated, met } = report.expectations;
  return report.same === report.decisions && met === stated;
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (cause) {
    throw new Failure("record-unwritable", "the corpus cannot be written there: name a new file", {
      cause,
      at: { file },
    });
  }
}

/** Judges the log; whether no verdict changes. */
async function overLog(args: Options, { policy, examplesMax, root }: Wanted): Promise<boolean> {
  const period = readPeriod(args);
  const tally = createTally(examplesMax);
  const { digest } = await readEventKeys(directoriesIn(root).keys);
  const wording = { digest, shaper: createShaper(digest) };
  const known = await knownPolicies(args.old, root);
  const rejudge = createRejudge(policy, wording, known);
  const view = await openView(args.data);
  const size = await view.size();
  const last = args.log === "all" ? size : readCount(args.log, "--log");
  const range = { from: Math.max(0, size - last), end: size };
  const raw = await rawJudge(args.raw, policy, root);
  const { faults, fromRaw } = await rejudgeLog({ view, range, period, rejudge, tally, raw });
  const source = { kind: "log", ...range } as const;
  const told = raw === undefined ? { faults } : { faults, fromRaw };
  const report = { policy: policy.id, digest: policy.digest, source, ...told, ...tally.report() };
  if (args.json === true) await print(printableJson(report));
  else for (const line of reportLines(report)) await print(line);
  return report.same === report.decisions && faults === 0;
}

/** The raw store for this run, where a reason was given. */
async function rawJudge(
  reason: string | undefined,
  policy: Policy,
  root: string,
): Promise<RawJudge | undefined> {
  if (reason === undefined) return undefined;
  const reader = { user: userName(), reason, nowMs: Date.now() };
  return openRawJudge(directoriesIn(root), reader, policy);
}

type Run = {
  readonly view: Awaited<ReturnType<typeof openView>>;
  readonly range: { readonly from: number; readonly end: number };
  readonly period: Period;
  readonly rejudge: Rejudge;
  readonly tally: Tally;
  readonly raw: RawJudge | undefined;
};

/** Judges each decision of the log again; gives how many entries could not be read, and how many raw texts decided. */
async function rejudgeLog({
  view,
  range,
  period,
  rejudge,
  tally,
  raw,
}: Run): Promise<{ readonly faults: number; readonly fromRaw: number }> {
  let [faults, fromRaw, seen] = [0, 0, 0];
  for await (const { leaf, sealed } of view.entries(range.from, range.end)) {
    seen += 1;
    if (seen % PROGRESS_ENTRIES === 0)
      process.stderr.write(`sallyport: ${seen} of ${range.end - range.from} entries\n`);
    if (leaf.kind === "fault") {
      faults += 1;
      continue;
    }
    const { id, timeMs, metadata } = leaf;
    // Our own probes are no calls of a session.
    if (metadata["kind"] !== "decision" || metadata["canary"] === true) continue;
    if (!isWithinPeriod(timeMs, period)) continue;
    const call = readRecordedCall(metadata, sealed);
    if (call === undefined) tally.addSealed(id);
    else {
      const told = rejudge(call);
      const decided = told.kind === "undecidable" ? await raw?.(id) : undefined;
      if (decided !== undefined) fromRaw += 1;
      tally.add(id, call, decided ?? told);
    }
  }
  return { faults, fromRaw };
}

/** Policies by which recorded calls may have been judged. */
async function knownPolicies(old: string | undefined, root: string): Promise<readonly Policy[]> {
  const named = old === undefined ? [] : [namedPolicy(old).policy];
  const inForce = await judgingPolicy(process.cwd(), undefined, { root }).then(
    ({ policy }) => [policy],
    // A policy that cannot be read tells nothing of the past; what it decided is then judged by the record alone.
    () => [],
  );
  return [...named, ...inForce, ...packNames().map(loadPack)];
}

function readCount(text: string, option: string): number {
  const count = Number(text);
  if (/^\d{1,12}$/.test(text)) return count;
  throw new Failure("usage", `\`${option}\` is \`${printable(text)}\`: give a whole number`);
}

/** What changes and what cannot be told, an example after `noun`. */
function changeLines(
  { changes, undecidable }: BacktestReport,
  noun: "event " | "",
): readonly string[] {
  const detail = (
    rules: Readonly<Record<string, number>>,
    examples: readonly string[],
  ): string[] => [
    ...Object.entries(rules).map(([rule, count]) => `    ${count}  ${printable(rule)}`),
    ...examples.map((id) => `    ${noun}${printable(id)}`),
  ];
  return [
    ...changes.flatMap(({ from, to, count, rules, examples }) => [
      `${from} -> ${to}  ${count}`,
      ...detail(rules, examples),
    ]),
    ...undecidable.flatMap(({ why, count, rules, examples }) => [
      `not decidable  ${count}  ${UNDECIDABLE_WORDS[why]}`,
      ...detail(rules, examples),
    ]),
  ];
}

type LogReport = BacktestReport & {
  /** Calls that only their raw text decided; missing where none was asked for. */
  readonly fromRaw?: number;
  readonly faults: number;
  readonly source: { readonly from: number; readonly end: number };
};

function reportLines(report: LogReport): readonly string[] {
  const { decisions, same, changes, undecidable, faults, fromRaw, source } = report;
  const changed = changes.reduce((sum, { count }) => sum + count, 0);
  const open = undecidable.reduce((sum, { count }) => sum + count, 0);
  return [
    ...changeLines(report, "event "),
    ...(faults === 0 ? [] : [`${faults} entries cannot be read by this version`]),
    fromRaw === undefined
      ? `source: the log, ${source.end - source.from} entries; effects as they were recorded, no command is read again`
      : `source: the log, ${source.end - source.from} entries; ${fromRaw} decisions by raw texts, in mode default, by what lies on the disk now; of those secrets may have been replaced`,
    `${decisions} decisions: ${same} as before, ${changed} otherwise, ${open} not decidable`,
  ];
}
