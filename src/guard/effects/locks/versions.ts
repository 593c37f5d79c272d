// Whether a version lies in a range, as npm reads both; what is not certainly of its form fits nothing.
// Format: https://github.com/npm/node-semver#ranges

type Version = {
  readonly numbers: readonly [number, number, number];
  readonly before: readonly (number | string)[];
};
/** One condition: the version compares with another one in this way. */
type Bound = { readonly is: "<" | "<=" | ">" | ">="; readonly than: Version };

const NUMBER = "(?:0|[1-9]\\d{0,14})";
const MARK = "[0-9A-Za-z-]+";
const BEHIND = `(?:-(${MARK}(?:\\.${MARK})*))?(?:\\+${MARK}(?:\\.${MARK})*)?`;
const VERSION = new RegExp(`^(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})${BEHIND}$`);
const ANY = `${NUMBER}|[xX*]`;
const COMPARATOR = new RegExp(
  `^(\\^|~>?|[<>]=?|=)?v?(${ANY})(?:\\.(${ANY})(?:\\.(${ANY})${BEHIND})?)?$`,
);
/** What stands between the two ends of `1.2.3 - 2.3.4`. */
const TO = " - ";
/** The first version of all that have these numbers. */
const FIRST = [0];
const ZERO: Version = { numbers: [0, 0, 0], before: [] };
const RANGE_LENGTH_MAX = 256;

/** Whether a version as a lock file has it fits a range as a manifest has it. */
export function isInRange(version: string, range: string): boolean {
  if (range.length > RANGE_LENGTH_MAX) return false;
  const parsed = versionOf(version);
  if (parsed === undefined) return false;
  const alternatives: (readonly Bound[])[] = [];
  for (const text of range.split("||")) {
    const bounds = boundsOf(text);
    if (bounds === undefined) return false;
    alternatives.push(bounds);
  }
  // One that any version fits makes the others mean nothing.
  const any = alternatives.find((bounds) => bounds.length === 0);
  return any === undefined
    ? alternatives.some((bounds) => holds(parsed, bounds))
    : holds(parsed, any);
}

/** WHY the second condition: a version before a release fits only where a bound names one of the same numbers. */
function holds(version: Version, bounds: readonly Bound[]): boolean {
  if (!bounds.every((bound) => isWithin(version, bound))) return false;
  return (
    version.before.length === 0 ||
    bounds.some(
      ({ than }) => than.before.length > 0 && than.numbers.join(".") === version.numbers.join("."),
    )
  );
}

function isWithin(version: Version, { is, than }: Bound): boolean {
  const order = compare(version, than);
  switch (is) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return is satisfies never;
  }
}

function compare(a: Version, b: Version): number {
  for (const at of [0, 1, 2] as const) {
    const difference = a.numbers[at] - b.numbers[at];
    if (difference !== 0) return difference;
  }
  if (a.before.length === 0 || b.before.length === 0) return b.before.length - a.before.length;
  for (const [at, one] of a.before.entries()) {
    const other = b.before[at];
    if (other === undefined) return 1;
    if (one === other) continue;
    if (typeof one === typeof other) return one < other ? -1 : 1;
    // Numbers come before words.
    return typeof one === "number" ? -1 : 1;
  }
  return a.before.length - b.before.length;
}

function versionOf(text: string): Version | undefined {
  const [, major, minor, patch, before] = VERSION.exec(text) ?? [];
  if (major === undefined) return undefined;
  return { numbers: [Number(major), Number(minor), Number(patch)], before: marksOf(before) };
}

function marksOf(text: string | undefined): readonly (number | string)[] {
  return text?.split(".").map((mark) => (/^\d+$/.test(mark) ? Number(mark) : mark)) ?? [];
}

/** The conditions of one alternative, all of which must hold. */
function boundsOf(text: string): readonly Bound[] | undefined {
  const plain = text.trim();
  if (plain === "") return [];
  const ends = plain.split(TO).map((end) => end.trim());
  if (ends.length === 2) {
    const [from, to] = ends.map((end) => (/^[\dvxX*]/.test(end) ? end : "?"));
    return joined([comparison(`>=${from}`), comparison(`<=${to}`)]);
  }
  return joined(
    plain
      .replace(/([<>]=?|=|~>?|\^)\s+/g, "$1")
      .split(/\s+/)
      .map(comparison),
  );
}

function joined(parts: readonly (readonly Bound[] | undefined)[]): readonly Bound[] | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length !== parts.length) return undefined;
  // From the first release on is the same as any.
  return known.flat().filter(({ is, than }) => is !== ">=" || compare(than, ZERO) !== 0);
}

/** The conditions that one word of a range means. */
function comparison(word: string): readonly Bound[] | undefined {
  const [, sign = "=", ...parts] = COMPARATOR.exec(word) ?? [];
  if (parts.length === 0) return undefined;
  const before = marksOf(parts[3]);
  const numbers = parts
    .slice(0, 3)
    .map((part) => (/^\d/.test(part ?? "") ? Number(part) : undefined));
  const [major, minor, patch] = numbers;
  // `1.x.3` has readings that differ.
  if (minor === undefined && patch !== undefined) return undefined;
  if (major === undefined) {
    if (minor !== undefined) return undefined;
    return sign === "<" || sign === ">" ? [below([0, 0, 0], FIRST)] : [];
  }
  const low: Version = { numbers: [major, minor ?? 0, patch ?? 0], before };
  /** The first version that has none of the numbers given. */
  const next: Version["numbers"] =
    minor === undefined
      ? [major + 1, 0, 0]
      : patch === undefined
        ? [major, minor + 1, 0]
        : [major, minor, patch + 1];
  const isWhole = patch !== undefined;
  const from: Bound = { is: ">=", than: low };
  switch (sign) {
    case ">":
      return [isWhole ? { is: ">", than: low } : { is: ">=", than: { numbers: next, before: [] } }];
    case ">=":
      return [from];
    case "<":
      return [isWhole ? { is: "<", than: low } : below(low.numbers, FIRST)];
    case "<=":
      return [isWhole ? { is: "<=", than: low } : below(next, FIRST)];
    case "=":
      return isWhole ? [from, { is: "<=", than: low }] : [from, below(next, FIRST)];
    case "^":
      return [from, below(afterCaret(major, minor, patch), FIRST)];
    default:
      // `~` and `~>`
      return [from, below(minor === undefined ? next : [major, minor + 1, 0], FIRST)];
  }
}

/** What keeps the first number that is not zero has to lie below this. */
function afterCaret(
  major: number,
  minor: number | undefined,
  patch: number | undefined,
): Version["numbers"] {
  if (major > 0 || minor === undefined) return [major + 1, 0, 0];
  if (minor > 0 || patch === undefined) return [0, minor + 1, 0];
  return [0, 0, patch + 1];
}

function below(numbers: Version["numbers"], before: Version["before"]): Bound {
  return { is: "<", than: { numbers, before } };
}
