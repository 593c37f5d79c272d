// Comparing without case where a database only knows the case of ASCII: which letters stand for those of a wanted text.
import { lazily } from "#base/lazily.ts";

const FIRST = 0x80;
/** Behind the last block whose letters have a case. */
const BEHIND = 0x1_f000;

/** Letters outside ASCII with their lower case. */
const lowerings = lazily((): readonly (readonly [string, string])[] => {
  const found: (readonly [string, string])[] = [];
  for (let point = FIRST; point < BEHIND; point += 1) {
    const letter = String.fromCodePoint(point);
    const lower = letter.toLowerCase();
    if (lower !== letter) found.push([letter, lower]);
  }
  return found;
});

/** What has to be replaced in a text before it is compared with one of these, which are lower case. */
export function lettersFor(wanted: readonly string[]): readonly (readonly [string, string])[] {
  const own = new Set(wanted.flatMap((text) => [...text]).filter((letter) => letter > "\u007f"));
  if (own.size === 0) return [];
  return lowerings().filter(([, lower]) => [...lower].some((letter) => own.has(letter)));
}

/** A letter whose lower case depends on what stands around it. */
export function isOfContext(wanted: string): boolean {
  return /[\u03c3\u03c2]/.test(wanted);
}
