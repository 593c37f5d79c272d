// `sallyport log query`: questions about the log by name: those that a responder asks, those in SQL that ship, and a person's own.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import {
  QUERY_PARAMETERS,
  type QueryParameter,
  type SavedQuery,
} from "#assure/query/saved-query.ts";
import {
  ASKED_FOR,
  checkGiven,
  type Given,
  type NamedQuestion,
} from "#assure/query/answers/named-question.ts";
import { NAMED_QUESTIONS } from "#assure/query/answers/named-questions.ts";
import { TIME_MS_MAX } from "#record/index/filter-time.ts";
import type { Names } from "#record/index/filter-parse.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { loadQueries } from "../../../foundation/product/shipped-data.ts";
import { formOf, printTable } from "../../../foundation/terminal/answer-table.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { filterOptions, formOptions, readLimit } from "../../log/question-options.ts";
import { answerNamed, newestSession, periodWords, printAnswer } from "../../log/named-answer.ts";
import { loadOwnQueries } from "../../log/own-queries.ts";
import { type Period, readPeriod } from "../../log/period.ts";
import { tellNote } from "./log-search.ts";

const parameter = (valueHint: string, description: string) =>
  ({ type: "string", valueHint, description }) as const;

/** `sallyport log query`. */
export const queryCommand = defineCommand({
  meta: {
    name: "query",
    description:
      "A question about the record by name; without a name their list. Examples: sallyport log query who-pushed --since 7d; sallyport log query touched-file --path src/app.ts; sallyport log query denied-by-tool --since 30d",
  },
  args: {
    name: {
      type: "positional",
      required: false,
      valueHint: "QUESTION",
      description: "which question",
    },
    pattern: parameter("TEXT", "for questions that take a pattern: `%` is any text"),
    user: parameter("NAME", "for questions about a user"),
    session: parameter("ID", "for questions about a session"),
    tool: parameter("NAME", "for questions about a tool"),
    path: parameter("PATH", "for questions about a file: its path or the last parts of it"),
    branch: parameter("NAME", "for questions about a branch or tag"),
    package: parameter("NAME", "for questions about a package"),
    prompt: parameter("NUMBER|TEXT", "for questions about a prompt: its number, or words of it"),
    text: parameter("WORDS", "for questions about a command: words of it"),
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
    const { name } = args;
    const directories = directoriesIn(args.data ?? dataDirectory());
    const named = NAMED_QUESTIONS.find(({ id }) => id === name);
    if (named !== undefined) return askNamed(named, args, directories);
    const queries = [...loadQueries(), ...loadOwnQueries(directories.queries)];
    if (name === undefined) return printList(queries, args.json === true);
    const query = chosen(queries, name);
    refuseForeign(query, args);
    if (args.sql === true) return print(query.sql);
    const { sinceMs, untilMs } = readPeriod(args, Date.now());
    await openView(args.data);
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

type QueryArgs = Given & {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit: string;
  readonly sql?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
  readonly data?: string | undefined;
} & Partial<Record<QueryParameter, string | undefined>>;

/** Answers one of the questions that read what is sealed. */
async function askNamed(
  question: NamedQuestion,
  args: { readonly [Name in keyof QueryArgs]: QueryArgs[Name] | undefined },
  directories: Directories,
): Promise<void> {
  if (args.sql === true)
    throw new Failure(
      "usage",
      `\`${question.id}\` is no question in SQL: it opens what is sealed, which no table holds`,
    );
  const foreign = (["pattern", "user", "tool"] as const).find((name) => args[name] !== undefined);
  if (foreign !== undefined)
    throw new Failure("usage", `\`${question.id}\` takes no \`--${foreign}\`: leave it out`);
  const options = Object.fromEntries(
    ASKED_FOR.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])),
  );
  const checked = checkGiven(question, options);
  const limit = readLimit(args.limit ?? "");
  const nowMs = Date.now();
  const period = periodOf(question, args, nowMs);
  const view = await openView(args.data);
  const notes = new Set<string>();
  const tell = (note: string | undefined): void => {
    if (note === undefined || notes.has(note)) return;
    notes.add(note);
    tellNote(note);
  };
  const record = { directories, view, nowMs, tell };
  const needsSession = question.takes.session !== undefined && checked.session === undefined;
  const given = needsSession ? { ...checked, session: await newestSession(record) } : checked;
  const answered = await answerNamed(question, { given, period }, record);
  await printAnswer(answered, { form: formOf(args), limit, period });
}

function periodOf(
  { defaultMs }: NamedQuestion,
  { since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
  nowMs: number,
): Period {
  if (since !== undefined || until !== undefined || defaultMs === undefined) {
    const { sinceMs, untilMs } = readPeriod({ since, until }, nowMs);
    return { sinceMs, untilMs: Math.min(untilMs, TIME_MS_MAX) };
  }
  return { sinceMs: Math.max(0, nowMs - defaultMs), untilMs: TIME_MS_MAX };
}

async function printList(queries: readonly SavedQuery[], isJson: boolean): Promise<void> {
  const named = NAMED_QUESTIONS.map(({ id, title, takes, defaultMs }) => ({
    id,
    title,
    takes: ASKED_FOR.filter((one) => takes[one] !== undefined),
    over: periodWords(defaultMs),
  }));
  if (isJson) {
    for (const one of named) await print(printableJson(one));
    for (const { id, title, parameters } of queries)
      await print(printableJson({ id, title, takes: Object.keys(parameters) }));
    return;
  }
  const width = Math.max(...[...named, ...queries].map(({ id }) => id.length));
  await print("What a responder asks; without a time over what stands behind:");
  for (const { id, title, takes, over } of named) {
    const options = takes.map((one) => ` --${one}`).join("");
    await print(`  ${id.padEnd(width)}  ${title}${options === "" ? "" : `:${options}`} (${over})`);
  }
  await print("Counts and lists in SQL; `--sql` shows the statement:");
  for (const { id, title } of queries) await print(`  ${id.padEnd(width)}  ${printable(title)}`);
}

/** WHY: a statement in SQL knows nothing of what is sealed, and an option that is passed over would promise more. */
function refuseForeign({ id }: SavedQuery, args: Partial<Record<string, unknown>>): void {
  const foreign = ASKED_FOR.find((name) => name !== "session" && args[name] !== undefined);
  if (foreign !== undefined)
    throw new Failure("usage", `\`${id}\` takes no \`--${foreign}\`: leave it out`);
}

function chosen(queries: readonly SavedQuery[], name: string): SavedQuery {
  const query = queries.find(({ id }) => id === name);
  if (query !== undefined) return query;
  throw new Failure(
    "usage",
    `there is no question \`${printable(name)}\`: use ${[...NAMED_QUESTIONS, ...queries].map(({ id }) => id).join(", ")}`,
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
