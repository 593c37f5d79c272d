// A policy made ready to judge recorded calls again: its rules by kind, its exceptions by scope, and rules that both policies have.
import { type Policy, type PolicyException, type Rule, ruleName } from "#guard/policy/policy.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { createSplit, type ShapeRule, shapeRule, type Wording } from "./rule-match.ts";

export type CompiledPolicy = {
  /** Those that speak of command lines. */
  readonly named: readonly ShapeRule[];
  readonly byKind: ReadonlyMap<string, readonly ShapeRule[]>;
  readonly allowing: ReadonlyMap<string, readonly ShapeRule[]>;
  readonly lift: Lift | undefined;
};

/** An exception over shapes: its scope is held against effects as the scope of a rule that allows. */
type Lift = { readonly exception: PolicyException; readonly scope: ShapeRule };

export function compile(
  policy: Policy,
  roots: NonNullable<RecordedCall["roots"]>,
  wording: Wording,
  exception: PolicyException | undefined,
): CompiledPolicy {
  const context = { ...wording, split: createSplit() };
  const shaped = policy.rules.map((rule) => shapeRule(rule, roots, context));
  const restricting = shaped.filter(({ rule }) => rule.verdict !== "allow");
  const allowing = shaped.filter(({ rule }) => rule.verdict === "allow");
  const commandless = restricting.filter(({ rule }) => rule.when.commands === undefined);
  const named = restricting.filter(({ rule }) => rule.when.commands !== undefined);
  const lift =
    exception === undefined ? undefined : { exception, scope: scopeOf(exception, roots, context) };
  return { named, byKind: grouped(commandless), allowing: grouped(allowing), lift };
}

function scopeOf(
  { id, when }: PolicyException,
  roots: NonNullable<RecordedCall["roots"]>,
  context: Parameters<typeof shapeRule>[2],
): ShapeRule {
  const rule = { id: `exception/${id}`, verdict: "allow", when, reason: "", instead: "" } as const;
  return shapeRule(rule, roots, context);
}

function grouped(rules: readonly ShapeRule[]): ReadonlyMap<string, readonly ShapeRule[]> {
  const groups = new Map<string, ShapeRule[]>();
  for (const one of rules) {
    for (const kind of one.rule.when.effects) groups.set(kind, [...(groups.get(kind) ?? []), one]);
  }
  return groups;
}

/** Rules that the policy at the time had as well: what was recorded of them still holds. */
export class KeptRules {
  readonly #kept: ReadonlySet<Rule>;
  readonly #byName: ReadonlyMap<string, Rule>;

  constructor(old: Policy, policy: Policy) {
    const now = new Map(policy.rules.map((rule) => [meaningOf(rule), rule]));
    const pairs = old.rules.flatMap((rule) => {
      const same = now.get(meaningOf(rule));
      return same === undefined ? [] : [[ruleName(rule, old), same] as const];
    });
    this.#byName = new Map(pairs);
    const meanings = new Set(old.rules.map(meaningOf));
    this.#kept = new Set(policy.rules.filter((rule) => meanings.has(meaningOf(rule))));
  }

  has(rule: Rule): boolean {
    return this.#kept.has(rule);
  }

  /** The rule of today that a recorded name means. */
  named(name: string): Rule | undefined {
    return this.#byName.get(name);
  }
}

function meaningOf({ verdict, when }: Rule): string {
  return JSON.stringify([verdict, Object.entries(when).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
