// An incident: alerts that belong together, with a state, somebody who owns it and what was done. Pure: who stores it is elsewhere.
import type { Alert } from "../alert/alert.ts";
import type { Level } from "../detection/detection.ts";
import type { PlaybookRun } from "../playbook/playbook-run.ts";

export const INCIDENT_STATES = ["open", "investigating", "contained", "closed"] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** How what happened was possible (M17.12). */
export const OUTCOMES = [
  "allowed-by-config",
  "user-approved",
  "blocked-by-hook",
  "denied-by-policy",
  "nobody-answered",
  "missed",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Something that was done about it. `what` is a word of ours, `note` a person's text. */
export type IncidentAction = {
  readonly atMs: number;
  readonly by: string;
  readonly what: string;
  readonly note?: string;
};

export type Incident = {
  /** `inc-` and 26 letters (a ULID): it tells nothing but when. */
  readonly id: string;
  readonly openedMs: number;
  readonly updatedMs: number;
  readonly level: Level;
  readonly state: IncidentState;
  readonly title: string;
  readonly owner: string | undefined;
  /** Said by who closed it. */
  readonly outcome?: Outcome;
  /** Of more than 256 the newest; `alertsOmitted` counts the others. */
  readonly alerts: readonly Alert[];
  readonly alertsOmitted: number;
  readonly actions: readonly IncidentAction[];
  /** It was made up to practise: no alert joins it, and nobody is told. */
  readonly drill?: true;
  /** Playbooks that were begun, in that order. */
  readonly playbooks?: readonly PlaybookRun[];
};

/** Whether a review of the policy was opened and not ended. */
export function isReviewOpen({ actions }: Pick<Incident, "actions">): boolean {
  return (
    actions.findLast(({ what }) => what === "review" || what === "reviewed")?.what === "review"
  );
}
