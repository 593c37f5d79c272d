// A policy tried on a corpus of commands beside the policy in force, both with the same facts of one directory.
import { resolve } from "node:path";
import { type CorpusCase, corpusText } from "#assure/backtest/corpus.ts";
import { createExpectationTally, type ExpectationReport } from "#assure/backtest/expectations.ts";
import { type BacktestReport, createTally } from "#assure/backtest/report.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import { printable } from "#base/printable.ts";
import { parentPath } from "#base/path.ts";
import { type FactAnswer, queryKey, type SessionFacts } from "#guard/facts/facts.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { productVersion } from "../../foundation/product/product.ts";
import { createGitIndexes } from "../../services/facts/git/git-copies.ts";
import { createNearPaths } from "../../services/facts/paths/near-paths.ts";
import { answerNow, gatherFacts } from "../../services/facts/gather.ts";
import { type AnswerQueries, judgeCall } from "../../services/facts/judge.ts";
import { sessionFacts } from "../../services/facts/session.ts";
import { PLAIN_SHELL } from "../../services/facts/session-shell.ts";
import { situationFacts } from "../../services/facts/situation.ts";
import { readCorpusAt } from "./corpus-files.ts";
import { type JudgingPolicy, judgingPolicy } from "../../services/evaluation/judging-policy.ts";

/** Commands between two lines of progress. */
const PROGRESS_COMMANDS = 2_000;
/** Answers that are kept, so that both policies and all commands see the disk as it was found once. */
const ANSWERS_MAX = 200_000;
/** Characters of a command that an example shows. */
const EXAMPLE_CHARS_MAX = 200;

/** What is compared on which corpus, where. */
export type CorpusRun = {
  /** A file or a directory. */
  readonly corpus: string;
  readonly policy: Policy;
  /** Compared with; the policy in force in the directory unless given. */
  readonly old?: Policy | undefined;
  /** Directory of the calls. */
  readonly cwd: string;
  /** The data directory. */
  readonly root: string;
  readonly examplesMax: number;
};

/** The report of a backtest over texts. `source` says that nothing of it comes from recorded effects. */
export type CorpusReport = BacktestReport & {
  readonly policy: string;
  readonly digest: string;
  readonly against: { readonly policy: string; readonly digest: string; readonly from: string };
  readonly source: {
    readonly kind: "corpus";
    readonly files: number;
    readonly commands: number;
    /** Version of the program whose evaluator judged the texts. */
    readonly evaluator: string;
  };
  readonly surrounding: {
    readonly cwd: string;
    readonly project: string;
    readonly mode: string;
    readonly shell: string;
    /** Layers above both policies, in words. */
    readonly layers: readonly string[];
  };
  readonly expectations: ExpectationReport;
};

/** A report, and the corpus in which each command expects what it got under the new policy. */
export type CorpusOutcome = { readonly report: CorpusReport; readonly recorded: string };

/**
 * Judges each command of a corpus by both policies: in the directory, by what lies there, in mode `default`, by a plain bash
 * without functions and aliases, where somebody can answer. Throws a Failure where a policy or the corpus cannot be read.
 */
export async function backtestCorpus(run: CorpusRun): Promise<CorpusOutcome> {
  const cwd = resolve(run.cwd);
  const { files, cases } = await readCorpusAt(run.corpus);
  const places = { root: run.root };
  const other = run.old === undefined ? {} : { instead: run.old };
  const old = await judgingPolicy(cwd, undefined, { ...places, ...other });
  const now = await judgingPolicy(cwd, undefined, { ...places, instead: run.policy });
  const session = sessionIn(cwd, [old, now]);
  const judge = createJudge(cwd, session);
  const tally = createTally(run.examplesMax);
  const expectations = createExpectationTally(run.examplesMax);
  const got: (readonly [string, Verdict])[] = [];
  for (const [index, one] of cases.entries()) {
    const command = withPlaces(one.command, session);
    const judged = { old: await judge(command, old), now: await judge(command, now) };
    const name = exampleName(one);
    const { verdict } = judged.now;
    const rules = rulesOf(judged.now);
    tally.add(one.isSealed ? undefined : name, judged.old, { kind: "decided", verdict, rules });
    expectations.add(name, one, judged);
    got.push([one.command, verdict]);
    if ((index + 1) % PROGRESS_COMMANDS === 0)
      process.stderr.write(`sallyport: ${index + 1} of ${cases.length} commands\n`);
  }
  const { projectRoot: project, mode } = session;
  const evaluator = productVersion();
  const from = run.old === undefined ? old.from : "named with `--old`";
  const report: CorpusReport = {
    policy: run.policy.id,
    digest: run.policy.digest,
    against: { policy: old.policy.id, digest: old.policy.digest, from },
    source: { kind: "corpus", files, commands: cases.length, evaluator },
    surrounding: { cwd, project, mode, shell: "bash", layers: old.layers },
    ...tally.report(),
    expectations: expectations.report(),
  };
  const about = `Verdicts under ${run.policy.id} ${run.policy.version} by the evaluator of ${evaluator}`;
  return { report, recorded: corpusText(about, got) };
}

/** The report in lines for people. */
export function corpusReportLines(report: CorpusReport): readonly string[] {
  const { source, surrounding, against, expectations, decisions, same } = report;
  const { stated, before, met, otherwise } = expectations;
  const files = source.files === 1 ? "1 file" : `${source.files} files`;
  return [
    ...otherwise.flatMap(({ expected, got, count, examples }) => [
      `expected ${expected}, gets ${got}  ${count}`,
      ...examples.map((example) => `    ${printable(example)}`),
    ]),
    `source: a corpus of texts (${files}), read by the evaluator of version ${source.evaluator}; no recorded effects`,
    `judged in ${printable(surrounding.cwd)} (project ${printable(surrounding.project)}), mode ${surrounding.mode}, a plain ${surrounding.shell}, by what lies there now`,
    `compared with ${printable(against.policy)} ${against.digest.slice(0, 12)} (${printable(against.from)})`,
    ...surrounding.layers.map((layer) => `above both: ${printable(layer)}`),
    ...(stated === 0
      ? []
      : [`${met} of ${stated} expectations met, ${before} by the policy compared with`]),
    `${decisions} commands: ${same} as before, ${decisions - same} otherwise`,
  ];
}

/** A session in a directory, in mode `default`, with what the policies ask of the situation. */
export function sessionIn(
  cwd: string,
  [old, now]: readonly [JudgingPolicy, JudgingPolicy],
): SessionFacts {
  const nowMs = Date.now();
  const asked = [old, now].map(({ policy }) => situationFacts(policy, undefined, nowMs));
  const situation = { ...asked[0], ...asked[1] };
  const subject = { sessionId: "backtest", mode: "default", cwd, projectRoot: old.root } as const;
  return sessionFacts({ ...subject, ...situation });
}

type Judge = (command: string, by: JudgingPolicy) => Promise<Decision>;

function createJudge(cwd: string, session: SessionFacts): Judge {
  const shell = { ...PLAIN_SHELL, dialect: "bash" } as const;
  const answer = createAnswer(session.home);
  return (command, { policy, exceptions: lifts }) => {
    const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
    const call = { id: "backtest", tool: "Bash", cwd, input };
    return judgeCall({ call, policy, session, shell, exceptions: lifts, answer });
  };
}

/** Answers from the disk, each question once, unless so many others came between. */
export function createAnswer(home: string, answersMax: number = ANSWERS_MAX): AnswerQueries {
  const known = new Map<string, FactAnswer>();
  const near = createNearPaths(["/", home]);
  const indexes = createGitIndexes();
  return async (queries) => {
    const open = queries.filter((query) => !known.has(queryKey(query)));
    const found = answerNow(open, near) ?? (await gatherFacts(open, { home, near, indexes }));
    const answers = new Map(found);
    for (const query of queries) {
      const key = queryKey(query);
      const answered = known.get(key);
      if (answered !== undefined) answers.set(key, answered);
    }
    for (const [key, value] of found) known.set(key, value);
    dropOldest(known, answersMax);
    return answers;
  };
}

/** Places as policies write them, and one beside the project. */
function withPlaces(command: string, { projectRoot, home }: SessionFacts): string {
  return command
    .replaceAll("<project>", projectRoot)
    .replaceAll("<home>", home)
    .replaceAll("<outside>", `${parentPath(projectRoot)}/outside`);
}

function exampleName({ at, command }: CorpusCase): string {
  const short =
    command.length > EXAMPLE_CHARS_MAX ? `${command.slice(0, EXAMPLE_CHARS_MAX)}…` : command;
  return `${at}: ${short}`;
}

/** Names of the rules that made a verdict. */
export function rulesOf({ verdict, reasons }: Decision): readonly string[] {
  return [...new Set(reasons.filter((one) => one.verdict === verdict).map(({ rule }) => rule))];
}
