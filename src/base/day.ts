// Days as people and files write them.

/** The day of a time in milliseconds, in UTC: 2030-12-31. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
