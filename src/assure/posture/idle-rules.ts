// Which rules that a person wrote decided nothing for long, by what the record says of them.
import type { Rule } from "#guard/policy/policy.ts";
import type { IdleRules, Seen } from "./inputs/audit-inputs.ts";

const DAY_MS = 86_400_000;
/** Days for which a rule may be silent: a quarter holds what a team does once a month, and the end of a quarter. */
export const IDLE_DAYS = 90;
/** Judged calls without which silence says nothing: a machine that rested, or was not used for work. */
export const IDLE_DECISIONS_MIN = 100;

/** What the record says of the days before now. */
export type RecordedUse = {
  /** Wall time of the earliest judged call of the record. */
  readonly firstMs: number | undefined;
  /** Judged calls of the last `IDLE_DAYS`, and the rules that decided one of them. */
  readonly decisions: number;
  readonly decided: ReadonlySet<string>;
};

/**
 * Whether a rule's silence says something. A deny rule holds what is rare, and one for some sessions, hours, branches or
 * runs waits for them; an allow rule is named by a decision only where the policy answers prompts.
 */
export function mayBeIdle(
  { verdict, when }: Pick<Rule, "verdict" | "when">,
  answersPrompts: boolean,
): boolean {
  if (verdict === "deny" || (verdict === "allow" && !answersPrompts)) return false;
  const { labels, hours, branches, ci, modes } = when;
  return [labels, hours, branches, ci, modes].every((condition) => condition === undefined);
}

/** The idle ones of `rules` (as decisions name them) of a policy that is in force since `sinceMs`; unseen where nobody can tell yet. */
export function idleAmong(
  rules: readonly string[],
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
  { firstMs, decisions, decided }: RecordedUse,
): Seen<IdleRules> {
  const daysSince = (ms: number): number => Math.floor((nowMs - ms) / DAY_MS);
  if (daysSince(sinceMs) < IDLE_DAYS)
    return unseen(`the policy is in force as it is for ${daysSince(sinceMs)} days`);
  if (firstMs === undefined || daysSince(firstMs) < IDLE_DAYS)
    return unseen(`the record goes back ${firstMs === undefined ? 0 : daysSince(firstMs)} days`);
  if (decisions < IDLE_DECISIONS_MIN)
    return unseen(
      `the record has ${decisions} judged calls of ${IDLE_DAYS} days, fewer than ${IDLE_DECISIONS_MIN}`,
    );
  const idle = rules.filter((rule) => !decided.has(rule));
  return { kind: "seen", value: { days: IDLE_DAYS, asked: rules.length, rules: idle } };
}

function unseen(why: string): Seen<IdleRules> {
  return { kind: "unseen", why: `${why}: rules are called idle after ${IDLE_DAYS} days` };
}
