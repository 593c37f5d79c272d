// Exceptions in a judgement: which rule is lifted for which effect, and which exceptions a decision rests on (decision 0041).
import type { Effect } from "../vocabulary/effect.ts";
import { type PolicyException, type Policy, type Rule, ruleName, sourceOf } from "./policy.ts";
import { type Situation, speaks } from "./situation.ts";

/** Prefix of the rule in a reason that an exception gave. */
const EXCEPTION = "exception/";

/** The exceptions that hold in a situation; what cannot be told of it silences them. */
export function exceptionsFor(
  exceptions: readonly PolicyException[],
  situation: Situation,
): readonly PolicyException[] {
  return exceptions.filter(({ when }) => speaks({ verdict: "allow", when }, situation));
}

/** The rule in a reason that an exception gave. */
export function exceptionName({ id }: PolicyException): string {
  return `${EXCEPTION}${id}`;
}

/** Conditions that hold for a call as a whole, or for its command lines. */
const ABOUT_CALLS: readonly string[] = [
  ...["effects", "commands", "tools", "modes", "branches", "ci", "labels", "hours"],
];

/** WHY nothing else: a command line has no path or host, so such a condition could not be held against it. */
function isOfCommandLines({ when }: PolicyException): boolean {
  const isPlain = Object.keys(when).every((key) => ABOUT_CALLS.includes(key));
  return isPlain && when.commands !== undefined && when.effects.includes("execute");
}

/** The exceptions of one judgement, and those that were used so far. */
export class AppliedExceptions {
  readonly #all: readonly PolicyException[];
  readonly #policy: Policy;
  readonly #used = new Set<string>();

  constructor(exceptions: readonly PolicyException[], policy: Policy) {
    this.#all = exceptions;
    this.#policy = policy;
  }

  /**
   * The exception that lifts a rule for an effect, the milder one of several; undefined where there is none. Never for
   * what touches the guard's own controls or is not known. A managed rule is lifted by its own layer alone: nobody here speaks
   * for that.
   */
  of(
    rule: Rule,
    effect: Effect,
    covers: (exception: PolicyException) => boolean,
  ): PolicyException | undefined {
    if (effect.kind === "tamper" || effect.kind === "unknown") return undefined;
    return this.#named(rule, covers);
  }

  /** The same for a rule about command lines, by exceptions that speak of nothing but command lines. */
  ofCommand(
    rule: Rule,
    covers: (exception: PolicyException) => boolean,
  ): PolicyException | undefined {
    return this.#named(rule, (exception) => isOfCommandLines(exception) && covers(exception));
  }

  /** Ids of the exceptions without which another verdict could have come out. */
  used(): readonly string[] {
    return [...this.#used];
  }

  #named(rule: Rule, covers: (exception: PolicyException) => boolean): PolicyException | undefined {
    if (this.#all.length === 0) return undefined;
    const isManaged = sourceOf(rule, this.#policy).layer === "managed";
    // WHY: what needs two people, one alone does not lift.
    if (rule.approval !== undefined && !isManaged) return undefined;
    const name = ruleName(rule, this.#policy);
    const fitting = this.#all
      .filter(({ answers }) => answers === undefined)
      .filter(({ rules, layer }) => (layer === "managed") === isManaged && rules.includes(name))
      .filter(covers);
    const exception = fitting.find(({ verdict }) => verdict === "allow") ?? fitting[0];
    if (exception === undefined || (exception.verdict === "ask" && rule.verdict === "ask"))
      return undefined;
    this.#used.add(exception.id);
    return exception;
  }
}
