// A recorded call judged again by another policy: the mildest and the strictest verdict that agree with what was recorded.
import type { Verdict } from "#guard/policy/decision.ts";
import {
  type Policy,
  type PolicyException,
  type Rule,
  ruleName,
  sourceOf,
} from "#guard/policy/policy.ts";
import { compile, KeptRules, type CompiledPolicy } from "./compiled-policy.ts";
import type { RecordedCall, RecordedEffect } from "./recorded-call.ts";
import type { ShapeRule, Wording } from "./rule-match.ts";
import type { Sureness } from "./shape-match.ts";

/** What becomes of a call: its verdict with the rules that made it, or why that cannot be told. */
export type Rejudgement =
  | { readonly kind: "decided"; readonly verdict: Verdict; readonly rules: readonly string[] }
  | {
      readonly kind: "undecidable";
      readonly why: Why;
      readonly rules: readonly string[];
      /** The strictest verdict that agrees with what was recorded. */
      readonly atMost: Verdict;
    };

/**
 * `no-shapes`: recorded before places were. `omitted`: more effects than a record holds. `place`, `command`, `situation`: a
 * rule speaks of something that the record does not hold.
 */
export type Why = "no-shapes" | "omitted" | "place" | "command" | "situation";

/** Judges one recorded call. */
export type Rejudge = (call: RecordedCall) => Rejudgement;

/** From the mildest to the strictest. */
const VERDICTS = ["allow", "abstain", "ask", "deny"] as const satisfies readonly Verdict[];
type Rank = 0 | 1 | 2 | 3;
const RANKS: Readonly<Record<Verdict, Rank>> = { allow: 0, abstain: 1, ask: 2, deny: 3 };

/** A verdict between two bounds, by the rules that make the upper one. */
type Span = {
  readonly low: Rank;
  readonly high: Rank;
  readonly rules: readonly string[];
  readonly why?: Why | undefined;
};

/** Restricting reasons that a decision lists at most; where there are as many, more may have been. */
const REASONS_MAX = 8;
/** Roots whose rules stay compiled. */
const ROOTS_MAX = 64;
/** Reasons of the guard itself that come from judging by a policy, and are made anew by judging again. */
const JUDGED_ANEW: ReadonlySet<string> = new Set([
  "guard/unknown-effect",
  "guard/no-rule",
  "guard/nobody-to-ask",
  "guard/no-effect",
  "guard/no-automatic-approval",
  "guard/plan-mode",
  "guard/shell-not-known",
]);

/**
 * Prepares judging recorded calls by `policy`. `known` are policies by which they may have been judged at the time, `lift` is an
 * exception that is judged by as if it had counted then.
 */
export function createRejudge(
  policy: Policy,
  wording: Wording,
  known: readonly Policy[] = [],
  lift?: PolicyException,
): Rejudge {
  const compiled = new Map<string, CompiledPolicy>();
  const olds = new Map(known.map((old) => [old.digest, old]));
  const kept = new Map<string, KeptRules>();
  const keptOf = (digest: string): KeptRules | undefined => {
    const old = olds.get(digest);
    if (old === undefined) return undefined;
    const rules = kept.get(digest) ?? new KeptRules(old, policy);
    kept.set(digest, rules);
    return rules;
  };
  return (call) => {
    const fixed = call.reasons.find(
      ({ rule }) => rule.startsWith("guard/") && !JUDGED_ANEW.has(rule),
    );
    // What the guard says of its own accord, a session that is held for example, is no matter of a policy.
    if (fixed !== undefined) return { kind: "decided", verdict: call.verdict, rules: [fixed.rule] };
    const { roots } = call;
    if (roots === undefined)
      return { kind: "undecidable", why: "no-shapes", rules: [], atMost: "deny" };
    const key = `${roots.project}\n${roots.home}`;
    const rules = compiled.get(key) ?? compile(policy, roots, wording, lift);
    if (compiled.size >= ROOTS_MAX) compiled.clear();
    compiled.set(key, rules);
    return outcome(judgeAgain(call, policy, { rules, kept: keptOf(call.policyDigest) }), call);
  };
}

type Knowledge = { readonly rules: CompiledPolicy; readonly kept: KeptRules | undefined };

function judgeAgain(call: RecordedCall, policy: Policy, knowledge: Knowledge): Span {
  const restricting = call.reasons.filter(({ verdict, rule }) => isRestricting(verdict, rule));
  const context: Context = { call, policy, restricting, ...knowledge };
  const spans = call.effects.map((recorded, index) => effectSpan(recorded, index, context));
  spans.push(...commandSpans(context));
  if (!call.isComplete) spans.push({ low: 0, high: 3, rules: [], why: "omitted" });
  return settle(together(spans), call, policy);
}

/** What stands beside the rules: approvals that are left to the client, a shell that is not known, nobody to ask. */
function settle(span: Span, call: RecordedCall, policy: Policy): Span {
  const isBash = call.tool === "Bash";
  const wasUnknown = call.reasons.some(({ rule }) => rule === "guard/shell-not-known");
  const isUnknown = isBash && wasUnknown;
  const mayBeUnknown = isBash && !wasUnknown && call.verdict !== "allow";
  const at = (rank: Rank, isHigh: boolean): Rank => {
    const left: Rank = policy.otherwise === "ask" && call.mode !== "plan" ? 2 : 1;
    const open: Rank = left === 2 && !call.interactive ? 3 : left;
    if (rank === 2 && !call.interactive) return 3;
    if (rank > 0) return rank === 1 ? open : rank;
    if (!policy.automaticApproval || isUnknown) return open;
    return isHigh && (mayBeUnknown || call.mode === "plan") ? open : 0;
  };
  const why = span.low === span.high && mayBeUnknown ? "situation" : span.why;
  return { ...span, low: at(span.low, false), high: at(span.high, true), why };
}

function outcome({ low, high, rules, why = "place" }: Span, call: RecordedCall): Rejudgement {
  const verdict = VERDICTS[high] ?? call.verdict;
  if (low !== high) return { kind: "undecidable", why, rules, atMost: verdict };
  return { kind: "decided", verdict, rules };
}

type Context = Knowledge & {
  readonly call: RecordedCall;
  readonly policy: Policy;
  /** Its reasons of rules that restricted it. */
  readonly restricting: RecordedCall["reasons"];
};

function effectSpan(recorded: RecordedEffect, index: number, context: Context): Span {
  const { call, policy, rules, kept } = context;
  const restrictions: Span[] = [];
  const lifts: { readonly span: Span; readonly lifted: Span }[] = [];
  const made = context.restricting.find(({ effect }) => effect === index);
  for (const one of rules.byKind.get(recorded.effect.kind) ?? []) {
    const { rule } = one;
    const told = kept?.has(rule) === true ? recordedSpan(rule, made, context, kept) : UNTOLD;
    if (told === NOTHING) continue;
    const met = told.low === told.high ? told : meetingSpan(one, recorded, call);
    if (met.high === 0) continue;
    const high = met.high <= told.high ? met.high : told.high;
    const span = { ...met, high, rules: [ruleName(rule, policy)] };
    const lifted = liftedSpan(rule, recorded, span, context);
    if (lifted === undefined) restrictions.push(span);
    else if (lifted.high > 0) restrictions.push(lifted);
    if (lifted !== undefined) lifts.push({ span, lifted });
  }
  const strictest = together(restrictions);
  const base = liftedBase(lifts, recorded, index, context);
  // A rule that may restrict replaces what is left otherwise; what surely restricts does.
  if (strictest.low >= 2) return strictest;
  if (strictest.high < 2) return base;
  const isAbove = strictest.high >= base.high;
  return {
    low: base.low,
    high: isAbove ? strictest.high : base.high,
    rules: isAbove ? strictest.rules : base.rules,
    why: strictest.why,
  };
}

/** What an exception makes of what a rule does to an effect; undefined where it surely changes nothing. */
function liftedSpan(
  rule: Rule,
  recorded: RecordedEffect,
  span: Span,
  { call, policy, rules: { lift } }: Context,
): Span | undefined {
  if (lift === undefined || !mayLift(lift.exception, rule, policy)) return undefined;
  const { kind } = recorded.effect;
  if (kind === "tamper" || kind === "unknown") return undefined;
  const speaks = situationOf(lift.scope.rule, call);
  const sure = Math.min(speaks, speaks === 0 ? 0 : lift.scope.covers(recorded));
  if (sure === 0) return undefined;
  const rank = RANKS[lift.exception.verdict];
  const low = span.low < rank ? span.low : rank;
  const rules = [lift.scope.rule.id];
  if (sure === 2) return { ...span, low, high: rank, rules };
  return { ...span, low, why: speaks === 1 ? "situation" : "place" };
}

/** As the guard has it: no managed rule, none that needs another person, and no question is lifted to a question. */
function mayLift({ rules, verdict }: PolicyException, rule: Rule, policy: Policy): boolean {
  if (sourceOf(rule, policy).layer === "managed" || rule.approval !== undefined) return false;
  return rules.includes(ruleName(rule, policy)) && !(verdict === "ask" && rule.verdict === "ask");
}

/** What an effect comes to where no rule restricts it: what an exception surely allows is allowed. */
function liftedBase(
  lifts: readonly { readonly span: Span; readonly lifted: Span }[],
  recorded: RecordedEffect,
  index: number,
  context: Context,
): Span {
  if (recorded.effect.kind === "unknown") return asked(recorded, index, context);
  const left = allowance(recorded, index, context);
  if (lifts.length === 0 || context.rules.lift?.exception.verdict === "ask") return left;
  const sure = lifts.find(({ span, lifted }) => span.low >= 2 && lifted.high === 0);
  if (sure !== undefined) return { low: 0, high: 0, rules: sure.lifted.rules };
  return { ...left, low: 0, why: left.why ?? "place" };
}

/** What nobody knows is asked about, unless a rule allows the call of an MCP tool. */
function asked(recorded: RecordedEffect, index: number, context: Context): Span {
  const allowed = allowance(recorded, index, context);
  if (allowed.low !== 0) return ASKED;
  return allowed.high === 0 ? allowed : { ...allowed, high: ASKED.high };
}

const ASKED: Span = { low: 2, high: 2, rules: ["guard/unknown-effect"] };
const NOTHING: Span = { low: 0, high: 0, rules: [] };

function together(spans: readonly Span[]): Span {
  const [first] = spans;
  if (spans.length === 1 && first !== undefined) return first;
  let [low, high]: [Rank, Rank] = [0, 0];
  for (const span of spans) {
    if (span.low > low) low = span.low;
    if (span.high > high) high = span.high;
  }
  const makers = spans.filter((span) => span.high === high);
  const rules = [...new Set(makers.flatMap((span) => span.rules))].slice(0, REASONS_MAX);
  return { low, high, rules, why: makers.find((span) => span.low < span.high)?.why };
}

/** Bounds that say nothing. */
const UNTOLD: Span = { low: 0, high: 3, rules: [] };

/** What the record says of a rule that the policy at the time had too. */
function recordedSpan(
  rule: Rule,
  made: RecordedCall["reasons"][number] | undefined,
  { restricting }: Pick<Context, "restricting">,
  kept: KeptRules,
): Span {
  if (made === undefined) return restricting.length < REASONS_MAX ? NOTHING : UNTOLD;
  // What the guard asks of its own accord it asks where no rule spoke.
  if (made.rule.startsWith("guard/")) return NOTHING;
  const rank = RANKS[made.verdict];
  if (kept.named(made.rule) === rule) return { low: rank, high: rank, rules: [] };
  // Of several rules that spoke of an effect one is told, and none was stricter than that.
  return { ...UNTOLD, high: rank };
}

function isRestricting(verdict: Verdict, rule: string): boolean {
  return (verdict === "deny" || verdict === "ask") && rule !== "guard/nobody-to-ask";
}

function meetingSpan(
  { rule, meets }: ShapeRule,
  recorded: RecordedEffect,
  call: RecordedCall,
): Span {
  const speaks = situationOf(rule, call);
  if (speaks === 0) return NOTHING;
  const met = meets(recorded);
  if (met === 0) return NOTHING;
  const rank = met === "unsure" ? 2 : RANKS[rule.verdict];
  if (speaks === 2 && met !== 1) return { low: rank, high: rank, rules: [] };
  return { low: 0, high: rank, rules: [], why: speaks === 1 ? "situation" : "place" };
}

function allowance(recorded: RecordedEffect, index: number, context: Context): Span {
  const { call, policy, rules, kept } = context;
  const without: Span = { low: 1, high: 1, rules: ["guard/no-rule"] };
  const was = call.reasons.find(({ effect }) => effect === index);
  const same = was?.verdict === "allow" ? kept?.named(was.rule) : undefined;
  if (same !== undefined) return { low: 0, high: 0, rules: [ruleName(same, policy)] };
  const wasOpen = was?.rule === "guard/no-rule";
  let maybe: Span | undefined;
  for (const one of rules.allowing.get(recorded.effect.kind) ?? []) {
    if (wasOpen && kept?.has(one.rule) === true) continue;
    const speaks = situationOf(one.rule, call);
    const sure = speaks === 0 ? 0 : one.covers(recorded);
    if (sure === 0) continue;
    const hasCommands = one.rule.when.commands !== undefined;
    if (hasCommands && call.tool !== "Bash" && call.tool !== undefined) continue;
    if (!one.mayRun(call)) continue;
    const name = ruleName(one.rule, policy);
    if (speaks === 2 && sure === 2 && !hasCommands) return { low: 0, high: 0, rules: [name] };
    const why = hasCommands ? "command" : speaks === 1 ? "situation" : "place";
    maybe ??= { low: 0, high: 1, rules: [name], why };
  }
  return maybe ?? without;
}

/** What rules that speak of command lines may say: the lines themselves are not on record. */
function commandSpans({ call, policy, rules, kept, restricting }: Context): Span[] {
  if (call.tool !== "Bash" && call.tool !== undefined) return [];
  const isWhole = restricting.length < REASONS_MAX;
  return rules.named.flatMap(({ rule, mayRun }): readonly Span[] => {
    if (!mayRun(call) || situationOf(rule, call) === 0) return [];
    const high = RANKS[rule.verdict];
    const name = ruleName(rule, policy);
    if (kept?.has(rule) === true) {
      const was = restricting.some(
        (one) => one.effect === undefined && kept.named(one.rule) === rule,
      );
      const isLifted = rules.lift !== undefined && mayLift(rules.lift.exception, rule, policy);
      if (was && isLifted) return [{ low: 0, high, rules: [name], why: "command" }];
      if (was) return [{ low: high, high, rules: [name] }];
      if (isWhole) return [];
    }
    return [{ low: 0, high, rules: [name], why: "command" }];
  });
}

/** Whether a rule speaks in the situation of the call. */
function situationOf({ when }: Rule, call: RecordedCall): Sureness {
  const { tools, mcp, exceptMcp, detectors, modes, ci, labels, hours, branches, chains } = when;
  if (modes !== undefined && !modes.includes(call.mode)) return 0;
  if (detectors !== undefined && !detectors.some((one) => call.detectors.includes(one))) return 0;
  const chained = chains === undefined ? 2 : chainSureness(chains, call.chains);
  if (chained === 0) return 0;
  const { tool } = call;
  if (tools !== undefined && tool !== undefined && !tools.some((one) => isTool(one, tool)))
    return 0;
  const namesMcp = mcp !== undefined || exceptMcp !== undefined;
  if (namesMcp && tool !== undefined && !/^mcp__|^ReadMcpResource/.test(tool)) return 0;
  // Which server a name of a tool means, the record does not hold.
  const isOpen = namesMcp || [ci, labels, hours, branches].some((one) => one !== undefined);
  return isOpen || (tools !== undefined && tool === undefined) ? 1 : chained;
}

/** How telling each chain was is on record for the most telling one alone. */
function chainSureness(
  asked: NonNullable<Rule["when"]["chains"]>,
  { kinds, percent }: RecordedCall["chains"],
): Sureness {
  const met = kinds.filter((kind) => asked.kinds.some((one) => one === kind));
  if (met.length === 0 || percent < asked.percent) return 0;
  return met.length === kinds.length ? 2 : 1;
}

function isTool(pattern: string, tool: string): boolean {
  return pattern.endsWith("*") ? tool.startsWith(pattern.slice(0, -1)) : pattern === tool;
}
