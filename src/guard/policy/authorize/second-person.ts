// Rules whose question another person answers first: which of them were approved for a call, and which refuse it until then.
import type { Effect } from "../../vocabulary/effect.ts";
import type { Approved, Reason, Told, Waiting } from "../decision.ts";
import { type Policy, type Rule, ruleName } from "../policy.ts";
import { toReason } from "./reasons.ts";

/** What a rule says that needs another person: a refusal until one approved, then its question, or nothing more. */
export type SecondAnswer =
  | { readonly kind: "waits"; readonly reason: Reason }
  | { readonly kind: "asks" }
  | { readonly kind: "allows"; readonly reason: Reason };

/** The rules of one judgement that need another person, and the approvals that were used. */
export class SecondPerson {
  readonly #policy: Policy;
  readonly #approved: readonly Approved[];
  readonly #waits = new Map<string, Waiting>();
  readonly #reasons = new Set<Reason>();
  readonly #used = new Set<string>();

  constructor(policy: Policy, approved: readonly Approved[]) {
    this.#policy = policy;
    this.#approved = approved;
  }

  /** What becomes of a rule that speaks of a call; undefined where it needs nobody else. `about`: the effect and its index. */
  of(
    rule: Rule,
    about: { readonly effect: Effect | undefined; readonly index: number | undefined },
    told: Told,
  ): SecondAnswer | undefined {
    const { approval } = rule;
    if (approval === undefined || rule.verdict !== "ask") return undefined;
    const name = ruleName(rule, this.#policy);
    const found = this.#approved.find(({ rules }) => rules.includes(name));
    if (found === undefined) {
      const text = `${told.what}: ${told.why}; this needs the approval of ${othersInWords(approval.people)}`;
      const reason = {
        ...toReason(rule, "deny", about.index, this.#policy, text),
        instead: "do something else until it is approved, then ask for the very same call again",
        told: {
          what: `waits for ${othersInWords(approval.people)}: it ${told.what}`,
          why: told.why,
        },
      };
      if (!this.#waits.has(name)) this.#waits.set(name, { rule: name, approval, told });
      this.#reasons.add(reason);
      return { kind: "waits", reason };
    }
    this.#used.add(found.id);
    // What nobody knows, and what touches the guard, is never allowed for anybody.
    const kind = about.effect?.kind;
    if (approval.afterwards === "ask" || kind === "unknown" || kind === "tamper")
      return { kind: "asks" };
    const text = `${told.what}: approved by ${othersInWords(approval.people)} (${found.id})`;
    return { kind: "allows", reason: toReason(rule, "allow", about.index, this.#policy, text) };
  }

  /** Whether a refusal ends as soon as somebody approves. */
  isWaiting(reason: Reason): boolean {
    return this.#reasons.has(reason);
  }

  waits(): readonly Waiting[] {
    return [...this.#waits.values()];
  }

  used(): readonly string[] {
    return [...this.#used];
  }
}

/** Who else has to approve, in words. */
export function othersInWords(people: number): string {
  return people <= 2 ? "a second person" : `${people - 1} other people`;
}
