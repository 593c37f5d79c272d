// Rules in a form in which they can be compared, and the places that they speak of as globs.
import { escapeGlob, globBase } from "#base/glob.ts";
import { anchor, plainBase } from "#guard/policy/condition-places.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";
import type { Anchored } from "./circumstance.ts";
import type { GlobText } from "./glob-automaton.ts";
import { LEVELS, type PlaceRule } from "./place-search.ts";

/** A rule of one side that speaks of the effects in question, whatever their place. */
export type ActiveRule = { readonly rule: Rule; readonly index: number };

const ANYWHERE: readonly string[] = ["/**"];

function placed({ paths, exceptPaths }: Condition): boolean {
  return paths !== undefined || exceptPaths !== undefined;
}

/** Globs as they are held against paths: anchored, case disregarded. */
export function globsOf(globs: readonly string[], anchors: Anchored): readonly GlobText[] {
  return globs.map((glob) => ({ glob: anchor(glob, anchors), ignoreCase: true }));
}

/** A rule's places for one path. */
export function placesOf(side: 0 | 1, { rule, index }: ActiveRule, anchors: Anchored): PlaceRule {
  const { paths = ANYWHERE, exceptPaths = [] } = rule.when;
  return {
    side,
    rule: index,
    level: LEVELS[rule.verdict],
    noneBelow: false,
    groups: [globsOf(paths, anchors)],
    none: globsOf(exceptPaths, anchors),
  };
}

/** An allow rule's places for whole trees: it must take each path below, whatever comes to be there. */
export function treePlacesOf(side: 0 | 1, active: ActiveRule, anchors: Anchored): PlaceRule {
  const one = placesOf(side, active, anchors);
  const { when, verdict } = active.rule;
  if (verdict !== "allow" || !placed(when)) return one;
  const covers = (one.groups[0] ?? []).flatMap(({ glob }): readonly GlobText[] => {
    if (!glob.endsWith("/**") || plainBase(glob) !== globBase(glob)) return [];
    const base = escapeGlob(globBase(glob));
    const below = base === "/" ? "/**" : `${base}/**`;
    return [base, below].map((text) => ({ glob: text, ignoreCase: false }));
  });
  return { ...one, groups: [...one.groups, covers], noneBelow: true };
}

/** Where a restricting rule takes what is missing: the directory below which it means everything, unless it is excepted itself. */
export function missingPlacesOf(
  side: 0 | 1,
  active: ActiveRule,
  anchors: Anchored,
): readonly PlaceRule[] {
  const one = placesOf(side, active, anchors);
  const { when, verdict } = active.rule;
  if (verdict === "allow" || !placed(when) || when.named === true) return [one];
  const holders = (one.groups[0] ?? []).flatMap(({ glob }): readonly GlobText[] =>
    glob.endsWith("/**") && glob !== "/**" ? [{ glob: glob.slice(0, -3), ignoreCase: false }] : [],
  );
  return holders.length === 0 ? [one] : [one, { ...one, groups: [holders] }];
}

/** The lists of globs of all places that rules speak of, in whichever way they are compared; each once. */
export function globListsOf(
  rules: readonly Rule[],
  anchors: Anchored,
): readonly (readonly GlobText[])[] {
  const lists = new Map<string, readonly GlobText[]>();
  for (const rule of rules) {
    if (!placed(rule.when)) continue;
    const active = { rule, index: 0 };
    const places = [
      placesOf(0, active, anchors),
      treePlacesOf(0, active, anchors),
      ...missingPlacesOf(0, active, anchors),
    ];
    for (const { groups, none } of places)
      for (const list of [...groups, none]) lists.set(JSON.stringify(list), list);
  }
  return [...lists.values()];
}

/**
 * What rules say, without their names and order: texts with the level of each. Rules with the same forms judge each effect
 * alike, also one whose place is not known.
 */
export type Forms = {
  readonly restricting: ReadonlyMap<string, number>;
  readonly allowing: ReadonlySet<string>;
};

/** The forms of rules that speak of the same effects. A rule that restricts is taken apart path by path. */
export function formsOf(rules: readonly ActiveRule[]): Forms {
  const restricting = new Map<string, number>();
  const allowing = new Set<string>();
  for (const { rule } of rules) {
    const { paths, exceptPaths = [], named = false } = rule.when;
    const none = [...new Set(exceptPaths)].sort();
    if (rule.verdict === "allow") {
      allowing.add(JSON.stringify([paths && [...new Set(paths)].sort(), none, placed(rule.when)]));
      continue;
    }
    const level = LEVELS[rule.verdict];
    const each = placed(rule.when) ? (paths ?? ANYWHERE) : [undefined];
    for (const path of each) {
      const form = JSON.stringify([path, none, named]);
      restricting.set(form, Math.min(level, restricting.get(form) ?? level));
    }
  }
  return { restricting, allowing };
}

/** Whether the second says no less and allows no more than the first, whatever the effect. */
export function isNoMilder(first: Forms, second: Forms): boolean {
  const keeps = [...first.restricting].every(
    ([form, level]) => (second.restricting.get(form) ?? Number.POSITIVE_INFINITY) <= level,
  );
  return keeps && [...second.allowing].every((form) => first.allowing.has(form));
}
