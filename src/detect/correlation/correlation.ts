// The `correlation` part of a Sigma correlation rule, read and checked: which rules, grouped by what, within how long, how many.
import * as v from "valibot";
import { Failure, type SourcePlace } from "#base/failure.ts";
import type { PlaceOf } from "../detection/compile.ts";
import { FIELDS, SEALED_FIELDS } from "../detection/fields.ts";

/** The types that are run. `value_percentile` and `value_median` are refused: the specification does not say over what they range. */
export const CORRELATION_TYPES = [
  "event_count",
  "value_count",
  "value_sum",
  "value_avg",
  "temporal",
  "temporal_ordered",
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

const OPERATORS = ["gt", "gte", "lt", "lte", "eq"] as const;
/** One bound of a condition; all of them have to hold. */
export type Bound = { readonly operator: (typeof OPERATORS)[number]; readonly value: number };

/** Events, or distinct values, that a window counts exactly: a bound lies below. */
export const HELD_MAX = 4_096;

/** A correlation as it is written. `rules` are names or ids, `groupBy` fields or aliases; `timespanMs` is inclusive. */
export type Correlation = {
  readonly type: CorrelationType;
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  readonly bounds: readonly Bound[];
  /** What is counted, summed or averaged. */
  readonly field: string | undefined;
  /** By alias, then by rule: the field of that rule's events. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly generate: boolean;
  readonly place: PlaceOf;
};

const RULES_MAX = 16;
const GROUP_FIELDS_MAX = 8;
const TIMESPAN_DAYS_MAX = 90;
const DAY_MS = 86_400_000;
const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS } as const;

const word = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9][a-zA-Z0-9_/-]{0,99}$/, "a name or an id"));
const number = v.pipe(v.number(), v.finite());
const fieldName = v.pipe(v.string(), v.maxLength(100));

export const CorrelationSchema = v.strictObject({
  type: v.picklist(
    CORRELATION_TYPES,
    `one of ${CORRELATION_TYPES.join(", ")}; other types are not run here`,
  ),
  rules: v.pipe(
    v.array(word),
    v.minLength(1),
    v.maxLength(RULES_MAX, `at most ${RULES_MAX} rules`),
  ),
  "group-by": v.optional(v.pipe(v.array(fieldName), v.maxLength(GROUP_FIELDS_MAX))),
  timespan: v.pipe(
    v.string(),
    v.regex(/^[1-9][0-9]{0,6}[smhd]$/, "a number and one of s, m, h, d, such as `10m`"),
  ),
  condition: v.optional(
    v.strictObject(
      {
        field: v.optional(fieldName),
        ...v.entriesFromList(OPERATORS, v.optional(number)),
      },
      "a map of gt, gte, lt, lte, eq and `field`; a condition in words is not run here",
    ),
  ),
  aliases: v.optional(v.record(v.string(), v.record(v.string(), fieldName))),
  generate: v.optional(v.boolean()),
});

/** Reads the checked form. Throws Failure `correlation-invalid` at the place of what cannot be run as it is written. */
export function readCorrelation(
  value: v.InferOutput<typeof CorrelationSchema>,
  place: PlaceOf,
): Correlation {
  const { type, rules, condition = {}, aliases = {}, generate = false } = value;
  const groupBy = value["group-by"] ?? [];
  const { field, ...limits } = condition;
  const bounds = OPERATORS.flatMap((operator) => {
    const limit = limits[operator];
    return limit === undefined ? [] : [{ operator, value: limit }];
  });
  const timespanMs = timespanOf(value.timespan);
  if (timespanMs > TIMESPAN_DAYS_MAX * DAY_MS)
    throw invalid(`a timespan is at most ${TIMESPAN_DAYS_MAX}d`, place(["timespan"]));
  const isOrder = type === "temporal" || type === "temporal_ordered";
  if (isOrder) checkOrder({ type, rules, bounds, field, place });
  else checkCount({ type, bounds, field, place });
  if (new Set(groupBy).size < groupBy.length)
    throw invalid("a field stands twice in `group-by`", place(["group-by"]));
  for (const [alias, fields] of Object.entries(aliases)) checkAlias(alias, fields);
  for (const [index, name] of groupBy.entries())
    if (!Object.hasOwn(aliases, name)) checkField(name, place(["group-by", index]));
  if (field !== undefined) checkField(field, place(["condition", "field"]));
  return { type, rules, groupBy, timespanMs, bounds, field, aliases, generate, place };

  function checkAlias(alias: string, fields: Readonly<Record<string, string>>): void {
    const at = place(["aliases", alias]);
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(alias) || FIELDS.includes(alias))
      throw invalid(`\`${alias.slice(0, 60)}\` is no name for an alias, or a field has it`, at);
    if (!groupBy.includes(alias))
      throw invalid(`the alias \`${alias}\` is not in \`group-by\`: use it or remove it`, at);
    const missing = rules.find((rule) => !Object.hasOwn(fields, rule));
    if (missing !== undefined)
      throw invalid(`the alias \`${alias}\` names no field for \`${missing}\``, at);
    for (const [rule, name] of Object.entries(fields)) {
      if (!rules.includes(rule))
        throw invalid(`\`${rule.slice(0, 60)}\` is no rule of this correlation`, at);
      checkField(name, place(["aliases", alias, rule]));
    }
  }
}

type Parts = Pick<Correlation, "type" | "bounds" | "field" | "place">;

function checkOrder({
  type,
  rules,
  bounds,
  field,
  place,
}: Parts & Pick<Correlation, "rules">): void {
  const at = place(["condition"]);
  if (rules.length < 2) throw invalid(`\`${type}\` is about two rules or more`, place(["rules"]));
  if (field !== undefined) throw invalid(`\`${type}\` counts no field`, at);
  if (type === "temporal_ordered") {
    if (bounds.length > 0)
      throw invalid("`temporal_ordered` takes no condition: all rules, in their order", at);
    return;
  }
  if (new Set(rules).size < rules.length)
    throw invalid(
      "a rule stands twice: `temporal_ordered` may ask for one twice",
      place(["rules"]),
    );
  const [bound] = bounds;
  if (bound === undefined) return;
  if (bounds.length > 1 || bound.operator !== "gte" || !isCount(bound.value, rules.length))
    throw invalid(`\`temporal\` takes \`gte\` alone, from 1 to ${rules.length} rules`, at);
}

function checkCount({ type, bounds, field, place }: Parts): void {
  const at = place(["condition"]);
  if (bounds.length === 0) throw invalid(`\`${type}\` needs a condition such as \`gte: 5\``, at);
  if ((field === undefined) !== (type === "event_count"))
    throw invalid(
      type === "event_count"
        ? "`event_count` counts no field: leave out `field`"
        : `\`${type}\` needs \`field\` in its condition`,
      at,
    );
  const isWhole = type === "event_count" || type === "value_count";
  for (const { operator, value } of bounds)
    if (isWhole && !isCount(value, HELD_MAX - 1))
      throw invalid(
        `\`${operator}\` is a whole number from 1 to ${HELD_MAX - 1}: an empty window is never looked at`,
        at,
      );
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

function checkField(field: string, at: SourcePlace): void {
  if (FIELDS.includes(field) || SEALED_FIELDS.includes(field)) return;
  throw invalid(`\`${field.slice(0, 60)}\` is no field of an event and no alias`, at);
}

function timespanOf(text: string): number {
  const unit = text.slice(-1) as keyof typeof UNITS_MS;
  return Number(text.slice(0, -1)) * UNITS_MS[unit];
}

/** Whether all bounds hold for a value. */
export function areMet(bounds: readonly Bound[], value: number): boolean {
  return bounds.every(({ operator, value: limit }) => {
    switch (operator) {
      case "gt":
        return value > limit;
      case "gte":
        return value >= limit;
      case "lt":
        return value < limit;
      case "lte":
        return value <= limit;
      case "eq":
        return value === limit;
      default:
        return operator satisfies never;
    }
  });
}

/** A fault in a correlation. */
export function invalid(message: string, at: SourcePlace): Failure {
  return new Failure("correlation-invalid", message, { at });
}
