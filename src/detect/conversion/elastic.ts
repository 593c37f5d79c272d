// elastic: a detection as EQL, which has sequences by group and within a time, over the fields that the pipeline `sallyport-fields` makes.
import type { SourcePlace } from "#base/failure.ts";
import type { TestTree } from "../detection/tree.ts";
import { countOf, type ConditionWords, plainText, type TextTest, valueCondition } from "./plain.ts";
import {
  type CorrelationPlan,
  type EventPlan,
  type Input,
  type Plan,
  unsayable,
} from "./plan/plan.ts";
import { shapeOf } from "./shapes.ts";

/** What `with runs` takes. */
const RUNS_MAX = 100;

/**
 * EQL queries that together find what the rule does; a sequence is given each time it is there, not only when it begins. Throws Failure
 * `conversion-impossible` with the place of what EQL cannot say.
 */
export function elasticQueries(plan: Plan): readonly string[] {
  if (plan.kind === "events") return [`any where ${eventCondition(plan)}`];
  const { correlation, inputs } = plan;
  const { type, bounds, rules, place } = correlation;
  const conditions = inputs.map(({ plan: one }, at) => {
    if (one.kind === "events") return eventCondition(one);
    throw unsayable("EQL has no sequences of sequences", place(["rules", at]));
  });
  const groups = inputs.map((input) => groupOf(input, correlation));
  const sequence = (steps: readonly number[]) =>
    sequenceOf(
      correlation.timespanMs,
      steps.map((at) => ({ condition: conditions[at] ?? "", group: groups[at] ?? [] })),
    );
  switch (type) {
    case "temporal_ordered":
      return [sequence(rules.map((_, at) => at))];
    case "temporal": {
      const needed = bounds[0]?.value ?? rules.length;
      if (rules.length !== 2 || needed !== 2)
        throw unsayable(
          "EQL knows orders alone: two rules, both of them, are said as their two orders",
          place(["condition"]),
        );
      const [one = "", other = ""] = conditions;
      refuseDifferent(groups, correlation);
      return [
        sequence([0, 1]),
        sequence([1, 0]),
        `any where (${one}) and (${other})${presentGroup(groups[0] ?? [])}`,
      ];
    }
    case "event_count": {
      const least = countOf(correlation);
      refuseDifferent(groups, correlation);
      const any = conditions
        .map((one) => (conditions.length === 1 ? one : `(${one})`))
        .join(" or ");
      if (least === 1) return [`any where (${any})${presentGroup(groups[0] ?? [])}`];
      if (least > RUNS_MAX)
        throw unsayable(`EQL counts up to ${RUNS_MAX} events`, place(["condition"]));
      return [
        `${begin(correlation.timespanMs, groups[0] ?? [])}\n  [any where ${any}] with runs=${least}`,
      ];
    }
    case "value_count":
    case "value_sum":
    case "value_avg":
      throw unsayable(
        `\`${type}\` needs a window that slides over values: EQL has none, and ES|QL has windows that stand`,
        place(["type"]),
      );
    default:
      return type satisfies never;
  }
}

function groupOf(
  { groupFields }: Input,
  { place }: CorrelationPlan["correlation"],
): readonly string[] {
  return groupFields.map((field) => {
    if (shapeOf(field) !== "one")
      throw unsayable(
        `\`${field}\` has several values, and EQL groups by one`,
        place(["group-by"]),
      );
    return nameOf(field);
  });
}

function refuseDifferent(
  groups: readonly (readonly string[])[],
  { place }: CorrelationPlan["correlation"],
): void {
  if (groups.some((group) => group.join() !== groups[0]?.join()))
    throw unsayable("the rules are grouped by different fields", place(["aliases"]));
}

function presentGroup(group: readonly string[]): string {
  return group.map((name) => ` and ${name} != null`).join("");
}

function sequenceOf(
  timespanMs: number,
  steps: readonly { readonly condition: string; readonly group: readonly string[] }[],
): string {
  const [first] = steps;
  const isSame = steps.every(({ group }) => group.join() === first?.group.join());
  const lines = steps.map(
    ({ condition: one, group }) =>
      `  [any where ${one}]${isSame || group.length === 0 ? "" : ` by ${group.join(", ")}`}`,
  );
  return [begin(timespanMs, isSame ? (first?.group ?? []) : []), ...lines].join("\n");
}

function begin(timespanMs: number, group: readonly string[]): string {
  return `sequence${group.length === 0 ? "" : ` by ${group.join(", ")}`} with maxspan=${timespanMs}ms`;
}

const nameOf = (field: string): string => `sallyport_fields.${field}`;

function eventCondition({ tree, kinds }: EventPlan): string {
  const own = condition(tree, false);
  if (kinds === undefined) return own;
  return `${nameOf("kind")} in (${kinds.map((kind) => `"${kind}"`).join(", ")}) and ${own}`;
}

/** WHY `not` is taken down to the fields: of a field that is not there EQL knows neither a yes nor a no. */
function condition(tree: TestTree, isNot: boolean): string {
  switch (tree.kind) {
    case "some":
      return leaf(tree, isNot);
    case "not":
      return condition(tree.inner, !isNot);
    case "and":
    case "or": {
      const parts = tree.parts.map((part) => condition(part, isNot));
      const isAnd = (tree.kind === "and") !== isNot;
      if (parts.length === 0) return isAnd ? "true" : "false";
      return parts.length === 1 ? (parts[0] ?? "") : `(${parts.join(isAnd ? " and " : " or ")})`;
    }
    default:
      return tree satisfies never;
  }
}

function leaf({ field, test, isNegated, at }: TestTree & { kind: "some" }, isNot: boolean): string {
  const name = nameOf(field);
  if (field === "sizes")
    throw unsayable("EQL cannot ask for the names of `sizes`: ask one of them", at);
  if (test.kind === "any") return `${name} ${isNot ? "==" : "!="} null`;
  const met = valueCondition(test, WORDS, { name, at });
  if (!isNegated) return isNot ? `(${name} == null or not (${met}))` : `(${met})`;
  if (shapeOf(field) !== "one")
    throw unsayable("EQL cannot ask for one of several values that is not listed", at);
  return isNot ? `(${name} == null or (${met}))` : `(${name} != null and not (${met}))`;
}

const WORDS: ConditionWords = {
  any: (name) => `${name} != null`,
  text: textCondition,
  scalar: (value, name) => `${name} == ${value}`,
  bound: (sign, bound, name) => `${name} ${sign} ${bound}`,
  or: " or ",
  never: "false",
};

/** With `like`, which asks every value of a field. */
function textCondition({ how, texts, isExact }: TextTest, name: string, at: SourcePlace): string {
  const patterns = texts.map((text) => {
    if (/[*?]/.test(text)) throw unsayable("a value holds `*` or `?`, which EQL cannot escape", at);
    const literal = plainText(text, at).replaceAll(/["\\]/g, "\\$&");
    const before = how === "contains" || how === "endswith" ? "*" : "";
    const behind = how === "contains" || how === "startswith" ? "*" : "";
    return `"${before}${literal}${behind}"`;
  });
  return `${name} like${isExact ? "" : "~"} (${patterns.join(", ")})`;
}
