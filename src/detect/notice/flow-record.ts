// The state of a channel and what is watched, as they stand on disk: strict, bounded, with a version.
import * as v from "valibot";
import { LEVELS } from "../detection/detection.ts";
import { type Watched, WATCHED_MAX } from "./escalation.ts";
import { emptyFlow, type Flow, QUEUE_MAX } from "./flow.ts";
import {
  DETAILS_MAX,
  LINK_CHARS_MAX,
  NAME_CHARS_MAX,
  NOTICE_KINDS,
  NOTICE_SOURCES,
  TITLE_CHARS_MAX,
} from "./notice.ts";

/** Entries of one remembered list. */
const LIST_MAX = 2_048;
/** Made by us of an id and a channel's name. */
const ID_CHARS_MAX = 2 * NAME_CHARS_MAX;

const name = v.pipe(v.string(), v.maxLength(ID_CHARS_MAX));
const title = v.pipe(v.string(), v.maxLength(TITLE_CHARS_MAX));
const link = v.pipe(v.string(), v.maxLength(LINK_CHARS_MAX), v.regex(/^https?:\/\/\S+$/));
const time = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const level = v.picklist(LEVELS);
const detail = v.strictObject({ title, level, count, subject: name });
const list = <Item extends v.GenericSchema>(item: Item, most = LIST_MAX) =>
  v.pipe(v.array(item), v.maxLength(most));

/** A notice as it came from disk or from another process. */
export const noticeSchema = v.strictObject({
  id: name,
  kind: v.picklist(NOTICE_KINDS),
  timeMs: time,
  level,
  key: name,
  matter: name,
  subject: name,
  title,
  source: v.picklist(NOTICE_SOURCES),
  rule: v.exactOptional(name),
  team: v.exactOptional(name),
  project: v.exactOptional(name),
  session: v.exactOptional(name),
  user: v.exactOptional(name),
  host: v.exactOptional(name),
  state: v.exactOptional(name),
  by: v.exactOptional(name),
  untilMs: v.exactOptional(time),
  link: v.exactOptional(link),
  count,
  details: list(detail, DETAILS_MAX),
  detailsOmitted: count,
});

const waiting = v.strictObject({ id: name, notice: noticeSchema, madeMs: time, tries: count });
const heldKind = v.strictObject({ ...detail.entries, matter: name });
const held = v.strictObject({
  sinceMs: time,
  dueMs: time,
  total: count,
  level,
  others: count,
  kinds: v.record(name, heldKind),
});

/** A channel's file. */
export const flowSchema = v.strictObject({
  version: v.literal(1),
  queue: list(waiting, QUEUE_MAX + 1),
  held: v.exactOptional(held),
  heard: list(v.strictTuple([name, v.strictObject({ untilMs: time, level })])),
  ids: list(name),
  admittedMs: list(time),
  taken: count,
  delivered: count,
  dead: count,
  trouble: name,
  deliveredMs: v.exactOptional(time),
});

/** The file of what is watched. */
export const watchedSchema = v.strictObject({
  version: v.literal(1),
  watched: list(
    v.strictObject({ notice: noticeSchema, sinceMs: time, steps: count, isAnswered: v.boolean() }),
    WATCHED_MAX + 1,
  ),
});

/** A channel's state as it is written. */
export function flowRecord(flow: Flow): Readonly<Record<string, unknown>> {
  const { queue, heard, ids, admittedMs, taken, delivered, dead, trouble, deliveredMs } = flow;
  return {
    version: 1,
    queue: [...queue],
    heard: [...heard],
    ids: [...ids],
    admittedMs: [...admittedMs],
    taken,
    delivered,
    dead,
    trouble: trouble.slice(0, 400),
    ...(deliveredMs === undefined ? {} : { deliveredMs }),
    ...(flow.held === undefined ? {} : { held: flow.held }),
  };
}

/** A channel's state of what was written; undefined for anything else. */
export function flowFrom(channel: string, content: unknown): Flow | undefined {
  const read = v.safeParse(flowSchema, content);
  if (!read.success) return undefined;
  const { queue, heard, ids, admittedMs, ...rest } = read.output;
  return {
    ...emptyFlow(channel),
    taken: rest.taken,
    delivered: rest.delivered,
    dead: rest.dead,
    trouble: rest.trouble,
    deliveredMs: rest.deliveredMs,
    queue,
    held: rest.held,
    heard: new Map(heard),
    ids: new Set(ids),
    admittedMs,
  };
}

/** What is watched, by its matter; undefined where the content is none. */
export function watchedFrom(content: unknown): Map<string, Watched> | undefined {
  const read = v.safeParse(watchedSchema, content);
  if (!read.success) return undefined;
  return new Map(read.output.watched.map((one) => [one.notice.matter, one]));
}

/** The file of a channel's dead letters. */
export const deadSchema = v.strictObject({
  version: v.literal(1),
  dead: list(v.strictObject({ id: name, notice: noticeSchema, atMs: time, reason: name })),
});
