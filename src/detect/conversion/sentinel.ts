// sentinel: a detection as KQL over the table that the target `sentinel` fills; its name stands in the first line.
import type { SourcePlace } from "#base/failure.ts";
import type { TestTree } from "../detection/tree.ts";
import {
  commonGroup,
  type ConditionWords,
  countOf,
  onlyInner,
  plainText,
  sumBoundsOf,
  type TextTest,
  valueCondition,
} from "./plain.ts";
import { type CorrelationPlan, type EventPlan, type Plan, unsayable } from "./plan/plan.ts";
import { shapeOf } from "./shapes.ts";

const EVENTS = `let SallyportEvent = Sallyport_CL
| where isnotempty(tostring(Metadata["kind"]))
| summarize arg_min(EventIndex, *) by EventId
| extend tms = datetime_diff("millisecond", TimeGenerated, datetime(1970-01-01));`;

/** One query. `tms` are Unix milliseconds. Throws Failure `conversion-impossible` with the place of what KQL cannot say. */
export function sentinelQueries(plan: Plan): readonly string[] {
  const lets = [EVENTS];
  if (plan.kind === "events") {
    const query = [
      "SallyportEvent",
      `where ${eventCondition(plan, lets)}`,
      "project EventId, EventIndex, TimeGenerated",
    ];
    return [[...lets, query.join("\n| ")].join("\n")];
  }
  const told = toldTable(plan, lets);
  const names = plan.correlation.groupBy.map((name, at) => `["${name}"] = g${at}`);
  const columns = ["EventId", "EventIndex", "TimeGenerated", ...names, "value"];
  return [[...lets, `${told}\n| project ${columns.join(", ")}`].join("\n")];
}

function eventCondition({ tree, kinds }: EventPlan, lets: string[]): string {
  const own = condition(tree, lets);
  if (kinds === undefined) return own;
  return `tostring(Metadata["kind"]) in (${kinds.map((kind) => `"${kind}"`).join(", ")}) and ${own}`;
}

const pathOf = (field: string): string =>
  `Metadata${field
    .split(".")
    .map((part) => `["${part}"]`)
    .join("")}`;

/** Values of a field that has several, one a row, as `v`. */
function spreadOf(field: string, as: string): string {
  const [first = "", second = ""] = field.split(".");
  const shape = shapeOf(field);
  switch (shape) {
    case "list":
      return `mv-expand ${as} = set_union(${pathOf(field)}, dynamic([])) to typeof(string)`;
    case "map":
      return `mv-expand ${as} = bag_keys(${pathOf(field)}) to typeof(string)`;
    case "maps":
      return `mv-expand item = ${pathOf(first)}\n| extend ${as} = tostring(item["${second}"])`;
    case "one":
      return `extend ${as} = tostring(${pathOf(field)})`;
    default:
      return shape satisfies never;
  }
}

/** WHY `coalesce`: a comparison with nothing is neither true nor false, and `not` would keep it so. */
function condition(tree: TestTree, lets: string[]): string {
  switch (tree.kind) {
    case "some": {
      const isOne = shapeOf(tree.field) === "one";
      const value = isOne ? `tostring(${pathOf(tree.field)})` : "v";
      const met = `(${valueCondition(tree.test, WORDS, { name: value, at: tree.at })})`;
      const said = tree.isNegated ? `not(${met})` : met;
      if (isOne) return `coalesce(isnotnull(${pathOf(tree.field)}) and ${said}, false)`;
      const name = `Hit${lets.length}`;
      lets.push(
        `let ${name} = SallyportEvent\n| ${spreadOf(tree.field, "v")}\n| where isnotempty(v) and ${said}\n| distinct EventId;`,
      );
      return `EventId in (${name})`;
    }
    case "not":
      return `not(${condition(tree.inner, lets)})`;
    case "and":
    case "or": {
      const parts = tree.parts.map((part) => condition(part, lets));
      if (parts.length === 0) return tree.kind === "and" ? "true" : "false";
      return parts.length === 1 ? (parts[0] ?? "") : `(${parts.join(` ${tree.kind} `)})`;
    }
    default:
      return tree satisfies never;
  }
}

const WORDS: ConditionWords = {
  any: () => "true",
  text: textCondition,
  scalar: (one, value) =>
    typeof one === "number" ? `todouble(${value}) == ${one}` : `tolower(${value}) == "${one}"`,
  bound: (sign, bound, value) => `todouble(${value}) ${sign} ${bound}`,
  or: " or ",
  never: "false",
};

function textCondition({ how, texts, isExact }: TextTest, value: string, at: SourcePlace): string {
  const given = isExact ? value : `tolower(${value})`;
  const literals = texts.map((text) => `"${plainText(text, at).replaceAll(/["\\]/g, "\\$&")}"`);
  if (how === "equal") return `${given} in (${literals.join(", ")})`;
  return literals.map((literal) => `${given} ${how}_cs ${literal}`).join(" or ");
}

/** Adds the tables of a correlation and gives the name of the last, which has `g0`, `g1` and `value`. */
function toldTable(plan: CorrelationPlan, lets: string[]): string {
  const { correlation } = plan;
  const { type, rules, bounds, timespanMs, place } = correlation;
  const groupFields = commonGroup(plan);
  const groups = groupFields.map((_, at) => `g${at}`);
  const rows = rowsOf(plan, groupFields, lets);
  const number = lets.length;
  const key = `extend g = tostring(pack_array(${["0", ...groups].join(", ")}))`;
  const sort = "sort by g asc, tms asc, EventIndex asc, EventId asc";
  const from = `tms - ${timespanMs}`;
  const tell = (lines: readonly string[]): string => {
    lets.push(`let Told${number} = ${lines.join("\n| ")};`);
    return `Told${number}`;
  };
  switch (type) {
    case "event_count": {
      const least = countOf(correlation);
      const isBack = (places: number) =>
        places === 0 ? "true" : `prev(g, ${places}) == g and prev(tms, ${places}) >= ${from}`;
      return tell([
        rows,
        key,
        sort,
        `extend isFirst = coalesce(${isBack(least - 1)}, false), isBefore = coalesce(${isBack(least)}, false)`,
        "where isFirst and not(isBefore)",
        `extend value = ${least}`,
      ]);
    }
    case "value_sum":
    case "value_count": {
      const isSum = type === "value_sum";
      const limits = isSum ? sumBoundsOf(correlation) : [[">=", countOf(correlation)] as const];
      const met = (value: string) =>
        limits.map(([sign, limit]) => `${value} ${sign} ${limit}`).join(" and ");
      const [now, had] = isSum
        ? ["sum(other_x)", "sumif(other_x, other_rn < rn)"]
        : ["count_distinct(other_x)", "count_distinctif(other_x, other_rn < rn)"];
      lets.push(
        `let Row${number} = materialize(${[rows, key, sort, "extend rn = row_number(1, coalesce(prev(g) != g, true))"].join("\n| ")});`,
      );
      return tell([
        `Row${number}`,
        `join kind=inner (Row${number} | project g, other_tms = tms, other_rn = rn, other_x = x) on g`,
        `where other_rn <= rn and other_tms >= ${from}`,
        `summarize value = ${now}, had = ${had} by ${["g", ...groups, "EventId", "EventIndex", "TimeGenerated", "tms", "rn"].join(", ")}`,
        `where ${met("value")} and not(${met("had")})`,
      ]);
    }
    case "temporal": {
      const needed = bounds[0]?.value ?? rules.length;
      const names = rules.flatMap((_, at) => [`n${at}`, `b${at}`]);
      const steps = rules.map(
        (_, at) =>
          `b${at} = iff(isNew, -1, s.n${at}), n${at} = iff(i${at}, tms, iff(isNew, -1, s.n${at}))`,
      );
      const count = (name: string) =>
        rules.map((_, at) => `toint(${name}${at} >= ${from})`).join(" + ");
      return tell([
        rows,
        key,
        sort,
        "extend isNew = coalesce(prev(g) != g, true)",
        scanOf(names, steps),
        `extend value = ${count("n")}, had = ${count("b")}`,
        `where value >= ${needed} and had < ${needed}`,
      ]);
    }
    case "temporal_ordered": {
      const last = rules.length - 1;
      const before = (at: number) => `iff(isNew, -1, s.a${at})`;
      const steps = [
        `had = ${before(last)}`,
        ...rules.map((_, at) =>
          at === 0
            ? `a0 = iff(i0, tms, ${before(0)})`
            : `a${at} = iff(i${at}, max_of(${before(at)}, ${before(at - 1)}), ${before(at)})`,
        ),
      ];
      return tell([
        rows,
        key,
        sort,
        "extend isNew = coalesce(prev(g) != g, true)",
        scanOf(["had", ...rules.map((_, at) => `a${at}`)], steps),
        `where a${last} >= ${from} and had < ${from}`,
        `extend value = ${rules.length}`,
      ]);
    }
    case "value_avg":
      throw unsayable(
        "an average may become true while events leave, which KQL does not see",
        place(["type"]),
      );
    default:
      return type satisfies never;
  }
}

/** What is remembered from one event of a group to the next: every step sees what the one before left. */
function scanOf(names: readonly string[], steps: readonly string[]): string {
  return `scan declare (${names.map((name) => `${name}: long = -1`).join(", ")}) with (step s: true => ${steps.join(", ")};)`;
}

/** Rows with what rules matched, the groups and, where a field is counted, `x`. */
function rowsOf(plan: CorrelationPlan, groupFields: readonly string[], lets: string[]): string {
  const { correlation, inputs } = plan;
  const { field, place } = correlation;
  const inner = onlyInner(plan);
  if (inner !== undefined) {
    if (field !== undefined)
      throw unsayable(
        "a field of a correlation below is not said in KQL",
        place(["condition", "field"]),
      );
    const told = toldTable(inner, lets);
    const given = inner.correlation.groupBy;
    const moved = groupFields.map((name, at) => `g${at} = g${given.indexOf(name)}`);
    return [
      told,
      `project ${["EventId", "EventIndex", "TimeGenerated", "tms", ...moved, "i0 = true"].join(", ")}`,
    ].join("\n| ");
  }
  const plans = inputs.flatMap((input) => (input.plan.kind === "events" ? [input.plan] : []));
  const flags = plans.map((one, at) => `i${at} = ${eventCondition(one, lets)}`);
  const groups = groupFields.map((name, at) =>
    shapeOf(name) === "one"
      ? `where isnotnull(${pathOf(name)})\n| ${spreadOf(name, `g${at}`)}`
      : `${spreadOf(name, `g${at}`)}\n| where isnotempty(g${at})`,
  );
  return [
    "SallyportEvent",
    `extend ${flags.join(", ")}`,
    `where ${plans.map((_, at) => `i${at}`).join(" or ")}`,
    ...groups,
    ...countedLines(correlation),
  ].join("\n| ");
}

function countedLines({ type, field, place }: CorrelationPlan["correlation"]): readonly string[] {
  if (field === undefined) return [];
  if (type === "value_count")
    return shapeOf(field) === "one"
      ? [`where isnotnull(${pathOf(field)})`, spreadOf(field, "x")]
      : [spreadOf(field, "x"), "where isnotempty(x)"];
  if (shapeOf(field) !== "one")
    throw unsayable("a sum is over a field with one value", place(["condition", "field"]));
  return [`extend x = todouble(${pathOf(field)})`, "where isnotnull(x)"];
}
