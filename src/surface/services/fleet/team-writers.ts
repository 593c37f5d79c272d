// Which machine handed a log in: known by the log's number, kept once it was read, for a log has one machine for ever.
import { PLACES_MAX } from "#record/fleet/fleet-row.ts";
import type { Ask } from "./team-stretches.ts";

/** The machines of these places, by place. */
export type WriterOf = (places: readonly number[]) => Promise<ReadonlyMap<number, string>>;

/** WHY not in the question for the events: the database would go through all logs for each of them. */
export function createWriters(ask: Ask): WriterOf {
  let known: ReadonlyMap<number, string> = new Map();
  const treeOf = (place: number): number => Math.floor(place / PLACES_MAX);
  return async (places) => {
    if (places.some((place) => !known.has(treeOf(place)))) {
      const rows = await ask("SELECT number, writer FROM sallyport.tree");
      known = new Map(rows.map(([number, writer]) => [Number(number), String(writer)]));
    }
    return new Map(places.map((place) => [place, known.get(treeOf(place)) ?? ""]));
  };
}
