// Exceptions: what a person approved for a while, its form, and what makes it count.
import * as v from "valibot";
import type { Condition, GivenException, PolicyException, Policy } from "#guard/policy/policy.ts";
import { ruleName, sourceOf } from "#guard/policy/policy.ts";
import { Failure } from "#base/failure.ts";
import { approvalFields, approvalWords, digestText } from "./approval.ts";

/** Days that an exception can last. */
export const EXCEPTION_DAYS_MAX = 90;
/** Calls that one exception can be used for. */
export const EXCEPTION_USES_MAX = 100;
/** Exceptions of an installation that are kept at once. */
export const EXCEPTIONS_MAX = 200;
/** An exception ends soon when this share of its time is left, and never more than this many milliseconds. */
const SOON = { share: 0.25, msMax: 7 * 86_400_000 } as const;
/** Milliseconds by which the clock may be set back before that counts as before the approval. */
const STEP_BACK_MS_MAX = 2_000;

/** The record of an exception. Times are wall time. */
export const exceptionSchema = v.strictObject({
  ...approvalFields,
  /** Rules that are lifted, as reasons name them. */
  rules: v.pipe(v.array(approvalWords), v.minLength(1), v.maxLength(32)),
  /** What they give in place of their own verdict. */
  verdict: v.picklist(["ask", "allow"]),
  /** The effects that are meant: a compiled condition, in the language of rules. */
  scope: v.looseObject({ effects: v.array(v.string()) }),
  /** Real path of the one project in which it counts, or null for all. */
  project: v.nullable(v.pipe(v.string(), v.startsWith("/"), v.maxLength(4_096))),
  /**
   * Given where it is a lasting yes to a question that was asked: then it answers these (`answerId`, and words for people) as
   * often as they are asked, and `scope` says nothing.
   */
  answers: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ id: v.pipe(v.string(), v.maxLength(8_192)), what: approvalWords })),
      v.minLength(1),
      v.maxLength(32),
    ),
  ),
  uses: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(EXCEPTION_USES_MAX)),
  /** Digest of the policy in force when it was approved: under another one nobody approved anything. */
  policy: digestText,
});

/** What a person approved. */
export type Exception = v.InferOutput<typeof exceptionSchema>;

/** Whether an exception counts, and if not why. */
export type ExceptionState =
  | "in-force"
  | "revoked"
  | "expired"
  | "not-begun"
  | "used-up"
  | "other-policy"
  | "other-project";

/** The state of an exception under a policy and in a project. */
export function stateOf(
  exception: Exception,
  now: {
    readonly nowMs: number;
    readonly policy: string;
    readonly root: string;
    readonly isRevoked: boolean;
    readonly used: number;
  },
): ExceptionState {
  const { createdMs, expiresMs, uses, policy, project, answers } = exception;
  if (now.isRevoked) return "revoked";
  const isLong = expiresMs - createdMs > EXCEPTION_DAYS_MAX * 86_400_000;
  if (now.nowMs >= expiresMs || isLong) return "expired";
  if (now.nowMs < createdMs - STEP_BACK_MS_MAX) return "not-begun";
  if (answers === undefined && now.used >= uses) return "used-up";
  if (project !== null && project !== now.root) return "other-project";
  return policy === now.policy ? "in-force" : "other-policy";
}

/** The state of an exception that a managed policy gives, while that policy is in force. */
export function stateOfGiven(
  { fromMs, untilMs, uses, project }: GivenException,
  now: { readonly nowMs: number; readonly root: string; readonly used: number },
): ExceptionState {
  if (now.nowMs >= untilMs) return "expired";
  if (now.nowMs < fromMs - STEP_BACK_MS_MAX) return "not-begun";
  if (now.used >= uses) return "used-up";
  return project === null || project === now.root ? "in-force" : "other-project";
}

/** What is soon to be renewed or let go, and what ran out before it was used or taken back. */
export type Ending = "ends-soon" | "expired";

/** How an exception ends, where somebody should know of it: what was revoked or used up did its work and is quiet. */
export function endingOf(
  { createdMs, expiresMs, uses }: Exception,
  now: { readonly nowMs: number; readonly isRevoked: boolean; readonly used: number },
): Ending | undefined {
  if (now.isRevoked || now.used >= uses) return undefined;
  if (now.nowMs >= expiresMs) return "expired";
  const soonMs = Math.min((expiresMs - createdMs) * SOON.share, SOON.msMax);
  return expiresMs - now.nowMs <= soonMs ? "ends-soon" : undefined;
}

/** The exception as the guard takes it. */
export function liftOf({ id: name, rules, scope, verdict, answers }: Exception): PolicyException {
  // Signed with its scope, which was compiled from the same schema as a rule's condition.
  const lift = { id: name, rules, when: scope as unknown as Condition, verdict };
  return answers === undefined ? lift : { ...lift, answers: answers.map(({ id }) => id) };
}

/**
 * Names of the rules that a person means by `wanted`: an id, or the whole name. Throws a Failure `exception` where there is
 * none, where it only allows, or where it is managed: only who manages it can lift it.
 */
export function liftableRules(policy: Policy, wanted: string): readonly string[] {
  const found = policy.rules.filter(
    (rule) => rule.id === wanted || ruleName(rule, policy) === wanted,
  );
  if (found.length === 0)
    throw new Failure(
      "exception",
      `no rule \`${wanted}\` is in force here; \`sallyport policy show\` lists them`,
    );
  const restricting = found.filter(({ verdict }) => verdict !== "allow");
  if (restricting.length === 0)
    throw new Failure("exception", `the rule \`${wanted}\` allows: there is nothing to lift`);
  if (restricting.some((rule) => sourceOf(rule, policy).layer === "managed"))
    throw new Failure(
      "exception",
      `the rule \`${wanted}\` is managed: ask whoever keeps the managed policy for an exception there`,
    );
  if (restricting.some(({ approval }) => approval !== undefined))
    throw new Failure(
      "exception",
      `the rule \`${wanted}\` needs another person, and one alone lifts nothing of it: see \`sallyport approvals list\``,
    );
  return restricting.map((rule) => ruleName(rule, policy));
}
