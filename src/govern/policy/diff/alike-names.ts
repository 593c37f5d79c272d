// Names in globs that nothing tells apart, taken as one: what makes a search over sets of many names end.
import type { GlobPart, NamePattern } from "./glob-parts.ts";

/** A part of a glob with its name as the number of a set of names. */
export type NumberedPart =
  | { readonly kind: "name"; readonly set: number }
  | { readonly kind: "dirs" | "rest" };

type Way<Part> = readonly Part[];

/** Sets of names that are told apart, and the ways of each set of globs in terms of them. */
export type AlikeNames = {
  readonly names: readonly (readonly NamePattern[])[];
  readonly ways: readonly (readonly Way<NumberedPart>[])[];
};

/**
 * Takes names together that stand in the same places of the same sets of globs, until none are left. INVARIANT: a set with
 * `a/x` and `b/x` matches what `(a or b)/x` matches, so the ways that come out match the same paths.
 */
export function alikeNames(sets: readonly (readonly Way<GlobPart>[])[]): AlikeNames {
  const patterns = new Map<string, NamePattern>();
  for (const part of sets.flat(2)) if (part.kind === "name") patterns.set(part.name.key, part.name);
  const keys = [...patterns.keys()];
  const numberOf = new Map(keys.map((key, index) => [key, index]));
  let ways: AlikeNames["ways"] = sets.map((set) =>
    set.map((way) =>
      way.map(
        (part): NumberedPart =>
          part.kind === "name"
            ? { kind: "name", set: numberOf.get(part.name.key) ?? 0 }
            : { kind: part.kind },
      ),
    ),
  );
  let names: readonly (readonly NamePattern[])[] = [...patterns.values()].map((one) => [one]);
  for (;;) {
    const classes = alikeIn(ways, names.length);
    const merged: NamePattern[][] = [];
    for (const [set, found] of classes.entries())
      (merged[found] ??= []).push(...(names[set] ?? []));
    if (merged.length === names.length) return { names, ways };
    names = merged;
    ways = ways.map((set) => distinct(set, classes));
  }
}

/** For each set of names the number of those that stand in the same places. */
function alikeIn(
  ways: readonly (readonly Way<NumberedPart>[])[],
  count: number,
): readonly number[] {
  const places = Array.from({ length: count }, () => new Set<string>());
  for (const [owner, set] of ways.entries()) {
    for (const way of set) {
      const texts = way.map((part) => (part.kind === "name" ? String(part.set) : part.kind));
      for (const [at, part] of way.entries()) {
        if (part.kind !== "name") continue;
        places[part.set]?.add(`${owner} ${texts.with(at, "*").join("/")}`);
      }
    }
  }
  const numbers = new Map<string, number>();
  return places.map((found) => {
    const key = [...found].sort().join("\n");
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** The ways with names by their new numbers, each once. */
function distinct(
  set: readonly Way<NumberedPart>[],
  classes: readonly number[],
): Way<NumberedPart>[] {
  const found = new Map<string, Way<NumberedPart>>();
  for (const way of set) {
    const renumbered = way.map(
      (part): NumberedPart =>
        part.kind === "name" ? { kind: "name", set: classes[part.set] ?? 0 } : part,
    );
    found.set(JSON.stringify(renumbered), renumbered);
  }
  return [...found.values()];
}
