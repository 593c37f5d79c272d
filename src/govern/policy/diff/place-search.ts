// All paths at once: where two sets of rules give verdicts that differ, and one path for each way in which rules decide.
import { type CleanState, PATHS } from "./clean-text.ts";
import { GlobAutomaton, type GlobText, type Positions, STATUS } from "./glob-automaton.ts";

/** Verdicts in the order in which one of several rules decides; `OPEN`: no rule speaks. */
export const LEVELS = { deny: 0, ask: 1, allow: 2 } as const;
export const OPEN = 3;

/** A rule of one of the two policies, as far as its places go: a glob of each group matches, and none of `none`. */
export type PlaceRule = {
  readonly side: 0 | 1;
  /** Which rule of its policy. */
  readonly rule: number;
  readonly level: number;
  readonly groups: readonly (readonly GlobText[])[];
  readonly none: readonly GlobText[];
  /** Nothing below the path may match one of `none` either. */
  readonly noneBelow: boolean;
};

type Pair = readonly [number, number];

/** One way in which rules decide: levels and rules of both policies (-1 for no rule), and the shortest path of this way. */
export type PlaceClass = { readonly levels: Pair; readonly rules: Pair; readonly path: string };
export type PlaceClasses = {
  readonly classes: readonly PlaceClass[];
  readonly isComplete: boolean;
  readonly states: number;
};

/** Rules of the same places, which are followed once. */
type Bundle = {
  readonly groups: readonly (readonly number[])[];
  readonly none: readonly number[];
  readonly noneBelow: boolean;
  readonly levels: [number, number];
  readonly rules: [number, number];
  /** The bundle that goes on in its place once only exceptions can end it; undefined for one that is such. */
  readonly heir: number | undefined;
};

type Node = {
  readonly positions: Positions;
  readonly state: CleanState;
  readonly path: string;
  /** What is settled for this path and all that begins with it. */
  readonly levels: Pair;
  readonly rules: Pair;
};

/**
 * Searches all clean absolute paths, breadth first. INVARIANT: two states with the same open rules and settled levels go on
 * alike, so each is followed once; `isComplete` says that all were, and then every path decides like one of the classes.
 */
export function classifyPlaces(rules: readonly PlaceRule[], statesMax: number): PlaceClasses {
  const globs: GlobText[] = [];
  const bundles = withHeirs(bundlesOf(rules, globs), globs);
  const heirs = bundles.filter(({ heir }) => heir === undefined);
  const automaton = new GlobAutomaton(globs, new Set(heirs.flatMap(({ groups }) => groups.flat())));
  const bundlesOfGlob: number[][] = globs.map(() => []);
  for (const [index, bundle] of bundles.entries())
    for (const glob of [...bundle.groups.flat(), ...bundle.none]) bundlesOfGlob[glob]?.push(index);
  const search = { automaton, bundles, bundlesOfGlob };
  const found = new Map<string, PlaceClass>();
  const seen = new NodeTable();
  const steps = new NodeTable();
  const start: Node = {
    ...{ positions: automaton.start, state: "begin", path: "" },
    ...{ levels: [OPEN, OPEN], rules: [-1, -1] },
  };
  const queue: Node[] = [start];
  for (let index = 0; index < queue.length; index += 1) {
    const node = queue[index];
    if (node === undefined) break;
    for (const character of [...automaton.characters(node.positions), "/"]) {
      const state = PATHS.next(node.state, character);
      if (state === undefined) continue;
      const positions = automaton.step(node.positions, character);
      const stepped = { ...node, positions, state, path: node.path + character };
      // WHY looked up twice: most steps lead where others led before, and then nothing has to be settled again.
      if (!steps.add(stepped, true)) continue;
      const { next, isOver } = settle(search, stepped);
      if (PATHS.ends(state)) {
        const decided = decide(search, { ...stepped, levels: next.levels, rules: next.rules });
        const key = [...decided.levels, ...decided.rules].join();
        if (!found.has(key)) found.set(key, { ...decided, path: next.path });
      }
      // With no rule left open, each longer path decides as this one does.
      if (isOver || (next.positions.length === 0 && PATHS.ends(state))) continue;
      if (!seen.add(next, !PATHS.ends(state))) continue;
      if (seen.size > statesMax)
        return { classes: [...found.values()], isComplete: false, states: seen.size };
      queue.push(next);
    }
  }
  return { classes: [...found.values()], isComplete: true, states: seen.size };
}

/** Nodes that go on alike. Which rules decided is told at the end of a path only: until there it tells them apart. */
class NodeTable {
  readonly #nodes = new Map<number, Node[]>();
  size = 0;

  /** Adds a node unless one like it is there; whether it was added. */
  add(node: Node, byRules: boolean): boolean {
    let hash = node.levels[0] * 4 + node.levels[1] + node.state.length * 16;
    for (const at of node.positions) hash = (Math.imul(hash, 31) + at) | 0;
    const alike = this.#nodes.get(hash);
    if (alike?.some((one) => isAlike(one, node, byRules))) return false;
    if (alike === undefined) this.#nodes.set(hash, [node]);
    else alike.push(node);
    this.size += 1;
    return true;
  }
}

function isAlike(one: Node, other: Node, byRules: boolean): boolean {
  const { positions, state, levels, rules } = one;
  if (state !== other.state || positions.length !== other.positions.length) return false;
  if (levels[0] !== other.levels[0] || levels[1] !== other.levels[1]) return false;
  if (byRules && (rules[0] !== other.rules[0] || rules[1] !== other.rules[1])) return false;
  return positions.every((at, index) => at === other.positions[index]);
}

type Search = {
  readonly automaton: GlobAutomaton;
  readonly bundles: readonly Bundle[];
  readonly bundlesOfGlob: readonly (readonly number[])[];
};

/** Bundles of rules; each glob is read once, whichever rules have it. */
function bundlesOf(rules: readonly PlaceRule[], globs: GlobText[]): Bundle[] {
  const bundles = new Map<string, Bundle>();
  const numbers = new Map<string, number>();
  const numberOf = (one: GlobText): number => {
    const key = `${one.ignoreCase}${one.glob}`;
    const known = numbers.get(key) ?? globs.push(one) - 1;
    numbers.set(key, known);
    return known;
  };
  for (const { side, rule, level, groups, none, noneBelow } of rules.flatMap(apart)) {
    const parts = { groups: groups.map((group) => group.map(numberOf)), none: none.map(numberOf) };
    const key = JSON.stringify([parts, noneBelow]);
    const bundle: Bundle = bundles.get(key) ?? {
      ...{ ...parts, noneBelow },
      ...{ levels: [OPEN, OPEN], rules: [-1, -1], heir: undefined },
    };
    bundles.set(key, bundle);
    if (level >= bundle.levels[side]) continue;
    bundle.levels[side] = level;
    bundle.rules[side] = rule;
  }
  return [...bundles.values()];
}

/**
 * WHY heirs: in a directory that a rule means whole, only its exceptions still matter, and which directory it was does not;
 * without them each directory would be searched for the same exceptions again.
 */
function withHeirs(bundles: readonly Bundle[], globs: GlobText[]): Bundle[] {
  const heirs = new Map<string, number>();
  const added: Bundle[] = [];
  const heirOf = ({ none, noneBelow, levels, rules }: Bundle): number => {
    const key = JSON.stringify([none, noneBelow, levels, rules]);
    const known = heirs.get(key) ?? bundles.length + added.length;
    if (!heirs.has(key)) {
      const glob = globs.push({ glob: "/**", ignoreCase: true }) - 1;
      added.push({ groups: [[glob]], none, noneBelow, levels, rules, heir: undefined });
      heirs.set(key, known);
    }
    return known;
  };
  const all = bundles.map((bundle): Bundle => ({ ...bundle, heir: heirOf(bundle) }));
  return [...all, ...added];
}

/** One rule for each of its globs: what two policies have in common then shows, also where their lists differ. */
function apart(rule: PlaceRule): readonly PlaceRule[] {
  const [group, ...others] = rule.groups;
  if (group === undefined || others.length > 0) return [rule];
  return group.map((glob) => ({ ...rule, groups: [[glob]] }));
}

type Settled = { readonly next: Node; readonly isOver: boolean };

/**
 * Takes what now holds for all that begins with the path into the levels, and drops the globs that decide nothing more:
 * all of them where both sides stand alike and every open rule is one of both, for then they stay alike.
 */
function settle({ automaton, bundles, bundlesOfGlob }: Search, node: Node): Settled {
  const statuses = automaton.statuses(node.positions);
  const alive = new Set<number>();
  for (const [glob, status] of statuses.entries())
    if (status !== STATUS.dead) for (const bundle of bundlesOfGlob[glob] ?? []) alive.add(bundle);
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
  const keeps = new Uint8Array(automaton.globCount);
  const telling = open.filter(({ levels: own }) => own[0] < levels[0] || own[1] < levels[1]);
  const isOver = levels[0] === levels[1] && telling.every(({ levels: own }) => own[0] === own[1]);
  for (const { groups, none } of isOver ? [] : telling) {
    for (const group of groups) {
      const total = group.find((glob) => statuses[glob] === STATUS.total);
      for (const glob of total === undefined ? group : [total]) keeps[glob] = 1;
    }
    for (const glob of none) keeps[glob] = 1;
  }
  // WHY: a rule that an exception has ended must not come back where its globs are kept for other rules.
  for (const index of alive) {
    const bundle = bundles[index];
    const ended = bundle?.none.find((glob) => statuses[glob] === STATUS.total);
    if (ended === undefined) continue;
    if (bundle?.groups.every((group) => group.some((glob) => keeps[glob] === 1))) keeps[ended] = 1;
  }
  const woken = isOver ? [] : inherited.filter((one) => telling.includes(one));
  const kept = automaton.within(node.positions, keeps);
  const positions = automaton.woken(
    kept,
    woken.flatMap(({ groups }) => groups.flat()),
  );
  return { next: { ...node, positions, levels, rules }, isOver };
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
  const at = (side: 0 | 1): boolean => bundle.levels[side] < levels[side];
  return {
    levels: [at(0) ? bundle.levels[0] : levels[0], at(1) ? bundle.levels[1] : levels[1]],
    rules: [at(0) ? bundle.rules[0] : rules[0], at(1) ? bundle.rules[1] : rules[1]],
  };
}

/** What decides at the path itself. */
function decide({ automaton, bundles, bundlesOfGlob }: Search, node: Node): Decided {
  const statuses = automaton.statuses(node.positions);
  const below =
    node.state === "root" ? statuses : automaton.statuses(automaton.step(node.positions, "/"));
  const candidates = new Set<number>();
  for (const [glob, status] of statuses.entries())
    if (status >= STATUS.accepts) for (const one of bundlesOfGlob[glob] ?? []) candidates.add(one);
  let decided: Decided = { levels: node.levels, rules: node.rules };
  for (const index of [...candidates].sort((one, other) => one - other)) {
    const bundle = bundles[index];
    if (bundle === undefined || reaches(bundle.none, statuses, STATUS.accepts)) continue;
    if (bundle.noneBelow && reaches(bundle.none, below, STATUS.alive)) continue;
    if (bundle.groups.every((group) => reaches(group, statuses, STATUS.accepts)))
      decided = stricter(decided, bundle);
  }
  return decided;
}
