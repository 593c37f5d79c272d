// A question and its answer, from the index or, without one, from every entry of the log.
import { Failure } from "#base/failure.ts";
import { parseFilter } from "../../index/filter-parse.ts";
import { startCount, startSearch } from "../../index/log-answers.ts";
import type { EventQuestion, Question, QuestionAnswer, Table } from "../../index/question.ts";
import { checkedSql } from "../../index/sql-guard.ts";
import { isUserPseudonym, openName } from "../../index/user-name.ts";
import type { AskedLog } from "./asked-log.ts";
import { countIndex, searchIndex } from "./index-answers.ts";
import type { IndexFile } from "./opened-index.ts";
import { openedEntries } from "./indexed-entries.ts";

/** The answer of an index; names of users stand in it as far as their key is here. */
export function answerFromIndex(
  index: IndexFile,
  log: AskedLog,
  question: EventQuestion,
): QuestionAnswer {
  switch (question.ask) {
    case "search":
      return searchIndex(index, parseFilter(question.filter, { ...question, ...log }), question);
    case "group":
      return named(
        index,
        log,
        countIndex(index, parseFilter(question.filter, { ...question, ...log }), question),
      );
    case "select":
      return named(index, log, selectFrom(index, question));
    default:
      return question satisfies never;
  }
}

function selectFrom(index: IndexFile, question: Extract<Question, { ask: "select" }>): Table {
  const sql = checkedSql(question.sql);
  index.readOnly(true);
  try {
    const names = Object.entries(question.parameters).filter(([name]) => uses(sql, name));
    const values = Object.fromEntries(names.map(([name, value]) => [`:${name}`, value]));
    return { kind: "table", ...index.select(sql, values, question.limit) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = error instanceof Error ? error.message : "unknown";
    throw new Failure("sql", `the question was not answered: ${why}`, { cause: error });
  } finally {
    index.readOnly(false);
  }
}

/** WHY: a parameter that the statement does not name is an error of the database, and saved queries share theirs. */
function uses(sql: string, name: string): boolean {
  return new RegExp(`:${name}(?![A-Za-z0-9_])`).test(sql);
}

function named(index: IndexFile, log: AskedLog, table: Table): Table {
  const pseudonyms = new Set(
    table.rows.flat().filter((cell) => typeof cell === "string" && isUserPseudonym(cell)),
  );
  if (pseudonyms.size === 0) return table;
  const names = new Map<unknown, string>();
  for (const { pseudonym, subject: id, sealed } of index.names([...pseudonyms] as string[])) {
    const subject = log.subject(id);
    const name = subject === undefined ? undefined : openName(subject, { pseudonym, sealed });
    if (name !== undefined) names.set(pseudonym, name);
  }
  return { ...table, rows: table.rows.map((row) => row.map((cell) => names.get(cell) ?? cell)) };
}

/** The same answer from every entry of the log. A Failure for what needs an index. */
export async function answerFromLog(
  log: AskedLog,
  question: Exclude<EventQuestion, { ask: "select" }>,
): Promise<QuestionAnswer> {
  if (question.ask === "search" && question.byRank)
    throw new Failure(
      "usage",
      "ranking needs the daemon's index: start it with `sallyport daemon --ensure`",
    );
  const filter = parseFilter(question.filter, { ...question, ...log });
  const collector =
    question.ask === "search" ? startSearch(filter, question) : startCount(filter, question);
  const { files, opening, size } = await log.follow();
  const names = new Map<unknown, string>();
  for await (const { event, owner } of openedEntries(files, opening, {
    size,
    from: 0,
    end: size,
  })) {
    collector.add(event);
    if (owner?.user !== undefined && event.word.user !== undefined)
      names.set(event.word.user, owner.user);
  }
  const answer = collector.result();
  if (answer.kind === "found") return answer;
  return { ...answer, rows: answer.rows.map((row) => row.map((cell) => names.get(cell) ?? cell)) };
}
