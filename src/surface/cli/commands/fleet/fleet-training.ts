// `sallyport fleet training` and `train`: who has to be trained in what, and that they were.
import { defineCommand } from "citty";
import { dayOf } from "#base/day.ts";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type Deed, TRAINED_MAX } from "#assure/rollout/journal.ts";
import { trainingOf, type TrainingRow } from "#assure/rollout/training.ts";
import { readDay } from "#record/index/filter-time.ts";
import { consentOptions, jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import type { LookedAt } from "../../../services/fleet/rollout.ts";
import { fleetOptions, lookNow } from "./fleet-context.ts";
import { decide, digestOf } from "./fleet-decide.ts";

const rowsOf = ({ folder: { file, state }, company }: LookedAt): readonly TrainingRow[] =>
  trainingOf(file, company.listed.users, state, company.nowMs);

/** `sallyport fleet training`. */
export const trainingCommand = defineCommand({
  meta: {
    name: "training",
    description: `who has to be trained in what, by the courses of \`fleet.yaml\` and the groups of the inventory: done when, by which record, due when

  sallyport fleet training
  sallyport fleet training --json`,
  },
  args: { ...fleetOptions, ...jsonOption },
  async run({ args }) {
    const looked = await lookNow(args);
    const rows = rowsOf(looked);
    if (rows.some(({ state }) => state !== "open")) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson({ training: rows }));
    if (rows.length === 0)
      return print(
        "nobody has to be trained: name courses with their groups in `training` of `fleet.yaml`, and import users",
      );
    return print(rows.map((row) => printable(lineOf(row))).join("\n"));
  },
});

function lineOf({ course, person, done, dueMs, state }: TrainingRow): string {
  if (done === null || dueMs === null) return `missing  ${course}  ${person}`;
  const record = `entry ${done.entry}, record ${done.document.slice(0, 12)}`;
  return `${state.padEnd(7)}  ${course}  ${person}: on ${dayOf(done.onMs)} (${record}), again by ${dayOf(dueMs)}`;
}

/** `sallyport fleet train`. */
export const trainCommand = defineCommand({
  meta: {
    name: "train",
    description: `puts on record that people were trained, with the digest of the list or certificate that says so

  sallyport fleet train answer-incidents --people ada@acme.example,bob@acme.example --document signed.pdf --on 2026-11-20`,
  },
  args: {
    course: {
      type: "positional",
      required: true,
      description: "the course, as `fleet.yaml` names it",
    },
    people: {
      type: "string",
      required: true,
      valueHint: "NAMES",
      description: "as the inventory names them",
    },
    document: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description: "the record: its digest is kept",
    },
    on: {
      type: "string",
      valueHint: "DAY",
      description: "the day, such as 2026-11-20 (default: today)",
    },
    ...fleetOptions,
    ...consentOptions,
  },
  async run({ args }) {
    const looked = await lookNow(args);
    const { folder, company } = looked;
    const courses = folder.file.training.map(({ course }) => course);
    if (!courses.includes(args.course))
      throw new Failure(
        "usage",
        `\`${printable(args.course)}\` is no course of \`fleet.yaml\`${courses.length === 0 ? "" : `: ${courses.join(", ")}`}`,
      );
    const known = new Map(company.listed.users.map(({ name }) => [name.toLowerCase(), name]));
    const named = [
      ...new Set(
        args.people
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean),
      ),
    ];
    const strange = named.filter((one) => !known.has(one.toLowerCase()));
    if (named.length === 0 || named.length > TRAINED_MAX || strange.length > 0)
      throw new Failure(
        "usage",
        strange.length > 0
          ? `the inventory has no \`${printable(strange[0] ?? "")}\`: name people as \`sallyport fleet inventory --kind users\` does`
          : `name 1 to ${TRAINED_MAX} people`,
      );
    const people = named.map((one) => known.get(one.toLowerCase()) ?? one);
    const deed: Deed = {
      what: "trained",
      course: args.course,
      people,
      onMs: dayMs(args.on, company.nowMs),
      document: await digestOf(args.document),
    };
    const note = `${people.length} were trained in ${args.course} on ${dayOf(deed.onMs)}`;
    await decide(args, looked, { deeds: [deed], notes: [printable(note)] });
  },
});

function dayMs(text: string | undefined, nowMs: number): number {
  if (text === undefined) return Math.floor(nowMs);
  const fromMs = readDay(text)?.fromMs ?? Number.POSITIVE_INFINITY;
  if (fromMs <= nowMs) return fromMs;
  throw new Failure("usage", "`--on` is a day that has begun, such as 2026-11-20");
}
