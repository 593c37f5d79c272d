// The guard: one tool call in, one decision out, and in between only questions about facts (decision 0002). Read this page first.
//
// ToolCall -> (shell) -> Effects + Findings -> judged by a Policy -> Decision. Nothing here touches disk, network or clock: what is
// true of the machine comes in as Facts. Which facts are needed shows only while evaluating, so evaluation asks.
import { baseName } from "#base/path.ts";
import { deriveEffects } from "./effects/derive.ts";
import { FactReader } from "./facts/fact-reader.ts";
import type { RanCommand } from "./effects/model/ran-command.ts";
import type { Effect } from "./vocabulary/effect.ts";
import { overViews } from "./effects/viewed-effects.ts";
import { scanCall } from "./content/scan.ts";
import type { FactQuery, Facts } from "./facts/facts.ts";
import type { Approved, Decision } from "./policy/decision.ts";
import { authorize } from "./policy/authorize/authorize.ts";
import type { ShellUse } from "./policy/authorize/session-holds.ts";
import { exceptionsFor } from "./policy/exceptions.ts";
import { PlaceTests } from "./policy/condition-places.ts";
import type { PolicyException, Policy } from "./policy/policy.ts";
import type { RememberedAnswers } from "./policy/remembered/answers.ts";
import { rulesFor } from "./policy/rules-for.ts";
import type { ToolCall } from "./toolcall/tool-call.ts";

/** What one evaluation gives: the facts it lacked, and the decision if they stay unknown. */
export type Evaluation = { readonly missing: readonly FactQuery[]; readonly decision: Decision };

/** What people answered before; `digest` of a text is the same for equal ones alone. */
export type Answered = {
  readonly remembered?: RememberedAnswers | undefined;
  readonly ownRule?: string | undefined;
  readonly approved?: readonly Approved[] | undefined;
  readonly digest?: (text: string) => string;
};

/**
 * Evaluates one call. The caller answers what it can of `missing`, adds the answers and asks again, or takes the decision.
 * Pure: the same arguments give the same outcome. A query without an answer is `unknown`. `places` saves compiling the
 * policy for this project anew; it changes nothing else. `exceptions` are those that count now, `remembered` what a
 * person said yes to in this session, `ownRule` the person's own rule for the client that covers the command, and
 * `approved` what other people said yes to. With `stepsGiven` a call that takes more steps throws a `HeavyCall`, and the rest is as without it.
 */
export function evaluate(
  call: ToolCall,
  policy: Policy,
  facts: Facts & {
    readonly places?: PlaceTests;
    readonly exceptions?: readonly PolicyException[];
    readonly stepsGiven?: number;
  } & Answered,
): Evaluation {
  const reader = new FactReader(facts.answers);
  const places = facts.places ?? new PlaceTests(facts.session);
  const derived = deriveEffects(call, facts, reader, facts.stepsGiven);
  const { effects, programs, steps, commands, origins, provenBy, unseen } = derived;
  const { signatures, gitSettings, remotes } = derived;
  const findings = scanCall(call);
  const situation = { call, findings, session: facts.session, reader };
  const rules = rulesFor(policy, situation);
  const inForce = exceptionsFor(facts.exceptions ?? [], situation);
  const judged = { effects, commands, origins, unseen, shell: shellUse(call, facts) };
  const { remembered, ownRule, approved, digest } = facts;
  const authorized = authorize(judged, rules, {
    facts,
    exceptions: inForce,
    reader,
    places,
    call,
    findings,
    remembered,
    ownRule,
    approved,
    digest,
  });
  const { verdict, reasons, exceptions, questions, waits, approvals, views, keys } = authorized;
  const decision = {
    verdict,
    reasons,
    effects: views.length === 0 ? effects : asShown(effects, { views, unseen }),
    findings,
    programs,
    ran: ranNames(commands),
    factsUsed: reader.used(),
    steps,
    ...(signatures.length === 0 ? {} : { signatures }),
    ...(gitSettings.length === 0 ? {} : { gitSettings }),
    ...(remotes.length === 0 ? {} : { remotes }),
    ...(provenBy === undefined ? {} : { provenBy }),
    ...(questions.length === 0 ? {} : { questions }),
    ...(exceptions.length === 0 ? {} : { exceptions }),
    ...(waits.length === 0 ? {} : { waits }),
    ...(approvals.length === 0 ? {} : { approvals }),
    ...(views.length === 0 ? {} : { views }),
    ...(keys.length === 0 ? {} : { keys }),
  };
  return { missing: reader.missing(), decision };
}

function asShown(
  effects: readonly Effect[],
  { views, unseen }: { readonly views: readonly string[]; readonly unseen: ReadonlySet<string> },
): readonly Effect[] {
  const shown = new Set(views);
  return effects.map((effect) => overViews(workedWith(effect, { unseen, shown }), shown));
}

/** A reading of a file of which nothing is seen but what a view leaves as it is, said with it: whoever makes the profile shows a view there. */
function workedWith(
  effect: Effect,
  { unseen, shown }: Readonly<Record<"unseen" | "shown", ReadonlySet<string>>>,
): Effect {
  if (effect.kind !== "read" || effect.target.kind !== "path") return effect;
  const { real, picks } = effect.target;
  return unseen.has(real) || (picks !== undefined && shown.has(real))
    ? { ...effect, target: { ...effect.target, isLoaded: true } }
    : effect;
}

function ranNames(commands: readonly RanCommand[]): readonly string[] {
  return [...new Set(commands.flatMap(({ words: [name] }) => (name ? [baseName(name)] : [])))];
}

/** Facts that a decision on this call still lacks. */
export function plan(call: ToolCall, policy: Policy, facts: Facts): readonly FactQuery[] {
  return evaluate(call, policy, facts).missing;
}

/** Decides one call with the facts there are. */
export function decide(call: ToolCall, policy: Policy, facts: Facts): Decision {
  return evaluate(call, policy, facts).decision;
}

/** Whether the meaning of the call's words is settled: only Bash depends on what the user's shell defines. */
function shellUse(call: ToolCall, facts: Facts): ShellUse {
  if (call.input.kind !== "bash") return "none";
  return facts.shell.known ? "known" : "unknown";
}
