// Who of a fleet has to be trained in what, when they were, on whose record, and when it is due again.
import type { FleetFile } from "./fleet-file.ts";
import { type Merged, wordsIn } from "./inventory.ts";
import { type FleetState, type Trained, trainedName } from "./journal.ts";

const DAY_MS = 86_400_000;
/** Days before the end in which a training is due. */
const AHEAD_DAYS = 30;

/** One person and one course. `done` names the entry of the journal; `document` in it is the digest of the record. */
export type TrainingRow = {
  readonly course: string;
  readonly person: string;
  readonly done: Trained | null;
  readonly dueMs: number | null;
  readonly state: "missing" | "open" | "due" | "overdue";
};

/** Everybody of the inventory whose groups a course names, course by course. People who are not active are left out. */
export function trainingOf(
  { training }: Pick<FleetFile, "training">,
  users: readonly Merged[],
  { trained }: Pick<FleetState, "trained">,
  nowMs: number,
): readonly TrainingRow[] {
  const people = users
    .filter(({ fields }) => !/^(?:false|no|0)$/i.test(fields["active"] ?? ""))
    .map(({ name, fields }) => ({ person: name, groups: wordsIn(fields["groups"]) }));
  return training.flatMap(({ course, groups, days }) =>
    people
      .filter((one) => groups.some((group) => one.groups.includes(group)))
      .map(({ person }): TrainingRow => {
        const done = trained.get(trainedName(course, person)) ?? null;
        if (done === null) return { course, person, done, dueMs: null, state: "missing" };
        const dueMs = done.onMs + days * DAY_MS;
        const isDue = nowMs >= dueMs - AHEAD_DAYS * DAY_MS;
        return {
          course,
          person,
          done,
          dueMs,
          state: nowMs >= dueMs ? "overdue" : isDue ? "due" : "open",
        };
      }),
  );
}

/** Percent of those who have to be trained that are; undefined where nobody has to. */
export function trainedPercent(rows: readonly TrainingRow[]): number | undefined {
  const current = rows.filter(({ state }) => state === "open" || state === "due");
  return rows.length === 0 ? undefined : (100 * current.length) / rows.length;
}
