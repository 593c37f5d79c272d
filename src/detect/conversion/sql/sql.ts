// A detection as one query over exported events: the same matches as the stream gives, with windows that slide with every event.
import type { Bound } from "../../correlation/correlation.ts";
import {
  type CorrelationPlan,
  type Input,
  leastCount,
  type Plan,
  unsayable,
} from "../plan/plan.ts";
import type { Dialect } from "./dialect.ts";
import { COMPARISONS, eventCondition } from "./event-condition.ts";

const ORDER = "ORDER BY t, idx, id";
/** Columns that every answer has; a field of the group with such a name stands as `group_<name>`. */
const OWN_COLUMNS: readonly string[] = ["id", "index", "time_ms", "value"];

/**
 * The query over `sallyport_event (line)`, a line of `log export --format jsonl` in each row. It gives `id`, `index` and `time_ms` of each event
 * that matches; of a correlation those of the event with which it becomes true, its group as JSON texts, and `value`. Throws Failure
 * `conversion-impossible` with the place of what SQL cannot say exactly.
 */
export function sqlQuery(plan: Plan, dialect: Dialect): string {
  const tables: string[] = [`entry AS (\n  ${dialect.entry}\n)`];
  if (plan.kind === "events")
    return `WITH ${tables.join("")}\nSELECT e.id, e.idx AS "index", e.t AS time_ms\nFROM entry e\nWHERE ${eventCondition(plan, dialect)}\n${"ORDER BY e.t, e.idx, e.id"}`;
  const told = tellTable(plan, dialect, tables);
  const groups = plan.correlation.groupBy.map(
    (name, at) => `, g${at} AS "${OWN_COLUMNS.includes(name) ? `group_${name}` : name}"`,
  );
  return `WITH ${tables.join(",\n")}\nSELECT id, idx AS "index", t AS time_ms${groups.join("")}, value\nFROM ${told}\n${ORDER}`;
}

/** Adds the tables of a correlation and gives the name of the last, which has `id`, `idx`, `t`, the groups and `value`. */
function tellTable(
  { correlation, inputs }: CorrelationPlan,
  dialect: Dialect,
  tables: string[],
): string {
  const { type, field, groupBy } = correlation;
  const rows = inputs.map((input, at) => {
    const flags = inputs.map((_, other) => `, ${other === at ? 1 : 0} AS i${other}`).join("");
    return inputRows(input, { flags, field, dialect, tables });
  });
  const number = tables.length;
  const groups = groupBy.length === 0 ? ["g0"] : groupBy.map((_, at) => `g${at}`);
  const shape: Shape = {
    number,
    correlation,
    dialect,
    tables,
    groups: groups.join(", "),
    part: `PARTITION BY ${groups.join(", ")}`,
    same: (one, other) => groups.map((name) => `${one}.${name} = ${other}.${name}`).join(" AND "),
    of: (one) => groups.map((name) => `${one}.${name}`).join(", "),
  };
  tables.push(`row${number} AS (\n  ${rows.join("\n  UNION ALL ")}\n)`);
  switch (type) {
    case "event_count":
      return leastCount(correlation) === undefined ? tellAmount(shape) : tellCount(shape);
    case "value_sum":
    case "value_avg":
      return tellAmount(shape);
    case "value_count":
      return tellDistinct(shape);
    case "temporal":
      return tellTemporal(shape);
    case "temporal_ordered":
      return tellOrdered(shape);
    default:
      return type satisfies never;
  }
}

type Shape = {
  readonly number: number;
  readonly correlation: CorrelationPlan["correlation"];
  readonly dialect: Dialect;
  readonly tables: string[];
  readonly groups: string;
  readonly part: string;
  readonly same: (one: string, other: string) => string;
  readonly of: (one: string) => string;
};

/** Rows of what one rule matched: `id`, `idx`, `t`, the groups, `v` where a field is counted, and which rule it is. */
function inputRows(
  { plan, groupFields }: Input,
  rest: {
    readonly flags: string;
    readonly field: string | undefined;
    readonly dialect: Dialect;
    readonly tables: string[];
  },
): string {
  const { flags, field, dialect, tables } = rest;
  const columns = [
    ...(groupFields.length === 0 ? ["'null' AS g0"] : groupFields.map((_, at) => `g${at}`)),
    ...(field === undefined ? [] : ["v"]),
  ];
  const select = `SELECT id, idx, t, ${columns.join(", ")}${flags} FROM`;
  if (plan.kind === "events") {
    const inner = `SELECT e.id AS id, e.idx AS idx, e.t AS t, e.m AS m FROM entry e WHERE ${eventCondition(plan, dialect)}`;
    const spreads = [
      ...groupFields.map((name, at) => ({ field: name, as: `g${at}` })),
      ...(field === undefined ? [] : [{ field, as: "v" }]),
    ];
    return `${select} (${dialect.spread(inner, spreads)}) s`;
  }
  const told = tellTable(plan, dialect, tables);
  const { groupBy } = plan.correlation;
  const given = [
    ...groupFields.map((name, at) => `, g${groupBy.indexOf(name)} AS g${at}`),
    ...(field === undefined ? [] : [`, g${groupBy.indexOf(field)} AS v`]),
  ];
  return `${select} (SELECT id, idx, t${given.join("")} FROM ${told}) s`;
}

/** One row for each event in each group, with the rules that matched it. */
function addMoments({ number, correlation, groups, tables }: Shape): string {
  const flags = correlation.rules.map((_, at) => `, max(i${at}) AS i${at}`).join("");
  tables.push(
    `moment${number} AS (SELECT id, idx, t, ${groups}${flags} FROM row${number} GROUP BY id, idx, t, ${groups})`,
  );
  return `moment${number}`;
}

/**
 * A count becomes true with exactly the event that makes it the least one: the event so many places before lies within the timespan, the
 * one before that does not.
 */
function tellCount(shape: Shape): string {
  const { number, correlation, dialect, tables, groups, part } = shape;
  const least = leastCount(correlation) ?? 1;
  const moments = addMoments(shape);
  const back = (places: number) =>
    `min(${dialect.nullable("t")}) OVER (${part} ${ORDER} ROWS BETWEEN ${places} PRECEDING AND ${places} PRECEDING)`;
  const from = `t - ${correlation.timespanMs}`;
  tables.push(`told${number} AS (
  SELECT id, idx, t, ${groups}, ${least} AS value FROM (
    SELECT id, idx, t, ${groups}, ${back(least - 1)} AS first_t, ${back(least)} AS before_t FROM ${moments}
  ) w WHERE first_t >= ${from} AND (before_t IS NULL OR before_t < ${from})
)`);
  return `told${number}`;
}

/**
 * A count with a bound from above, a sum or an average. The condition may have become false between two events, when some had left: then it
 * is told again. `between` has those events, of the ones that look as if it had stayed true.
 */
function tellAmount(shape: Shape): string {
  const { number, correlation, dialect, tables, groups, part, same, of } = shape;
  const { type, bounds, timespanMs } = correlation;
  if (type === "event_count") {
    const moments = addMoments(shape);
    tables.push(`amount${number} AS (SELECT id, idx, t, ${groups}, 1 AS x FROM ${moments})`);
  } else {
    tables.push(
      `amount${number} AS (
  SELECT id, idx, t, ${groups}, sum(x) AS x FROM (
    SELECT DISTINCT id, idx, t, ${groups}, v, ${dialect.numberOf("v")} AS x FROM row${number}
  ) d WHERE x IS NOT NULL GROUP BY id, idx, t, ${groups}
)`,
    );
  }
  const met = (count: string, sum: string) => {
    const value = { event_count: count, value_sum: sum, value_avg: `1.0 * (${sum}) / (${count})` };
    const what = type === "value_sum" || type === "value_avg" ? value[type] : value.event_count;
    return `(${count}) > 0 AND ${bounds.map((one) => boundText(what, one)).join(" AND ")}`;
  };
  const isFalse = (text: string) => `CASE WHEN ${text} THEN 0 ELSE 1 END = 1`;
  const before = (value: string) =>
    `min(${dialect.nullable(value)}) OVER (${part} ${ORDER} ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING)`;
  const range = `ORDER BY t RANGE BETWEEN ${timespanMs} PRECEDING AND CURRENT ROW`;
  tables.push(`sum${number} AS (
  SELECT id, idx, t, ${groups}, x,
    row_number() OVER (${part} ${ORDER}) AS rn, count(*) OVER (${part} ORDER BY t) AS rt,
    sum(x) OVER (${part} ${ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS cx, sum(x) OVER (${part} ORDER BY t) AS ct,
    count(*) OVER (${part} ${range}) AS wn, sum(x) OVER (${part} ${range}) AS wx
  FROM amount${number}
)`);
  tables.push(
    `span${number} AS (SELECT id, idx, t, ${groups}, x, rn, rt, cx, ct, rn - (rt - wn) AS n, cx - (ct - wx) AS s FROM sum${number})`,
  );
  tables.push(
    `step${number} AS (SELECT id, idx, t, ${groups}, x, rn, rt, cx, ct, n, s, ${before("t")} AS pt, ${before("n")} AS pn, ${before("s")} AS ps FROM span${number})`,
  );
  tables.push(`between${number} AS (
  SELECT ${of("e")}, e.rn FROM step${number} e JOIN step${number} d ON ${same("e", "d")}
  WHERE ${met("e.n", "e.s")} AND ${met("e.pn", "e.ps")} AND d.rn < e.rn AND d.t < e.t - ${timespanMs} AND d.t >= e.pt - ${timespanMs}
    AND ${isFalse(met("e.rn - 1 - d.rt", "e.cx - e.x - d.ct"))}
)`);
  const value = { event_count: "n", value_sum: "s", value_avg: "1.0 * s / n" };
  const given = type === "value_sum" || type === "value_avg" ? value[type] : value.event_count;
  tables.push(`told${number} AS (
  SELECT id, idx, t, ${groups}, ${given} AS value FROM step${number}
  WHERE ${met("n", "s")} AND (pt IS NULL OR ${isFalse(met("pn", "ps"))} OR (${groups}, rn) IN (SELECT * FROM between${number}))
)`);
  return `told${number}`;
}

function boundText(value: string, { operator, value: limit }: Bound): string {
  return `(${value}) ${COMPARISONS[operator]} ${limit}`;
}

/** Distinct values in the window with the event and before it: it becomes true where the first suffice and the second do not. */
function tellDistinct(shape: Shape): string {
  const { number, correlation, tables, groups, part, same, of } = shape;
  const least = leastCount(correlation);
  if (least === undefined)
    throw unsayable(
      "different values with a bound from above are not said in SQL: they may become true while events leave",
      correlation.place(["condition"]),
    );
  tables.push(
    `seen${number} AS (
  SELECT id, idx, t, ${groups}, v, dense_rank() OVER (${part} ${ORDER}) AS rn
  FROM (SELECT DISTINCT id, idx, t, ${groups}, v FROM row${number}) d
)`,
  );
  tables.push(`told${number} AS (
  SELECT id, idx, t, ${groups}, value FROM (
    SELECT e.id AS id, e.idx AS idx, e.t AS t, ${named(groups, "e")}, count(DISTINCT w.v) AS value, count(DISTINCT CASE WHEN w.rn < e.rn THEN w.v END) AS had
    FROM (SELECT DISTINCT id, idx, t, ${groups}, rn FROM seen${number}) e JOIN seen${number} w ON ${same("e", "w")}
    WHERE w.rn <= e.rn AND w.t >= e.t - ${correlation.timespanMs} GROUP BY e.id, e.idx, e.t, ${of("e")}, e.rn
  ) c WHERE value >= ${least} AND had < ${least}
)`);
  return `told${number}`;
}

function named(groups: string, alias: string): string {
  return groups
    .split(", ")
    .map((name) => `${alias}.${name} AS ${name}`)
    .join(", ");
}

/** When each rule matched last, with the event and before it. */
function tellTemporal(shape: Shape): string {
  const { number, correlation, dialect, tables, groups, part } = shape;
  const { rules, bounds, timespanMs } = correlation;
  const needed = bounds[0]?.value ?? rules.length;
  const moments = addMoments(shape);
  const last = (at: number, until: string) =>
    `max(CASE WHEN i${at} = 1 THEN ${dialect.nullable("t")} END) OVER (${part} ${ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND ${until})`;
  const columns = rules.flatMap((_, at) => [
    `${last(at, "CURRENT ROW")} AS n${at}`,
    `${last(at, "1 PRECEDING")} AS b${at}`,
  ]);
  const count = (name: string) =>
    rules
      .map((_, at) => `CASE WHEN ${name}${at} >= t - ${timespanMs} THEN 1 ELSE 0 END`)
      .join(" + ");
  tables.push(`told${number} AS (
  SELECT id, idx, t, ${groups}, ${count("n")} AS value FROM (
    SELECT id, idx, t, ${groups}, ${columns.join(", ")} FROM ${moments}
  ) w WHERE ${count("n")} >= ${needed} AND ${count("b")} < ${needed}
)`);
  return `told${number}`;
}

/** `a<k>`: when the chain up to rule k with this event began, the latest such; every step is an event of its own. */
function tellOrdered(shape: Shape): string {
  const { number, correlation, dialect, tables, groups, part } = shape;
  const { rules, timespanMs } = correlation;
  let from = addMoments(shape);
  const flags = rules.map((_, at) => `i${at}`).join(", ");
  const before = (name: string) =>
    `max(${name}) OVER (${part} ${ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;
  for (const [at] of rules.entries()) {
    const begins = at === 0 ? dialect.nullable("t") : before(`a${at - 1}`);
    const had = at === 0 ? "" : `, a${at - 1}`;
    const table = `chain${number}_${at}`;
    tables.push(
      `${table} AS (SELECT id, idx, t, ${groups}, ${flags}${had}, CASE WHEN i${at} = 1 THEN ${begins} END AS a${at} FROM ${from})`,
    );
    from = table;
  }
  const last = `a${rules.length - 1}`;
  tables.push(`told${number} AS (
  SELECT id, idx, t, ${groups}, ${rules.length} AS value FROM (
    SELECT id, idx, t, ${groups}, ${last}, ${before(last)} AS had FROM ${from}
  ) w WHERE ${last} >= t - ${timespanMs} AND (had IS NULL OR had < t - ${timespanMs})
)`);
  return `told${number}`;
}
