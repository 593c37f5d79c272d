// `sallyport calendar`: tasks that come back, what is due, what was done, and the file for calendars of people.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { defineCommand } from "citty";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { formatIcs } from "#govern/calendar/ics.ts";
import { type CalendarRow, calendarOf, loadTasks } from "../../../services/calendar/calendar.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { evidenceDigest, state } from "../../operator/statements.ts";

/** A record is kept this long: the longest interval, and the day that its next time may be late. */
const KEPT = "366d";

/** `sallyport calendar list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `Every task with its owner, when it was done last and when it is due. Nothing counts as late before the first task is recorded.

  sallyport calendar list
  sallyport calendar list --json`,
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const rows = calendarOf(directoriesIn(args.data ?? dataDirectory()), Date.now());
    await print(
      args.json === true
        ? printableJson(rows.map(asShown))
        : rows.map((row) => linesOf(row).map(printable).join("\n")).join("\n\n"),
    );
    if (rows.some((row) => row.state === "overdue")) process.exitCode = exitCodes.found;
  },
});

/** `sallyport calendar done`. */
export const doneCommand = defineCommand({
  meta: {
    name: "done",
    description: `Records that a task was done; typed at a terminal, signed, on record

  sallyport calendar done review-log --note "12 alerts, all explained"
  sallyport calendar done train-team --note "autumn course" --file attendance.csv

The digest of the file is part of what is signed; the file stays where it is.`,
  },
  args: {
    task: { type: "positional", required: true, description: "as `calendar list` shows it" },
    note: { type: "string", valueHint: "TEXT", description: "what came of it; kept sealed" },
    file: { type: "string", valueHint: "FILE", description: "what proves it: a report, a list" },
    owner: { type: "string", valueHint: "NAME", description: "who did it (default: you)" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { note, file, owner } = args;
    const task = taskNamed(args.task);
    if (!note) throw new Failure("usage", "`--note` is missing: say what came of it");
    if (task.proof === "file" && file === undefined)
      throw new Failure("usage", `\`${task.id}\` is proven by a file: name it with \`--file\``);
    const digest = await evidenceDigest(file);
    const asked = { about: task.id, scope: { of: "all" }, for: KEPT, reason: note } as const;
    await state({ kind: "task", ...asked, owner, digest }, args);
  },
});

/** `sallyport calendar ics`. */
export const icsCommand = defineCommand({
  meta: {
    name: "ics",
    description: `Writes the tasks as a file that calendars take (RFC 5545). A calendar that takes it again changes its events and adds none.

  sallyport calendar ics --out tasks.ics`,
  },
  args: {
    out: { type: "string", required: true, valueHint: "FILE", description: "the file; replaced" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const nowMs = Date.now();
    const directories = directoriesIn(args.data ?? dataDirectory());
    const rows = calendarOf(directories, nowMs);
    const entries = rows.map(({ task, dueMs }) => ({
      task,
      nextMs: Math.max(dueMs ?? nowMs, nowMs),
    }));
    const of = createHash("sha256").update(directories.root).digest("hex").slice(0, 16);
    try {
      writeFileSync(args.out, formatIcs(entries, { nowMs, of }), { mode: 0o644 });
    } catch (cause) {
      throw new Failure("usage", `\`${printable(args.out)}\` cannot be written: name another`, {
        cause,
      });
    }
    const told = { file: args.out, tasks: entries.length };
    await print(
      args.json === true
        ? printableJson(told)
        : `${printable(args.out)}: ${entries.length} tasks that come back`,
    );
  },
});

/** The task of this id. Throws a Failure `usage` where the calendar has none, or where drills prove it. */
function taskNamed(id: string): CalendarRow["task"] {
  const tasks = loadTasks();
  const found = tasks.find((task) => task.id === id);
  if (found === undefined)
    throw new Failure(
      "usage",
      `there is no task \`${printable(id)}\`: ${tasks.map((task) => task.id).join(", ")}`,
    );
  if (found.proof === "drill")
    throw new Failure(
      "usage",
      `\`${id}\` is proven by a drill that was finished: begin one with \`sallyport incident drill\``,
    );
  return found;
}

function asShown({ task, state: how, dueMs, done }: CalendarRow) {
  const { id, title, every, owner, commands, proof, requirements } = task;
  const last = done === undefined ? null : done;
  return { id, title, every, owner, commands, proof, requirements, state: how, dueMs, done: last };
}

/** Not printable yet: who did it is free text. */
function linesOf({ task, state: how, dueMs, done }: CalendarRow): readonly string[] {
  const due = dueMs === null ? "" : ` ${how === "open" ? "until" : "since"} ${dayOf(dueMs)}`;
  const last =
    done === undefined
      ? "no record yet"
      : `done ${dayOf(done.atMs)} by ${done.by} (${done.record}${done.digest === null ? "" : `, file ${done.digest.slice(0, 12)}`})`;
  return [
    `${task.id}  ${how}${due}  every ${task.every}, ${task.owner}`,
    `  ${task.title}`,
    `  ${last}`,
    `  ${task.commands.join("; ")}`,
  ];
}
