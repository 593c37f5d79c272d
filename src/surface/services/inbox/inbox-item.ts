// One thing that needs a person, whatever it is, and the order of many: what is lost soonest by waiting comes first.
import * as v from "valibot";

export const INBOX_KINDS = [
  ...(["question", "approval", "incident", "server", "extension"] as const),
  ...(["machine", "delivery", "finding", "exception", "attestation"] as const),
] as const;
export type InboxKind = (typeof INBOX_KINDS)[number];

/** What a person can do about it at once; the others are done by the command. */
const INBOX_ACTIONS = ["allow", "refuse", "assign", "close"] as const;

/**
 * How soon waiting costs something: `now` a session stands still and goes on without an answer; `soon` harm may go on, or records
 * are not kept; `later` something ends by itself.
 */
const URGENCIES = ["now", "soon", "later"] as const;

const LEVELS = ["critical", "high", "medium", "low", "informational"] as const;
const nullableText = v.nullable(v.string());

/** One item. Texts are foreign and raw: who shows them makes them printable. */
export const inboxItemSchema = v.object({
  kind: v.picklist(INBOX_KINDS),
  /** Of its kind. */
  id: v.string(),
  urgency: v.picklist(URGENCIES),
  level: v.picklist(LEVELS),
  /** What it is, in one line. */
  title: v.string(),
  /** The project, machine or folder that it is about; null where it is about all. */
  place: nullableText,
  /** Who asks for it or has it; null where nobody does. */
  who: nullableText,
  /** What is lost by waiting, in words. */
  lost: v.string(),
  /** Wall times, milliseconds: since when, and when it is too late. */
  sinceMs: v.nullable(v.number()),
  untilMs: v.nullable(v.number()),
  actions: v.array(v.picklist(INBOX_ACTIONS)),
  /** Why a person here cannot decide it, although others can; null where nothing keeps them. */
  notHere: nullableText,
  /** What it is decided by: another state of it is not decided. */
  digest: nullableText,
  seenMs: v.nullable(v.number()),
  /** The command that does it, or shows what to do; filled in. */
  command: v.string(),
  /** Its page in the dashboard. */
  page: v.string(),
});
export type InboxItem = v.InferOutput<typeof inboxItemSchema>;

/** Names an item among all. */
export const itemKey = ({ kind, id }: Pick<InboxItem, "kind" | "id">): string => `${kind}:${id}`;

/** What is lost soonest first: a session that waits, then the gravest, then what ends first, then the oldest. */
export function inOrder(items: readonly InboxItem[]): readonly InboxItem[] {
  const rank = (one: InboxItem) => [
    URGENCIES.indexOf(one.urgency),
    ...(one.urgency === "now" ? [] : [LEVELS.indexOf(one.level)]),
    one.untilMs ?? Number.MAX_SAFE_INTEGER,
    one.sinceMs ?? Number.MAX_SAFE_INTEGER,
    INBOX_KINDS.indexOf(one.kind),
  ];
  return items
    .map((one) => ({ one, ranks: rank(one), key: itemKey(one) }))
    .toSorted((a, b) => {
      for (const [place, value] of a.ranks.entries()) {
        const away = value - (b.ranks[place] ?? 0);
        if (away !== 0) return away;
      }
      return a.key < b.key ? -1 : 1;
    })
    .map(({ one }) => one);
}

/** How many there are of each kind. */
export function countKinds(items: readonly InboxItem[]): Readonly<Record<InboxKind, number>> {
  const counts = Object.fromEntries(INBOX_KINDS.map((kind) => [kind, 0])) as Record<
    InboxKind,
    number
  >;
  for (const { kind } of items) counts[kind] += 1;
  return counts;
}
