// Judges one effect by the rules that speak of it: what refuses, what asks, what a sandbox, a person or a rule allows.
import { describeEffect } from "../../effects/describe.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import { engineStakes } from "../../effects/engine-words.ts";
import { headlineOf } from "../../effects/headline.ts";
import type { Origin } from "../../effects/model/ran-command.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import type { Reason } from "../decision.ts";
import { CLIENT_PROTECTS, isClientsQuestion, PROTECTED_TEXT } from "./client-protects.ts";
import { type Containing, type Containment, isKeyOfProject } from "./contained.ts";
import { openTest } from "./open-places.ts";
import { isNamedService, sideConditions } from "../side-conditions.ts";
import { covers, mayMatch } from "../match.ts";
import { isProjectCode, isReadCode } from "./own-code.ts";
import { type PolicyException, type Policy, type Rule, ruleName } from "../policy.ts";
import type { Remembering } from "../remembered/remembering.ts";
import { indexOf } from "../rule-index.ts";
import type { Evidence } from "./evidence.ts";
import { type Whole, type EvaluatedReason, type Weight, weightOf, plain } from "./weight.ts";
import type { SecondPerson } from "./second-person.ts";
import {
  toReason,
  exceptionWords,
  exceptedReason,
  builtin,
  answeredReason,
  whyNot,
  toldWhyNot,
  certainReason,
} from "./reasons.ts";

/** What all effects of a call are judged by. */
type OfCall = Pick<Evidence, "places" | "reader"> & {
  readonly policy: Policy;
  readonly session: SessionFacts;
  readonly containment: Containment;
  readonly whole: Whole;
  readonly answers: Remembering;
  readonly seconds: SecondPerson;
  readonly ownRule: string | undefined;
  /** A call of the tool for commands, and not a line that comes along with a text. */
  readonly isCommand: boolean;
  /** A call of a tool that changes one file. */
  readonly isFileChange: boolean;
  /** The call is one of a tool of our own server that only answers. */
  readonly isOwnTool: boolean;
  /** The call is one of a tool that was pinned as one that only reads, and names no place. */
  readonly isReadingTool: boolean;
};

/** What one effect of a call is judged by. */
type OfEffect = {
  readonly index: number;
  readonly from: readonly Origin[];
  /** Whether the effect comes from nothing but command lines that an allow rule names, if it names any. */
  readonly isNamed: (rule: Rule) => boolean;
  /** The exception that lifts a rule for this effect. */
  readonly exceptionOf: (rule: Rule) => PolicyException | undefined;
};

const OWN_TOOL = "the tool is one of `sallyport mcp-server`, which answers and changes nothing";

const READING_TOOL = "the tool says that it only reads, and its server was approved and pinned so";

/** The reason that decides about one effect, with its weight. */
export function authorizeEffect(effect: Effect, call: OfCall, own: OfEffect): EvaluatedReason {
  const weight = weightOf(effect, call.session, call.whole);
  const refused = refusedByText(effect, call, own);
  if (refused !== undefined) return { reason: refused, weight };
  const rules = indexOf(call.policy).ofEffect(effect, call.places);
  const found = ofRestrictions(effect, rules, { call, own, weight });
  const { asking, answered, contained, view, excepted } = found;
  if (asking !== undefined) return asking;
  if (answered !== undefined) return { reason: answered, weight: "grave" };
  if (contained !== undefined)
    return {
      reason: contained,
      weight: "grave",
      // WHY not beside an exception: who is given the file itself is not shown something else.
      ...(view === undefined || excepted !== undefined ? {} : { view }),
    };
  const allowing = rules.find(
    (rule) =>
      rule.verdict === "allow" &&
      // WHY: what is unknown is allowed in a proven sandbox, or where a rule names the tool of an MCP server, and by nothing else.
      rule.contained === undefined &&
      (effect.kind !== "unknown" || rule.when.mcp !== undefined) &&
      own.isNamed(rule) &&
      covers(rule.when, effect, call.places, call.reader),
  );
  if (call.isOwnTool && effect.kind === "unknown" && effect.reason === "unknown-tool")
    return plain({ ...builtin("allow", "own-tool", OWN_TOOL), effect: own.index });
  if (call.isReadingTool && effect.kind === "unknown" && effect.reason === "unknown-tool")
    return plain({ ...builtin("allow", "mcp-reads", READING_TOOL), effect: own.index });
  if (effect.kind === "unknown" && (allowing === undefined || excepted !== undefined))
    return ofUnknownEffect(effect, rules, call, own);
  const { index } = own;
  if (excepted !== undefined)
    return plain(exceptedReason(excepted.exception, excepted.rule, { effect: index }));
  if (isClientsQuestion(effect, call.session)) return plain(leftToClient(effect, call, own));
  if (allowing !== undefined) {
    const text = `${describeEffect(effect)}: ${allowing.reason}`;
    return plain(toReason(allowing, "allow", index, call.policy, text));
  }
  return plain(withoutRule(effect, call, own));
}

/** WHY: what the text alone already refuses needs no look at the disk; `rm -rf /` is not worth walking `/`. */
function refusedByText(
  effect: Effect,
  call: OfCall,
  { index, exceptionOf }: OfEffect,
): Reason | undefined {
  const { policy, places, session } = call;
  const refused = indexOf(policy)
    .naming(effect, places)
    .find(
      (rule) =>
        rule.verdict === "deny" &&
        mayMatch(rule.when, effect, places, undefined, openTest(effect, rule, call)).answer ===
          "yes" &&
        exceptionOf(rule) === undefined &&
        call.containment.ofLoaded(rule, effect) === undefined &&
        call.containment.ofSwept(effect) === undefined &&
        !call.containment.ofKeyUse(rule, effect),
    );
  if (refused === undefined) return undefined;
  const text = `${describeEffect(effect)}: ${refused.reason}`;
  const told = toReason(refused, "deny", index, policy, text);
  const isKey = isKeyOfProject(effect, session);
  const reason = isKey
    ? { ...told, instead: "use the key in a call with nothing beside it" }
    : told;
  return { ...reason, told: { what: headlineOf(effect, session), why: refused.reason } };
}

/** What rules that refuse or ask make of an effect. */
type Restrictions = {
  readonly asking?: EvaluatedReason | undefined;
  readonly excepted?: { readonly exception: PolicyException; readonly rule: Rule } | undefined;
  readonly contained?: Reason | undefined;
  /** The file of which it is shown a view. */
  readonly view?: string | undefined;
  readonly answered?: Reason | undefined;
};

/** What all of the rules that refuse or ask make of it together; after a refusal no further one counts. */
function ofRestrictions(
  effect: Effect,
  rules: readonly Rule[],
  { call, own, weight }: { readonly call: OfCall; readonly own: OfEffect; readonly weight: Weight },
): Restrictions {
  const { policy, places, reader, session } = call;
  const { index, exceptionOf } = own;
  let asking: EvaluatedReason | undefined;
  let excepted: Restrictions["excepted"];
  let contained: Reason | undefined;
  let view: string | undefined;
  let answered: Reason | undefined;
  let waiting: Reason | undefined;
  for (const rule of rules) {
    if (rule.verdict === "allow" || isNamedService(rule.when, effect, policy)) continue;
    const match = mayMatch(rule.when, effect, places, reader, openTest(effect, rule, call));
    if (match.answer === "no") continue;
    const exception = exceptionOf(rule);
    if (exception?.verdict === "ask") {
      const told = { what: headlineOf(effect, session), why: exceptionWords(exception, rule) };
      asking ??= plain({ ...exceptedReason(exception, rule, { effect: index }), told });
    }
    if (exception !== undefined) {
      excepted ??= { exception, rule };
      continue;
    }
    const needed = { what: headlineOf(effect, session, match.place), why: rule.reason };
    const second = call.seconds.of(rule, { effect, index }, needed);
    if (second?.kind === "waits") waiting ??= second.reason;
    if (second?.kind === "allows") answered ??= second.reason;
    if (second !== undefined && second.kind !== "asks") continue;
    // WHY: neither a sandbox nor an answer of before stands for another person.
    const containing =
      second === undefined ? containingOf(rule, effect, call.containment) : undefined;
    if (containing?.isContained === true) {
      contained ??=
        containing.view === undefined
          ? containedReason(rule, effect, containing.text, { index, policy })
          : viewReason(rule, effect, containing.text, { index, policy });
      view ??= containing.view;
      continue;
    }
    const before = second === undefined ? answerOf(rule, effect, call, own) : undefined;
    if (before !== undefined) {
      answered ??= before;
      continue;
    }
    const unsure =
      match.answer === "unsure" && second === undefined
        ? call.containment.ofUnsure(rule, effect)
        : undefined;
    if (unsure?.isContained === true) {
      contained ??= containedReason(rule, effect, unsure.text, { index, policy });
      continue;
    }
    if (match.answer === "unsure") {
      // Of several that only may hold, the one that speaks of any place is told.
      const isLikelier =
        asking?.weight === "slight" && rule.verdict === "ask" && isOfAnyPlace(rule);
      if (asking === undefined || isLikelier)
        asking = unsureReason(rule, effect, { index, policy, session, weight });
      continue;
    }
    if (
      rule.verdict === "deny" &&
      second === undefined &&
      call.containment.ofKeyUse(rule, effect)
    ) {
      asking ??= plain(keyUseReason(effect, { index, session }));
      continue;
    }
    if (rule.verdict !== "deny" && asking !== undefined && asking.weight !== "slight") continue;
    const why = whyNot(containing);
    const stakes = stakesOf(rule, effect);
    const told = {
      what: headlineOf(effect, session, match.place),
      why: `${stakes ?? rule.reason}${toldWhyNot(containing)}`,
    };
    const found = certainReason(rule, match, { effect, index, policy, why, told });
    const reason = stakes === undefined ? found : { ...found, instead: "say what it is for" };
    asking = { reason, weight };
    if (rule.verdict === "deny") break;
  }
  // What refuses for good is told before what waits.
  if (waiting !== undefined && asking?.reason.verdict !== "deny")
    asking = { reason: waiting, weight: "slight" };
  return { asking, excepted, contained, view, answered };
}

/**
 * What is at stake in the effect's own words, where a rule of the pack about code that nobody foresees asks about what runs none. WHY not of
 * other rules: what an organisation says stands.
 */
function stakesOf({ when, id }: Rule, effect: Effect): string | undefined {
  if (effect.kind !== "execute" || effect.engine === undefined) return undefined;
  return id === "code/unbounded" && when.reach === "unbounded"
    ? engineStakes(effect.engine)
    : undefined;
}

/** Whether a sandbox holds what a rule refuses or asks about. */
function containingOf(
  rule: Rule,
  effect: Effect,
  containment: Containment,
): Containing | undefined {
  const spared = containment.ofLoaded(rule, effect) ?? containment.ofSwept(effect);
  if (spared !== undefined) return spared;
  return rule.verdict === "ask"
    ? (containment.of(rule) ?? ofProcesses(effect, containment))
    : containment.ofSearch(rule, effect);
}

/** The reason of an effect that a sandbox holds. */
function containedReason(
  rule: Rule,
  effect: Effect,
  text: string,
  { index, policy }: { readonly index: number; readonly policy: Policy },
): Reason {
  return toReason(rule, "allow", index, policy, `${describeEffect(effect)}: ${text}`);
}

/** WHY not as the rule's own: its secret was touched by nobody, and what follows from such a touch does not follow. */
function viewReason(
  rule: Rule,
  effect: Effect,
  text: string,
  { index, policy }: { readonly index: number; readonly policy: Policy },
): Reason {
  const told = `${describeEffect(effect)}: \`${ruleName(rule, policy)}\` gives way; ${text}`;
  return { ...builtin("allow", "view", told), effect: index };
}

/** WHY not as the rule's own, and never remembered: nobody saw the secret, and what it signs stands for its owner each time. */
function keyUseReason(
  effect: Effect,
  { index, session }: Pick<OfCall, "session"> & Pick<OfEffect, "index">,
): Reason {
  const what = headlineOf(effect, session);
  const why = "the key itself is not shown; what is signed with it stands for its owner";
  return {
    ...builtin("ask", "private-key", `${what}: ${why}`),
    effect: index,
    instead: "say what it is for",
    told: { what, why },
  };
}

/** What the person's own settings, or an answer of before, say to a rule's question; undefined where neither does. */
function answerOf(
  rule: Rule,
  effect: Effect,
  { session, answers, ownRule }: OfCall,
  { index, from }: OfEffect,
): Reason | undefined {
  if (ownRule !== undefined && isOwnCode(rule, effect)) {
    const text = `${describeEffect(effect)}: your own settings allow it: ${ownRule}`;
    return { ...builtin("allow", "own-rule", text), effect: index };
  }
  const settledBefore = answers.ofRule(rule, effect, from, headlineOf(effect, session));
  if (settledBefore === undefined) return undefined;
  return answeredReason(settledBefore, describeEffect(effect), index);
}

/** The question of a rule of which it cannot be told whether it speaks of an effect. */
function unsureReason(
  rule: Rule,
  effect: Effect,
  {
    index,
    policy,
    session,
    weight,
  }: Pick<OfCall, "policy" | "session"> & Pick<OfEffect, "index"> & { readonly weight: Weight },
): EvaluatedReason {
  const text = `${describeEffect(effect)}: it cannot be told whether ${rule.reason}`;
  const why = `sallyport cannot rule out that ${rule.reason}`;
  const told = { what: headlineOf(effect, session), why };
  return {
    reason: { ...toReason(rule, "ask", index, policy, text), told },
    weight: rule.verdict === "deny" ? weight : "slight",
  };
}

/** The reason of an effect that nobody knows, where no rule allows the tool that has it. */
function ofUnknownEffect(
  effect: Effect,
  rules: readonly Rule[],
  { policy, session, containment, answers }: OfCall,
  { index }: OfEffect,
): EvaluatedReason {
  const open = rules.find(
    (rule) =>
      rule.verdict === "allow" &&
      rule.contained !== undefined &&
      sideConditions(rule.when, effect, "every"),
  );
  const containing = open === undefined ? undefined : containment.of(open);
  if (open !== undefined && containing?.isContained === true) {
    const reason = containedReason(open, effect, containing.text, { index, policy });
    return { reason, weight: "grave" };
  }
  const known = answers.ofUnknown(effect, headlineOf(effect, session));
  if (known !== undefined)
    return { reason: answeredReason(known, describeEffect(effect), index), weight: "grave" };
  const why = whyNot(containing);
  return plain({
    ...builtin("ask", "unknown-effect", `${describeEffect(effect)}${why}`),
    effect: index,
    instead: "write names, options and paths out, so that the command shows what it does",
    told: {
      what: headlineOf(effect, session),
      why: `sallyport cannot tell what it would do${toldWhyNot(containing)}`,
    },
  });
}

/** The reason of a change that the client asks about by itself, whatever of ours would allow it. */
function leftToClient(
  effect: Effect,
  { session, answers }: OfCall,
  { index, from }: OfEffect,
): Reason {
  const what = headlineOf(effect, session);
  const before = answers.ofOpen(effect, from, what);
  if (before !== undefined) return answeredReason(before, describeEffect(effect), index);
  const text = `${describeEffect(effect)}: ${PROTECTED_TEXT}`;
  const told = { what, why: PROTECTED_TEXT };
  return { ...builtin("abstain", CLIENT_PROTECTS, text), effect: index, told };
}

/** The reason of an effect that no rule of the policy speaks of. */
function withoutRule(
  effect: Effect,
  { policy, session, answers }: OfCall,
  { index, from }: OfEffect,
): Reason {
  const before = answers.ofOpen(effect, from, headlineOf(effect, session));
  if (before !== undefined) return answeredReason(before, describeEffect(effect), index);
  const text = `${describeEffect(effect)}: no rule of the policy speaks of it`;
  const open = { ...builtin("abstain", "no-rule", text), effect: index };
  if (policy.otherwise !== "ask") return open;
  // It may become a question.
  const what = headlineOf(effect, session);
  return { ...open, told: { what, why: "no rule of the policy speaks of it" } };
}

/** WHY: a held call sees the processes of its own session, and can end no others. */
function ofProcesses(effect: Effect, containment: Containment): Containing | undefined {
  if (effect.kind !== "deploy" || effect.system !== "processes") return undefined;
  const whole = containment.ofWholeCall();
  return whole.isContained ? whole : undefined;
}

/**
 * Whether a rule asks about code of the project, or about code that was read, and about nothing else: there a rule of the
 * person's settings answers. WHY of what was read only a rule that says so: another one may ask about the program itself.
 */
function isOwnCode({ verdict, when, remembered }: Rule, effect: Effect): boolean {
  const isOfCode = when.effects.every((kind) => kind === "execute") && when.detectors === undefined;
  return (
    verdict === "ask" &&
    isOfCode &&
    remembered !== false &&
    when.commands === undefined &&
    (isProjectCode(effect) || (isReadCode(effect) && when.reach === "modelled"))
  );
}

/** Whether a rule speaks of every place: of a place that is not known it is the likeliest to hold. */
function isOfAnyPlace({ when }: Rule): boolean {
  return when.paths?.includes("/**") === true;
}
