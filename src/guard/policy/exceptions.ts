// Exceptions in a judgement: which rule is lifted for which effect, and which exceptions a decision rests on (decision 0041).
import type { Effect } from "../vocabulary/effect.ts";
import { type Lift, type Policy, type Rule, ruleName, sourceOf } from "./policy.ts";
import { type Situation, speaks } from "./situation.ts";

/** Prefix of the rule in a reason that an exception gave. */
const EXCEPTION = "exception/";

/** The exceptions that hold in a situation; what cannot be told of it silences them. */
export function liftsFor(lifts: readonly Lift[], situation: Situation): readonly Lift[] {
  return lifts.filter(({ when }) => speaks({ verdict: "allow", when }, situation));
}

/** The rule in a reason that an exception gave. */
export function liftName({ id }: Lift): string {
  return `${EXCEPTION}${id}`;
}

/** Conditions that hold for a call as a whole, or for its command lines. */
const ABOUT_CALLS: readonly string[] = [
  ...["effects", "commands", "tools", "modes", "branches", "ci", "labels", "hours"],
];

/** WHY nothing else: a command line has no path or host, so such a condition could not be held against it. */
function isOfCommandLines({ when }: Lift): boolean {
  const isPlain = Object.keys(when).every((key) => ABOUT_CALLS.includes(key));
  return isPlain && when.commands !== undefined && when.effects.includes("execute");
}

/** The exceptions of one judgement, and those that were used so far. */
export class Lifts {
  readonly #lifts: readonly Lift[];
  readonly #policy: Policy;
  readonly #used = new Set<string>();

  constructor(lifts: readonly Lift[], policy: Policy) {
    this.#lifts = lifts;
    this.#policy = policy;
  }

  /**
   * The exception that lifts a rule for an effect, the milder one of several; undefined where there is none. Never for
   * what touches the guard's own controls or is not known. A managed rule is lifted by its own layer alone: nobody here speaks
   * for that.
   */
  of(rule: Rule, effect: Effect, covers: (lift: Lift) => boolean): Lift | undefined {
    if (effect.kind === "tamper" || effect.kind === "unknown") return undefined;
    return this.#named(rule, covers);
  }

  /** The same for a rule about command lines, by exceptions that speak of nothing but command lines. */
  ofCommand(rule: Rule, covers: (lift: Lift) => boolean): Lift | undefined {
    return this.#named(rule, (lift) => isOfCommandLines(lift) && covers(lift));
  }

  /** Ids of the exceptions without which another verdict could have come out. */
  used(): readonly string[] {
    return [...this.#used];
  }

  #named(rule: Rule, covers: (lift: Lift) => boolean): Lift | undefined {
    if (this.#lifts.length === 0) return undefined;
    const isManaged = sourceOf(rule, this.#policy).layer === "managed";
    const name = ruleName(rule, this.#policy);
    const fitting = this.#lifts
      .filter(({ answers }) => answers === undefined)
      .filter(({ rules, layer }) => (layer === "managed") === isManaged && rules.includes(name))
      .filter(covers);
    const lift = fitting.find(({ verdict }) => verdict === "allow") ?? fitting[0];
    if (lift === undefined || (lift.verdict === "ask" && rule.verdict === "ask")) return undefined;
    this.#used.add(lift.id);
    return lift;
  }
}
