// Effects that have a place: every path, tree, missing path and link, judged by both policies.
import { isWithin, parentPath } from "#base/path.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import type { RanCommand } from "#guard/effects/model/ran-command.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Circumstance } from "./circumstance.ts";
import { changeOf, type Differences } from "./difference.ts";
import type { NameTable } from "./name-classes.ts";
import {
  classifyPlaces,
  OPEN,
  type PlaceClass,
  type PlaceRule,
  whereVerdictsDiffer,
} from "./place-search.ts";
import type { Judged, RealJudge } from "./real-judge.ts";
import {
  type ActiveRule,
  formsOf,
  isNoMilder,
  missingPlacesOf,
  placesOf,
  treePlacesOf,
} from "./rule-forms.ts";

/** An effect whose place is left open, and who judges it where. The rules are those of each side that speak of it. */
export type PlaceCase = {
  readonly effect: Extract<Effect, { target: Target | undefined }>;
  readonly operations: readonly string[];
  readonly circumstance: Circumstance;
  readonly commands: readonly RanCommand[];
  readonly policies: readonly [Policy, Policy];
  readonly rules: readonly [readonly ActiveRule[], readonly ActiveRule[]];
  readonly judge: RealJudge;
  readonly names: NameTable;
};

/** States of one search for places. */
const STATES_MAX = 200_000;
const LINK_CLASSES_MAX = 200;
const VERDICTS = ["deny", "ask", "allow", "abstain"] as const;

/** Compares one effect at all places. */
export function comparePlaces(one: PlaceCase, report: Differences): void {
  const [first, second] = one.rules.map(formsOf) as [
    ReturnType<typeof formsOf>,
    ReturnType<typeof formsOf>,
  ];
  const mayBeMilder = !isNoMilder(first, second);
  const mayBeStricter = !isNoMilder(second, first);
  // Rules that say the same of everything leave nothing to search.
  if (!mayBeMilder && !mayBeStricter) return;
  const { kind } = one.effect;
  // Neither do the same two sides in another circumstance.
  if (!report.isNew(keyOf(one, [first, second]))) return;
  const doubt = (what: string): void => report.doubt({ kind, what, mayBeMilder, mayBeStricter });
  const search: Search = { one, report, doubt };
  tryAt(search, { target: { kind: "unresolved", within: undefined, reach: "entry" } });
  comparePaths(search);
  // Where the same is allowed, trees and links differ no more than the paths in them, which were compared.
  const allowsSame = isSame(first.allowing, second.allowing);
  if (!allowsSame) compareTrees(search);
  if (one.rules.flat().some(({ rule }) => rule.when.named === true)) compareInTrees(search);
  if (kind === "read") compareMissing(search);
  if (!allowsSame) compareLinks(search);
  doubt("places written with wildcards, and trees that links lead to");
}

/** What the comparison depends on: what rules say, of which kind of effect, and where project and home lie. */
function keyOf({ effect, judge }: PlaceCase, forms: readonly ReturnType<typeof formsOf>[]): string {
  const said = forms.map(({ restricting, allowing }) => [
    [...restricting].sort(([one], [other]) => (one < other ? -1 : 1)),
    [...allowing].sort(),
  ]);
  return JSON.stringify([effect.kind, judge.anchors, said]);
}

function isSame(first: ReadonlySet<string>, second: ReadonlySet<string>): boolean {
  return first.size === second.size && [...first].every((one) => second.has(one));
}

type Search = {
  readonly one: PlaceCase;
  readonly report: Differences;
  readonly doubt: (what: string) => void;
};

type Trial = {
  readonly target: Target;
  readonly files?: readonly string[];
  readonly directories?: readonly string[];
};

/** Judges the effect at one place by both policies, and reports it where they differ. */
function tryAt({ one, report }: Search, trial: Trial): readonly [Judged, Judged] {
  const { files = [], directories = [] } = trial;
  const { kind } = one.effect;
  const judged = judgeAt(one, trial);
  const [before, after] = judged;
  const { circumstance, commands, operations, judge } = one;
  const words = commands[0]?.words.map(String);
  const effect = { ...one.effect, target: trial.target };
  const { anchors } = judge;
  report.add(
    { kind, effect, words, circumstance, before, after, files, directories, anchors },
    operations,
  );
  return judged;
}

function judgeAt(
  { effect, circumstance, commands, policies, judge }: PlaceCase,
  { target, files = [], directories = [] }: Trial,
): readonly [Judged, Judged] {
  const judged = { effect: { ...effect, target }, commands, files, directories };
  const [first, second] = policies;
  return [judge.judge(first, circumstance, judged), judge.judge(second, circumstance, judged)];
}

/** Both sides' rules as places, each by `placesOf` or one of its kin. */
function allPlaces(
  { one }: Search,
  places: (side: 0 | 1, rule: ActiveRule) => readonly PlaceRule[],
): readonly PlaceRule[] {
  const [first, second] = one.rules;
  return [
    ...first.flatMap((rule) => places(0, rule)),
    ...second.flatMap((rule) => places(1, rule)),
  ];
}

/** Searches places and judges each way in which rules decide. What the guard decides otherwise than expected is no proof. */
function searchPlaces(
  search: Search,
  rules: readonly PlaceRule[],
  { what, trialOf }: { readonly what: string; readonly trialOf: (path: string) => Trial },
): void {
  const { classes, isComplete, states } = classifyPlaces(
    rules,
    whereVerdictsDiffer(search.one.names, STATES_MAX),
  );
  search.report.states += states;
  if (!isComplete) search.doubt(`${what}: the search went past its bound`);
  for (const found of classes) {
    const judged = tryAt(search, trialOf(nearest(search, found, trialOf)));
    const isExpected = judged.every(
      ({ verdict }, side) => verdict === VERDICTS[found.levels[side] ?? 3],
    );
    if (!isExpected) search.doubt(`${what}: the guard judges a place otherwise than its rules`);
  }
}

/** A place of the same way inside the project, where there is one: people know what that is. */
function nearest(
  { one }: Search,
  { path, levels }: PlaceClass,
  trialOf: (path: string) => Trial,
): string {
  const { projectRoot, home } = one.judge.anchors;
  if (levels[0] === levels[1] || isWithin(projectRoot, path) || isWithin(home, path)) return path;
  const here = judgeAt(one, trialOf(path));
  for (const root of [projectRoot, home]) {
    const other = `${root}${path}`;
    const there = judgeAt(one, trialOf(other));
    const isAlike = there.every(
      ({ verdict, rule }, side) => verdict === here[side]?.verdict && rule === here[side]?.rule,
    );
    if (isAlike) return other;
  }
  return path;
}

function entry(path: string, real = path): Target {
  return { kind: "path", path, real, reach: "entry" };
}

function comparePaths(search: Search): void {
  const { anchors } = search.one.judge;
  const rules = allPlaces(search, (side, rule) => [placesOf(side, rule, anchors)]);
  searchPlaces(search, rules, {
    what: "paths",
    trialOf: (path) => ({ target: entry(path), files: [path] }),
  });
}

/** Trees in which nothing is yet. What is in a tree is judged as its path is, so paths that are judged alike suffice there. */
function compareTrees(search: Search): void {
  const { anchors } = search.one.judge;
  const rules = allPlaces(search, (side, rule) => [treePlacesOf(side, rule, anchors)]);
  searchPlaces(search, rules, {
    what: "trees",
    trialOf: (path) => ({
      target: { kind: "path", path, real: path, reach: "tree" },
      directories: [path],
    }),
  });
}

/** What lies in a tree that a call names: rules that want the name itself are silent there. */
function compareInTrees(search: Search): void {
  const { anchors } = search.one.judge;
  const rules = allPlaces(search, (side, active) => {
    const { verdict, when } = active.rule;
    if (verdict === "allow" || when.named === true) return [];
    return [placesOf(side, active, anchors)];
  });
  const { classes, isComplete, states } = classifyPlaces(
    rules,
    whereVerdictsDiffer(search.one.names, STATES_MAX),
  );
  search.report.states += states;
  if (!isComplete) search.doubt("what lies in trees: the search went past its bound");
  for (const { path, levels } of classes) {
    if (levels[0] === levels[1] || path === "/") continue;
    // Around a place right below a directory that is judged by itself, another directory in between shows more.
    const parent = parentPath(path);
    const deeper = `${parent === "/" ? "" : parent}/x${path.slice(path.lastIndexOf("/"))}`;
    const isShown = [path, deeper].some((file) =>
      ancestorsOf(file).some((root) => {
        const target = { kind: "path", path: root, real: root, reach: "tree" } as const;
        const [before, after] = tryAt(search, { target, files: [file], directories: [root] });
        return changeOf(before, after) !== undefined;
      }),
    );
    if (!isShown) search.doubt(`what lies in trees: rules differ at \`${path}\` without a witness`);
  }
}

function ancestorsOf(path: string): readonly string[] {
  const parent = parentPath(path);
  return parent === "/" ? [parent] : [parent, ...ancestorsOf(parent)];
}

function compareMissing(search: Search): void {
  const { anchors } = search.one.judge;
  const rules = allPlaces(search, (side, rule) => missingPlacesOf(side, rule, anchors));
  searchPlaces(search, rules, {
    what: "missing paths",
    trialOf: (path) => ({ target: entry(path) }),
  });
}

/** A path that no rule restricts, and the rules of each side that allow it. */
type Reached = { readonly path: string; readonly allowing: readonly [Set<number>, Set<number>] };

/** A link needs one rule that allows both its ends: two policies that allow the same paths may differ there. */
function compareLinks(search: Search): void {
  const { anchors } = search.one.judge;
  const rules = allPlaces(search, (side, rule) => [placesOf(side, rule, anchors)]);
  const reached = reachedPaths(search, rules);
  if (reached.length > LINK_CLASSES_MAX) search.doubt("links: the search went past its bound");
  const kept = reached.slice(0, LINK_CLASSES_MAX);
  for (const side of [0, 1] as const) {
    const other = side === 0 ? 1 : 0;
    for (const rule of new Set(kept.flatMap(({ allowing }) => [...allowing[side]]))) {
      const mine = kept.filter(({ allowing }) => allowing[side].has(rule));
      const pair = firstPair(mine, other);
      if (pair === undefined) continue;
      const [from, to] = pair;
      tryAt(search, { target: entry(from.path, to.path), files: [from.path, to.path] });
    }
  }
}

/** Paths that rules allow, one for each way in which some do. */
function reachedPaths(search: Search, rules: readonly PlaceRule[]): readonly Reached[] {
  const isAllowing = ({ level }: PlaceRule): boolean => VERDICTS[level] === "allow";
  const keyOfRule = ({ side, rule }: PlaceRule): string => `${side} ${rule}`;
  const allowing = new Map(rules.filter(isAllowing).map((one) => [keyOfRule(one), one]));
  const sides = [...allowing.keys()];
  // Whatever restricts is one side, the first; each rule that allows is a side of its own.
  const asSides = rules.map((one): PlaceRule => {
    if (!isAllowing(one)) return { ...one, side: 0, rule: 0, level: 0 };
    return { ...one, side: sides.indexOf(keyOfRule(one)) + 1, rule: 0, level: 0 };
  });
  const { classes, isComplete, states } = classifyPlaces(asSides, {
    sides: sides.length + 1,
    statesMax: STATES_MAX,
    names: search.one.names,
    isAnswered: ([restricting]) => restricting !== OPEN,
  });
  search.report.states += states;
  if (!isComplete) search.doubt("links: the search went past its bound");
  return classes.flatMap(({ path, levels: [restricting, ...levels] }): readonly Reached[] => {
    if (restricting !== OPEN) return [];
    const ruling = [...allowing.values()].filter((_, index) => levels[index] !== OPEN);
    const of = (side: 0 | 1): Set<number> =>
      new Set(ruling.filter((one) => one.side === side).map(({ rule }) => rule));
    return [{ path, allowing: [of(0), of(1)] }];
  });
}

/** Two of the paths that no single rule of the other side allows, though it allows each. */
function firstPair(
  paths: readonly Reached[],
  other: 0 | 1,
): readonly [Reached, Reached] | undefined {
  for (const from of paths) {
    if (from.allowing[other].size === 0) continue;
    for (const to of paths) {
      const both = to.allowing[other];
      if (both.size > 0 && ![...from.allowing[other]].some((rule) => both.has(rule)))
        return [from, to];
    }
  }
  return undefined;
}
