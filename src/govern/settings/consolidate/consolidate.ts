// Accumulated allow rules made few: what is left is part of what was there, so that nothing is allowed that was not before.
import { isBroad } from "#guard/native/command-rule.ts";
import { isAlwaysHarmless } from "#guard/native/read-only.ts";
import { type NativeSession, openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeMode } from "#guard/native/stack.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Catalogue } from "../catalogue.ts";
import { removeElements } from "../json-edit.ts";
import type { CheckId } from "../lint/checks.ts";
import type { LintDocument } from "../lint/document.ts";
import { type Compared, covers, prepared } from "../lint/rule-cover.ts";
import { formRemarks } from "../lint/rule-forms.ts";
import { listRemarks } from "../lint/rule-lists.ts";
import { type PlacedRule, rulesOf } from "../lint/rule-text.ts";
import { dangerOf, type KeptRule } from "./danger.ts";

/**
 * Why a rule goes. `dangerous` loses what it allowed, on purpose; `judged` leaves it to the policy in force, which answers
 * such calls itself; `unasked` is a call that the client runs without a rule, except behind `nice`, `time` and the like. The
 * others lose nothing: the rule never holds (`idle`, `restricted`), or one that stays holds all that it does (`covered`).
 */
export type RemovalKind = "idle" | "restricted" | "covered" | "unasked" | "judged" | "dangerous";
export type Removal = {
  readonly kind: RemovalKind;
  readonly rule: string;
  readonly line: number;
  readonly why: string;
};
/** A rule that stays. `note`: what is to be known of it. */
export type Stay = { readonly rule: string; readonly note: string | undefined };

export type Consolidation = {
  readonly before: number;
  readonly removed: readonly Removal[];
  readonly kept: readonly Stay[];
  /** The file without the rules that go; every other character is as it was. */
  readonly text: string;
};

export type ConsolidationInput = {
  readonly document: LintDocument;
  readonly catalogue: Catalogue;
  /** What the policy in force says of `commandsToJudge`; empty where none is. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Dangerous rules stay. */
  readonly keepDangerous?: boolean;
};

/** Rules that are looked at; the client's own files have some hundreds. */
const RULES_MAX = 5_000;
const MODES: readonly NativeMode[] = ["default", "acceptEdits", "plan", "auto"];

/**
 * Says which allow rules of a file can go, and gives the file without them. INVARIANT: the rules that stay are some of
 * those that were there, and the client allows no more by fewer rules; `test/govern/settings/consolidate` holds both.
 */
export function consolidate(input: ConsolidationInput): Consolidation {
  const { document } = input;
  const all = rulesOf(document).rules;
  const allows = all.filter(({ list }) => list === "allow").slice(0, RULES_MAX);
  const restricting = all.filter(({ list }) => list !== "allow").flatMap(ready);
  const removed = new Map<PlacedRule, Omit<Removal, "rule" | "line">>();
  const open: Ready[] = [];
  for (const placed of allows) {
    const reason = ownReason(placed, input, restricting);
    if (reason !== undefined) removed.set(placed, reason);
    else open.push(...ready(placed));
  }
  for (const [placed, why] of coveredRules(open)) removed.set(placed, { kind: "covered", why });
  return {
    before: allows.length,
    removed: allows.flatMap((placed) => {
      const reason = removed.get(placed);
      return reason === undefined
        ? []
        : [{ ...reason, rule: placed.text, line: lineOf(document, placed) }];
    }),
    kept: allows.filter((placed) => !removed.has(placed)).map(stay),
    text: withoutRules(document, removed),
  };
}

/** Commands of which it is to be asked what a policy says: those that rules of a file name, with and without more words. */
export function commandsToJudge(document: LintDocument): readonly string[] {
  const commands = rulesOf(document)
    .rules.slice(0, RULES_MAX)
    .flatMap(({ list, rule }) => (list === "allow" && rule.kind === "rule" ? probesOf(rule) : []));
  return [...new Set(commands)];
}

/** WHY a variable that nobody set: the guard takes it for any words, options among them. */
const ANY_WORDS = "$SALLYPORT_ANY_WORDS";

/** What stands for all calls of a rule; nothing where that cannot be said. */
function probesOf({ tool, subject }: Pick<KeptRule, "tool" | "subject">): readonly string[] {
  if (tool !== "Bash" || subject === undefined) return [];
  if (!subject.includes("*")) return [subject];
  const [, words] = /^([\w./@=-]+(?: [\w./@=-]+)*)(?::\*| \*)$/.exec(subject) ?? [];
  return words === undefined ? [] : [words, `${words} ${ANY_WORDS}`];
}

/** What the policy says of all calls of a rule: it allows each of them, or lets none of them run unasked. */
function verdictOf(
  rule: KeptRule,
  verdicts: ReadonlyMap<string, Verdict>,
): "allow" | "restrict" | undefined {
  const found = probesOf(rule).map((command) => verdicts.get(command));
  if (found.length === 0) return undefined;
  if (found.every((verdict) => verdict === "allow")) return "allow";
  return found.every((verdict) => verdict === "ask" || verdict === "deny") ? "restrict" : undefined;
}

type Ready = { readonly placed: PlacedRule; readonly kept: KeptRule; readonly compared: Compared };

function ready(placed: PlacedRule): readonly Ready[] {
  const { rule, text } = placed;
  if (rule.kind !== "rule") return [];
  const { tool, subject } = rule;
  return [{ placed, kept: { tool, subject, text }, compared: prepared(placed, rule) }];
}

/** Why a rule goes whatever the other allow rules are. */
function ownReason(
  placed: PlacedRule,
  { catalogue, verdicts, keepDangerous, document }: ConsolidationInput,
  restricting: readonly Ready[],
): Omit<Removal, "rule" | "line"> | undefined {
  const { rule, text } = placed;
  const { remarks, isIdle } = formRemarks(rule, { list: "allow", text }, catalogue);
  const [own] = ready(placed);
  const isOwnText = remarks.some(({ id }) => OWN_TEXT.has(id));
  if ((isIdle && !isOwnText) || own === undefined)
    return { kind: "idle", why: remarks[0]?.message ?? "the client matches nothing with it" };
  const winner = restricting.find((other) => coversTool(other, own));
  if (winner !== undefined) {
    const { list, text: other } = winner.placed;
    return { kind: "restricted", why: `the ${list} rule \`${other}\` wins` };
  }
  const { kept } = own;
  const verdict = verdictOf(kept, verdicts);
  const danger = dangerOf(kept);
  if (danger !== undefined && verdict !== "allow") {
    if (keepDangerous === true) return undefined;
    return { kind: "dangerous", why: `${danger.why}; ${danger.instead}` };
  }
  if (isUnasked(kept, document))
    return { kind: "unasked", why: "the client asks nothing about it without a rule" };
  return verdict === undefined ? undefined : { kind: "judged", why: VERDICT_WORDS[verdict] };
}

/** Forms that are not what was meant, and match what they say. */
const OWN_TEXT: ReadonlySet<CheckId> = new Set([
  "rule/regular-expression",
  "rule/prefix-misplaced",
]);

const VERDICT_WORDS = {
  allow: "the policy allows such calls itself",
  restrict: "the policy asks about such calls or refuses them, whatever this rule says",
} as const;

/** A rule for one command and no other. */
function isWhole({ tool, subject }: Pick<KeptRule, "tool" | "subject">): boolean {
  return tool === "Bash" && subject !== undefined && !subject.includes("*");
}

/** Whether the client runs all that a rule allows without it. */
function isUnasked(kept: KeptRule, document: LintDocument): boolean {
  const { tool, subject } = kept;
  // Inside the project nothing is asked about reading, and such a pattern begins there.
  if (tool === "Read" && subject !== undefined)
    return /^(?!\.\.?$)[\w.*?[]/.test(subject) && !subject.includes("..");
  if (tool !== "Bash" || subject === undefined) return false;
  if (isWhole(kept)) {
    // WHY: some commands run unasked alone and not beside others.
    const beside = { ...kept, subject: `${subject}; true` };
    return MODES.every((mode) =>
      [kept, beside].every((one) => isAllowedBy([], one, { mode, document })),
    );
  }
  const [, program] = /^([\w.[-]+)(?::\*| \*)$/.exec(subject) ?? [];
  return program !== undefined && isAlwaysHarmless(program);
}

/** Whether the client runs the command of a whole rule by some allow rules alone. */
function isAllowedBy(
  allow: readonly string[],
  { subject = "" }: KeptRule,
  { mode, document }: { readonly mode: NativeMode; readonly document: LintDocument },
): boolean {
  const call = { tool: "Bash", input: { command: subject }, cwd: PROJECT };
  const { verdict } = simulateNative(sessionOf(allow, mode, document), call);
  return verdict === "allow";
}

/** WHY a place of no machine: whole commands are held against rules here, and no path of theirs is looked at. */
const PROJECT = "/project";

function sessionOf(allow: readonly string[], mode: NativeMode, { file }: LintDocument) {
  const settings = { permissions: { allow } };
  const layers = [{ source: "local", file, root: PROJECT, settings }] as const;
  const session: NativeSession = openSession({
    layers,
    mode,
    isTrusted: true,
    project: PROJECT,
    home: "/home/user",
  });
  return session;
}

/** Rules of which another one that stays holds every call; of two that hold the same the first one stays. */
function coveredRules(rules: readonly Ready[]): ReadonlyMap<PlacedRule, string> {
  const found = new Map<PlacedRule, string>();
  for (const [at, inner] of rules.entries()) {
    const outer = rules.find(
      (other, index) =>
        index !== at &&
        replaces(other, inner) &&
        (index < at || !replaces(inner, other)) &&
        !found.has(other.placed),
    );
    if (outer !== undefined)
      found.set(inner.placed, `\`${outer.placed.text}\` holds all that it allows`);
  }
  return found;
}

/** Whether a rule allows all that another one does, in every mode. */
function replaces(outer: Ready, inner: Ready): boolean {
  if (!coversTool(outer, inner)) return false;
  const [wide, narrow] = [outer.kept.subject, inner.kept.subject];
  if (wide === narrow && outer.kept.tool === inner.kept.tool) return true;
  // A pattern of a folder alone leaves out the folder itself.
  if (wide?.endsWith("/") === true) return false;
  if (outer.kept.tool !== "Bash") return true;
  // Modes with a classifier set broad rules aside, and then the narrow one would be missed.
  if (isBroad(wide) || isOpenEnded(narrow) > isOpenEnded(wide)) return false;
  // Measured: a rule that is the whole line also opens what is otherwise asked about in it.
  const { document } = inner.placed;
  return (
    !isWhole(inner.kept) ||
    isAllowedBy([outer.placed.text], inner.kept, { mode: "default", document })
  );
}

/** Whether a rule holds all calls of another one. WHY not one without a path: it holds its tool, the other every file tool. */
function coversTool(outer: Ready, inner: Ready): boolean {
  const { compared } = outer;
  if (!inner.compared.isWhole && compared.isWhole && /^(?:Edit|Read)$/.test(compared.tool))
    return false;
  // Who may change a file may read it, and the client lets them; who may not can still read it.
  const isWider =
    outer.placed.list === "allow" && compared.tool === "Edit" && inner.compared.tool === "Read";
  return covers(isWider ? { ...compared, tool: "Read" } : compared, inner.compared);
}

function isOpenEnded(subject = "*"): number {
  return subject.indexOf("*") === subject.length - 1 ? 1 : 0;
}

function stay(placed: PlacedRule): Stay {
  const [own] = ready(placed);
  const danger = own === undefined ? undefined : dangerOf(own.kept);
  const [remark] = own === undefined ? [] : listRemarks({ ...own.kept, list: "allow" as const });
  const note = danger === undefined ? remark?.message : `dangerous: ${danger.why}`;
  return { rule: placed.text, note };
}

function lineOf({ text }: LintDocument, { start }: PlacedRule): number {
  return text.slice(0, start).split("\n").length;
}

function withoutRules({ text }: LintDocument, removed: ReadonlyMap<PlacedRule, unknown>): string {
  if (removed.size === 0) return text;
  const indexes = new Set([...removed.keys()].map(({ index }) => index));
  return removeElements(text, ["permissions", "allow"], (index) => indexes.has(index));
}
