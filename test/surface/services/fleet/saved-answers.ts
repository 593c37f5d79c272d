// The saved questions with values for their parameters, and their answers by the index of one machine.
import type { SavedQuery } from "#assure/query/saved-query.ts";
import { userPseudonym } from "#record/index/user-name.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import { loadQueries } from "#surface/foundation/product/shipped-data.ts";
import { GENERATED_START_MS, generatedSubject } from "../../../record/generated-index.ts";
import { generatedSessionId, generatedUser } from "../../../record/generated-events.ts";

export type Row = readonly (string | number | null)[];
export type Asked = {
  readonly name: string;
  readonly sql: string;
  readonly values: Readonly<Record<string, string | number>>;
};

const HOUR_MS = 3_600_000;
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  pattern: ["%", "DELETE/%", "%\\_%", "%push%"],
  user: ["", userPseudonym(generatedSubject, generatedUser(1))],
  session: [generatedSubject.pseudonym("session", generatedSessionId(1, 0))],
  tool: ["", "Bash"],
};
const PERIODS = [
  { since_ms: 0, until_ms: 2 ** 48 },
  { since_ms: GENERATED_START_MS + 26 * HOUR_MS, until_ms: GENERATED_START_MS + 60 * HOUR_MS },
] as const;

/** Every question over all time and over a day and a half, with each value of its parameter. */
export function savedQuestions(): readonly Asked[] {
  return loadQueries().flatMap((query) =>
    PERIODS.flatMap((period, place) =>
      valuesOf(query).map((values) => ({
        name: `${query.id} ${Object.values(values).join()} ${place === 0 ? "ever" : "34 hours"}`,
        sql: query.sql,
        values: { ...values, ...period },
      })),
    ),
  );
}

function valuesOf({ parameters }: SavedQuery): readonly Readonly<Record<string, string>>[] {
  const [name] = Object.keys(parameters);
  return name === undefined ? [{}] : (GIVEN[name] ?? []).map((value) => ({ [name]: value }));
}

/** The answer of the index. */
export function answerOfIndex(index: IndexFile, { sql, values }: Asked): readonly Row[] {
  const named = Object.entries(values).map(([name, value]) => [`:${name}`, value] as const);
  return index.select(sql, Object.fromEntries(named), 1_000_000).rows;
}
