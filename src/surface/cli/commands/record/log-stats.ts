// `sallyport log stats` and `timeline`: how many events meet a filter, by fields or over time.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { QUERY_ROWS_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";
import { MARK_FIELDS } from "#record/index/indexed-event.ts";
import { GROUP_FIELDS, type GroupField, type Table } from "#record/index/question.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { formOf, printTable } from "../../../foundation/terminal/answer-table.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { allPlaces, OPENED_MAX } from "../../../services/log/opened-places.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { filterOptions, formOptions, readFilter, readLimit } from "../../log/question-options.ts";
import {
  type CountedField,
  countSealed,
  isSealedField,
  SEALED_FIELDS,
} from "../../log/sealed-counts.ts";
import { tellNote } from "./log-search.ts";

/** Characters of the longest bar. */
const BAR_CHARS = 40;

/** `sallyport log stats`. */
export const statsCommand = defineCommand({
  meta: {
    name: "stats",
    description:
      "How many events meet a filter, by fields, most first. Example: sallyport log stats 'verdict:deny' --by tool,rule --since 30d",
  },
  args: {
    ...filterOptions,
    by: {
      type: "string",
      default: "kind,verdict",
      valueHint: "FIELD",
      description: `by what: ${GROUP_FIELDS.join(", ")}, or what is sealed: ${Object.keys(SEALED_FIELDS).join(", ")}; up to three`,
    },
    limit: { type: "string", default: "50", valueHint: "N", description: "how many rows at most" },
    ...formOptions,
    ...dataOption,
  },
  async run({ args }) {
    const by = readFields(args.by);
    const limit = readLimit(args.limit);
    const plain = by.filter((field): field is GroupField => !isSealedField(field));
    // The index counts by one list; events are opened where each has several members of two.
    const isIndexed = plain.length === by.length && listsIn(plain).length <= 1;
    const table = isIndexed
      ? await count(args, { by: plain, limit, inOrder: false })
      : await countOpened(args, by, limit);
    await printTable(table, formOf(args));
  },
});

/** `sallyport log timeline`. */
export const timelineCommand = defineCommand({
  meta: {
    name: "timeline",
    description:
      "How many events meet a filter, hour by hour or day by day (UTC), and how many in all. Example: sallyport log timeline 'effect:delete' --every day --by user",
  },
  args: {
    ...filterOptions,
    every: {
      type: "string",
      default: "day",
      valueHint: "hour|day",
      description: "how long a step is",
    },
    by: { type: "string", valueHint: "FIELD", description: "and by this field" },
    limit: {
      type: "string",
      default: "1000",
      valueHint: "N",
      description: "how many rows at most",
    },
    ...formOptions,
    ...dataOption,
  },
  async run({ args }) {
    const { every } = args;
    if (every !== "hour" && every !== "day")
      throw new Failure("usage", `\`--every\` is \`${printable(every)}\`: use \`hour\` or \`day\``);
    const by = [every, ...(args.by === undefined ? [] : plainFields(args.by))] as const;
    const table = await count(args, { by, limit: readLimit(args.limit), inOrder: true });
    const form = formOf(args);
    if (form !== "text" || table.rows.length === 0) return printTable(table, form);
    await printTable(withBars(table), form);
    const sum = table.rows.reduce((total, row) => total + Number(row.at(-1)), 0);
    await print(`${sum} in all`);
  },
});

type Asked = {
  _: string[];
  since?: string | undefined;
  until?: string | undefined;
  data?: string | undefined;
};

/** Finds the events by the index and opens each: what is sealed is in no index. */
async function countOpened(
  args: Asked,
  by: readonly CountedField[],
  limit: number,
): Promise<Table> {
  const nowMs = Date.now();
  const asked = readFilter(args._, args, nowMs);
  const present = by.filter(
    (field) =>
      ["host", "path", "branch", "remote", "package", "mcp"].includes(field) ||
      listsIn([field]).length > 0,
  );
  const filter = [asked === "" ? "" : `(${asked})`, ...present.map((field) => `${field}:*`)]
    .join(" ")
    .trim();
  const view = await openView(args.data);
  const directories = directoriesIn(args.data ?? dataDirectory());
  const { places, isCut } = await allPlaces(async (page) => {
    const question = { ask: "search", filter, nowMs, byRank: false, ...page } as const;
    const { answer, note } = await askLog(directories, question);
    tellNote(note);
    if (answer.kind !== "found") throw new Failure("daemon", "the daemon's answer makes no sense");
    return answer.places;
  });
  if (isCut)
    tellNote(`only the newest ${OPENED_MAX} events were counted: bound the time with --since`);
  return countSealed(view, places, { by, limit });
}

async function count(
  args: Asked,
  how: { readonly by: readonly GroupField[]; readonly limit: number; readonly inOrder: boolean },
): Promise<Table> {
  const nowMs = Date.now();
  const filter = readFilter(args._, args, nowMs);
  // What waits in the spool is counted too.
  await openView(args.data);
  const directories = directoriesIn(args.data ?? dataDirectory());
  const limit = Math.min(how.limit, QUERY_ROWS_MAX);
  const { answer, note } = await askLog(directories, {
    ask: "group",
    filter,
    nowMs,
    ...how,
    limit,
  });
  tellNote(note);
  if (answer.kind !== "table") throw new Failure("daemon", "the daemon's answer makes no sense");
  return answer;
}

function plainFields(text: string): readonly GroupField[] {
  const fields = readFields(text);
  if (listsIn(fields).length > 1)
    throw new Failure(
      "usage",
      `a timeline is counted by one of ${listsIn(fields).join(", ")}: \`sallyport log stats --by ${fields.join(",")}\` takes both`,
    );
  return fields.map((field) => {
    if (isSealedField(field))
      throw new Failure(
        "usage",
        `a timeline is not counted by \`${field}\`, which is sealed: \`sallyport log stats --by day,${field}\` is`,
      );
    return field;
  });
}

function readFields(text: string): readonly CountedField[] {
  const fields = text.split(",").map((given): CountedField => {
    const name = given.trim();
    const field = isSealedField(name) ? name : GROUP_FIELDS.find((one) => one === name);
    if (field === undefined)
      throw new Failure(
        "usage",
        `nothing is counted by \`${printable(name)}\`: use ${[...GROUP_FIELDS, ...Object.keys(SEALED_FIELDS)].join(", ")}`,
      );
    return field;
  });
  if (fields.length > 3) throw new Failure("usage", "`--by` takes up to three fields");
  if (new Set(fields).size < fields.length)
    throw new Failure("usage", "`--by` names a field twice: give each once");
  return fields;
}

/** The fields of which an event may have several members. */
function listsIn(fields: readonly CountedField[]): readonly CountedField[] {
  return fields.filter((field) => (MARK_FIELDS as readonly string[]).includes(field));
}

function withBars(table: Table): Table {
  const largest = Math.max(...table.rows.map((row) => Number(row.at(-1))));
  const bar = (count: number): string =>
    "#".repeat(Math.max(1, Math.round((count / largest) * BAR_CHARS)));
  return {
    ...table,
    columns: [...table.columns, ""],
    rows: table.rows.map((row) => [...row, bar(Number(row.at(-1)))]),
  };
}
