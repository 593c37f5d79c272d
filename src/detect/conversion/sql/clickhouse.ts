// ClickHouse 24 or newer: one line of the export in each row, read by its functions for JSON.
import { printable } from "#base/printable.ts";
import { type Dialect, pathOf } from "./dialect.ts";

const SCALARS = "('String', 'Int64', 'UInt64', 'Double', 'Bool')";

/** The values of a field as an array of JSON texts. Of a map the names are the values. */
function values(json: string, field: string): string {
  const [first = "", second] = pathOf(field);
  const own = `JSONExtractRaw(${json}, '${first}')`;
  if (second === undefined) return leaves(own);
  const items = `multiIf(JSONType(${own}) = 'Array', JSONExtractArrayRaw(${own}), JSONType(${own}) = 'Object', [${own}], [])`;
  return `arrayFlatten(arrayMap(i -> ${leaves(`JSONExtractRaw(i, '${second}')`)}, arrayFilter(i -> JSONType(i) = 'Object', ${items})))`;
}

function leaves(json: string): string {
  return `multiIf(JSONType(${json}) = 'Object', arrayMap(k -> toJSONString(k), JSONExtractKeys(${json})), JSONType(${json}) = 'Array', arrayFilter(v -> JSONType(v) IN ${SCALARS}, JSONExtractArrayRaw(${json})), JSONType(${json}) IN ${SCALARS}, [${json}], [])`;
}

/** A backslash would say something of what follows it. */
function text(value: string): string {
  const escaped = [...value].map((one) => {
    if (one === "\\" || one === "'") return `\\${one}`;
    if (printable(one) === one) return one;
    const bytes = [...Buffer.from(one, "utf8")];
    return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  });
  return `'${escaped.join("")}'`;
}

export const clickhouse: Dialect = {
  entry: `SELECT JSONExtractString(line, 'id') AS id, JSONExtractInt(line, 'index') AS idx,
    JSONExtractInt(line, 'timeMs') AS t, JSONExtractRaw(line, 'metadata') AS m
  FROM sallyport_event WHERE JSONType(line, 'metadata') = 'Object' ORDER BY idx LIMIT 1 BY id`,
  text,
  some(field, condition) {
    const cells = {
      text: "if(JSONType(x) = 'String', JSONExtractString(x), NULL)",
      number: "if(JSONType(x) IN ('Int64', 'UInt64', 'Double'), JSONExtractFloat(x), NULL)",
      boolean: "if(JSONType(x) = 'Bool', x, NULL)",
      any: "if(JSONType(x) = 'String', JSONExtractString(x), x)",
    };
    return `arrayExists(x -> CASE WHEN ${condition(cells)} THEN 1 ELSE 0 END, ${values("e.m", field)})`;
  },
  spread(inner, fields) {
    let sql = inner;
    const had: string[] = [];
    for (const { field, as } of fields) {
      const before = had.map((one) => `, e.${one} AS ${one}`).join("");
      sql = `SELECT e.id AS id, e.idx AS idx, e.t AS t, e.m AS m${before}, arrayJoin(${values("e.m", field)}) AS ${as} FROM (${sql}) e`;
      had.push(as);
    }
    return `SELECT e.id AS id, e.idx AS idx, e.t AS t${had.map((one) => `, e.${one} AS ${one}`).join("")} FROM (${sql}) e`;
  },
  numberOf: (json) =>
    `if(JSONType(${json}) IN ('Int64', 'UInt64', 'Double'), JSONExtractFloat(${json}), NULL)`,
  replace: (of, from, to) => `replaceAll(${of}, ${from}, ${to})`,
  lower: (of) => `lower(${of})`,
  contains: (of, part) => `position(${of}, ${part}) > 0`,
  startsWith: (of, beginning) => `startsWith(${of}, ${beginning})`,
  endsWith: (of, end) => `endsWith(${of}, ${end})`,
  nullable: (value) => `toNullable(${value})`,
};
