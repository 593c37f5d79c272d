// Judges effects by a policy: deny before ask before allow; no opinion is abstain; what is unknown is never allowed.
import { CLIENT_PROTECTS, isNeverAsked } from "./client-protects.ts";
import { Containment } from "./contained.ts";
import type { SessionFacts } from "../../facts/facts.ts";
import { describeEffect } from "../../effects/describe.ts";
import { headlineOf } from "../../effects/headline.ts";
import { overViews } from "../../effects/viewed-effects.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import type { Reason } from "../decision.ts";
import { covers } from "../match.ts";
import { AppliedExceptions } from "../exceptions.ts";
import type { PolicyException, Policy, Rule } from "../policy.ts";
import { Remembering } from "../remembered/remembering.ts";
import { withCertainRemotes } from "../remotes.ts";
import { indexOf } from "../rule-index.ts";
import { settled, unanswerable, withoutQuestion } from "./settle.ts";
import { isReadingTool } from "./mcp-input.ts";
import { mcpReasons } from "./mcp-reasons.ts";
import { holdReasons, type ShellUse } from "./session-holds.ts";
import { type EvaluatedReason, plain, wholeOf } from "./weight.ts";
import { isOfCommands, commandReasons } from "./command-rules.ts";
import { authorizeEffect } from "./authorize-effect.ts";
import { keyReason, keyUses } from "./key-reasons.ts";
import { gravestFirst, keptReasons, rankOf, REASONS_MAX } from "./reason-order.ts";
import { builtin } from "./reasons.ts";
import { SecondPerson } from "./second-person.ts";
import type { Judged, Evidence, Authorized, Authorization } from "./evidence.ts";

/**
 * Authorizes one call. Allow needs every effect covered by an allow rule. A question that nobody can answer is a deny
 * (M13.19).
 */
export function authorize(judged: Judged, policy: Policy, evidence: Evidence): Authorized {
  const applied = new AppliedExceptions(evidence.exceptions ?? [], policy);
  const { call, reader, places, digest, findings = [], remembered = new Map() } = evidence;
  const sources = { call, reader, places, policy, digest, findings };
  const answers = new Remembering(
    { ...sources, commands: judged.commands ?? [] },
    remembered,
    evidence.exceptions ?? [],
  );
  const seconds = new SecondPerson(policy, evidence.approved ?? []);
  const { isForOthers, views, keys, ...authorized } = authorizeWith(judged, policy, {
    ...evidence,
    applied,
    answers,
    seconds,
  });
  const kind = call?.input.kind;
  const runsUnasked = kind === "skill" || kind === "agent";
  const { session } = evidence.facts;
  const open = settled(authorized, judged.effects, { policy, runsUnasked }, session);
  const judgement = isNeverAsked(call, judged.effects, session) ? withoutQuestion(open) : open;
  const { verdict } = judgement;
  const sent = verdict === "ask" ? keyReason(keys, session) : undefined;
  const asked = sent?.told === undefined ? [] : [{ rule: sent.rule, what: sent.told.what }];
  return {
    ...judgement,
    waits: verdict === "deny" && isForOthers ? seconds.waits() : [],
    approvals: verdict === "deny" ? [] : seconds.used(),
    exceptions: verdict === "deny" ? [] : [...new Set([...applied.used(), ...answers.used()])],
    views: verdict === "deny" ? [] : views,
    keys: verdict === "ask" ? keys : [],
    questions: verdict === "ask" || verdict === "abstain" ? [...asked, ...answers.questions()] : [],
  };
}

function authorizeWith(
  { effects: derived, shell, commands = [], origins, unseen = new Set() }: Judged,
  policy: Policy,
  {
    facts,
    reader,
    places,
    applied,
    call,
    answers,
    seconds,
    ownRule,
  }: Omit<Evidence, "exceptions"> & {
    readonly applied: AppliedExceptions;
    readonly answers: Remembering;
    readonly seconds: SecondPerson;
  },
): Authorization & Pick<Authorized, "views" | "keys"> & { readonly isForOthers: boolean } {
  const { session } = facts;
  const effects = indexOf(policy).namesRemotes ? withCertainRemotes(derived) : derived;
  const containment = new Containment({
    call,
    effects,
    commands,
    unseen,
    policy,
    session,
    reader,
    places,
  });
  const whole = wholeOf(effects, session);
  const isOwnTool = facts.mcp?.isOwn === true;
  const ofCall = {
    policy,
    places,
    reader,
    session,
    containment,
    whole,
    answers,
    seconds,
    ownRule,
    isOwnTool,
    isReadingTool: call !== undefined && isReadingTool(call, facts.mcp),
    // WHY the id: lines of texts are judged as commands that nobody called.
    isCommand: call?.input.kind === "bash" && call.id !== "",
    isFileChange: call?.input.kind === "write" || call?.input.kind === "edit",
  };
  const evaluated = effects.map((effect, index) => {
    const from = origins?.[index] ?? [];
    const isNamed = (rule: Pick<Rule, "when">): boolean =>
      isOfCommands(rule, effect, { commands, from });
    const exceptionOf = (rule: Rule): PolicyException | undefined =>
      applied.of(
        rule,
        effect,
        (exception) => isNamed(exception) && covers(exception.when, effect, places, reader),
      );
    return authorizeEffect(effect, ofCall, { index, from, isNamed, exceptionOf });
  });
  evaluated.push(...commandReasons(commands, policy, { applied, answers, seconds }).map(plain));
  evaluated.push(...holdReasons(effects, facts, shell).map(plain));
  if (call !== undefined) evaluated.push(...mcpReasons(call, facts).map(plain));
  const isForOthers = isOthersAlone(evaluated, seconds, session);
  const views = [...new Set(evaluated.flatMap(({ view }) => view ?? []))];
  const shown = new Set(views);
  for (const [at, one] of evaluated.entries())
    evaluated[at] = { ...one, reason: saidOfViews(one.reason, { effects, shown, session }) };
  const keys = keyUses({
    call,
    effects,
    views,
    reader,
    session,
    writtenPaths: facts.writtenPaths,
  });
  const sent = keyReason(keys, session);
  const restriction = restricted(evaluated, policy, { session, sent });
  if (restriction !== undefined) return { ...restriction, isForOthers, views, keys };
  const hasEffects = effects.length > 0;
  return {
    ...unrestricted(evaluated, { policy, containment, shell, hasEffects }),
    isForOthers,
    views,
    keys,
  };
}

/** A reason of what is sent, which says so where that is a view. WHY after all: that it is one is found with the reading. */
function saidOfViews(
  reason: Reason,
  {
    effects,
    shown,
    session,
  }: {
    readonly effects: readonly Effect[];
    readonly shown: ReadonlySet<string>;
    readonly session: SessionFacts;
  },
): Reason {
  const effect = reason.effect === undefined ? undefined : effects[reason.effect];
  const over = effect && overViews(effect, shown);
  if (effect === undefined || over === undefined || over === effect) return reason;
  const before = describeEffect(effect);
  if (!reason.text.startsWith(before)) return reason;
  const text = describeEffect(over) + reason.text.slice(before.length);
  const { told } = reason;
  const isOfEffect = told !== undefined && told.what === headlineOf(effect, session);
  return {
    ...reason,
    text,
    ...(isOfEffect ? { told: { ...told, what: headlineOf(over, session) } } : {}),
  };
}

/** Whether nothing but the approval of another person keeps a call from going on. */
function isOthersAlone(
  evaluated: readonly EvaluatedReason[],
  seconds: SecondPerson,
  { interactive }: SessionFacts,
): boolean {
  const isRefused = evaluated.some(
    ({ reason }) =>
      (reason.verdict === "deny" && !seconds.isWaiting(reason)) ||
      (reason.verdict === "ask" && !interactive),
  );
  // WHY: of what nobody would be there to answer in the end, nobody is asked.
  const isAskedLater = seconds.waits().some(({ approval }) => approval.afterwards === "ask");
  return !isRefused && (interactive || !isAskedLater);
}

/** The refusal or question of the strictest reasons; undefined where there is none. `sent`: the question about keys, which is put first. */
function restricted(
  evaluated: readonly EvaluatedReason[],
  policy: Policy,
  {
    session: { interactive },
    sent,
  }: { readonly session: SessionFacts; readonly sent: Reason | undefined },
): Authorization | undefined {
  const restricting = [
    ...gravestFirst(evaluated, "deny", policy),
    ...(sent === undefined ? [] : [sent]),
    ...gravestFirst(evaluated, "ask", policy),
  ];
  const [strictest] = restricting;
  if (strictest === undefined) return undefined;
  if (strictest.verdict === "deny" || interactive)
    return { verdict: strictest.verdict, reasons: keptReasons(restricting) };
  return { verdict: "deny", reasons: [unanswerable(strictest), ...keptReasons(restricting)] };
}

/** What becomes of a call that nothing refuses and nothing asks about. */
function unrestricted(
  evaluated: readonly EvaluatedReason[],
  {
    policy,
    containment,
    shell,
    hasEffects,
  }: {
    readonly policy: Policy;
    readonly containment: Containment;
    readonly shell: ShellUse;
    readonly hasEffects: boolean;
  },
): Authorization {
  const abstaining = evaluated.filter(({ reason }) => reason.verdict === "abstain");
  // WHY first: no profile of ours answers what the client asks about a place.
  const left = abstaining.find(({ reason }) => reason.rule === `guard/${CLIENT_PROTECTS}`)?.reason;
  if (left !== undefined) return { verdict: "abstain", reasons: [left] };
  const open = abstaining[0]?.reason;
  if (open !== undefined) {
    const whole = policy.automaticApproval ? containment.ofWholeCall() : undefined;
    if (whole?.isContained !== true || policy.otherwise === "ask")
      return { verdict: "abstain", reasons: [open] };
    const text = `${open.text} (${whole.text})`;
    return { verdict: "allow", reasons: [{ ...open, verdict: "allow", rule: "guard/held", text }] };
  }
  if (!policy.automaticApproval) {
    return {
      verdict: "abstain",
      reasons: [
        builtin("abstain", "no-automatic-approval", "the policy leaves approvals to the client"),
      ],
    };
  }
  if (shell === "unknown") {
    const whole = containment.ofWholeCall();
    // WHY: whatever the user's shell makes of it, the profile holds.
    if (whole.isContained)
      return { verdict: "allow", reasons: [builtin("allow", "held", whole.text)] };
    const text =
      "what the user's shell defines is not known yet, so nothing can be proven harmless";
    return { verdict: "abstain", reasons: [builtin("abstain", "shell-not-known", text)] };
  }
  if (!hasEffects)
    return {
      verdict: "allow",
      reasons: [builtin("allow", "no-effect", "the call has no effect on anything")],
    };
  // What is allowed because of the sandbox is told before what is harmless anyway.
  const told = [...evaluated].sort((one, other) => rankOf(one) - rankOf(other));
  return { verdict: "allow", reasons: told.slice(0, REASONS_MAX).map(({ reason }) => reason) };
}
