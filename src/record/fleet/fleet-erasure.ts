// Erasing people from stores for many machines: what a machine asks for, what a store answers, and the statements for ClickHouse.
import * as v from "valibot";
import { FLEET_ERASED_SUBJECTS_MAX } from "#base/limits.ts";
import { placeAmongTrees } from "./fleet-row.ts";

const Erasure = v.strictObject({
  tree: v.pipe(v.string(), v.regex(/^[!-~]{1,200}$/)),
  /** Ids of subjects whose keys were destroyed. Each commits to its key: who names one had the key. */
  subjects: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
    v.minLength(1),
    v.maxLength(FLEET_ERASED_SUBJECTS_MAX),
  ),
});

/** Takes what came out of the sealed fields of these subjects out of a log's events. */
export type FleetErasure = v.InferOutput<typeof Erasure>;

/** What a store says of it. `waiting` means that entries of the log are still on their way into the store: ask again. */
export type FleetErased =
  | { readonly kind: "erased"; readonly events: number }
  | { readonly kind: "waiting" }
  /** Another machine hands this log in. */
  | { readonly kind: "other-writer" };

/** The erasure that a text asks for; undefined when it is none. */
export function parseErasure(text: string): FleetErasure | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Erasure), text);
  return parsed.success ? parsed.output : undefined;
}

/**
 * Statements for a tenant's database in ClickHouse: how many events are meant, then taking out what was sealed. Each waits for
 * all parts to be rewritten. INVARIANT: ids of subjects are hexadecimal digits alone, so that they need no quoting.
 */
export function clickhouseErasure(
  tree: number,
  { subjects }: Pick<FleetErasure, "subjects">,
): { readonly count: string; readonly erase: readonly string[] } {
  const ids = subjects.map((id) => `'${id}'`).join(", ");
  const events = `subject IN (${ids}) AND place >= ${placeAmongTrees(tree, 0)} AND place < ${placeAmongTrees(tree + 1, 0)}`;
  const settled = "SETTINGS mutations_sync = 2";
  return {
    count: `SELECT count() FROM event FINAL WHERE ${events}`,
    erase: [
      `ALTER TABLE event UPDATE \`user\` = '', subject = '', words = '' WHERE ${events} ${settled}`,
      `ALTER TABLE name DELETE WHERE subject IN (${ids}) ${settled}`,
    ],
  };
}
