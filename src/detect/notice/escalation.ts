// Who is told when nobody acknowledges: what is watched, and which step of the escalation is due. Pure.
import type { Level } from "../detection/detection.ts";
import type { Notice } from "./notice.ts";

/** What is watched at once; of more the oldest is escalated at once, so that none is forgotten. */
export const WATCHED_MAX = 512;
const MINUTE_MS = 60_000;

/** After so many minutes without an answer, these channels are told. */
export type EscalationStep = {
  readonly levels?: readonly Level[] | undefined;
  readonly minutes: number;
  readonly to: readonly string[];
};

/** A notice that somebody is to acknowledge, by its matter. `steps`: how many steps are done. */
export type Watched = {
  readonly notice: Notice;
  readonly sinceMs: number;
  readonly steps: number;
  /** Somebody acknowledged it or works on it: no further step is taken. */
  readonly isAnswered: boolean;
};

/** The steps that a level has, the soonest first. */
export function stepsFor(
  level: Level,
  escalation: readonly EscalationStep[],
): readonly EscalationStep[] {
  return escalation
    .filter(({ levels }) => levels === undefined || levels.includes(level))
    .toSorted((one, other) => one.minutes - other.minutes);
}

/** The steps of a watched notice that are due and not done. */
export function dueSteps(
  { notice, sinceMs, steps, isAnswered }: Watched,
  escalation: readonly EscalationStep[],
  nowMs: number,
): readonly EscalationStep[] {
  if (isAnswered) return [];
  return stepsFor(notice.level, escalation)
    .slice(steps)
    .filter(({ minutes }) => nowMs >= sinceMs + minutes * MINUTE_MS);
}
