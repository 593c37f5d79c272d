// `sallyport log query`: the questions about the log that ship, by name.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import {
  QUERY_PARAMETERS,
  type QueryParameter,
  type SavedQuery,
} from "#assure/query/saved-query.ts";
import { TIME_MS_MAX } from "#record/index/filter-time.ts";
import type { Names } from "#record/index/filter-parse.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { loadQueries } from "../../../foundation/product/shipped-data.ts";
import { formOf, printTable } from "../../../foundation/terminal/answer-table.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import {
  formOptions,
  filterOptions,
  readAskedPeriod,
  readLimit,
} from "../../log/question-options.ts";
import { tellNote } from "./log-search.ts";

const parameter = (valueHint: string, description: string) =>
  ({ type: "string", valueHint, description }) as const;

/** `sallyport log query`. */
export const queryCommand = defineCommand({
  meta: {
    name: "query",
    description:
      "A question that ships, by name; without a name their list. Example: sallyport log query denied-by-tool --since 30d",
  },
  args: {
    name: { type: "positional", required: false, description: "which question" },
    pattern: parameter("TEXT", "for questions that take a pattern: `%` is any text"),
    user: parameter("NAME", "for questions about a user"),
    session: parameter("ID", "for questions about a session"),
    tool: parameter("NAME", "for questions about a tool"),
    since: filterOptions.since,
    until: filterOptions.until,
    limit: {
      type: "string",
      default: "1000",
      valueHint: "N",
      description: "how many rows at most",
    },
    sql: { type: "boolean", description: "print the question itself and ask nothing" },
    ...formOptions,
    ...dataOption,
  },
  async run({ args }) {
    const queries = loadQueries();
    if (args.name === undefined) {
      if (args.json === true) {
        for (const { id, title, parameters } of queries)
          await print(printableJson({ id, title, takes: Object.keys(parameters) }));
        return;
      }
      const width = Math.max(...queries.map(({ id }) => id.length));
      for (const { id, title } of queries) await print(`${id.padEnd(width)}  ${title}`);
      return;
    }
    const query = chosen(queries, args.name);
    if (args.sql === true) return print(query.sql);
    const { sinceMs, untilMs } = readAskedPeriod(args, Date.now());
    await openView(args.data);
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { names } = await openAskedLog(directories);
    const parameters = {
      ...given(query, args, names),
      since_ms: sinceMs,
      until_ms: Math.min(untilMs, TIME_MS_MAX),
    };
    const question = {
      ask: "select",
      sql: query.sql,
      parameters,
      limit: readLimit(args.limit),
    } as const;
    const { answer, note } = await askLog(directories, question);
    tellNote(note);
    if (answer.kind !== "table") throw new Failure("daemon", "the daemon's answer makes no sense");
    await printTable(answer, formOf(args));
  },
});

function chosen(queries: readonly SavedQuery[], name: string): SavedQuery {
  const query = queries.find(({ id }) => id === name);
  if (query !== undefined) return query;
  throw new Failure(
    "usage",
    `there is no question \`${printable(name)}\`: use ${queries.map(({ id }) => id).join(", ")}`,
  );
}

function given(
  query: SavedQuery,
  args: Partial<Record<QueryParameter, string | undefined>>,
  names: Names,
): Record<string, string> {
  const foreign = QUERY_PARAMETERS.find(
    (name) => args[name] !== undefined && query.parameters[name] === undefined,
  );
  if (foreign !== undefined)
    throw new Failure("usage", `\`${query.id}\` takes no \`--${foreign}\`: leave it out`);
  return Object.fromEntries(
    QUERY_PARAMETERS.flatMap((name) => {
      const declared = query.parameters[name];
      if (declared === undefined) return [];
      const value = args[name] ?? declared.default;
      return [[name, recorded(name, value, names)]];
    }),
  );
}

/** How a value stands in the log: names and the client's ids have pseudonyms. */
function recorded(name: QueryParameter, value: string, names: Names): string {
  if (value === "" || (name !== "user" && name !== "session")) return value;
  // A pseudonym of a session, as other answers show it.
  if (name === "session" && /^[A-Za-z0-9_-]{22}$/.test(value)) return value;
  return names.pseudonyms(name, value)[0] ?? value;
}
