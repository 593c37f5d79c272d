// The newest events of a team that meet a filter: first where they are likely, then where counts by hour say they are, then back in time as far as a page can wait.
import { postgresFilter } from "#record/fleet/filter-dialects.ts";
import { type Filter, splitTime } from "#record/index/filter.ts";
import { whereabouts } from "./team-counts.ts";
import {
  type Ask,
  boundsOf,
  foundBy,
  hourOf,
  HOUR_MS,
  lookBack,
  placesIn,
  type Times,
  wordsIn,
} from "./team-stretches.ts";

/** Where a page of events or sessions ends: the next one is older. */
export type TeamCursor = { readonly timeMs: number; readonly place: number };
/** Newest first is by time: logs of many machines lie side by side. */
export const END: TeamCursor = { timeMs: Number.MAX_SAFE_INTEGER, place: Number.MAX_SAFE_INTEGER };

const NEWEST_MS = 6 * HOUR_MS;
/** Places that are looked at together. */
const LOT = 500;

/** Rows of `columns`; `beyond` where it was looked no further, and older ones may be met. */
export async function newestEvents(
  ask: Ask,
  columns: string,
  {
    filter,
    limit,
    before,
  }: { readonly filter: Filter; readonly limit: number; readonly before: TeamCursor },
): Promise<{ readonly rows: readonly unknown[][]; readonly beyond: TeamCursor | undefined }> {
  const bounds = await boundsOf(ask);
  if (bounds === undefined) return { rows: [], beyond: undefined };
  const words = await wordsIn(ask, filter);
  const { text, values } = postgresFilter(filter, { words });
  const n = values.length;
  const sql = `SELECT ${columns} FROM sallyport.event WHERE ${text} AND event.time_ms >= $${n + 1}::bigint AND event.time_ms < $${n + 2}::bigint AND (event.time_ms, event.place) < ($${n + 3}::bigint, $${n + 4}::bigint) ORDER BY event.time_ms DESC, event.place DESC LIMIT $${n + 5}::bigint`;
  const rows: unknown[][] = [];
  const by = foundBy(filter, words);
  const placed = `SELECT ${columns} FROM unnest($${n + 5}::bigint[], $${n + 6}::bigint[]) AS found (time_ms, place) JOIN sallyport.event ON event.time_ms = found.time_ms AND event.place = found.place WHERE ${text} AND event.time_ms >= $${n + 1}::bigint AND event.time_ms < $${n + 2}::bigint AND (event.time_ms, event.place) < ($${n + 3}::bigint, $${n + 4}::bigint) ORDER BY event.time_ms DESC, event.place DESC LIMIT $${n + 7}::bigint`;
  /** By marks and words, a part of the newest places after the other: most of a page's rows are among its first. */
  const lookUp = async (time: Times): Promise<boolean | undefined> => {
    const places = await placesIn(ask, by, time);
    if (places === undefined) return undefined;
    const newest = places
      .map(([timeMs, place]) => [Number(timeMs), Number(place)] as const)
      .toSorted(([one, at], [other, place]) => other - one || place - at);
    for (let first = 0; first < newest.length && rows.length < limit; first += LOT) {
      const lot = newest.slice(first, first + LOT);
      const columnsOf = [lot.map(([timeMs]) => timeMs), lot.map(([, place]) => place)];
      const given = [time.fromMs, time.untilMs, before.timeMs, before.place, ...columnsOf];
      rows.push(...(await ask(placed, [...values, ...given, limit - rows.length])));
    }
    return rows.length >= limit;
  };
  const look = async ({ fromMs, untilMs }: Times): Promise<boolean> => {
    const wanted = limit - rows.length;
    rows.push(
      ...(await ask(sql, [...values, fromMs, untilMs, before.timeMs, before.place, wanted])),
    );
    return rows.length >= limit;
  };
  const times = splitTime(filter);
  const oldestMs = Math.max(times.fromMs, bounds.fromMs);
  const newestMs = Math.min(times.untilMs, bounds.untilMs, before.timeMs + 1);
  const lately = Math.max(oldestMs, hourOf(newestMs - NEWEST_MS));
  if ((await look({ fromMs: lately, untilMs: newestMs })) || lately <= oldestMs)
    return { rows, beyond: undefined };
  if ((await lookUp({ fromMs: oldestMs, untilMs: lately })) !== undefined)
    return { rows, beyond: undefined };
  const asked = { filter, words, limit: limit - rows.length, untilMs: lately };
  const known = (await whereabouts(ask, asked)) ?? {
    fromMs: oldestMs,
    untilMs: lately,
    isExact: false,
  };
  const rest = {
    fromMs: Math.max(oldestMs, known.fromMs),
    untilMs: Math.min(lately, known.untilMs),
  };
  if (rest.fromMs >= rest.untilMs) return { rows, beyond: undefined };
  if (known.isExact) {
    await look(rest);
    return { rows, beyond: undefined };
  }
  const reached = await lookBack(rest, look);
  const isWhole = rows.length >= limit || reached <= rest.fromMs;
  return { rows, beyond: isWhole ? undefined : { timeMs: reached, place: 0 } };
}
