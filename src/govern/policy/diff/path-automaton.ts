// Many globs of paths read side by side, one name at a time: which still may match, which do, which always will.
import { Closure, type Positions } from "./closure.ts";
import { alikeNames, type NumberedPart } from "./alike-names.ts";
import { type GlobText, positionsKey } from "./glob-automaton.ts";
import type { NameClass, NameTable } from "./name-classes.ts";

/** What is known of a set of globs below some path. `total`: one of them matches whatever is there. */
export const STATUS = { dead: 0, alive: 1, total: 2 } as const;

/** Globs of which one must match. */
export type GlobSet = readonly GlobText[];

/** A name and the sets of names that it is in, of those that are asked about. */
type Letter = { readonly name: string; readonly sets: readonly number[] };

/** A step to a name. */
export type PathStep = {
  readonly name: string;
  readonly positions: Positions;
  /** Steps with the same key lead to the same positions; with the same `openKey` they stand alike for all that lies below. */
  readonly key: string;
  readonly openKey: string;
};

/** What may follow at a position. `rested`: whatever follows. */
type Step =
  | { readonly kind: "name"; readonly set: number; readonly next: number }
  | { readonly kind: "dirs" | "rest"; readonly next: number }
  | { readonly kind: "end" | "rested" };

type Place = Step & { readonly owner: number };

/** Reads paths name by name along all its sets. */
export class PathAutomaton {
  readonly #places: Place[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #rested: number[] = [];
  readonly #names: readonly NameClass[];
  readonly #lettersOf = new Map<string, readonly Letter[]>();
  readonly #keys = new Map<string, number>();
  readonly #closure: Closure;
  readonly start: Positions;
  /** The sets that match `/`. */
  readonly root: readonly number[];
  /** Whether all names that are told apart were found, and all ways of all globs. */
  readonly isComplete: boolean;

  /** Sets that are `asleep` are read only once they are woken, and then match everything. */
  constructor(sets: readonly GlobSet[], asleep: ReadonlySet<number>, table: NameTable) {
    const ways = sets.map((set) => set.map((glob) => table.waysOf(glob)));
    this.root = ways.flatMap((set, owner) =>
      set.some(({ takesRoot }) => takesRoot) ? [owner] : [],
    );
    const { names, ways: numbered } = alikeNames(ways.map((set) => set.flatMap((one) => one.ways)));
    const found = table.of(names);
    this.#names = found.classes;
    this.isComplete = found.isComplete && ways.every((set) => set.every((one) => one.isComplete));
    const entered: number[] = [];
    for (const [owner, list] of numbered.entries()) {
      this.#rested.push(this.#placed(owner, { kind: "rested" }, "rested"));
      if (asleep.has(owner)) continue;
      for (const way of list) entered.push(this.#chain(owner, way));
    }
    this.#closure = new Closure(this.#places.length, (at, pending) => {
      const place = this.#places[at];
      if (place?.kind === "dirs") pending.push(place.next);
    });
    this.start = this.#closure.of(entered);
  }

  get setCount(): number {
    return this.#rested.length;
  }

  /** Where one more name leads, once for each way in which the sets may stand after it. */
  steps(positions: Positions): readonly PathStep[] {
    const staying: number[] = [];
    const leaving = new Map<number, number[]>();
    for (const at of positions) {
      const place = this.#places[at];
      if (place?.kind === "rest") staying.push(place.next);
      else if (place?.kind === "dirs" || place?.kind === "rested") staying.push(at);
      else if (place?.kind === "name") {
        const ways = leaving.get(place.set);
        if (ways === undefined) leaving.set(place.set, [place.next]);
        else ways.push(place.next);
      }
    }
    const base = this.#closure.of(staying);
    const baseKey = this.keyOf(base);
    const found = new Map<string, PathStep>();
    for (const { sets, name } of this.#lettersFor([...leaving.keys()])) {
      const entered = sets.flatMap((set) => leaving.get(set) ?? []);
      const added = this.#closure.of(entered).filter((at) => !base.includes(at));
      const key = added.join();
      if (found.has(key)) continue;
      const open = added.filter((at) => this.#places[at]?.kind !== "end");
      const after = added.length === 0 ? base : Int32Array.from([...base, ...added]).sort();
      found.set(key, {
        name,
        positions: after,
        key: `${baseKey} ${key}`,
        openKey: `${baseKey} ${open.join()}`,
      });
    }
    return [...found.values()];
  }

  /** A number that equal positions have in common. */
  keyOf(positions: Positions): number {
    const key = positionsKey(positions);
    const known = this.#keys.get(key) ?? this.#keys.size;
    this.#keys.set(key, known);
    return known;
  }

  /** Names that some sets of names tell apart. */
  #lettersFor(live: readonly number[]): readonly Letter[] {
    const asked = live.toSorted((one, other) => one - other);
    const key = asked.join();
    const known = this.#lettersOf.get(key);
    if (known !== undefined) return known;
    const apart = new Map<string, Letter>();
    for (const { isIn, name } of this.#names) {
      const sets = asked.filter((set) => isIn[set] === 1);
      const seen = sets.join();
      if (!apart.has(seen)) apart.set(seen, { name, sets });
    }
    const letters = [...apart.values()];
    this.#lettersOf.set(key, letters);
    return letters;
  }

  /** The sets that match the path that was read. */
  matching(positions: Positions): readonly number[] {
    const found: number[] = [];
    for (const at of positions) {
      const place = this.#places[at];
      if (place?.kind === "end" || place?.kind === "rested") found.push(place.owner);
    }
    return found;
  }

  /** What the sets have come to for all that lies below the path. */
  below(positions: Positions): Uint8Array {
    const found = new Uint8Array(this.setCount);
    for (const at of positions) {
      const place = this.#places[at];
      if (place === undefined || place.kind === "end") continue;
      const isTotal = place.kind === "rest" || place.kind === "rested";
      if (isTotal) found[place.owner] = STATUS.total;
      else if (found[place.owner] === STATUS.dead) found[place.owner] = STATUS.alive;
    }
    return found;
  }

  /** The positions with sleeping sets woken. */
  woken(positions: Positions, sets: readonly number[]): Positions {
    if (sets.length === 0) return positions;
    return this.#closure.of([...positions, ...sets.flatMap((set) => this.#rested[set] ?? [])]);
  }

  /** The positions in the sets that are kept, as far as something may follow. */
  within(positions: Positions, keeps: Uint8Array): Positions {
    return positions.filter((at) => {
      const place = this.#places[at];
      return place !== undefined && place.kind !== "end" && keeps[place.owner] === 1;
    });
  }

  /** The place where a way begins. WHY by what follows: ways that go on alike are one from there. */
  #chain(owner: number, way: readonly NumberedPart[]): number {
    const key = JSON.stringify(way);
    const known = this.#numbers.get(`${owner} ${key}`);
    if (known !== undefined) return known;
    const [part, ...following] = way;
    if (part === undefined) return this.#placed(owner, { kind: "end" }, key);
    if (part.kind === "rest") {
      const next = this.#rested[owner] ?? 0;
      return this.#placed(owner, { kind: "rest", next }, key);
    }
    const next = this.#chain(owner, following);
    return this.#placed(
      owner,
      part.kind === "name" ? { ...part, next } : { kind: "dirs", next },
      key,
    );
  }

  #placed(owner: number, step: Step, key: string): number {
    const number = this.#places.push({ ...step, owner }) - 1;
    this.#numbers.set(`${owner} ${key}`, number);
    return number;
  }
}
