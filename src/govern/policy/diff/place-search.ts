// All paths at once: where two sets of rules give verdicts that differ, and one path for each way in which rules decide.
import type { GlobText } from "./glob-automaton.ts";
import type { Positions } from "./closure.ts";
import type { NameTable } from "./name-classes.ts";
import { type GlobSet, PathAutomaton, STATUS } from "./path-automaton.ts";

/** Verdicts in the order in which one of several rules decides; `OPEN`: no rule speaks. */
export const LEVELS = { deny: 0, ask: 1, allow: 2 } as const;
export const OPEN = 3;

/** A rule of one side, as far as its places go: a glob of each group matches, and none of `none`. */
export type PlaceRule = {
  readonly side: number;
  /** Which rule of its policy. */
  readonly rule: number;
  readonly level: number;
  readonly groups: readonly (readonly GlobText[])[];
  readonly none: readonly GlobText[];
  /** Nothing below the path may match one of `none` either. */
  readonly noneBelow: boolean;
};

/** What is searched for: the levels of how many sides, and from when on they say nothing new. */
export type PlaceQuestion = {
  readonly sides: number;
  readonly statesMax: number;
  readonly names: NameTable;
  /** Whether nothing is asked of what lies below: `levels` hold there, and `open` are those of rules that may still speak. */
  readonly isAnswered: (levels: Levels, open: readonly Levels[]) => boolean;
};

/** A number for each side. */
type Levels = readonly number[];

/** One way in which rules decide: levels and rules of each side (-1 for no rule), and the shortest path of this way. */
export type PlaceClass = { readonly levels: Levels; readonly rules: Levels; readonly path: string };
export type PlaceClasses = {
  readonly classes: readonly PlaceClass[];
  readonly isComplete: boolean;
  readonly states: number;
};

/** Rules of the same places, which are followed once. Globs, and later sets of them, by number. */
type Bundle = {
  readonly groups: readonly (readonly number[])[];
  readonly none: readonly number[];
  readonly noneBelow: boolean;
  readonly levels: number[];
  readonly rules: number[];
  /** The bundle that goes on in its place once only exceptions can end it; undefined for one that is such. */
  readonly heir: number | undefined;
};

type Node = {
  readonly positions: Positions;
  readonly path: string;
  /** What is settled for this path and all below it. */
  readonly levels: Levels;
  readonly rules: Levels;
};

/** A name where no rule is left that speaks of names. */
const ANY_NAME = "x";

/** The question where two sides give verdicts that differ: where both stand alike and stay so, nothing is left to ask. */
export function whereVerdictsDiffer(names: NameTable, statesMax: number): PlaceQuestion {
  const isEven = ([first, second]: Levels): boolean => first === second;
  return {
    sides: 2,
    statesMax,
    names,
    isAnswered: (levels, open) => isEven(levels) && open.every(isEven),
  };
}

/**
 * Searches all clean absolute paths name by name, breadth first. INVARIANT: two states with the same open rules and settled
 * levels go on alike, so each is followed once; `isComplete` says that all were, and then every path decides like one of the
 * classes.
 */
export function classifyPlaces(rules: readonly PlaceRule[], question: PlaceQuestion): PlaceClasses {
  const search = searchOf(rules, question);
  const { automaton } = search;
  const found = new Map<string, PlaceClass>();
  const [visited, settled, seen] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const queue: Node[] = [];
  const add = ({ levels, rules: by }: Decided, path: string): void => {
    const way = `${levels.join()} ${by.join()}`;
    if (!found.has(way)) found.set(way, { levels, rules: by, path });
  };
  const visit = (node: Node, { key, openKey }: { key: string; openKey: string }): void => {
    const standing = `${node.levels.join()} ${node.rules.join()}`;
    if (!addNew(visited, `${key} ${standing}`)) return;
    add(decide(search, node), node.path === "" ? "/" : node.path);
    if (!addNew(settled, `${openKey} ${standing}`)) return;
    const { next, rest } = settle(search, node);
    if (rest === "decided") add(next, `${node.path}/${ANY_NAME}`);
    if (rest !== "open") return;
    // Which rules decided so far was told of this path: from here on it makes no difference.
    if (addNew(seen, `${automaton.keyOf(next.positions)} ${next.levels.join()}`)) queue.push(next);
  };
  const none = Array.from({ length: question.sides }, () => -1);
  const start = { positions: automaton.start, path: "", levels: none.map(() => OPEN), rules: none };
  visit(start, { key: "", openKey: "" });
  for (let index = 0; index < queue.length && seen.size <= question.statesMax; index += 1) {
    const node = queue[index];
    if (node === undefined) break;
    for (const step of automaton.steps(node.positions)) {
      const { name, positions } = step;
      visit({ ...node, positions, path: `${node.path}/${name}` }, step);
    }
  }
  const isComplete = automaton.isComplete && seen.size <= question.statesMax;
  return { classes: [...found.values()], isComplete, states: seen.size };
}

function addNew(known: Set<string>, key: string): boolean {
  if (known.has(key)) return false;
  known.add(key);
  return true;
}

type Search = {
  readonly automaton: PathAutomaton;
  readonly bundles: readonly Bundle[];
  readonly bundlesOfSet: readonly (readonly number[])[];
  readonly question: PlaceQuestion;
};

function searchOf(rules: readonly PlaceRule[], question: PlaceQuestion): Search {
  const { bundles: plain, sets } = bundlesOf(rules, question.sides);
  const asleep = sets.length;
  const bundles = withHeirs(plain, sets);
  const heirs = sets.flatMap((_, set) => (set < asleep ? [] : [set]));
  const automaton = new PathAutomaton(sets, new Set(heirs), question.names);
  const bundlesOfSet: number[][] = sets.map(() => []);
  for (const [index, bundle] of bundles.entries())
    for (const set of new Set([...bundle.groups.flat(), ...bundle.none]))
      bundlesOfSet[set]?.push(index);
  return { automaton, bundles, bundlesOfSet, question };
}

/** Bundles of rules over sets of globs: those that stand in the same places of the same bundles are one set. */
function bundlesOf(
  rules: readonly PlaceRule[],
  sides: number,
): { readonly bundles: readonly Bundle[]; readonly sets: GlobSet[] } {
  const globs: GlobText[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (one: GlobText): number => {
    const key = `${one.ignoreCase}${one.glob}`;
    const known = numbers.get(key) ?? globs.push(one) - 1;
    numbers.set(key, known);
    return known;
  };
  const bundles = new Map<string, Bundle>();
  for (const { side, rule, level, groups, none, noneBelow } of rules.flatMap(apart)) {
    const parts = { groups: groups.map((group) => group.map(numberOf)), none: none.map(numberOf) };
    const key = JSON.stringify([parts, noneBelow]);
    const bundle: Bundle = bundles.get(key) ?? {
      ...parts,
      noneBelow,
      heir: undefined,
      levels: Array.from({ length: sides }, () => OPEN),
      rules: Array.from({ length: sides }, () => -1),
    };
    bundles.set(key, bundle);
    if (level >= (bundle.levels[side] ?? OPEN)) continue;
    bundle.levels[side] = level;
    bundle.rules[side] = rule;
  }
  return overSets(together([...bundles.values()]), globs);
}

/** One rule for each of its globs: what two policies have in common then shows, also where their lists differ. */
function apart(rule: PlaceRule): readonly PlaceRule[] {
  const [group, ...others] = rule.groups;
  if (group === undefined || others.length > 0) return [rule];
  return group.map((glob) => ({ ...rule, groups: [[glob]] }));
}

/** Bundles of one glob that say the same, put together again. */
function together(bundles: readonly Bundle[]): readonly Bundle[] {
  const joined = new Map<string, Bundle>();
  for (const bundle of bundles) {
    const { groups, none, noneBelow, levels, rules } = bundle;
    const [only = []] = groups;
    const says = groups.length === 1 ? [] : groups;
    const key = JSON.stringify([
      says,
      none.toSorted((one, other) => one - other),
      noneBelow,
      levels,
      rules,
    ]);
    const known = joined.get(key);
    if (known === undefined || groups.length > 1) joined.set(key, bundle);
    else joined.set(key, { ...known, groups: [[...(known.groups[0] ?? []), ...only]] });
  }
  return [...joined.values()];
}

/** The bundles with sets in place of globs. */
function overSets(
  bundles: readonly Bundle[],
  globs: readonly GlobText[],
): { readonly bundles: readonly Bundle[]; readonly sets: GlobSet[] } {
  const places: string[][] = globs.map(() => []);
  for (const [index, { groups, none }] of bundles.entries()) {
    for (const [at, group] of groups.entries())
      for (const glob of new Set(group)) places[glob]?.push(`${index}.${at}`);
    for (const glob of new Set(none)) places[glob]?.push(`${index} not`);
  }
  const numbers = new Map<string, number>();
  const sets: GlobText[][] = [];
  const setOf = globs.map((glob, index) => {
    const key = (places[index] ?? []).join();
    const set = numbers.get(key) ?? sets.push([]) - 1;
    numbers.set(key, set);
    sets[set]?.push(glob);
    return set;
  });
  const setsOf = (list: readonly number[]): readonly number[] => [
    ...new Set(list.map((glob) => setOf[glob] ?? 0)),
  ];
  const over = bundles.map((bundle): Bundle => {
    return { ...bundle, groups: bundle.groups.map(setsOf), none: setsOf(bundle.none) };
  });
  return { bundles: over, sets };
}

/**
 * WHY heirs: in a directory that a rule means whole, only its exceptions still matter, and which directory it was does not;
 * without them each directory would be searched for the same exceptions again.
 */
function withHeirs(bundles: readonly Bundle[], sets: GlobSet[]): Bundle[] {
  const heirs = new Map<string, number>();
  const added: Bundle[] = [];
  const heirOf = ({ none, noneBelow, levels, rules }: Bundle): number => {
    const key = JSON.stringify([none, noneBelow, levels, rules]);
    const known = heirs.get(key) ?? bundles.length + added.length;
    if (!heirs.has(key)) {
      const set = sets.push([]) - 1;
      added.push({ groups: [[set]], none, noneBelow, levels, rules, heir: undefined });
      heirs.set(key, known);
    }
    return known;
  };
  const all = bundles.map((bundle): Bundle => ({ ...bundle, heir: heirOf(bundle) }));
  return [...all, ...added];
}

/** `rest` is what lies below: `decided` alike, `answered` although rules are open there, or `open`. */
type Settled = { readonly next: Node; readonly rest: "decided" | "answered" | "open" };

/**
 * Takes what holds for all that lies below the path into the levels, and drops the sets that decide nothing more: all of
 * them where the question is answered.
 */
function settle({ automaton, bundles, bundlesOfSet, question }: Search, node: Node): Settled {
  const statuses = automaton.below(node.positions);
  const alive = new Set<number>();
  for (const [set, status] of statuses.entries())
    if (status !== STATUS.dead) for (const bundle of bundlesOfSet[set] ?? []) alive.add(bundle);
  const pending = new Map<number, Bundle>();
  const heirs = new Set<number>();
  let { levels, rules } = node;
  for (const index of [...alive].sort((one, other) => one - other)) {
    const bundle = bundles[index];
    if (bundle === undefined || !canMatch(bundle, statuses)) continue;
    const isTotal = bundle.groups.every((group) => reaches(group, statuses, STATUS.total));
    if (!isTotal) pending.set(index, bundle);
    else if (!reaches(bundle.none, statuses, STATUS.alive))
      ({ levels, rules } = stricter({ levels, rules }, bundle));
    else heirs.add(bundle.heir ?? index);
  }
  const inherited = [...heirs].flatMap((index) => bundles[index] ?? []);
  const open = [
    ...inherited,
    ...[...pending.values()].filter((one) => !isWithinOne(one, inherited)),
  ];
  const keeps = new Uint8Array(automaton.setCount);
  const telling = open.filter(({ levels: own }) => isStricter(own, levels));
  const isOver = question.isAnswered(
    levels,
    telling.map((one) => one.levels),
  );
  for (const { groups, none } of isOver ? [] : telling) {
    for (const group of groups) {
      const total = group.find((set) => statuses[set] === STATUS.total);
      for (const set of total === undefined ? group : [total]) keeps[set] = 1;
    }
    for (const set of none) keeps[set] = 1;
  }
  // WHY: a rule that an exception has ended must not come back where its globs are kept for other rules.
  for (const index of alive) {
    const bundle = bundles[index];
    const ended = bundle?.none.find((set) => statuses[set] === STATUS.total);
    if (ended === undefined) continue;
    if (bundle?.groups.every((group) => group.some((set) => keeps[set] === 1))) keeps[ended] = 1;
  }
  const woken = isOver ? [] : inherited.filter((one) => telling.includes(one));
  const kept = automaton.within(node.positions, keeps);
  const positions = automaton.woken(
    kept,
    woken.flatMap(({ groups }) => groups.flat()),
  );
  const rest = telling.length === 0 ? "decided" : isOver ? "answered" : "open";
  return { next: { ...node, positions, levels, rules }, rest };
}

function isStricter(own: Levels, levels: Levels): boolean {
  return own.some((level, side) => level < (levels[side] ?? OPEN));
}

/** Whether a bundle adds nothing to one that already holds, up to the same exceptions. */
function isWithinOne(bundle: Bundle, inherited: readonly Bundle[]): boolean {
  return inherited.some(
    ({ none, noneBelow, levels }) =>
      noneBelow === bundle.noneBelow &&
      levels.every((level, side) => level <= (bundle.levels[side] ?? OPEN)) &&
      none.length === bundle.none.length &&
      none.every((glob, index) => glob === bundle.none[index]),
  );
}

function reaches(globs: readonly number[], statuses: Uint8Array, least: number): boolean {
  return globs.some((glob) => (statuses[glob] ?? 0) >= least);
}

function canMatch({ groups, none }: Bundle, statuses: Uint8Array): boolean {
  return (
    groups.every((group) => reaches(group, statuses, STATUS.alive)) &&
    !reaches(none, statuses, STATUS.total)
  );
}

type Decided = Pick<PlaceClass, "levels" | "rules">;

function stricter({ levels, rules }: Decided, bundle: Bundle): Decided {
  if (!isStricter(bundle.levels, levels)) return { levels, rules };
  const isBy = levels.map((level, side) => (bundle.levels[side] ?? OPEN) < level);
  return {
    levels: levels.map((level, side) => (isBy[side] ? (bundle.levels[side] ?? OPEN) : level)),
    rules: rules.map((rule, side) => (isBy[side] ? (bundle.rules[side] ?? -1) : rule)),
  };
}

/** What decides at the path itself. */
function decide({ automaton, bundles, bundlesOfSet }: Search, node: Node): Decided {
  const { positions, path } = node;
  const matching = new Set(path === "" ? automaton.root : automaton.matching(positions));
  const isMet = (sets: readonly number[]): boolean => sets.some((set) => matching.has(set));
  const candidates = new Set([...matching].flatMap((set) => bundlesOfSet[set] ?? []));
  let decided: Decided = { levels: node.levels, rules: node.rules };
  for (const index of [...candidates].sort((one, other) => one - other)) {
    const bundle = bundles[index];
    if (bundle === undefined || isMet(bundle.none) || !bundle.groups.every(isMet)) continue;
    if (bundle.noneBelow && reaches(bundle.none, automaton.below(positions), STATUS.alive))
      continue;
    decided = stricter(decided, bundle);
  }
  return decided;
}
