// One thing that `sallyport status` looked at: how bad it is, in words, and the one command that repairs it.

/**
 * `broken`: calls are not judged, or not held to their verdict. `found`: they are, and something needs a person.
 * `unknown`: it could not be told. `note` and `ok` need nobody. INVARIANT: the first three name a repair.
 */
export type Finding =
  | {
      readonly level: "broken" | "found" | "unknown";
      readonly text: string;
      readonly repair: string;
    }
  | { readonly level: "ok" | "note"; readonly text: string };

/** What was looked at, in one word, and what was found. */
export type Check = { readonly about: string } & Finding;

/** Levels, the worst first: the order in which checks are shown. */
export const LEVELS = [
  "broken",
  "unknown",
  "found",
  "note",
  "ok",
] as const satisfies readonly Finding["level"][];

/** The outcome of all checks. */
export type Verdict = "in-force" | "found" | "not-in-force" | "unknown";

/** The worst level decides: what is broken is certain, whatever else could not be told. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const has = (level: Finding["level"]) => checks.some((check) => check.level === level);
  if (has("broken")) return "not-in-force";
  if (has("unknown")) return "unknown";
  return has("found") ? "found" : "in-force";
}

/** The checks, the worst first, otherwise in the order given. */
export function sorted(checks: readonly Check[]): readonly Check[] {
  return LEVELS.flatMap((level) => checks.filter((check) => check.level === level));
}
