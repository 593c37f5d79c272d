// Answers that are remembered: how one is known again, who gave it, and which questions a lasting yes would settle.
import type { Decision } from "../decision.ts";
import type { PolicyException } from "../policy.ts";

/** What a person said yes to before, by `answerId`, each with the time in words. */
export type RememberedAnswers = ReadonlyMap<string, string>;

/** How an answer is known again. */
export function answerId({ rule, key }: { readonly rule: string; readonly key: string }): string {
  return `${rule}\n${key}`;
}

/** Whether a person's lasting yes would keep the same call from being asked about. */
export function canLast({
  verdict,
  questions = [],
  reasons,
}: Pick<Decision, "verdict" | "questions" | "reasons">): boolean {
  const rules = new Set(questions.map(({ rule }) => rule));
  return (
    verdict === "ask" &&
    questions.length > 0 &&
    questions.every(({ key, isShort }) => key !== undefined && isShort !== true) &&
    reasons.every((reason) => reason.verdict !== "ask" || rules.has(reason.rule))
  );
}

/** Who answered. */
export type Settled =
  | { readonly by: "session"; readonly when: string }
  | { readonly by: "exception"; readonly exception: PolicyException };

/** Rule of the question about an effect that no rule of the policy speaks of. */
export const NO_RULE = "guard/no-rule";
/** Rule of the question about an effect that nobody knows. */
export const UNKNOWN_EFFECT = "guard/unknown-effect";
