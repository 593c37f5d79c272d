// `sallyport log search`: the newest events that meet a filter, or the best ones.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { csv } from "#record/export/csv.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { formOf } from "../../../foundation/terminal/answer-table.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { entryJson, entryLine } from "../../../services/log/entry-text.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { filterOptions, formOptions, readFilter, readLimit } from "../../log/question-options.ts";

/** `sallyport log search`. */
export const searchCommand = defineCommand({
  meta: {
    name: "search",
    description:
      "Events that meet a filter, newest first. Example: sallyport log search 'verdict:deny effect:delete \"rm rf\"' --since 7d",
  },
  args: {
    ...filterOptions,
    limit: { type: "string", default: "50", valueHint: "N", description: "how many at most" },
    before: {
      type: "string",
      valueHint: "INDEX",
      description: "only events before this place in the log: the next page",
    },
    rank: { type: "boolean", description: "best matches of the words first; needs the daemon" },
    count: { type: "boolean", description: "only how many there are" },
    ...formOptions,
    ...dataOption,
  },
  async run({ args }) {
    const nowMs = Date.now();
    const directories = directoriesIn(args.data ?? dataDirectory());
    const filter = readFilter(args._, args, nowMs);
    const view = await openView(args.data);
    const form = formOf(args);
    if (args.count === true) {
      const question = { ask: "group", by: [], limit: 1, inOrder: true, filter, nowMs } as const;
      const { answer, note } = await askLog(directories, question);
      tellNote(note);
      const count = answer.kind === "table" ? Number(answer.rows[0]?.[0] ?? 0) : 0;
      await print(form === "json" ? printableJson({ events: count }) : String(count));
      return;
    }
    const before = args.before === undefined ? null : readPlace(args.before);
    const limit = readLimit(args.limit);
    const byRank = args.rank === true;
    const { answer, note } = await askLog(directories, {
      ask: "search",
      filter,
      nowMs,
      limit,
      before,
      byRank,
    });
    tellNote(note);
    if (answer.kind !== "found") throw new Failure("daemon", "the daemon's answer makes no sense");
    if (form === "csv" && csv.head !== undefined) await print(csv.head);
    for (const place of answer.places) {
      for await (const entry of view.entries(place, place + 1)) {
        const { index, leaf } = entry;
        if (form === "json") await print(printableJson(entryJson(entry)));
        else if (form === "text") await print(entryLine(entry));
        else
          await print(
            csv.line(
              leaf.kind === "fault"
                ? { kind: "fault", index, reason: leaf.reason }
                : { ...leaf, kind: "event", index },
            ),
          );
      }
    }
    if (form === "text" && answer.places.length === 0) await print("nothing was found");
    if (form === "text" && answer.next !== null)
      await print(`there is more: \`--before ${answer.next}\` shows what came before`);
  },
});

/** Says on standard error how an answer was found. */
export function tellNote(note: string | undefined): void {
  if (note !== undefined) process.stderr.write(`sallyport: ${printable(note)}\n`);
}

function readPlace(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Failure(
    "usage",
    `\`--before\` is \`${printable(text)}\`: give a place in the log, such as 1000`,
  );
}
