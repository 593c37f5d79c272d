// Rules of a policy by what they speak of, looked up instead of gone through: a call is about a few kinds of effects only.
import type { Effect, EffectKind } from "../vocabulary/effect.ts";
import type { RanCommand } from "../effects/model/ran-command.ts";
import { keysOfCommand, keysOfPattern } from "./commands.ts";
import type { PlaceTests } from "./condition-places.ts";
import { targetOf } from "./match.ts";
import { PlaceIndex } from "./place-index.ts";
import { type Condition, type Policy, type Rule, ruleName } from "./policy.ts";

/** Rules of one kind from which on an index by places pays. */
const PLACED_MIN = 64;

/** A policy's rules, each list in the policy's order. */
export class RuleIndex {
  readonly #byKind = new Map<EffectKind, readonly Rule[]>();
  readonly #parts = new Map<string, Policy>();
  readonly #policy: Policy;
  readonly #placed = new WeakMap<PlaceTests, Map<EffectKind, PlaceIndex>>();
  readonly #ofCommands: readonly Rule[];
  #byCommand: ReadonlyMap<string, readonly number[]> | undefined;
  #order: ReadonlyMap<string, number> | undefined;
  /** Rules that speak in some situations only, those together that speak in the same. */
  readonly conditioned: readonly (readonly Rule[])[];
  /** Whether a rule asks where commits go. */
  readonly namesRemotes: boolean;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#ofCommands = policy.rules.filter(isOfCommands);
    this.namesRemotes = policy.rules.some(
      ({ when }) => when.remotes !== undefined || when.exceptRemotes !== undefined,
    );
    this.conditioned = alikeInSituation(policy.rules);
  }

  /** The rules that may speak of an effect, but for those that restrict command lines. */
  ofEffect(effect: Effect, places: PlaceTests): readonly Rule[] {
    const target = targetOf(effect);
    const isTree = target?.kind === "path" && target.reach === "tree";
    return isTree ? this.#ofKind(effect.kind) : this.naming(effect, places);
  }

  /** Those of them that speak of it without a look at what exists: by what its target is called. */
  naming(effect: Effect, places: PlaceTests): readonly Rule[] {
    const rules = this.#ofKind(effect.kind);
    const target = targetOf(effect);
    if (rules.length < PLACED_MIN || target?.kind !== "path") return rules;
    const known = this.#placed.get(places) ?? new Map<EffectKind, PlaceIndex>();
    this.#placed.set(places, known);
    const index = known.get(effect.kind) ?? new PlaceIndex(rules, places);
    known.set(effect.kind, index);
    return index.at(target.path, target.real);
  }

  /** The rules that may restrict one of the command lines. */
  ofCommands(commands: readonly RanCommand[]): readonly Rule[] {
    if (this.#ofCommands.length === 0 || commands.length === 0) return [];
    this.#byCommand ??= byCommand(this.#ofCommands);
    const found = new Set<number>();
    for (const command of commands)
      for (const key of keysOfCommand(command))
        for (const index of this.#byCommand.get(key) ?? []) found.add(index);
    return [...found].sort((one, other) => one - other).flatMap((at) => this.#ofCommands[at] ?? []);
  }

  /** Where a rule stands in the policy, by its name. */
  orderOf(name: string): number | undefined {
    this.#order ??= new Map(
      this.#policy.rules.map((rule, index) => [ruleName(rule, this.#policy), index]),
    );
    return this.#order.get(name);
  }

  #ofKind(kind: EffectKind): readonly Rule[] {
    const known = this.#byKind.get(kind);
    if (known !== undefined) return known;
    const found = this.#policy.rules.filter(
      (rule) => rule.when.effects.includes(kind) && !isOfCommands(rule),
    );
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

/** Whether a rule restricts command lines: of effects it says nothing. */
export function isOfCommands({ verdict, when }: Rule): boolean {
  return verdict !== "allow" && when.commands !== undefined;
}

function byCommand(rules: readonly Rule[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [index, { when }] of rules.entries()) {
    for (const key of new Set(when.commands?.flatMap(keysOfPattern))) {
      const list = found.get(key);
      if (list === undefined) found.set(key, [index]);
      else list.push(index);
    }
  }
  return found;
}

function alikeInSituation(rules: readonly Rule[]): readonly (readonly Rule[])[] {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const { tools, mcp, exceptMcp, detectors, modes, ci, labels, hours, branches }: Condition =
      rule.when;
    const { chains } = rule.when;
    const conditions = [
      ...[tools, mcp, exceptMcp, detectors, modes, ci, labels, hours, branches],
      chains,
    ];
    if (conditions.every((one) => one === undefined)) continue;
    // What cannot be told silences a rule that allows and no other.
    // Whose label counts for a rule that allows depends on where the rule came from.
    const layer = labels === undefined ? null : (rule.from?.layer ?? null);
    const key = JSON.stringify([
      ...[rule.verdict === "allow", layer],
      conditions.map((one) => one ?? null),
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [rule]);
    else group.push(rule);
  }
  return [...groups.values()];
}
