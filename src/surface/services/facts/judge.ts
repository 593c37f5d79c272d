// One call judged: the guard asks, the disk answers, in bounded rounds; then it decides.
import { createHash } from "node:crypto";
import { FACT_QUERIES_MAX, FACT_ROUNDS_MAX } from "#base/limits.ts";
import { joinPath } from "#base/path.ts";
import {
  type EnvironmentFacts,
  type FactAnswer,
  type FactQuery,
  type Facts,
  type Holds,
  queryKey,
  type SessionFacts,
  type ShellFacts,
} from "#guard/facts/facts.ts";
import { type Answered, type Evaluation, evaluate } from "#guard/guard.ts";
import { doesNoMore } from "#guard/alternatives/no-more.ts";
import { type Proposal, proposals } from "#guard/alternatives/propose.ts";
import type { Alternative, Decision } from "#guard/policy/decision.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { PolicyException, Policy } from "#guard/policy/policy.ts";
import type { ToolCall, ToolInput } from "#guard/toolcall/tool-call.ts";
import { answerNow, type GatherOptions, gatherFacts } from "./gather.ts";
import type { GitIndexes } from "./git/git-copies.ts";
import type { NearPaths } from "./paths/near-paths.ts";

/** Answers questions, by `queryKey`; what is not in the result stays unanswered. */
export type AnswerQueries = (
  queries: readonly FactQuery[],
) => Promise<ReadonlyMap<string, FactAnswer>>;

export type JudgeInput = {
  readonly call: ToolCall;
  readonly policy: Policy;
  readonly session: SessionFacts;
  readonly shell: ShellFacts;
  readonly environment?: EnvironmentFacts | undefined;
  readonly writtenPaths?: ReadonlySet<string>;
  readonly holds?: Holds;
  /** What a person approved of the MCP server of the call. */
  readonly mcp?: Facts["mcp"];
  /** Exceptions that count now. */
  readonly exceptions?: readonly PolicyException[];
  /** What a person said yes to in this session. */
  readonly remembered?: Answered["remembered"];
  /** The person's own rule for the client that covers the command, in words. */
  readonly ownRule?: string | undefined;
  /** What other people approved of this very call. */
  readonly approved?: Answered["approved"];
  readonly answer?: AnswerQueries;
  /** Answers of calls before, which are still true; those of this call are added. */
  readonly answers?: Map<string, FactAnswer> | undefined;
  readonly guard?: Guard;
  /** What the default `answer` may look at without a thread; none of it unless given. */
  readonly near?: NearPaths;
  /** What the default `answer` remembers of git's indexes. */
  readonly indexes?: GitIndexes;
  /** What the default `answer` says of the session's sandbox; nothing unless given. */
  readonly containment?: GatherOptions["containment"];
  /** What the default `answer` says that held commands are shown; nothing unless given. */
  readonly shown?: GatherOptions["shown"];
  /** What the default `answer` takes for the text of hidden files; their own unless given. */
  readonly viewed?: GatherOptions["viewed"];
  /** What the default `answer` has copied of what would be lost; nothing unless given. */
  readonly copies?: GatherOptions["copies"];
  readonly serves?: GatherOptions["serves"];
  /** Of this session's project and home, kept from one call to the next. */
  readonly places?: PlaceTests;
};

/** The guard, and what ends its evaluations where they hang: several of one call may lie between two waits for the disk. */
export type Guard = {
  readonly evaluate: typeof evaluate;
  bounded<Value>(work: () => Value): Value | Promise<Value>;
};

/** The guard alone: for who counts its steps, or lets a thread end with it. */
export const UNBOUNDED: Guard = { evaluate, bounded: (work) => work() };

const NO_HOLDS: Holds = { quarantined: false, reason: undefined };

/** Decides one call, gathering what the guard asks for. */
export async function judgeCall(input: JudgeInput): Promise<Decision> {
  return (await judgeWithFacts(input)).decision;
}

/** Decides one call and tells with which facts, in how many rounds: the same facts give the same decision again. */
export async function judgeWithFacts(input: JudgeInput): Promise<Judged> {
  const shared = { ...input, places: input.places ?? new PlaceTests(input.session) };
  const judged = await judgeOnce(shared, input.answers ?? new Map());
  const alternative = await findAlternative(shared, judged);
  return alternative === undefined
    ? judged
    : { ...judged, decision: { ...judged.decision, alternative } };
}

/** The same decision without the nearest form that would run, which takes several judgements more. */
export async function judgePlainly(input: JudgeInput): Promise<Decision> {
  const places = input.places ?? new PlaceTests(input.session);
  return (await judgeOnce({ ...input, places }, input.answers ?? new Map())).decision;
}

/** What the judgements of a command and of its forms have in common. */
type SharedInput = JudgeInput & Required<Pick<JudgeInput, "places">>;
type Answers = Map<string, FactAnswer>;

type Judged = { readonly decision: Decision; readonly facts: Facts; readonly rounds: number };

/** `answers` are those that are known already, and take those that are asked for. */
async function judgeOnce(input: SharedInput, answers: Answers): Promise<Judged> {
  const { policy, session } = input;
  const { near } = input;
  const guard = input.guard ?? UNBOUNDED;
  const call = { ...input.call, input: withHome(input.call.input, session.home) };
  const answer = answersFor(input);
  const asked = new Set<string>();
  const facts: Facts = {
    session,
    shell: input.shell,
    ...(input.environment === undefined ? {} : { environment: input.environment }),
    holds: input.holds ?? NO_HOLDS,
    ...(input.mcp === undefined ? {} : { mcp: input.mcp }),
    writtenPaths: input.writtenPaths ?? new Set(),
    answers,
  };
  const { places, exceptions: lifts = [], remembered, ownRule, approved } = input;
  const answered = { remembered, ownRule, approved, digest: digestText };
  const known = { ...facts, places, exceptions: lifts, ...answered };
  let rounds = 0;
  const ask = ({ missing }: Evaluation): readonly FactQuery[] => {
    if (rounds >= FACT_ROUNDS_MAX) return [];
    // What had no answer once is not asked again: it stays unknown.
    const queries = missing
      .filter((query) => !asked.has(queryKey(query)))
      .slice(0, FACT_QUERIES_MAX);
    for (const query of queries) asked.add(queryKey(query));
    if (queries.length > 0) rounds += 1;
    return queries;
  };
  /** Goes on until there is nothing to ask, or something that takes a wait. */
  const advance = (): { readonly decision: Decision; readonly queries: readonly FactQuery[] } => {
    for (;;) {
      const evaluation = guard.evaluate(call, policy, known);
      const queries = ask(evaluation);
      const found = input.answer === undefined ? answerNow(queries, near) : undefined;
      if (queries.length === 0 || found === undefined)
        return { decision: evaluation.decision, queries };
      for (const [key, value] of found) answers.set(key, value);
    }
  };
  for (;;) {
    const { decision, queries } = await guard.bounded(advance);
    if (queries.length === 0) return { decision, facts, rounds };
    for (const [key, value] of await answer(queries)) answers.set(key, value);
  }
}

function digestText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Forms judged for one refused command. */
const FORMS_MAX = 6;

/**
 * The nearest form of a refused command that would run, or that would at least be asked about. Each form is judged like a
 * call of its own, so what is said to be allowed is; and it does nothing that the command would not have done.
 */
async function findAlternative(
  input: SharedInput,
  { decision, facts }: Judged,
): Promise<Alternative | undefined> {
  if (input.call.input.kind !== "bash") return undefined;
  const proposed = proposals(input.call.input.command, decision);
  const open = proposed.filter(({ onlySays }) => onlySays !== true);
  // WHY one memory for all: the forms ask about the same places as the command.
  const answers = new Map(facts.answers);
  const seen = new Set<string>();
  let milder: Alternative | undefined;
  const judgeForm = async (form: Proposal): Promise<Decision | undefined> => {
    const { command, needs, makes } = form;
    if (seen.has(command)) return;
    if (needs !== undefined && (await isThere(input, needs, answers)) !== true) return;
    if (makes !== undefined && (await isThere(input, makes, answers)) !== false) return;
    seen.add(command);
    const call = { ...input.call, input: { ...input.call.input, command } };
    return (await judgeOnce({ ...input, call }, answers)).decision;
  };
  const isNoMore = ({ makes }: Proposal, found: Decision): boolean =>
    doesNoMore(found, decision, makes === undefined ? undefined : placeOf(input, makes));
  for (let form = open.shift(); form !== undefined && seen.size < FORMS_MAX; form = open.shift()) {
    const { command, makes } = form;
    const found = await judgeForm(form);
    if (found === undefined) continue;
    if (found.verdict !== "deny" && isNoMore(form, found)) {
      if (found.verdict === "allow") return { command, verdict: "allow" };
      if (decision.verdict === "deny") milder ??= { command, verdict: found.verdict };
    }
    // One step of several: the next thing that stops it may have a form of its own.
    open.unshift(
      ...proposals(command, found)
        .filter(({ onlySays }) => onlySays !== true)
        .map((next) => (makes === undefined ? next : { makes, ...next })),
    );
  }
  if (milder !== undefined) return milder;
  for (const form of proposed.filter(({ onlySays }) => onlySays === true)) {
    const found = await judgeForm(form);
    if (found?.verdict === "allow" && isNoMore(form, found))
      return { command: form.command, verdict: "allow" };
  }
  return undefined;
}

/** Undefined where it cannot be told. */
async function isThere(
  input: JudgeInput,
  written: string,
  answers: Answers,
): Promise<boolean | undefined> {
  const query = { kind: "path", path: placeOf(input, written) } as const;
  const key = queryKey(query);
  if (!answers.has(key))
    for (const [one, value] of await answersFor(input)([query])) answers.set(one, value);
  const known = answers.get(key);
  return known?.kind === "path" ? known.type !== "missing" : undefined;
}

function placeOf({ session, call }: JudgeInput, written: string): string {
  return written.startsWith("~/")
    ? joinPath(session.home, written.slice(2))
    : joinPath(call.cwd, written);
}

/** What answers the questions of a judgement: what it was given, or the disk. */
export function answersFor({
  answer,
  near,
  indexes,
  containment,
  shown,
  viewed,
  copies,
  serves,
  session,
}: JudgeInput): AnswerQueries {
  return (
    answer ??
    ((queries) =>
      gatherFacts(queries, {
        home: session.home,
        ...(near === undefined ? {} : { near }),
        ...(indexes === undefined ? {} : { indexes }),
        containment,
        shown,
        viewed,
        copies,
        serves,
      }))
  );
}

// `~` in a file tool's path is the home directory, which only the facts know.
function withHome(input: ToolInput, home: string): ToolInput {
  if (input.kind !== "read" && input.kind !== "edit" && input.kind !== "write") return input;
  if (input.path !== "~" && !input.path.startsWith("~/")) return input;
  return { ...input, path: joinPath(home, input.path.slice(2)) };
}
