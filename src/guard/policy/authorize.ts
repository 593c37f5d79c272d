// Judges effects by a policy: deny before ask before allow; no opinion is abstain; what is unknown is never allowed.
import { globBase } from "#base/glob.ts";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import type { Derived } from "../effects/derive.ts";
import { describeEffect } from "../effects/describe.ts";
import type { Finding } from "../content/detection/finding.ts";
import type { DataSource, Effect, Target } from "../vocabulary/effect.ts";
import { headlineOf } from "../effects/headline.ts";
import type { Origin, RanCommand } from "../effects/model/ran-command.ts";
import type { FactReader } from "../facts/fact-reader.ts";
import type { Facts, SessionFacts } from "../facts/facts.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import type { Reason, Told, Verdict } from "./decision.ts";
import { isEffectOf, mayRun, surelyRuns } from "./commands.ts";
import { type Containing, Containment } from "./contained.ts";
import { carriesNothing, sideConditions } from "./side-conditions.ts";
import { covers, mayMatch } from "./match.ts";
import type { PlaceTests } from "./condition-places.ts";
import { exceptionName, AppliedExceptions } from "./exceptions.ts";
import { isProjectCode, isReadCode } from "./own-code.ts";
import { type PolicyException, type Policy, type Rule, ruleName } from "./policy.ts";
import type { Match } from "./possible-targets.ts";
import { type RememberedAnswers, Remembering, type Settled } from "./remembered.ts";
import type { Question } from "./decision.ts";
import { withCertainRemotes } from "./remotes.ts";
import { indexOf } from "./rule-index.ts";
import { settled, unanswerable } from "./settle.ts";

/** The verdict with its reasons, strictest first. INVARIANT: at least one reason. */
export type Authorization = { readonly verdict: Verdict; readonly reasons: readonly Reason[] };
/** The same with the exceptions that it rests on: none where it is a deny. */
export type Authorized = Authorization & {
  readonly exceptions: readonly string[];
  readonly questions: readonly Question[];
};

/** Reasons of one kind that are given; more would not help anybody. */
const REASONS_MAX = 8;

/** Whether a call runs in the user's shell, and whether it is known what that shell makes of a command. */
export type ShellUse = "none" | "known" | "unknown";

/**
 * A reason and its weight among those of its verdict. `grave`: data leaves for good. `slight`: a rule that would ask cannot
 * be ruled out, or its place is hit in passing by something far wider.
 */
type EvaluatedReason = { readonly reason: Reason; readonly weight: Weight };
type Weight = "grave" | "plain" | "slight";

/** What is known of a call when it is judged. */
type Judged = {
  readonly effects: readonly Effect[];
  readonly shell: ShellUse;
  /** The programs that run, and which effect comes from where; nothing where a call has no commands. */
  readonly commands?: Derived["commands"];
  readonly origins?: Derived["origins"];
};

/** What a judgement rests on. `places` are anchored where the session is. */
export type Evidence = {
  readonly facts: Facts;
  readonly reader: FactReader;
  readonly places: PlaceTests;
  /** Exceptions that hold in this situation. */
  readonly exceptions?: readonly PolicyException[];
  /** What is judged; without it nothing counts as contained, and no answer is remembered. */
  readonly call?: ToolCall | undefined;
  /** What detectors found in it. */
  readonly findings?: readonly Finding[];
  /** What a person said yes to in this session. */
  readonly remembered?: RememberedAnswers | undefined;
  /** The person's own rule that lets the client run this command, in words. */
  readonly ownRule?: string | undefined;
  readonly digest?: ((text: string) => string) | undefined;
};

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
  const judgement = settled(
    authorizeWith(judged, policy, { ...evidence, applied, answers }),
    judged.effects,
    policy,
    evidence.facts.session,
  );
  const { verdict } = judgement;
  return {
    ...judgement,
    exceptions: verdict === "deny" ? [] : [...new Set([...applied.used(), ...answers.used()])],
    questions: verdict === "ask" || verdict === "abstain" ? answers.questions() : [],
  };
}

function authorizeWith(
  { effects: derived, shell, commands = [], origins }: Judged,
  policy: Policy,
  {
    facts,
    reader,
    places,
    applied,
    call,
    answers,
    ownRule,
  }: Omit<Evidence, "exceptions"> & {
    readonly applied: AppliedExceptions;
    readonly answers: Remembering;
  },
): Authorization {
  const { session } = facts;
  const effects = indexOf(policy).namesRemotes ? withCertainRemotes(derived) : derived;
  const containment = new Containment({
    call,
    effects,
    commands,
    policy,
    session,
    reader,
    places,
  });
  const whole = wholeOf(effects, session);
  const ofCall = { policy, places, reader, session, containment, whole, answers, ownRule };
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
  evaluated.push(...commandReasons(commands, policy, applied, answers).map(plain));
  evaluated.push(...holdReasons(effects, facts, shell).map(plain));
  const restricting = [
    ...gravestFirst(evaluated, "deny", policy),
    ...gravestFirst(evaluated, "ask", policy),
  ];
  const reasons = evaluated.map(({ reason }) => reason);
  const [strictest] = restricting;
  if (strictest !== undefined) {
    if (strictest.verdict === "deny" || facts.session.interactive) {
      return { verdict: strictest.verdict, reasons: keptReasons(restricting) };
    }
    return {
      verdict: "deny",
      reasons: [unanswerable(strictest), ...keptReasons(restricting)],
    };
  }
  const open = reasons.find((reason) => reason.verdict === "abstain");
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
  if (effects.length === 0)
    return {
      verdict: "allow",
      reasons: [builtin("allow", "no-effect", "the call has no effect on anything")],
    };
  // What is allowed because of the sandbox is told before what is harmless anyway.
  const told = [...evaluated].sort((one, other) => rankOf(one) - rankOf(other));
  return { verdict: "allow", reasons: told.slice(0, REASONS_MAX).map(({ reason }) => reason) };
}

/** As many reasons as are kept, in their order; of each rule one before any has two, so that no kind of harm is left out. */
function keptReasons(reasons: readonly Reason[]): readonly Reason[] {
  if (reasons.length <= REASONS_MAX) return reasons;
  const firsts = new Map<string, Reason>();
  for (const one of reasons) if (!firsts.has(one.rule)) firsts.set(one.rule, one);
  const kept = new Set([...new Set([...firsts.values(), ...reasons])].slice(0, REASONS_MAX));
  return reasons.filter((one) => kept.has(one));
}

/**
 * The reasons with one verdict: by weight, then in the order of the policy's rules, for its author put first what matters
 * most. What the guard says of its own accord comes last.
 */
function gravestFirst(
  evaluated: readonly EvaluatedReason[],
  verdict: Verdict,
  policy: Policy,
): Reason[] {
  const found = evaluated.filter(({ reason }) => reason.verdict === verdict);
  if (found.length < 2) return found.map(({ reason }) => reason);
  const { length } = policy.rules;
  const index = indexOf(policy);
  const shift = { grave: -length, plain: 0, slight: length } as const;
  const rank = ({ reason, weight }: EvaluatedReason): number =>
    (index.orderOf(reason.rule) ?? 2 * length) + shift[weight];
  return found.sort((first, second) => rank(first) - rank(second)).map(({ reason }) => reason);
}

function rankOf({ weight }: EvaluatedReason): number {
  return weight === "grave" ? 0 : 1;
}

function plain(reason: Reason): EvaluatedReason {
  return { reason, weight: "plain" };
}

const DATABASES = /^(?:postgres(?:ql)?|mysql|mariadb|redis|mongodb)/;

/** What the call as a whole does, beside one effect of it. */
type Whole = {
  /** It changes what a database server keeps. */
  readonly ofStore: boolean;
  /** What writes single files. */
  readonly writers: readonly (Effect & { readonly kind: "write" })[];
  /** Git puts files of the project's history into a tree elsewhere. */
  readonly ofOtherTree: boolean;
};

/** How grave an effect is that a rule certainly speaks of. */
function weightOf(effect: Effect, session: SessionFacts, whole: Whole): Weight {
  switch (effect.kind) {
    case "publish":
      return "grave";
    case "history":
      // What lies in a tree elsewhere, named to git as its own, is told as what it is: files that are changed there.
      if (effect.remote === undefined) return whole.ofOtherTree ? "slight" : "plain";
      return "grave";
    case "egress":
      // Statements that a database is sent are what is done there.
      if (DATABASES.test(effect.destination.scheme ?? "")) return "plain";
      if (whole.ofStore && effect.carries.every(isOfCall)) return "plain";
      return effect.destination.known === undefined && !carriesNothing(effect) ? "grave" : "plain";
    case "delete":
      // A file that is put aside and written anew is told as what it is then, and not as what is gone.
      return whole.writers.some((writer) => isReplaced(effect, writer)) ? "slight" : "plain";
    case "tamper":
    case "persist":
      return effect.target !== undefined && isFarWider(effect.target, session) ? "slight" : "plain";
    default:
      return "plain";
  }
}

/** Whether what is sent stands in the call itself, or came from where it goes. */
function isOfCall({ kind }: DataSource): boolean {
  return kind === "argument" || kind === "network";
}

/** Whether another program than the one that takes a file away puts one in its place. */
function isReplaced(
  { target, via, at }: Effect & { readonly kind: "delete" },
  writer: Effect & { readonly kind: "write" },
): boolean {
  return (
    target.kind === "path" &&
    target.reach === "entry" &&
    writer.target.kind === "path" &&
    writer.target.path === target.path &&
    JSON.stringify([writer.via, writer.at]) !== JSON.stringify([via, at])
  );
}

function wholeOf(effects: readonly Effect[], { projectRoot }: SessionFacts): Whole {
  const tracked = effects.flatMap((effect) =>
    effect.kind === "write" && effect.mode === "tracked" && effect.target.kind === "path"
      ? [effect.target.real]
      : [],
  );
  return {
    ofStore: effects.some((effect) => effect.kind === "deploy" && effect.system === "database"),
    writers: effects.flatMap((effect) =>
      effect.kind === "write" && effect.target.reach === "entry" ? [effect] : [],
    ),
    ofOtherTree:
      tracked.includes(joinPath(projectRoot, ".git")) &&
      tracked.some((path) => !isWithin(projectRoot, path)),
  };
}

/** Whether a rule speaks of every place: of a place that is not known it is the likeliest to hold. */
function isOfAnyPlace({ when }: Rule): boolean {
  return when.paths?.includes("/**") === true;
}

/** Whether a target is a top directory, the whole home or project: what is hit inside is not what was aimed at. */
function isFarWider(target: Target, { home, projectRoot }: SessionFacts): boolean {
  if (target.kind === "unresolved" || (target.kind === "path" && target.reach === "entry"))
    return false;
  const base = target.kind === "path" ? target.real : globBase(target.path);
  return parentPath(base) === "/" || [home, projectRoot].some((root) => isWithin(base, root));
}

/** What rules that speak of command lines say against the commands of a call. */
function commandReasons(
  commands: Derived["commands"],
  policy: Policy,
  applied: AppliedExceptions,
  answers: Remembering,
): readonly Reason[] {
  return indexOf(policy)
    .ofCommands(commands)
    .flatMap((rule) => {
      const { verdict, when } = rule;
      if (verdict === "allow" || when.commands === undefined) return [];
      const patterns = when.commands;
      const named = commands.filter((command) => patterns.some((one) => mayRun(one, command)));
      const exceptionOf = (command: RanCommand): PolicyException | undefined =>
        applied.ofCommand(rule, (exception) =>
          (exception.when.commands ?? []).some((one) => surelyRuns(one, command)),
        );
      const found = named.find((command) => exceptionOf(command) === undefined);
      if (found === undefined) {
        const exception = named.map(exceptionOf).find((one) => one?.verdict === "ask");
        if (exception === undefined) return [];
        const told = {
          what: "runs a command that a rule names",
          why: exceptionWords(exception, rule),
        };
        return [{ ...exceptedReason(exception, rule, { effect: undefined }), told }];
      }
      const what = `runs \`${found.words[0] ?? "a program"}\``;
      const answered = verdict === "ask" ? answers.ofCommands(rule, what) : undefined;
      if (answered !== undefined) return [answeredReason(answered, what, undefined)];
      const reason = toReason(rule, verdict, undefined, policy, `${what}: ${rule.reason}`);
      return [{ ...reason, told: { what, why: rule.reason } }];
    });
}

/** Whether an effect comes from nothing but commands that a rule names; any effect where the rule names none. */
function isOfCommands(
  { when: { commands: patterns } }: Pick<Rule, "when">,
  effect: Effect,
  { commands, from }: Pick<Derived, "commands"> & { readonly from: readonly Origin[] },
): boolean {
  if (patterns === undefined) return true;
  const named = commands.filter((command) => patterns.some((one) => surelyRuns(one, command)));
  return (
    from.length > 0 &&
    from.every((origin) => named.some((command) => isEffectOf(command, effect, origin)))
  );
}

/** What all effects of a call are judged by. */
type OfCall = Pick<Evidence, "places" | "reader"> & {
  readonly policy: Policy;
  readonly session: SessionFacts;
  readonly containment: Containment;
  readonly whole: Whole;
  readonly answers: Remembering;
  readonly ownRule: string | undefined;
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

function authorizeEffect(
  effect: Effect,
  { policy, places, reader, session, containment, whole, answers, ownRule }: OfCall,
  { index, from, isNamed, exceptionOf }: OfEffect,
): EvaluatedReason {
  const weight = weightOf(effect, session, whole);
  // WHY: what the text alone already refuses needs no look at the disk; `rm -rf /` is not worth walking `/`.
  const ruleIndex = indexOf(policy);
  const refused = ruleIndex
    .naming(effect, places)
    .find(
      (rule) =>
        rule.verdict === "deny" &&
        mayMatch(rule.when, effect, places, undefined).answer === "yes" &&
        exceptionOf(rule) === undefined,
    );
  if (refused !== undefined) {
    const text = `${describeEffect(effect)}: ${refused.reason}`;
    const reason = toReason(refused, "deny", index, policy, text);
    const told = { what: headlineOf(effect, session), why: refused.reason };
    return { reason: { ...reason, told }, weight };
  }
  const rules = ruleIndex.ofEffect(effect, places);
  let asking: EvaluatedReason | undefined;
  let excepted: { readonly exception: PolicyException; readonly rule: Rule } | undefined;
  let contained: Reason | undefined;
  let answered: Reason | undefined;
  const containedReason = (rule: Rule, text: string): Reason =>
    toReason(rule, "allow", index, policy, `${describeEffect(effect)}: ${text}`);
  for (const rule of rules) {
    if (rule.verdict === "allow") continue;
    const match = mayMatch(rule.when, effect, places, reader);
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
    const containing =
      rule.verdict === "ask"
        ? (containment.of(rule) ?? ofProcesses(effect, containment))
        : containment.ofSearch(rule, effect);
    if (containing?.isContained === true) {
      contained ??= containedReason(rule, containing.text);
      continue;
    }
    if (ownRule !== undefined && isOwnCode(rule, effect)) {
      const text = `${describeEffect(effect)}: your own settings allow it: ${ownRule}`;
      answered ??= { ...builtin("allow", "own-rule", text), effect: index };
      continue;
    }
    const settledBefore = answers.ofRule(rule, effect, from, headlineOf(effect, session));
    if (settledBefore !== undefined) {
      answered ??= answeredReason(settledBefore, describeEffect(effect), index);
      continue;
    }
    if (match.answer === "unsure") {
      // Of several that only may hold, the one that speaks of any place is told.
      const isLikelier =
        asking?.weight === "slight" && rule.verdict === "ask" && isOfAnyPlace(rule);
      if (asking !== undefined && !isLikelier) continue;
      const text = `${describeEffect(effect)}: it cannot be told whether ${rule.reason}`;
      const doubt = rule.verdict === "deny" ? weight : "slight";
      const why = `sallyport cannot rule out that ${rule.reason}`;
      const told = { what: headlineOf(effect, session), why };
      asking = { reason: { ...toReason(rule, "ask", index, policy, text), told }, weight: doubt };
      continue;
    }
    if (rule.verdict !== "deny" && asking !== undefined && asking.weight !== "slight") continue;
    const why = whyNot(containing);
    const told = {
      what: headlineOf(effect, session, match.place),
      why: `${rule.reason}${toldWhyNot(containing)}`,
    };
    const reason = certainReason(rule, match, { effect, index, policy, why, told });
    const certain = { reason, weight };
    if (rule.verdict === "deny") return certain;
    asking = certain;
  }
  if (asking !== undefined) return asking;
  if (answered !== undefined) return { reason: answered, weight: "grave" };
  if (contained !== undefined) return { reason: contained, weight: "grave" };
  const allowing = rules.find(
    (rule) =>
      rule.verdict === "allow" &&
      // WHY: what is unknown is allowed in a proven sandbox, or where a rule names the tool of an MCP server, and by nothing else.
      rule.contained === undefined &&
      (effect.kind !== "unknown" || rule.when.mcp !== undefined) &&
      isNamed(rule) &&
      covers(rule.when, effect, places, reader),
  );
  if (effect.kind === "unknown" && (allowing === undefined || excepted !== undefined)) {
    const open = rules.find(
      (rule) =>
        rule.verdict === "allow" &&
        rule.contained !== undefined &&
        sideConditions(rule.when, effect, "every"),
    );
    const containing = open === undefined ? undefined : containment.of(open);
    if (open !== undefined && containing?.isContained === true)
      return { reason: containedReason(open, containing.text), weight: "grave" };
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
  if (excepted !== undefined)
    return plain(exceptedReason(excepted.exception, excepted.rule, { effect: index }));
  if (allowing !== undefined) {
    const text = `${describeEffect(effect)}: ${allowing.reason}`;
    return plain(toReason(allowing, "allow", index, policy, text));
  }
  const before = answers.ofOpen(effect, from, headlineOf(effect, session));
  if (before !== undefined) return plain(answeredReason(before, describeEffect(effect), index));
  const text = `${describeEffect(effect)}: no rule of the policy speaks of it`;
  const open = { ...builtin("abstain", "no-rule", text), effect: index };
  if (policy.otherwise !== "ask") return plain(open);
  // It may become a question.
  const what = headlineOf(effect, session);
  return plain({ ...open, told: { what, why: "no rule of the policy speaks of it" } });
}

/** WHY: a held call sees the processes of its own session, and can end no others. */
function ofProcesses(effect: Effect, containment: Containment): Containing | undefined {
  if (effect.kind !== "deploy" || effect.system !== "processes") return undefined;
  const whole = containment.ofWholeCall();
  return whole.isContained ? whole : undefined;
}

function whyNot(containing: Containing | undefined): string {
  return containing?.isContained === false ? ` (not contained: ${containing.why})` : "";
}

/** The same for a person who is asked: nothing where there is no sandbox. */
function toldWhyNot(containing: Containing | undefined): string {
  if (containing?.isContained !== false || containing.told === undefined) return "";
  return `; ${containing.told}`;
}

/** The reason of a rule that certainly speaks of an effect. */
function certainReason(
  rule: Rule,
  { place }: Match,
  {
    effect,
    index,
    policy,
    why,
    told,
  }: {
    readonly effect: Effect;
    readonly index: number;
    readonly policy: Policy;
    readonly why: string;
    readonly told: Told;
  },
): Reason {
  const described = describeEffect(effect);
  const there = place === undefined || described.includes(place) ? "" : ` (there is \`${place}\`)`;
  const text = `${described}: ${rule.reason}${there}${why}`;
  const reason = { ...toReason(rule, rule.verdict, index, policy, text), told };
  return place === undefined ? reason : { ...reason, place };
}

function toReason(
  rule: Rule,
  verdict: Verdict,
  effect: number | undefined,
  policy: Policy,
  text: string,
): Reason {
  return { verdict, rule: ruleName(rule, policy), effect, text, instead: rule.instead };
}

/** What a person's answer of before makes of a question. */
function answeredReason(by: Settled, what: string, effect: number | undefined): Reason {
  const reason = { verdict: "allow", effect, instead: undefined } as const;
  if (by.by === "session")
    return {
      ...reason,
      rule: "guard/remembered",
      text: `${what}: you said yes to this ${by.when}`,
    };
  const text = `${what}: you allowed this for a while, by the exception ${by.exception.id}`;
  return { ...reason, rule: exceptionName(by.exception), text };
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

/** What an exception makes of a rule. */
function exceptedReason(
  exception: PolicyException,
  rule: Rule,
  { effect }: { readonly effect: number | undefined },
): Reason {
  const { verdict } = exception;
  const text = exceptionWords(exception, rule);
  return { verdict, rule: exceptionName(exception), effect, text, instead: undefined };
}

function exceptionWords({ id, verdict }: PolicyException, rule: Rule): string {
  const whom = verdict === "ask" ? "has a person decide" : "allows it";
  return `the exception ${id} ${whom} although ${rule.reason}`;
}

function builtin(verdict: Verdict, id: string, text: string): Reason {
  return { verdict, rule: `guard/${id}`, effect: undefined, text, instead: undefined };
}

/** A quarantined session may only read, and where commands are held as well, only by tools of the client. */
function holdReasons(effects: readonly Effect[], facts: Facts, shell: ShellUse): readonly Reason[] {
  if (!facts.holds.quarantined) return [];
  const { instead } = facts.holds;
  if (facts.holds.everything === true && instead !== undefined)
    return [heldReason(facts.holds.reason ?? "no reason given", instead)];
  if (facts.holds.everything === true)
    return [
      {
        ...builtin("deny", "lockdown", facts.holds.reason ?? "every call is refused"),
        told: {
          what: "comes during a lockdown: every call is refused",
          why: facts.holds.reason ?? "somebody locked this machine's sessions down",
        },
      },
    ];
  const isCommandHeld = facts.holds.withoutCommands === true && shell !== "none";
  const harmless = effects.every(
    (effect) =>
      effect.kind === "read" || (effect.kind === "execute" && effect.reach === "modelled"),
  );
  if (harmless && !isCommandHeld) return [];
  const held = facts.holds.reason ?? "no reason given";
  return [
    {
      ...builtin("deny", "quarantine", `the session is held, it may only read: ${held}`),
      instead: "ask the person to run `sallyport init` in the project; until then only read",
      told: { what: "is more than reading, and this session may only read for now", why: held },
    },
  ];
}

/** A session of which every call is refused until a person releases it. */
function heldReason(why: string, instead: string): Reason {
  return {
    ...builtin("deny", "held", `the session is held, and every call of it is refused: ${why}`),
    instead,
    told: { what: "comes in a session that is held: every call of it is refused", why },
  };
}
