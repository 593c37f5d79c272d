// Counting the evidence for a control, event by event, in memory that does not grow with the log.
import { valuesOf } from "#detect/detection/fields.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import type { Control } from "./control.ts";

/** Values that a count is split by before the rest goes under `more`. */
const GROUPS_MAX = 32;
const GROUP_CHARS_MAX = 128;

/** How many events there were of one kind of evidence; `groups` splits them where the control says by what. */
export type EvidenceCount = {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly groups: Readonly<Record<string, number>> | undefined;
  /** Time of the first and the last of them in the log's order, Unix milliseconds. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
};

/** A tally that goes on; `result` may be asked at any time. */
export type Tally = {
  add(metadata: JsonObject, timeMs: number): void;
  result(): readonly EvidenceCount[];
};

/** Begins to count for a control. An event may be evidence more than once. */
export function startTally({ evidence }: Control): Tally {
  const rows = evidence.map((one) => ({
    ...one,
    count: 0,
    groups: new Map<string, number>(),
    firstMs: undefined as number | undefined,
    lastMs: undefined as number | undefined,
  }));
  return {
    add(metadata, timeMs) {
      for (const row of rows) {
        if (!row.matches(metadata)) continue;
        row.count += 1;
        row.firstMs ??= timeMs;
        row.lastMs = timeMs;
        if (row.by !== undefined) addGroups(row.groups, valuesOf(metadata, row.by).map(String));
      }
    },
    result: () =>
      rows.map(({ id, title, count, by, groups, firstMs, lastMs }) => ({
        id,
        title,
        count,
        groups: by === undefined ? undefined : Object.fromEntries(groups),
        firstMs,
        lastMs,
      })),
  };
}

function addGroups(groups: Map<string, number>, values: readonly string[]): void {
  for (const value of values.length === 0 ? ["none"] : new Set(values)) {
    const wanted = value.slice(0, GROUP_CHARS_MAX);
    const name = groups.has(wanted) || groups.size < GROUPS_MAX ? wanted : "more";
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
}
