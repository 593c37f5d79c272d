// Questions about the log as data: YAML with one statement in plain SQL over the views of the index. Text in, question out.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { SQL_CHARS_MAX } from "#base/limits.ts";
import { checkedSql } from "#record/index/sql-guard.ts";

const QUERY_CHARS_MAX = 64 * 1024;
const text = (charsMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));

/** What a question may take beside its time. `user` and `session` are stood in for by their pseudonyms. */
export const QUERY_PARAMETERS = ["pattern", "user", "session", "tool"] as const;
export type QueryParameter = (typeof QUERY_PARAMETERS)[number];

const ParameterSchema = v.strictObject({
  about: text(200),
  default: v.pipe(v.string(), v.maxLength(200)),
});
const QuerySchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/, "lower case letters, digits, dashes")),
  title: text(200),
  description: text(2_000),
  parameters: v.optional(v.record(v.picklist(QUERY_PARAMETERS), ParameterSchema), {}),
  sql: text(SQL_CHARS_MAX),
});

/** Names of the fields: the published JSON schema has the same. */
export const QUERY_FIELDS = {
  query: Object.keys(QuerySchema.entries),
  parameter: Object.keys(ParameterSchema.entries),
} as const;

/** A question about the log. `sql` names its parameters as `:name`, and always `:since_ms` and `:until_ms`. */
export type SavedQuery = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: Partial<
    Readonly<Record<QueryParameter, { readonly about: string; readonly default: string }>>
  >;
  readonly sql: string;
};

/**
 * Reads the question called `name`. Throws Failure `query-syntax` or `query-invalid` with the place of the fault: another
 * name, a parameter that is not declared or not used, a statement that does more than read.
 */
export function parseQuery(source: string, file: string, name: string): SavedQuery {
  const { value, place } = readDeclaration(source, {
    file,
    kind: "query",
    schema: QuerySchema,
    charsMax: QUERY_CHARS_MAX,
  });
  const invalid = (what: string, ...path: string[]) =>
    new Failure("query-invalid", what, { at: place(path) });
  if (value.id !== name) throw invalid(`the id is not the query's name, \`${name}\``, "id");
  const used = new Set([...value.sql.matchAll(/:([a-z_]+)/g)].map((match) => match[1]));
  for (const time of ["since_ms", "until_ms"])
    if (!used.delete(time)) throw invalid(`the query does not heed \`:${time}\``, "sql");
  const declared = Object.keys(value.parameters);
  const strange = [...used].find((one) => one !== undefined && !declared.includes(one));
  if (strange !== undefined) throw invalid(`\`:${strange}\` is no parameter of the query`, "sql");
  const idle = declared.find((one) => !used.has(one));
  if (idle !== undefined)
    throw invalid(`the parameter \`${idle}\` is not used`, "parameters", idle);
  return { ...value, sql: checkedSql(value.sql).trim() };
}
