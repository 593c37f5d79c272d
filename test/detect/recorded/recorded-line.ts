// An event as a recorded set holds it: what a reader with the key saw, one JSON object a line.
import { openStream } from "#detect/correlation/stream.ts";
import type { Ruleset } from "#detect/correlation/ruleset.ts";
import { withSealedFields } from "#detect/detection/fields.ts";
import type { JsonObject } from "#record/log/leaf.ts";

export type RecordedLine = {
  readonly id: string;
  readonly timeMs: number;
  readonly metadata: JsonObject;
  readonly sealed?: JsonObject;
};

/** Names of the detections that fire on a set, each once, sorted. */
export function firedOn(rules: Ruleset, lines: readonly RecordedLine[]): readonly string[] {
  const stream = openStream(rules);
  const found = lines.flatMap(({ id, timeMs, metadata, sealed }, index) => {
    const fields = withSealedFields(metadata, { sealed, isForged: false });
    return stream.take({ index, id, timeMs, fields, isOpened: true });
  });
  return [...new Set([...found, ...stream.end()].map(({ rule }) => rule.name))].sort();
}
