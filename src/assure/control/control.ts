// A control of a framework, and the events of the log that are evidence for it: counts, and what they do not prove.
import type { JsonObject } from "#record/log/leaf.ts";

/** Events that are counted. `by` names a field by whose values the count is split. */
export type Evidence = {
  readonly id: string;
  readonly title: string;
  readonly by: string | undefined;
  readonly matches: (metadata: JsonObject) => boolean;
};

/**
 * A control, compiled. `id` is `<framework>/<file>`, `reference` is what the framework calls it, `title` is in our words: the
 * frameworks' own texts are not ours to give. `limits` says what the counts do not prove.
 */
export type Control = {
  readonly id: string;
  readonly framework: string;
  readonly reference: string;
  readonly title: string;
  readonly description: string;
  readonly evidence: readonly Evidence[];
  readonly limits: readonly string[];
};
