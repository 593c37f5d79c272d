// splunk: a detection as SPL over events that `splunk-hec` delivers in the native form; the macro `sallyport` says where they are.
import type { SourcePlace } from "#base/failure.ts";
import type { TestTree } from "../detection/tree.ts";
import {
  commonGroup,
  type ConditionWords,
  countOf,
  fieldsOf,
  nameOf,
  onlyInner,
  plainText,
  sumBoundsOf,
  type TextTest,
  valueCondition,
} from "./plain.ts";
import { type CorrelationPlan, type EventPlan, type Plan, unsayable } from "./plan/plan.ts";
import { shapeOf } from "./shapes.ts";

/** One search. `tms` are Unix milliseconds. Throws Failure `conversion-impossible` with the place of what SPL cannot say. */
export function splunkQueries(plan: Plan): readonly string[] {
  if (plan.kind === "events") {
    const lines = [
      ...head(fieldsOf(plan.tree).concat(kindField(plan))),
      `where ${eventCondition(plan)}`,
      "dedup id",
      "sort 0 tms idx",
      "table id idx tms",
    ];
    return [searchOf(lines)];
  }
  const lines = correlationLines(plan, 0);
  const names = plan.correlation.groupBy.map((name, at) => `${groupName(0, at)} AS "by_${name}"`);
  return [
    searchOf([
      ...lines,
      ...(names.length === 0 ? [] : [`rename ${names.join(", ")}`]),
      "table id idx tms by_* value",
    ]),
  ];
}

function searchOf(lines: readonly string[]): string {
  return ["`sallyport`", ...lines.map((line) => `| ${line}`)].join("\n");
}

function kindField({ kinds }: EventPlan): readonly string[] {
  return kinds === undefined ? [] : ["kind"];
}

const variable = (field: string): string => `f_${nameOf(field)}`;
const groupName = (depth: number, at: number): string => `g${depth}_${at}`;

/** Reads the fields out of the event. */
function head(fields: readonly string[]): readonly string[] {
  const read = [...new Set(fields)].map((field) => `${variable(field)}=${readerOf(field)}`);
  return [
    'eval id=json_extract(_raw,"id"), idx=tonumber(json_extract(_raw,"index")), tms=tonumber(json_extract(_raw,"timeMs"))',
    'where isnotnull(id) AND isnotnull(json_extract(_raw,"metadata.kind"))',
    `eval ${read.join(", ")}`,
  ];
}

function readerOf(field: string): string {
  const [first = "", second] = field.split(".");
  const shape = shapeOf(field);
  switch (shape) {
    case "one":
      return `json_extract(_raw,"metadata.${field}")`;
    case "list":
      return `json_array_to_mv(json_extract(_raw,"metadata.${field}"))`;
    case "map":
      return `json_array_to_mv(json_keys(json_extract(_raw,"metadata.${field}")))`;
    case "maps":
      return `json_array_to_mv(json_extract(_raw,"metadata.${first}{}.${second ?? ""}"))`;
    default:
      return shape satisfies never;
  }
}

function eventCondition({ tree, kinds }: EventPlan): string {
  const own = condition(tree);
  if (kinds === undefined) return own;
  return `in(f_kind,${kinds.map((kind) => `"${kind}"`).join(",")}) AND ${own}`;
}

/** WHY `if` around each: a comparison with nothing is neither true nor false, and NOT would keep it so. */
function condition(tree: TestTree): string {
  switch (tree.kind) {
    case "some": {
      const name = variable(tree.field);
      const met = valueCondition(tree.test, WORDS, { name, at: tree.at });
      const said = tree.isNegated ? `NOT (${met})` : met;
      if (shapeOf(tree.field) === "one") return `if(isnull(${name}),0,if(${said},1,0))=1`;
      return `coalesce(mvcount(mvfilter(${said})),0)>0`;
    }
    case "not":
      return `NOT (${condition(tree.inner)})`;
    case "and":
    case "or": {
      const parts = tree.parts.map(condition);
      if (parts.length === 0) return tree.kind === "and" ? "1=1" : "1=0";
      return parts.length === 1
        ? (parts[0] ?? "")
        : `(${parts.join(tree.kind === "and" ? " AND " : " OR ")})`;
    }
    default:
      return tree satisfies never;
  }
}

const WORDS: ConditionWords = {
  any: (name) => `isnotnull(${name})`,
  text: textCondition,
  scalar: (value, name) =>
    typeof value === "number" ? `tonumber(${name})=${value}` : `${name}="${value}"`,
  bound: (sign, bound, name) => `tonumber(${name})${sign}${bound}`,
  or: " OR ",
  never: "1=0",
};

function textCondition({ how, texts, isExact }: TextTest, name: string, at: SourcePlace): string {
  const value = isExact ? name : `lower(${name})`;
  const literals = texts.map((text) => literal(text, at));
  if (how === "equal")
    return literals.length === 1 ? `${value}=${literals[0]}` : `in(${value},${literals.join(",")})`;
  return texts
    .map((text, index) => {
      if (how === "startswith") return `substr(${value},1,${text.length})=${literals[index]}`;
      if (how === "endswith") return `substr(${value},-${text.length})=${literals[index]}`;
      return `match(${value},${literal(pattern(text, at), at)})`;
    })
    .join(" OR ");
}

/** A text within double quotes of SPL. */
function literal(text: string, at: SourcePlace): string {
  return `"${plainText(text, at).replaceAll(/["\\]/g, "\\$&")}"`;
}

/** A regular expression that stands for the text itself, without a backslash: a class for each sign. */
function pattern(text: string, at: SourcePlace): string {
  if (/[[\]^\\]/.test(text))
    throw unsayable(
      "a part of a text holds `[`, `]`, `^` or a backslash, which SPL reads twice",
      at,
    );
  return text.replaceAll(/[^A-Za-z0-9]/g, "[$&]");
}

/** Rows with `id`, `idx`, `tms`, the groups and `value`, where a correlation is told. */
function correlationLines(plan: CorrelationPlan, depth: number): readonly string[] {
  const { correlation } = plan;
  const groupFields = commonGroup(plan);
  const groups = groupFields.map((_, at) => groupName(depth, at));
  const by = groups.length === 0 ? "" : ` BY ${groups.join(", ")}`;
  const inner = onlyInner(plan);
  const before = inner === undefined ? eventLines(plan, groupFields, depth) : [];
  if (inner !== undefined) {
    if (correlation.field !== undefined)
      throw unsayable(
        "a field of a correlation below is not said in SPL",
        correlation.place(["condition", "field"]),
      );
    const given = inner.correlation.groupBy;
    const moved = groupFields.map(
      (name, at) => `${groups[at] ?? ""}=${groupName(depth + 1, given.indexOf(name))}`,
    );
    before.push(
      ...correlationLines(inner, depth + 1),
      `eval ${["i0=1", ...moved].join(", ")}`,
      "fields - value",
    );
  }
  return [...before, ...tellLines(plan, by)];
}

function eventLines(
  { correlation, inputs }: CorrelationPlan,
  groupFields: readonly string[],
  depth: number,
): string[] {
  const plans = inputs.flatMap(({ plan }) => (plan.kind === "events" ? [plan] : []));
  const { field } = correlation;
  const fields = plans.flatMap((plan) => [...fieldsOf(plan.tree), ...kindField(plan)]);
  const flags = plans.map((plan, at) => `i${at}=if(${eventCondition(plan)},1,0)`);
  return [
    ...head([...fields, ...groupFields, ...(field === undefined ? [] : [field])]),
    `eval ${flags.join(", ")}`,
    `where ${plans.map((_, at) => `i${at}=1`).join(" OR ")}`,
    "dedup id",
    ...groupFields.flatMap((name, at) => {
      const group = groupName(depth, at);
      if (shapeOf(name) === "one")
        return [`eval ${group}=${variable(name)}`, `where isnotnull(${group})`];
      return [
        `eval ${group}=mvdedup(${variable(name)})`,
        `where isnotnull(${group})`,
        `mvexpand ${group}`,
      ];
    }),
  ];
}

function tellLines({ correlation }: CorrelationPlan, by: string): readonly string[] {
  const { type, rules, bounds, timespanMs, field, place } = correlation;
  const sort = "sort 0 tms idx id";
  const from = `tms-${timespanMs}`;
  switch (type) {
    case "event_count": {
      const least = countOf(correlation);
      return [
        sort,
        `streamstats global=f window=${least} first(tms) AS first_t count AS first_n${by}`,
        `streamstats global=f window=${least + 1} first(tms) AS before_t count AS before_n${by}`,
        `where first_n=${least} AND first_t>=${from} AND (before_n<=${least} OR before_t<${from})`,
        `eval value=${least}`,
      ];
    }
    case "value_sum": {
      const name = variable(field ?? "");
      if (shapeOf(field ?? "") !== "one")
        throw unsayable("a sum is over a field with one value", place(["condition", "field"]));
      const limits = sumBoundsOf(correlation);
      const met = (value: string) =>
        limits.map(([sign, limit]) => `${value}${sign}${limit}`).join(" AND ");
      return [
        `eval x=tonumber(${name}), _time=tms/1000`,
        "where isnotnull(x)",
        sort,
        "``` whether an event counts that is older by exactly the timespan is for Splunk to say ```",
        `streamstats time_window=${timespanMs / 1_000}s sum(x) AS value${by}`,
        `where ${met("value")} AND NOT (${met("(value-x)")})`,
      ];
    }
    case "temporal": {
      const needed = bounds[0]?.value ?? rules.length;
      const all = (text: (at: number) => string, joint: string) =>
        rules.map((_, at) => text(at)).join(joint);
      return [
        sort,
        `eval ${all((at) => `a${at}=if(i${at}=1,tms,null())`, ", ")}`,
        `streamstats ${all((at) => `max(a${at}) AS n${at}`, ", ")}${by}`,
        `streamstats current=f ${all((at) => `max(a${at}) AS b${at}`, ", ")}${by}`,
        `eval value=${all((at) => `if(n${at}>=${from},1,0)`, "+")}, had=${all((at) => `if(b${at}>=${from},1,0)`, "+")}`,
        `where value>=${needed} AND had<${needed}`,
      ];
    }
    case "temporal_ordered": {
      const last = rules.length - 1;
      return [
        sort,
        "eval a0=if(i0=1,tms,null())",
        ...rules
          .slice(1)
          .flatMap((_, at) => [
            `streamstats current=f max(a${at}) AS l${at}${by}`,
            `eval a${at + 1}=if(i${at + 1}=1,l${at},null())`,
          ]),
        `streamstats current=f max(a${last}) AS had${by}`,
        `where a${last}>=${from} AND (isnull(had) OR had<${from})`,
        `eval value=${rules.length}`,
      ];
    }
    case "value_count":
    case "value_avg":
      throw unsayable(
        `\`${type}\` needs all values of a window that slides, which SPL does not keep`,
        place(["type"]),
      );
    default:
      return type satisfies never;
  }
}
