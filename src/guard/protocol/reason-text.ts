// The words of a refusal or a question: what would happen, why that matters, what to do instead, and which rule says so.
import { clipped } from "#base/clipped.ts";
import { printable } from "#base/printable.ts";
import type { Effect } from "../vocabulary/effect.ts";
import type { Decision, Reason } from "../policy/decision.ts";
import { entrustedPrograms } from "../hold/entrusted.ts";
import { canLast } from "../policy/remembered/answers.ts";

/** Characters of the first line: people decide by it, and of a refusal the client (2.1.328) shows two lines. */
export const FIRST_CHARS_MAX = 100;
/** Characters of each further line: three lines of a dialog. */
const LINE_CHARS_MAX = 300;
/** Characters of what a call does besides. */
const WHAT_CHARS_MAX = 120;
/** Characters of a rule's name. */
const RULE_CHARS_MAX = 200;
/** Characters of the list of rules. */
const RULES_CHARS_MAX = 300;
/** Rules that an answer names. */
const RULES_TOLD_MAX = 6;
/** Further things that the call does, a line each. */
const ALSO_MAX = 3;
/** Characters of a reason shown to the client; longer ones are cut with an ellipsis. */
const REASON_CHARS_MAX = 2000;
/** Characters of a command that is named as an alternative. */
const ALTERNATIVE_CHARS_MAX = 300;

/** Said where a rule names no other way. */
const NOTHING_INSTEAD = "tell the person what this is for and let them decide";
/** Said where a person's lasting yes would answer the whole question. */
const STOP_ASKING = "To stop being asked: sallyport allow LAST --for 30d";

/** What a lasting yes covers where that is more than the call itself: a push counts for whichever branch is at hand. */
function stopAsking({ questions = [] }: Decision): string {
  const [wide] = questions.flatMap(({ lasting }) => lasting?.what ?? []);
  return wide === undefined ? STOP_ASKING : `${STOP_ASKING} (it ${words(wide)})`;
}
/** Where people read all of it. */
const MORE = "More: sallyport explain --last";

/**
 * The lines of a decision. People read them in a dialog of the client, of a denial its beginning alone; agents get all of
 * them as the result of the call. What is not asked about and not refused is told in two lines, for records and scripts.
 */
export function reasonText(decision: Decision): string {
  const { verdict } = decision;
  const [first, ...others] = decision.reasons;
  if (first === undefined) return "sallyport: no reason was given";
  const rules = `[${rulesText(decision)}]`;
  if (verdict === "allow" || verdict === "abstain")
    return bounded(`sallyport: ${words(first.text)}\n${rules}`);
  // A question that nobody can answer stands before the question itself.
  const isUnanswered = first.rule === "guard/nobody-to-ask";
  return bounded(
    [
      firstLine(first, decision),
      ...(first.told === undefined ? [] : [`Why: ${words(first.told.why)}`]),
      ...alsoLines(first, isUnanswered ? others.slice(1) : others, decision),
      ...givenLine(decision),
      insteadLine(decision, first),
      ...lastingLine(decision, first),
      ...(canLast(decision) ? [stopAsking(decision)] : []),
      `${MORE} ${rules}`,
    ].join("\n"),
  );
}

/** The rules that an answer names: the one that made the verdict first, none twice, as many as people read in one line. */
export function toldRules({ verdict, reasons }: Decision): readonly string[] {
  // Beside a refusal of the daemon's own stands what the policy would have allowed.
  const told = reasons.filter((one) => one.verdict !== "allow" || verdict === "allow");
  return [...new Set(told.map(({ rule }) => rule))].slice(0, RULES_TOLD_MAX);
}

/** The rule that made the verdict in full, the others without the policy where it is the same. */
function rulesText(decision: Decision): string {
  const [first = "", ...others] = toldRules(decision);
  const policy = first.slice(0, first.indexOf("/") + 1);
  const names = others.map((rule) => (rule.startsWith(policy) ? rule.slice(policy.length) : rule));
  const also = names.length === 0 ? "" : `; also ${names.join(", ")}`;
  return clipped(printable(`${clipped(first, RULE_CHARS_MAX)}${also}`), RULES_CHARS_MAX);
}

function firstLine(reason: Reason, { verdict, effects }: Decision): string {
  const isRefused = verdict === "deny";
  const { told } = reason;
  if (told === undefined)
    return clipLine(`sallyport: ${isRefused ? "refused: " : ""}${printable(reason.text)}`);
  const line = `sallyport: ${isRefused ? "refused. This" : "this"} ${printable(told.what)}`;
  // One program alone stands in the call itself, for everybody to see.
  const via = reason.effect === undefined ? [] : (effects[reason.effect]?.via ?? []);
  const through = via.length < 2 ? "" : ` (through ${printable(via.join(", "))})`;
  return clipLine(line.length + through.length <= FIRST_CHARS_MAX ? `${line}${through}` : line);
}

/** What else the call does that a rule speaks of: who says yes to one thing must know what else that allows. */
function alsoLines(
  first: Reason,
  others: readonly Reason[],
  { effects }: Decision,
): readonly string[] {
  const effectOf = ({ effect }: Reason): Effect | undefined =>
    effect === undefined ? undefined : effects[effect];
  const rules = new Set([first.rule]);
  const lines = new Set<string>();
  for (const reason of others) {
    const { rule, told, effect } = reason;
    if (told === undefined || rules.has(rule)) continue;
    rules.add(rule);
    if (isPartOf(effectOf(reason), effectOf(first))) continue;
    const what = effect === first.effect || told.what === first.told?.what ? "" : ` ${told.what}`;
    const why = words(told.why);
    const clause = what === "" ? ":" : `${clipped(printable(what), WHAT_CHARS_MAX)};`;
    lines.add(`- also${clause} ${why}`);
  }
  const shown = [...lines].slice(0, ALSO_MAX);
  const rest = lines.size - shown.length;
  return rest === 0 ? shown : [...shown, `- and ${rest} more`];
}

/** What a yes gives beside what the call names. */
function givenLine({ verdict, effects }: Decision): readonly string[] {
  const [program] = verdict === "ask" ? entrustedPrograms(effects) : [];
  return program === undefined
    ? []
    : [`- also gives it the credentials and files of values that \`${program}\` works with`];
}

/** Whether an effect is nothing but how the first one comes about: a push contacts a host, and brings commits there. */
function isPartOf(effect: Effect | undefined, first: Effect | undefined): boolean {
  if (effect === undefined || first === undefined) return false;
  if (effect.at?.start !== first.at?.start || effect.at?.end !== first.at?.end) return false;
  const isPush = first.kind === "history" && first.remote !== undefined;
  if (effect.kind === "publish") return isPush && effect.channel === "git";
  if (effect.kind === "deploy")
    return effect.system === "forge" && first.kind === "publish" && first.forge !== undefined;
  if (effect.kind !== "egress") return false;
  const isSending = isPush || ["publish", "install", "deploy"].includes(first.kind);
  return isSending && effect.carries.every(({ kind }) => KNOWN_CARGO.includes(kind));
}

const KNOWN_CARGO: readonly string[] = ["argument", "repository", "network"];

/** WHY two forms: a refusal is read by the agent, a question by the person who sits in front of it. */
function insteadLine({ alternative, verdict }: Decision, { instead }: Reason): string {
  const head = verdict === "deny" ? "Instead: " : "The agent could instead ";
  const text = words(instead ?? NOTHING_INSTEAD);
  const form = alternative === undefined ? "" : printable(alternative.command);
  // A form that does not fit would be another command than the one that was judged.
  if (alternative === undefined || form.length > ALTERNATIVE_CHARS_MAX) return `${head}${text}`;
  const answer = alternative.verdict === "allow" ? "allowed" : "not refused";
  return `${head}run \`${form}\` (${answer})${instead === undefined ? "" : `, or ${text}`}`;
}

/** Said to agents of what no other spelling changes: they try several. Faults of the guard's own may pass. */
function lastingLine({ verdict, waits }: Decision, { rule, told }: Reason): readonly string[] {
  if (verdict !== "deny" || told === undefined) return [];
  if (waits !== undefined) return [];
  if (rule === "guard/nobody-to-ask")
    return ["Rephrasing will not help: say at the end what you could not do."];
  if (rule.startsWith("guard/")) return [];
  return ["Rephrasing will not help: ask the person to run it."];
}

function words(text: string): string {
  return clipped(printable(text), LINE_CHARS_MAX);
}

/** The first line, with an even number of backticks. */
function clipLine(text: string): string {
  if (text.length <= FIRST_CHARS_MAX) return text;
  const cut = text.slice(0, FIRST_CHARS_MAX - 2);
  return cut.split("`").length % 2 === 0 ? `${cut}…\`` : `${cut}…`;
}

/** `text` in the client's bounds, as valid Unicode. */
export function bounded(text: string): string {
  return clipped(text, REASON_CHARS_MAX).replace(/\p{Surrogate}/gu, "\ufffd");
}
