// Long work in slices: what else the process has to do, such as judging a call, waits for one slice and not for a batch.
import { setImmediate as turn } from "node:timers/promises";

/** Entries of one slice: a millisecond or two of reading, opening and writing them out. */
const SLICE = 32;

/** What `make` gives for each item, in order. */
export async function mapInSlices<Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Made,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const item of items) {
    made.push(make(item));
    await afterSlice(made.length);
  }
  return made;
}

/** Lets others have their turn whenever a slice is full; `done` counts items from 1. */
export function afterSlice(done: number): Promise<void> | undefined {
  return done % SLICE === 0 ? turn() : undefined;
}
