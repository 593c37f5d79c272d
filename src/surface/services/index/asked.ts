// Questions about the log as they come over the wire to the daemon, and its answers.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { FILTER_CHARS_MAX, QUERY_BYTES_MAX, QUERY_ROWS_MAX, SQL_CHARS_MAX } from "#base/limits.ts";
import { GROUP_FIELDS, type Question } from "#record/index/question.ts";
import type { IndexService } from "./index-service.ts";
import { type SpendingAnswer, spendingAnswerSchema } from "./spending-answer.ts";

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const limit = v.pipe(whole, v.maxValue(QUERY_ROWS_MAX));
const filter = v.pipe(v.string(), v.maxLength(FILTER_CHARS_MAX));
const FIELDS_MAX = 4;
const PARAMETERS_MAX = 16;
const TEXT_CHARS_MAX = 1_024;
const cell = v.nullable(v.union([v.string(), v.number()]));

const questionSchema = v.variant("ask", [
  v.strictObject({
    ask: v.literal("search"),
    filter,
    nowMs: whole,
    limit,
    before: v.nullable(whole),
    byRank: v.boolean(),
  }),
  v.strictObject({
    ask: v.literal("group"),
    filter,
    nowMs: whole,
    limit,
    by: v.pipe(v.array(v.picklist(GROUP_FIELDS)), v.maxLength(FIELDS_MAX)),
    inOrder: v.boolean(),
  }),
  v.strictObject({
    ask: v.literal("select"),
    sql: v.pipe(v.string(), v.maxLength(SQL_CHARS_MAX)),
    parameters: v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(/^[a-z_]{1,32}$/)),
        v.nullable(v.union([v.pipe(v.string(), v.maxLength(TEXT_CHARS_MAX)), v.number()])),
      ),
      v.check((given) => Object.keys(given).length <= PARAMETERS_MAX),
    ),
    limit,
  }),
  v.strictObject({
    ask: v.literal("spending"),
    by: v.picklist(["session", "user", "repository", "day"]),
    sinceMs: v.pipe(v.number(), v.finite()),
    untilMs: v.nullable(v.pipe(v.number(), v.finite())),
    rowsMax: v.nullable(v.pipe(whole, v.minValue(1))),
  }),
  v.strictObject({ ask: v.literal("state") }),
  v.strictObject({ ask: v.literal("check"), run: v.nullable(whole) }),
]);

/** What the daemon says to a question. `refused` carries the code of its Failure. */
export const askedAnswerSchema = v.variant("kind", [
  v.object({
    kind: v.literal("table"),
    columns: v.array(v.string()),
    rows: v.array(v.array(cell)),
    isCut: v.boolean(),
  }),
  v.object({ kind: v.literal("found"), places: v.array(whole), next: v.nullable(whole) }),
  v.object({
    kind: v.literal("state"),
    indexed: whole,
    size: whole,
    isRunning: v.boolean(),
    problem: v.nullable(v.string()),
    rebuilt: v.nullable(v.string()),
    edited: v.nullable(
      v.object({ findings: whole, first: whole, end: whole, altered: v.nullable(whole) }),
    ),
  }),
  v.object({
    kind: v.literal("check"),
    run: whole,
    isDone: v.boolean(),
    events: whole,
    size: whole,
    findings: v.array(
      v.object({
        what: v.picklist(["rows", "words", "counts", "ranges", "file", "tables"]),
        first: whole,
        end: whole,
      }),
    ),
    findingsOmitted: whole,
    problem: v.nullable(v.string()),
  }),
  spendingAnswerSchema,
  v.object({ kind: v.literal("refused"), code: v.optional(v.string()), why: v.string() }),
]);
export type AskedAnswer = Readonly<v.InferOutput<typeof askedAnswerSchema>>;

/** Answers the question of a payload; whoever asked has shown the operator's secret. Never throws. */
export async function answerAsked(
  index: IndexService | undefined,
  payload: Uint8Array,
): Promise<AskedAnswer> {
  const read = v.safeParse(
    v.pipe(v.string(), v.parseJson(), questionSchema),
    Buffer.from(payload).toString("utf8"),
  );
  if (!read.success)
    return { kind: "refused", code: "question", why: "the question cannot be read" };
  if (index === undefined)
    return { kind: "refused", code: "index", why: "this daemon has no index" };
  const question: Question = read.output;
  try {
    if (question.ask === "state") return index.standing();
    if (question.ask === "check") {
      const check = index.check(question.run);
      return { ...check, findings: check.findings.map((found) => ({ ...found })) };
    }
    if (question.ask === "spending") return boundedSpending(await index.spending(question));
    return bounded(await index.ask(question));
  } catch (cause) {
    if (cause instanceof Failure) return { kind: "refused", code: cause.code, why: cause.message };
    return { kind: "refused", code: "index", why: "the daemon could not answer" };
  }
}

/** The answer, unless it is too long to be sent. */
function bounded(answer: Awaited<ReturnType<IndexService["ask"]>>): AskedAnswer {
  if (answer.kind === "found") return { ...answer, places: [...answer.places] };
  refuseLong(answer.rows);
  return { ...answer, columns: [...answer.columns], rows: answer.rows.map((row) => [...row]) };
}

function boundedSpending(answer: SpendingAnswer): SpendingAnswer {
  refuseLong(answer);
  return answer;
}

function refuseLong(answer: unknown): void {
  if (Buffer.byteLength(JSON.stringify(answer)) > QUERY_BYTES_MAX)
    throw new Failure(
      "query-size",
      `the answer has more than ${QUERY_BYTES_MAX} bytes: ask for less`,
    );
}
