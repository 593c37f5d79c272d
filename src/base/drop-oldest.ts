// Keeping what is remembered bounded: of too much, what came first is forgotten.

/** Drops the oldest entries until no more than `max` are left. */
export function dropOldest(items: Map<string, unknown> | Set<string>, max: number): void {
  // WHY first: whose first items are gone looks through all of their places for the next one.
  if (items.size <= max) return;
  for (const key of items.keys()) {
    if (items.size <= max) return;
    items.delete(key);
  }
}
