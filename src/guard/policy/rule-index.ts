// Rules of a policy by what they speak of, looked up instead of gone through: a call is about a few kinds of effects only.
import type { EffectKind } from "../effects/effect.ts";
import type { Condition, Policy, Rule } from "./policy.ts";

/** A policy's rules, each list in the policy's order. */
export class RuleIndex {
  readonly #byKind = new Map<EffectKind, readonly Rule[]>();
  readonly #parts = new Map<string, Policy>();
  readonly #policy: Policy;
  /** Rules that restrict command lines. */
  readonly ofCommands: readonly Rule[];
  /** Rules that speak in some situations only, those together that speak in the same. */
  readonly conditioned: readonly (readonly Rule[])[];

  constructor(policy: Policy) {
    this.#policy = policy;
    this.ofCommands = policy.rules.filter(
      ({ verdict, when }) => verdict !== "allow" && when.commands !== undefined,
    );
    this.conditioned = alikeInSituation(policy.rules);
  }

  /** The rules that may speak of an effect of a kind. */
  ofKind(kind: EffectKind): readonly Rule[] {
    const known = this.#byKind.get(kind);
    if (known !== undefined) return known;
    const found = this.#policy.rules.filter(({ when }) => when.effects.includes(kind));
    this.#byKind.set(kind, found);
    return found;
  }

  /** The policy without the groups of `conditioned` at these places: the same each time, so that its index is kept. */
  without(silent: readonly number[]): Policy {
    if (silent.length === 0) return this.#policy;
    const key = silent.join();
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const left = new Set(silent.flatMap((group) => this.conditioned[group] ?? []));
    const part = { ...this.#policy, rules: this.#policy.rules.filter((rule) => !left.has(rule)) };
    if (this.#parts.size >= PARTS_MAX) this.#parts.clear();
    this.#parts.set(key, part);
    return part;
  }
}

/** Parts of one policy that are remembered; all of them are forgotten when there are more. */
const PARTS_MAX = 32;
const indexes = new WeakMap<Policy, RuleIndex>();

/** The index of a policy, made once. */
export function indexOf(policy: Policy): RuleIndex {
  const known = indexes.get(policy);
  if (known !== undefined) return known;
  const index = new RuleIndex(policy);
  indexes.set(policy, index);
  return index;
}

function alikeInSituation(rules: readonly Rule[]): readonly (readonly Rule[])[] {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const { tools, detectors, modes, ci, labels, hours, branches }: Condition = rule.when;
    const conditions = [tools, detectors, modes, ci, labels, hours, branches];
    if (conditions.every((one) => one === undefined)) continue;
    // What cannot be told silences a rule that allows and no other.
    const key = JSON.stringify([rule.verdict === "allow", conditions.map((one) => one ?? null)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rule]);
    else group.push(rule);
  }
  return [...groups.values()];
}
