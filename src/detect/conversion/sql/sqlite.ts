// SQLite 3.38 or newer: one line of the export in each row, read by its functions for JSON.
import { printable } from "#base/printable.ts";
import { type Dialect, pathOf } from "./dialect.ts";

const SCALARS = "('text', 'integer', 'real', 'true', 'false')";

/** Where the values of a field stand, as `alias`. Of a map the names are the values, so `isMap` is asked too. */
function read(json: string, field: string, alias: string) {
  const [first = "", second] = pathOf(field);
  const path = `'$."${first}"'`;
  if (second === undefined) {
    const isMap = `json_type(${json}, ${path}) = 'object'`;
    return { isMap, from: `json_each(${json}, ${path}) ${alias}` };
  }
  const items = `CASE json_type(${json}, ${path}) WHEN 'array' THEN json_extract(${json}, ${path}) WHEN 'object' THEN json_array(json_extract(${json}, ${path})) ELSE '[]' END`;
  const inner = `CASE ${alias}_item.type WHEN 'object' THEN ${alias}_item.value ELSE '{}' END`;
  const innerPath = `'$."${second}"'`;
  return {
    isMap: `json_type(${inner}, ${innerPath}) = 'object'`,
    from: `json_each(${items}) ${alias}_item, json_each(${inner}, ${innerPath}) ${alias}`,
  };
}

/** Quotes are doubled; what steers a terminal is written by its number. */
function text(value: string): string {
  const parts = [...value].map((one) =>
    printable(one) === one ? one : { code: one.codePointAt(0) ?? 0 },
  );
  let sql = "";
  for (const part of parts)
    sql += typeof part === "string" ? part.replace("'", "''") : `' || char(${part.code}) || '`;
  return parts.every((part) => typeof part === "string") ? `'${sql}'` : `('${sql}')`;
}

export const sqlite: Dialect = {
  entry: `SELECT json_extract(line, '$.id') AS id, min(json_extract(line, '$.index')) AS idx,
    json_extract(line, '$.timeMs') AS t, json_extract(line, '$.metadata') AS m
  FROM sallyport_event WHERE json_type(line, '$.metadata') = 'object' GROUP BY json_extract(line, '$.id')`,
  text,
  some(field, condition) {
    const { isMap, from } = read("e.m", field, "f");
    const cells = {
      text: `CASE WHEN ${isMap} THEN f.key WHEN f.type = 'text' THEN f.value END`,
      number: `CASE WHEN ${isMap} THEN NULL WHEN f.type IN ('integer', 'real') THEN f.value END`,
      boolean: `CASE WHEN ${isMap} THEN NULL WHEN f.type IN ('true', 'false') THEN f.type END`,
      any: `CASE WHEN ${isMap} THEN f.key WHEN f.type IN ('true', 'false') THEN f.type ELSE CAST(f.value AS TEXT) END`,
    };
    return `EXISTS (SELECT 1 FROM ${from} WHERE (${isMap} OR f.type IN ${SCALARS}) AND ${condition(cells)})`;
  },
  spread(inner, fields) {
    const reads = fields.map(({ field, as }) => ({ as, ...read("e.m", field, `f_${as}`) }));
    const columns = reads.map(
      ({ as, isMap }) =>
        `, CASE WHEN ${isMap} THEN json_quote(f_${as}.key) WHEN f_${as}.type IN ('true', 'false') THEN f_${as}.type ELSE CAST(json_quote(f_${as}.value) AS TEXT) END AS ${as}`,
    );
    const where = reads.map(({ as, isMap }) => `(${isMap} OR f_${as}.type IN ${SCALARS})`);
    const from = ["e", ...reads.map((one) => one.from)].join(", ");
    return `SELECT e.id, e.idx, e.t${columns.join("")} FROM (${inner}) ${from}${where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`}`;
  },
  numberOf: (json) =>
    `CASE WHEN json_type(${json}) IN ('integer', 'real') THEN json_extract(${json}, '$') END`,
  replace: (of, from, to) => `replace(${of}, ${from}, ${to})`,
  lower: (of) => `lower(${of})`,
  contains: (of, part) => `instr(${of}, ${part}) > 0`,
  startsWith: (of, beginning, chars) => `substr(${of}, 1, ${chars}) = ${beginning}`,
  endsWith: (of, end, chars) => `substr(${of}, -${chars}) = ${end}`,
  nullable: (value) => value,
};
