// PostgreSQL 13 or newer: one line of the export in each row, as jsonb.
import { printable } from "#base/printable.ts";
import { type Dialect, pathOf } from "./dialect.ts";

/** A query of the values of a field, as `v`. Of a map the names are the values. */
function values(json: string, field: string): string {
  const [first = "", second] = pathOf(field);
  if (second === undefined) return leaves(`${json} -> '${first}'`);
  return `SELECT leaf.v FROM jsonb_path_query(${json}, 'lax $."${first}"[*]') item(v) CROSS JOIN LATERAL (${leaves(`item.v -> '${second}'`)}) leaf(v) WHERE jsonb_typeof(item.v) = 'object'`;
}

function leaves(json: string): string {
  return `SELECT one.v FROM jsonb_path_query(${json}, 'lax $[*]') one(v) WHERE jsonb_typeof(one.v) IN ('string', 'number', 'boolean') UNION ALL SELECT to_jsonb(name.v) FROM jsonb_object_keys(CASE WHEN jsonb_typeof(${json}) = 'object' THEN ${json} ELSE '{}'::jsonb END) name(v)`;
}

/** WHY `E` where there is a backslash: a server may be set to give it a meaning in plain texts too. */
function text(value: string): string {
  const escaped = [...value].map((one) => {
    if (one === "\\") return "\\\\";
    if (printable(one) === one) return one.replace("'", "''");
    return `\\U${(one.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`;
  });
  const inner = escaped.join("");
  return inner.includes("\\") ? `E'${inner}'` : `'${inner}'`;
}

const typed = (type: string, of: string): string =>
  `CASE WHEN jsonb_typeof(f.v) = '${type}' THEN ${of} END`;

export const postgresql: Dialect = {
  entry: `SELECT DISTINCT ON (line ->> 'id') line ->> 'id' COLLATE "C" AS id, (line ->> 'index')::bigint AS idx,
    (line ->> 'timeMs')::bigint AS t, line -> 'metadata' AS m
  FROM sallyport_event WHERE jsonb_typeof(line -> 'metadata') = 'object' ORDER BY line ->> 'id', (line ->> 'index')::bigint`,
  text,
  some(field, condition) {
    const cells = {
      text: typed("string", "f.v #>> '{}'"),
      number: typed("number", "(f.v #>> '{}')::numeric"),
      boolean: typed("boolean", "f.v #>> '{}'"),
      any: "f.v #>> '{}'",
    };
    return `EXISTS (SELECT 1 FROM (${values("e.m", field)}) f(v) WHERE ${condition(cells)})`;
  },
  spread(inner, fields) {
    const columns = fields.map(({ as }) => `, f_${as}.v::text AS ${as}`).join("");
    const joins = fields
      .map(({ field, as }) => ` CROSS JOIN LATERAL (${values("e.m", field)}) f_${as}(v)`)
      .join("");
    return `SELECT e.id, e.idx, e.t${columns} FROM (${inner}) e${joins}`;
  },
  numberOf: (json) =>
    `CASE WHEN jsonb_typeof(${json}::jsonb) = 'number' THEN (${json})::numeric END`,
  replace: (of, from, to) => `replace(${of}, ${from}, ${to})`,
  lower: (of) => `lower((${of}) COLLATE "C")`,
  contains: (of, part) => `strpos(${of}, ${part}) > 0`,
  startsWith: (of, beginning) => `starts_with(${of}, ${beginning})`,
  endsWith: (of, end, chars) => `right(${of}, ${chars}) = ${end}`,
  nullable: (value) => value,
};
