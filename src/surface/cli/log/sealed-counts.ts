// Counting events by what is sealed in them, such as hosts and branches: the events are found by the index and opened one by one.
import { Failure } from "#base/failure.ts";
import { type NameKind, namesIn, saidIn } from "#record/event/readable-part.ts";
import { type IndexedEvent, indexedEvent, MARK_FIELDS } from "#record/index/indexed-event.ts";
import { bucketOf, columnOf, type GroupField, type Table } from "#record/index/question.ts";
import type { LogView, ViewedEntry } from "#record/store/log-view.ts";
import { entriesAt } from "../../services/log/opened-places.ts";

/** What events are counted by besides the fields of the index, and where it stands in the readable part of an event. */
export const SEALED_FIELDS = {
  host: ["hosts"],
  path: ["reads", "changes"],
  read: ["reads"],
  change: ["changes"],
  branch: ["branches"],
  remote: ["remotes"],
  package: ["packages"],
  mcp: ["servers"],
  said: [],
} as const satisfies Readonly<Record<string, readonly NameKind[]>>;
export type SealedField = keyof typeof SEALED_FIELDS;
export type CountedField = GroupField | SealedField;

const GROUPS_MAX = 50_000;

/** Whether a field is counted by what is sealed. */
export function isSealedField(field: string): field is SealedField {
  return Object.hasOwn(SEALED_FIELDS, field);
}

type Group = {
  readonly cells: readonly (string | number)[];
  count: number;
  first: number;
  last: number;
};

/**
 * Counts the events at `places` by fields, the largest group first, with when each was seen first and last. An event without any of a
 * sealed field counts for none; one whose key is gone counts as `(sealed)`, one whose text is over its time as `(expired)`.
 */
export async function countSealed(
  view: LogView,
  places: readonly number[],
  { by, limit }: { readonly by: readonly CountedField[]; readonly limit: number },
): Promise<Table> {
  const groups = new Map<string, Group>();
  for await (const entry of entriesAt(view, places)) {
    if (entry.leaf.kind !== "leaf") continue;
    const { timeMs } = entry.leaf;
    for (const cells of cellsOf(entry, by)) {
      const key = JSON.stringify(cells);
      const group = groups.get(key);
      if (group === undefined) {
        if (groups.size < GROUPS_MAX)
          groups.set(key, { cells, count: 1, first: timeMs, last: timeMs });
        continue;
      }
      group.count += 1;
      group.first = Math.min(group.first, timeMs);
      group.last = Math.max(group.last, timeMs);
    }
  }
  const rows = [...groups.values()].toSorted(
    (one, other) => other.count - one.count || other.last - one.last,
  );
  return {
    kind: "table",
    columns: [
      ...by.map((field) => (isSealedField(field) ? field : columnOf(field))),
      "events",
      "first_ms",
      "last_ms",
    ],
    rows: rows
      .slice(0, limit)
      .map(({ cells, count, first, last }) => [...cells, count, first, last]),
    isCut: rows.length > limit,
  };
}

/** The product of the members of each field: an event that contacts two hosts counts for both. */
function cellsOf(
  { index, leaf, sealed, text }: ViewedEntry,
  by: readonly CountedField[],
): readonly (readonly (string | number)[])[] {
  if (leaf.kind !== "leaf") return [];
  const user = sealed?.["user"];
  const opened = { user: typeof user === "string" ? user : undefined, command: undefined };
  const event = indexedEvent(index, leaf, opened);
  return by.reduce<readonly (readonly (string | number)[])[]>(
    (rows, field) => {
      const members = isSealedField(field)
        ? sealedMembers({ sealed, text }, field)
        : membersOf(event, field);
      return rows.flatMap((row) => members.map((member) => [...row, member]));
    },
    [[]],
  );
}

function sealedMembers(
  { sealed, text }: Pick<ViewedEntry, "sealed" | "text">,
  field: SealedField,
): readonly string[] {
  if (sealed === undefined) return ["(sealed)"];
  if (text.kind === "expired") return ["(expired)"];
  if (text.kind === "missing") return ["(sealed)"];
  if (field === "said") return [saidIn(sealed) ?? []].flat();
  const names = SEALED_FIELDS[field].flatMap((kind: NameKind) => namesIn(sealed, kind));
  return [...new Set<string>(names)];
}

function membersOf(event: IndexedEvent, field: GroupField): readonly (string | number)[] {
  if (field === "hour" || field === "day") return [bucketOf(event.timeMs, field)];
  const list = MARK_FIELDS.find((one) => one === field);
  if (list !== undefined)
    return [
      ...new Set(event.marks.filter((mark) => mark.field === list).map(({ value }) => value)),
    ];
  if (!Object.hasOwn(event.word, field))
    throw new Failure("usage", `nothing is counted by \`${field}\``);
  return [event.word[field as keyof IndexedEvent["word"]] ?? ""];
}
