// Entries of the log at places that a search found, and all places that it finds, page by page.
import { QUERY_ROWS_MAX } from "#base/limits.ts";
import type { EntryRun } from "#record/store/log-reader.ts";
import type { LogView, ViewedEntry } from "#record/store/log-view.ts";

/** Events that are opened for one question: the newest. */
export const OPENED_MAX = 100_000;
/** Entries between two places that are read along rather than jumped over. */
const GAP = 256;

/** The entries at places, however they lie, so that no bundle of the log is read once for each. Places may come in any order. */
export async function* entriesAt(
  view: LogView,
  places: readonly number[],
): AsyncGenerator<ViewedEntry> {
  for await (const bundle of bundlesAt(view, places)) yield* bundle;
}

/** The same, bundle by bundle: a bundle is to be read before the next one is asked for. */
export async function* bundlesAt(
  view: Pick<LogView, "bundles">,
  places: readonly number[],
): AsyncGenerator<Iterable<ViewedEntry>> {
  const wanted = new Set(places);
  yield* view.bundles(runsOf([...wanted].toSorted((one, other) => one - other)), wanted);
}

function runsOf(places: readonly number[]): readonly EntryRun[] {
  const runs: { from: number; end: number }[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last !== undefined && place - last.end < GAP) last.end = place + 1;
    else runs.push({ from: place, end: place + 1 });
  }
  return runs;
}

/** Places that a search gives page by page, the newest first; `isCut` when there are more than are opened. */
export async function allPlaces(
  search: (page: {
    readonly limit: number;
    readonly before: number | null;
  }) => Promise<readonly number[]>,
  max: number = OPENED_MAX,
): Promise<{ readonly places: readonly number[]; readonly isCut: boolean }> {
  const places: number[] = [];
  let before: number | null = null;
  while (places.length < max) {
    const limit = Math.min(QUERY_ROWS_MAX, max - places.length);
    const page: readonly number[] = await search({ limit, before });
    places.push(...page);
    before = page.at(-1) ?? null;
    if (page.length < limit) return { places, isCut: false };
  }
  return { places, isCut: true };
}
