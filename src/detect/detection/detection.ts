// A detection: what one event of the log looks like when somebody should hear of it.
import type { JsonObject } from "#record/log/leaf.ts";

/** How soon somebody should look, mildest first: the levels of Sigma. */
export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof LEVELS)[number];

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
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly matches: (metadata: JsonObject) => boolean;
};
