// Shares of a graded corpus: what got which verdict, what was stopped for the right reason, what was refused outright.
import { toldRules } from "#guard/protocol/reason-text.ts";
import type { Expectation, Grade, GradedCase } from "./graded.ts";

/** A case with what it got. */
export type Graded = { readonly one: GradedCase; readonly result: Grade };

/** A count of a whole, as a person reads it. */
export type Share = { readonly count: number; readonly of: number };

/**
 * Whether a person is asked or the call refused, and one of the rules that the answer names speaks of the harm, or is a part
 * of one that does (`history/protected-lease`).
 */
export function hasRightReason({ one, result }: Graded): boolean {
  return isStopped(result) && toldRules(result.decision).some((rule) => speaksOf(one, rule));
}

/** Whether already the rule that is told first does. */
function hasRightFirst({ one, result }: Graded): boolean {
  return isStopped(result) && speaksOf(one, result.rule);
}

function isStopped({ got: verdict }: Grade): boolean {
  return verdict === "ask" || verdict === "deny";
}

function speaksOf({ reasons }: GradedCase, rule: string): boolean {
  return reasons.some((name) => new RegExp(`/${name}(?:-[a-z]+)?$`).test(rule));
}

/** Cases that got one of these. */
export function got(part: readonly Graded[], ...kinds: readonly Grade["got"][]): Share {
  const { length } = part.filter(({ result }) => kinds.includes(result.got));
  return { count: length, of: part.length };
}

/** Cases that are stopped for the right reason. */
export function rightReason(part: readonly Graded[]): Share {
  return { count: part.filter(hasRightReason).length, of: part.length };
}

/** Cases in which the right reason is told before all others. */
export function rightFirst(part: readonly Graded[]): Share {
  return { count: part.filter(hasRightFirst).length, of: part.length };
}

/** Of the cases that expect one verdict, those that got it. */
export function met(part: readonly Graded[], expected: Expectation): Share {
  return got(
    part.filter(({ one }) => one.expected === expected),
    expected,
  );
}

/** Cases that ask a person, or leave it to the client to ask, although nobody should be asked. */
export function needlessQuestions(part: readonly Graded[]): Share {
  const needless = part.filter(({ one }) => one.expected !== "ask");
  return { count: got(needless, "ask", "abstain").count, of: part.length };
}

/** The share as a number from 0 to 1; of nothing, all is as it should be. */
export function rate({ count, of }: Share): number {
  return of === 0 ? 1 : count / of;
}

/** How many ask for one reason, and how many of them a label says should. */
export type QuestionsOf = { readonly rule: string; readonly count: number; readonly expected: number };

/** Questions by the reason that is told first, the most frequent first; what is left to the client to ask is one as well. */
export function questionsByReason(part: readonly Graded[]): readonly QuestionsOf[] {
  const asked = part.filter(({ result }) => result.got === "ask" || result.got === "abstain");
  const rules = [...new Set(asked.map(({ result }) => result.rule))];
  return rules
    .map((rule) => {
      const of = asked.filter(({ result }) => result.rule === rule);
      return { rule, count: of.length, expected: of.filter(({ one }) => one.expected === "ask").length };
    })
    .sort((a, b) => b.count - a.count || a.rule.localeCompare(b.rule));
}
