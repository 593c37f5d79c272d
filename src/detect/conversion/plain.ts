// What the languages of SIEMs share: which texts they can hold, values as one list, names of fields in a query.
import type { SourcePlace } from "#base/failure.ts";
import type { Correlation } from "../correlation/correlation.ts";
import type { NamedList } from "../detection/lists.ts";
import type { Scalar } from "../detection/fields.ts";
import type { TestTree, ValueTest } from "../detection/tree.ts";
import { type CorrelationPlan, leastCount, unsayable } from "./plan/plan.ts";

/** WHY printable ASCII alone: how these languages fold other letters and write control characters differs by version. */
export function plainText(value: string, at: SourcePlace): string {
  if (/^[ -~]*$/.test(value)) return value;
  throw unsayable("a value holds a character outside printable ASCII", at);
}

/** Texts that a value is compared with. `isExact`: with their case. */
export type TextTest = {
  readonly how: "equal" | "contains" | "startswith" | "endswith";
  readonly texts: readonly string[];
  readonly isExact: boolean;
};

/** A list as comparisons of texts, any of which is enough. */
function testsOfList({ form, values }: NamedList): readonly TextTest[] {
  if (values.length === 0) return [];
  if (form === "path")
    return [
      { how: "equal", texts: values, isExact: true },
      { how: "startswith", texts: values.map((value) => `${value}/`), isExact: true },
    ];
  const texts = values.map((value) => value.toLowerCase());
  const equal = { how: "equal", texts, isExact: false } as const;
  if (form === "name") return [equal];
  return [equal, { how: "endswith", texts: texts.map((text) => `.${text}`), isExact: false }];
}

/** How a language says the parts of a test of one value; `name` is what has the value. */
export type ConditionWords = {
  readonly any: (name: string) => string;
  readonly text: (test: TextTest, name: string, at: SourcePlace) => string;
  readonly scalar: (value: Exclude<Scalar, string>, name: string) => string;
  readonly bound: (sign: string, bound: number, name: string) => string;
  readonly or: string;
  readonly never: string;
};

/** A test of one value in the words of a language. */
export function valueCondition(
  test: ValueTest,
  words: ConditionWords,
  { name, at }: { readonly name: string; readonly at: SourcePlace },
): string {
  switch (test.kind) {
    case "any":
      return words.any(name);
    case "equal": {
      const texts = test.values.filter((value) => typeof value === "string");
      const equal = { how: "equal", texts, isExact: false } as const;
      const rest = test.values.flatMap((value) =>
        typeof value === "string" ? [] : [words.scalar(value, name)],
      );
      const said = texts.length === 0 ? [] : [words.text(equal, name, at)];
      return [...said, ...rest].join(words.or);
    }
    case "contains":
    case "startswith":
    case "endswith":
      return words.text({ how: test.kind, texts: test.texts, isExact: false }, name, at);
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return words.bound({ gt: ">", gte: ">=", lt: "<", lte: "<=" }[test.kind], test.bound, name);
    case "listed": {
      const tests = test.lists.flatMap(testsOfList);
      if (tests.length === 0) return words.never;
      return tests.map((one) => words.text(one, name, at)).join(words.or);
    }
    default:
      return test satisfies never;
  }
}

/** Every field that a tree asks. */
export function fieldsOf(tree: TestTree): readonly string[] {
  switch (tree.kind) {
    case "some":
      return [tree.field];
    case "not":
      return fieldsOf(tree.inner);
    case "and":
    case "or":
      return tree.parts.flatMap(fieldsOf);
    default:
      return tree satisfies never;
  }
}

/** A field as a part of a name in a query. */
export function nameOf(field: string): string {
  return field.replaceAll(/[^A-Za-z0-9]/g, "_");
}

/** The least count of a correlation. Throws where it has a bound from above. */
export function countOf(correlation: Correlation): number {
  const least = leastCount(correlation);
  if (least === undefined)
    throw unsayable(
      "a bound from above may become true while events leave, which this language does not see",
      correlation.place(["condition"]),
    );
  return least;
}

/** The bounds of a sum as one, above nothing: values are never negative, so the sum only grows with an event. */
export function sumBoundsOf(correlation: Correlation): readonly (readonly [string, number])[] {
  const { bounds, place } = correlation;
  return bounds.map(({ operator, value }) => {
    if (!(operator === "gt" || operator === "gte") || value <= 0)
      throw unsayable(
        "a sum is said here with a bound from below that is greater than nothing",
        place(["condition"]),
      );
    return [operator === "gt" ? ">" : ">=", value] as const;
  });
}

/** The fields of the group, which have to be the same for all rules. */
export function commonGroup({ correlation, inputs }: CorrelationPlan): readonly string[] {
  const [first] = inputs;
  const fields = first?.groupFields ?? [];
  if (inputs.some(({ groupFields }) => groupFields.join("\0") !== fields.join("\0")))
    throw unsayable(
      "the rules are grouped by different fields, which this language cannot join",
      correlation.place(["aliases"]),
    );
  return fields;
}

/** The one correlation below, where a correlation is made of one; undefined where it is made of events alone. */
export function onlyInner({ correlation, inputs }: CorrelationPlan): CorrelationPlan | undefined {
  const [first] = inputs;
  if (inputs.length === 1 && first?.plan.kind === "correlation") return first.plan;
  const at = inputs.findIndex(({ plan }) => plan.kind === "correlation");
  if (at < 0) return undefined;
  throw unsayable(
    "a correlation together with other rules is one query after another in this language",
    correlation.place(["rules", at]),
  );
}
