// How a team's events are looked through, the newest first: in stretches of time, no longer than a page can wait, with the numbers of the words that a filter names.
import { postgresWords, type WordNumbers } from "#record/fleet/filter-dialects.ts";
import { type Filter, splitTime } from "#record/index/filter.ts";
import { monotonicMs } from "#platform/monotonic.ts";

export type Ask = (text: string, values?: readonly unknown[]) => Promise<unknown[][]>;

export const HOUR_MS = 3_600_000;
/** What has taken so long is told as far as it came: no stretch is begun that would end later. */
const PATIENCE_MS = 200;
/** The first stretch; each further one is twice as long. */
const FIRST_MS = 6 * HOUR_MS;
/** Words that are handed over by number; of more the database looks them up. */
const WORDS_MAX = 200;

type MarkFilter = Extract<Filter, { readonly kind: "mark" }>;
export type Times = { readonly fromMs: number; readonly untilMs: number };
export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

/** Times of the oldest and the newest event; undefined without any. */
export async function boundsOf(ask: Ask): Promise<Times | undefined> {
  const end = (order: string) =>
    `(SELECT event.time_ms FROM sallyport.event ORDER BY event.time_ms ${order} LIMIT 1)`;
  const [[oldest, newest] = []] = await ask(`SELECT ${end("ASC")}, ${end("DESC")}`);
  return typeof oldest === "number" && typeof newest === "number"
    ? { fromMs: oldest, untilMs: newest + 1 }
    : undefined;
}

/** Numbers of the words that marks of a filter name. */
export async function wordsIn(ask: Ask, filter: Filter): Promise<WordNumbers> {
  const found = new Map<MarkFilter["matches"], readonly number[]>();
  for (const part of marksIn(filter)) {
    const { text, values } = postgresWords(part);
    const rows = await ask(`${text} LIMIT ${WORDS_MAX + 1}`, values);
    if (rows.length <= WORDS_MAX)
      found.set(
        part.matches,
        rows.map(([number]) => Number(number)),
      );
  }
  return found;
}

function marksIn(filter: Filter): readonly MarkFilter[] {
  if (filter.kind === "mark") return [filter];
  if (filter.kind === "not") return marksIn(filter.part);
  return filter.kind === "all" || filter.kind === "any" ? filter.parts.flatMap(marksIn) : [];
}

/** Events that are looked up by their marks and words; where more have them, going through the time finds a page of them sooner. */
const FOUND_MAX = 20_000;

/** Marks and words that every event must have: what the store finds events by. */
export function foundBy(
  filter: Filter,
  words: WordNumbers,
):
  | { readonly marks: readonly number[] | null; readonly said: readonly string[] | null }
  | undefined {
  const { parts } = splitTime(filter);
  const marks = parts
    .flatMap((part) => (part.kind === "mark" ? [words.get(part.matches)] : []))
    .find((numbers) => numbers !== undefined);
  const said = parts.flatMap((part) => {
    const [phrase, other] = part.kind === "text" ? part.phrases : [];
    if (phrase === undefined || other !== undefined) return [];
    return phrase.isOpen ? phrase.words.slice(0, -1) : phrase.words;
  });
  if (marks === undefined && said.length === 0) return undefined;
  return { marks: marks ?? null, said: said.length === 0 ? null : said };
}

/** Places of events of a time by their marks and words; undefined where they are many. */
export async function placesIn(
  ask: Ask,
  by: ReturnType<typeof foundBy>,
  { fromMs, untilMs }: Times,
): Promise<readonly (readonly unknown[])[] | undefined> {
  if (by === undefined) return undefined;
  const rows = await ask(
    "SELECT time_ms, place FROM sallyport.marked_places($1, $2, $3::bigint, $4::bigint, $5)",
    [by.marks, by.said, fromMs, untilMs, FOUND_MAX + 1],
  );
  return rows.length > FOUND_MAX ? undefined : rows;
}

/**
 * Looks through a time from its end, stretch by stretch, until `look` has enough, nothing older is left, or it has taken too long. Gives the
 * time down to which it was looked. INVARIANT: stretches begin with an hour, but for the last one.
 */
export async function lookBack(
  { fromMs, untilMs }: Times,
  look: (stretch: Times) => Promise<boolean>,
): Promise<number> {
  const beganMs = monotonicMs();
  let reached = untilMs;
  let length = FIRST_MS;
  while (reached > fromMs) {
    const startMs = monotonicMs();
    const from = Math.max(fromMs, hourOf(reached - length));
    const isEnough = await look({ fromMs: from, untilMs: reached });
    reached = from;
    length *= 2;
    const nowMs = monotonicMs();
    if (isEnough || nowMs - beganMs + 2 * (nowMs - startMs) > PATIENCE_MS) break;
  }
  return reached;
}
