// A task that comes back: who does it, with what, what proves that it was done, and when it is due again.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";

const TASK_CHARS_MAX = 16 * 1024;
const text = (charsMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charsMax));

/** How often. */
export const INTERVALS = ["day", "week", "month", "quarter", "year"] as const;
export type Interval = (typeof INTERVALS)[number];

const TaskSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z][a-z-]{1,40}$/, "lower case letters and dashes")),
  title: text(120),
  /** What to do, in a few sentences. */
  description: text(1_000),
  every: v.picklist(INTERVALS),
  /** The role that answers for it. */
  owner: text(80),
  /** Commands that do it or show what to look at. */
  commands: v.pipe(v.array(text(120)), v.minLength(1), v.maxLength(8)),
  /**
   * `statement`: a person says that it was done, signed and on record; `file`: the same with the digest of a file;
   * `drill`: a playbook was practised to its last step.
   */
  proof: v.picklist(["statement", "file", "drill"]),
  source: text(120),
  /** Items of the requirements. */
  requirements: v.pipe(v.array(text(12)), v.minLength(1), v.maxLength(8)),
});
export type Task = v.InferOutput<typeof TaskSchema>;

/** Names of the fields: the published JSON schema has the same. */
export const TASK_FIELDS: readonly string[] = Object.keys(TaskSchema.entries);

const DAY_MS = 86_400_000;
/** Days from one time to the next, and how many more until it is overdue. WHY fixed: a task done early is due early again. */
const DAYS = {
  day: { every: 1, grace: 1 },
  week: { every: 7, grace: 2 },
  month: { every: 30, grace: 5 },
  quarter: { every: 91, grace: 14 },
  year: { every: 365, grace: 30 },
} as const satisfies Record<Interval, { readonly every: number; readonly grace: number }>;

/** Reads a task called `name`. Throws Failure `calendar-syntax` or `calendar-invalid`. */
export function parseTask(
  source: string,
  from: { readonly file: string; readonly name: string },
): Task {
  const { value, place } = readDeclaration(source, {
    file: from.file,
    kind: "calendar",
    schema: TaskSchema,
    charsMax: TASK_CHARS_MAX,
  });
  if (value.id !== from.name)
    throw new Failure("calendar-invalid", `the id is not the task's file, \`${from.name}\``, {
      at: place(["id"]),
    });
  return value;
}

/** What the record says of a task: when it was done last, by whom, and the digest of the file that was named. */
export type Done = {
  readonly atMs: number;
  readonly by: string;
  readonly digest: string | null;
  /** Id of the statement or the drill. */
  readonly record: string;
};

/** `open`: its time has not come; `unused`: nothing was ever recorded in this calendar, so nothing is late. */
export type TaskState = "open" | "due" | "overdue" | "unused";

/** When a task is due, and how it stands. Times are wall time. */
export type TaskStatus = { readonly state: TaskState; readonly dueMs: number | null };

/**
 * How a task stands. `sinceMs`: when the first task was recorded here, or undefined. A task that was never done is due one
 * interval after that.
 */
export function taskStatus(
  { every }: Pick<Task, "every">,
  {
    done,
    sinceMs,
    nowMs,
  }: {
    readonly done: Done | undefined;
    readonly sinceMs: number | undefined;
    readonly nowMs: number;
  },
): TaskStatus {
  const beganMs = done?.atMs ?? sinceMs;
  if (beganMs === undefined) return { state: "unused", dueMs: null };
  const days = DAYS[every];
  const dueMs = beganMs + days.every * DAY_MS;
  if (nowMs < dueMs) return { state: "open", dueMs };
  return { state: nowMs < dueMs + days.grace * DAY_MS ? "due" : "overdue", dueMs };
}
