// What is to be said in another language: a detection with everything that it refers to, and why one cannot be said.
import { Failure, type SourcePlace } from "#base/failure.ts";
import { EVENT_KINDS, type EventKind } from "#record/event/event.ts";
import type { Correlation } from "../../correlation/correlation.ts";
import type { Rule } from "../../correlation/rule-file.ts";
import type { EventTest } from "../../detection/detection.ts";
import { isSealedField } from "../../detection/fields.ts";
import type { TestTree } from "../../detection/tree.ts";

/** A test of single events. `kinds`: the only kinds of event that are looked at, undefined for all. */
export type EventPlan = {
  readonly kind: "events";
  readonly tree: TestTree;
  readonly kinds: readonly EventKind[] | undefined;
};

/** A correlation with its rules, in their order. */
export type CorrelationPlan = {
  readonly kind: "correlation";
  readonly correlation: Correlation;
  readonly inputs: readonly Input[];
};

/** A rule of a correlation, and the fields of its events that say the group. */
export type Input = { readonly plan: Plan; readonly groupFields: readonly string[] };
export type Plan = EventPlan | CorrelationPlan;

/** Correlations above one another; the same bound as where they run. */
const DEPTH_MAX = 4;

/** Why a rule cannot be said. `at` is where the rule asks for it. */
export function unsayable(why: string, at: SourcePlace): Failure {
  return new Failure("conversion-impossible", why, { at });
}

/**
 * The plan of a rule; `rules` are all that it may refer to. Throws Failure `conversion-impossible` where it asks a sealed field, which no export
 * holds, and `correlation-invalid` as `joinRules` does for what is wrong in itself.
 */
export function planOf(rule: Rule, rules: readonly Rule[], depth = 0): Plan {
  if (rule.kind === "detection") return eventPlan(rule.detection);
  const locals = new Map<string, Plan>();
  const planned = (correlation: Correlation): CorrelationPlan =>
    correlationPlan(correlation, (name, index) => {
      const local = locals.get(name);
      if (local !== undefined) return local;
      const found = rules.find(
        ({ meta }) => [meta.name, meta.id].includes(name) || meta.id === name.toLowerCase(),
      );
      if (found === undefined || found === rule || depth + 2 > DEPTH_MAX)
        throw new Failure("correlation-invalid", `\`${name}\` is no detection to refer to here`, {
          at: correlation.place(["rules", index]),
        });
      return planOf(found, rules, depth + 1);
    });
  for (const one of rule.components)
    locals.set(one.name, one.kind === "events" ? eventPlan(one.test) : planned(one.correlation));
  return planned(rule.correlation);
}

function eventPlan({ tree, kinds }: EventTest): EventPlan {
  refuseSealed(tree);
  return { kind: "events", tree, kinds: kinds.length < EVENT_KINDS.length ? kinds : undefined };
}

function correlationPlan(
  correlation: Correlation,
  resolveRule: (name: string, index: number) => Plan,
): CorrelationPlan {
  const { groupBy, aliases, rules, field, place } = correlation;
  for (const [index, name] of groupBy.entries())
    if (isSealedField(name)) throw sealed(name, place(["group-by", index]));
  for (const [alias, fields] of Object.entries(aliases))
    for (const [rule, name] of Object.entries(fields))
      if (isSealedField(name)) throw sealed(name, place(["aliases", alias, rule]));
  if (field !== undefined && isSealedField(field))
    throw sealed(field, place(["condition", "field"]));
  return {
    kind: "correlation",
    correlation,
    inputs: rules.map((rule, index) => ({
      plan: resolveRule(rule, index),
      groupFields: groupBy.map((name) => aliases[name]?.[rule] ?? name),
    })),
  };
}

function refuseSealed(tree: TestTree): void {
  switch (tree.kind) {
    case "some":
      if (isSealedField(tree.field)) throw sealed(tree.field, tree.at);
      return;
    case "not":
      return refuseSealed(tree.inner);
    case "and":
    case "or":
      for (const part of tree.parts) refuseSealed(part);
      return;
    default:
      tree satisfies never;
  }
}

function sealed(field: string, at: SourcePlace): Failure {
  return unsayable(`\`${field}\` is sealed, and no export holds it: run it by \`log detect\``, at);
}

/** The least count at which all bounds hold for it and all above; undefined where one of them is a bound from above. */
export function leastCount({ bounds }: Correlation): number | undefined {
  let least = 1;
  for (const { operator, value } of bounds) {
    if (operator === "gte") least = Math.max(least, value);
    else if (operator === "gt") least = Math.max(least, value + 1);
    else return undefined;
  }
  return least;
}
