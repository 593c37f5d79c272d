// A detection: what one event of the log looks like when somebody should hear of it.
import type { EventKind } from "#record/event/event.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import type { TestTree } from "./tree.ts";

/** How soon somebody should look, mildest first: the levels of Sigma. */
export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;
export type Level = (typeof LEVELS)[number];

/** How far a detection has come: the words of Sigma. */
export const STATUSES = ["stable", "test", "experimental", "deprecated", "unsupported"] as const;
export type Status = (typeof STATUSES)[number];

/**
 * What is said of every detection, over one event or over several. `id` is a UUID and stays when the file moves; `name` is `<tactic>/<file>`.
 */
export type RuleMeta = {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly level: Level;
  /** It weighs the same where the call was blocked: it asks how the call was judged, or says so itself. Else a blocked call is milder. */
  readonly isSameBlocked: boolean;
  /** `experimental`: nobody has shown yet that a real event trips it. */
  readonly status: Status;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  /** What to do when it fires: a page below `docs/runbooks` and its heading. */
  readonly runbook: string | undefined;
  /** It asks sealed fields, so only a reader with the key can run it. */
  readonly requiresKey: boolean;
  /** Lists that it asks by name. */
  readonly lists: readonly string[];
};

/** What one event is tested by. `matches` is pure: it looks at an event's fields alone. */
export type EventTest = {
  /** The kinds of event that it could match: it need not be asked about others. */
  readonly kinds: readonly EventKind[];
  readonly requiresKey: boolean;
  readonly matches: (event: JsonObject) => boolean;
  /** The same test, of events of these kinds, for whoever says it in another language. */
  readonly tree: TestTree;
};

/** A detection over single events, compiled. */
export type Detection = RuleMeta & EventTest;
