// How many of something, for people.

/** A number with its noun, in the plural where it is not one: `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
