// What sessions cost as the daemon tells it: sums by key as short lists, which others can be added to.
import * as v from "valibot";
import type { SpendingGroups } from "#assure/activity/spending-groups.ts";
import { countsOf, type Sums, sumsOf } from "#assure/activity/spending-sums.ts";

const number = v.number();
const sums = v.tuple([number, v.array(number), v.array(number)]);

/** Directories stand in the place of repositories: whoever asks knows how these are called now. */
export const spendingAnswerSchema = v.object({
  kind: v.literal("spending"),
  groups: v.array(v.object({ key: v.nullable(v.string()), sums })),
  all: sums,
  loops: v.array(
    v.object({
      session: v.string(),
      user: v.nullable(v.string()),
      repository: v.nullable(v.string()),
      tool: v.string(),
      command: v.string(),
      failures: number,
      fromMs: number,
      untilMs: number,
      tokens: v.nullable(number),
      costUsdMicros: v.nullable(number),
    }),
  ),
  repeated: number,
  unopened: number,
  /** Entries of the log that cannot be read, and groups beyond those that were asked for. */
  faults: number,
  omitted: number,
});
export type SpendingAnswer = Readonly<v.InferOutput<typeof spendingAnswerSchema>>;

/** Sums as they are sent. */
export function sendSpending(
  groups: SpendingGroups,
  counts: Pick<SpendingAnswer, "faults" | "omitted">,
): SpendingAnswer {
  return {
    kind: "spending",
    groups: groups.groups.map(({ key, sums: own }) => ({ key: key ?? null, sums: sent(own) })),
    all: sent(groups.all),
    loops: groups.loops.map((loop) => ({
      ...loop,
      user: loop.user ?? null,
      repository: loop.repository ?? null,
      tokens: loop.tokens ?? null,
      costUsdMicros: loop.costUsdMicros ?? null,
    })),
    repeated: groups.repeated,
    unopened: groups.unopened,
    ...counts,
  };
}

/** The same the other way. */
export function readSpending(answer: SpendingAnswer): SpendingGroups {
  return {
    groups: answer.groups.map(({ key, sums: own }) => ({
      key: key ?? undefined,
      sums: sumsOf(...own),
    })),
    all: sumsOf(...answer.all),
    loops: answer.loops.map((loop) => ({
      ...loop,
      user: loop.user ?? undefined,
      repository: loop.repository ?? undefined,
      tokens: loop.tokens ?? undefined,
      costUsdMicros: loop.costUsdMicros ?? undefined,
    })),
    repeated: answer.repeated,
    unopened: answer.unopened,
  };
}

function sent(own: Sums): [number, number[], number[]] {
  return [own.sessions, [...countsOf(own)], [...own.answersMs]];
}
