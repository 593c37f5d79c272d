// How far two words are from each other, for advice about misspelt ones.

/** Near names that are told at most. */
const NEAR_MAX = 3;

/** Letters to add, drop or change to get from one word to the other. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The known names that a word may have been meant for: those that differ least from it, at most three. */
export function nearNames(word: string, known: readonly string[]): readonly string[] {
  const typed = word.slice(0, 40);
  const near = known
    .map((name) => ({ name, distance: editDistance(typed, name) }))
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 3));
  const least = Math.min(...near.map(({ distance }) => distance));
  const found = near.flatMap(({ name, distance }) => (distance === least ? [name] : []));
  return found.slice(0, NEAR_MAX);
}

/** Names in backticks, as a choice. */
export function quotedOr(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(" or ");
}
