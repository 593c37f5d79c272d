// The order of versions of programs.

/** Whether a version comes before another, by their first three numbers; a number that is not there is 0. */
export function isBefore(version: string, other: string): boolean {
  const numbers = (text: string) => text.split(/[.+-]/).map(Number);
  const [a, b] = [numbers(version), numbers(other)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
