// The calendar of an installation: the tasks that ship, and when each was done last by statements and drills on record.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Done,
  INTERVALS,
  parseTask,
  type Task,
  type TaskStatus,
  taskStatus,
} from "#govern/calendar/task.ts";
import { finishedMs } from "#detect/playbook/playbook-run.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openStatements, type StatementStatus } from "../exceptions/statements.ts";
import { openIncidents } from "../incidents/incident-store.ts";

const CALENDAR = new URL("../../../../data/calendar/", import.meta.url);

/** A task as it stands here. */
export type CalendarRow = TaskStatus & { readonly task: Task; readonly done: Done | undefined };

/** The tasks that ship, the most frequent first. Throws the Failure of one that cannot be read. */
export function loadTasks(): readonly Task[] {
  const home = fileURLToPath(CALENDAR);
  if (!existsSync(home)) return [];
  const order = (task: Task) => INTERVALS.indexOf(task.every);
  return readdirSync(home)
    .filter((file) => file.endsWith(".yaml"))
    .toSorted()
    .map((file) =>
      parseTask(readFileSync(`${home}${file}`, "utf8"), {
        file: `${home}${file}`,
        name: file.slice(0, -5),
      }),
    )
    .toSorted((one, other) => order(one) - order(other));
}

/** How every task stands. Throws a Failure where the statements are not what the operator signed. */
export function calendarOf(directories: Directories, nowMs: number): readonly CalendarRow[] {
  const statements = openStatements(directories)
    .all(nowMs, "task")
    .filter(({ state }) => state !== "withdrawn");
  const drills = drillsOf(directories);
  const times = [...statements.map(({ receipt }) => receipt.statement.createdMs)];
  const sinceMs = times.length === 0 ? undefined : Math.min(...times);
  return loadTasks().map((task) => {
    const done = task.proof === "drill" ? newest(drills) : newest(statedOf(task, statements));
    return { task, done, ...taskStatus(task, { done, sinceMs, nowMs }) };
  });
}

function statedOf({ id }: Task, statements: readonly StatementStatus[]): readonly Done[] {
  return statements.flatMap(({ receipt: { statement } }) =>
    statement.about === id
      ? [
          {
            atMs: statement.createdMs,
            by: statement.approver,
            digest: statement.digest,
            record: statement.id,
          },
        ]
      : [],
  );
}

/** Drills that were carried to their last step: one that was only opened proves nothing. */
function drillsOf(directories: Directories): readonly Done[] {
  return openIncidents(directories)
    .all()
    .incidents.flatMap(({ id, drill, playbooks = [] }) =>
      drill === true
        ? playbooks.flatMap((run) => {
            const atMs = finishedMs(run);
            return atMs === undefined ? [] : [{ atMs, by: run.by, digest: null, record: id }];
          })
        : [],
    );
}

function newest(all: readonly Done[]): Done | undefined {
  return all.toSorted((one, other) => other.atMs - one.atMs)[0];
}
