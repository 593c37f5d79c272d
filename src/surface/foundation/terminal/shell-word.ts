// A path as people paste it into a shell.
import { printable } from "#base/printable.ts";

/** A path as one word of a shell. */
export function shellWord(text: string): string {
  const safe = printable(text);
  return /^[\w./@:+-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
