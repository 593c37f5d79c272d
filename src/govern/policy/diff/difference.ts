// What is said of two policies: the effects that change verdict, or that none does, and what could not be proven.
import type { Effect, EffectKind } from "#guard/vocabulary/effect.ts";
import { VERDICTS_BY_STRICTNESS } from "#guard/policy/decision.ts";
import type { Anchored, Circumstance } from "./circumstance.ts";
import type { Judged } from "./real-judge.ts";

/**
 * Which sort of thing changes verdict: an effect of a kind, running a command line, reaching a port of this machine from code
 * that is held, what a rule has another person approve, or a call that has no effect at all.
 */
export type DifferenceKind = EffectKind | "command" | "port" | "approval" | "nothing";

/** One change of verdict, with an effect that shows it. `anchors`: where project and home lie for it. */
export type Difference = {
  readonly kind: DifferenceKind;
  readonly effect: Effect | undefined;
  /** Words of the command line that is meant, where rules speak of command lines. */
  readonly words: readonly string[] | undefined;
  readonly circumstance: Circumstance;
  readonly before: Judged;
  readonly after: Judged;
  readonly change: "stricter" | "milder";
  readonly files: readonly string[];
  readonly directories: readonly string[];
  readonly anchors: Anchored;
  /** Operations of effects that change in the same way, by the same rules; empty where the kind has none. */
  readonly operations: readonly string[];
};

/** Something of which it is not proven that nothing more changes. */
export type Unproven = {
  readonly kind: DifferenceKind;
  readonly what: string;
  /** Whether something may have become milder, or stricter, for all that is known. */
  readonly mayBeMilder: boolean;
  readonly mayBeStricter: boolean;
};

export type PolicyDifference = {
  readonly differences: readonly Difference[];
  readonly unproven: readonly Unproven[];
  /** States of the search for places: what it cost. */
  readonly states: number;
};

/** Whether a verdict became stricter or milder; undefined where it is the same. */
export function changeOf(before: Judged, after: Judged): Difference["change"] | undefined {
  const rank = ({ verdict }: Judged): number => VERDICTS_BY_STRICTNESS.indexOf(verdict);
  if (rank(before) === rank(after)) return undefined;
  return rank(after) < rank(before) ? "stricter" : "milder";
}

/** Gathers changes, one for each way in which rules change a verdict. */
export class Differences {
  readonly #found = new Map<string, Difference>();
  readonly #unproven = new Map<string, Unproven>();
  readonly #compared = new Set<string>();
  states = 0;

  /** Whether something is compared for the first time. */
  isNew(key: string): boolean {
    const isFirst = !this.#compared.has(key);
    this.#compared.add(key);
    return isFirst;
  }

  add(one: Omit<Difference, "change" | "operations">, names: readonly string[]): void {
    const change = changeOf(one.before, one.after);
    if (change === undefined) return;
    const { kind, before, after } = one;
    const key = [kind, before.verdict, before.rule, after.verdict, after.rule].join("\0");
    const known = this.#found.get(key);
    const operations = [...new Set([...(known?.operations ?? []), ...names])];
    this.#found.set(key, { ...(known ?? { ...one, change }), operations });
  }

  doubt(one: Unproven): void {
    this.#unproven.set(JSON.stringify(one), one);
  }

  result(): PolicyDifference {
    return {
      differences: [...this.#found.values()],
      unproven: [...this.#unproven.values()],
      states: this.states,
    };
  }
}
