// A detection: what one event of the log looks like when somebody should hear of it.
import type { JsonObject } from "#record/log/leaf.ts";

/** How soon somebody should look, mildest first: the levels of Sigma. */
export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof LEVELS)[number];

/** How far a detection has come: the words of Sigma. */
export const STATUSES = ["stable", "test", "experimental", "deprecated", "unsupported"] as const;
export type Status = (typeof STATUSES)[number];

/**
 * A detection, compiled. `id` is a UUID and stays when the file moves; `name` is `<tactic>/<file>`. `matches` is pure and
 * looks at an event's clear metadata alone.
 */
export type Detection = {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly level: Level;
  /** `experimental`: nobody has shown yet that a real event trips it. */
  readonly status: Status;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly matches: (metadata: JsonObject) => boolean;
};
