// `sallyport log sql`: a question in SQL over the views of the index, which is only read.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { formOf, printTable } from "../../../foundation/terminal/answer-table.ts";
import { askLog } from "../../../services/log/asked-log.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption } from "../../../foundation/terminal/options.ts";
import { formOptions, readLimit } from "../../log/question-options.ts";
import { tellNote } from "./log-search.ts";

/** `sallyport log sql`. */
export const sqlCommand = defineCommand({
  meta: {
    name: "sql",
    description:
      "A question in SQL over the views `events`, `marks` and `hours` (docs/reference/log-queries.md); nothing can be written. Example: sallyport log sql \"select tool, sum(events) from hours where verdict = 'deny' group by tool\"",
  },
  args: {
    sql: {
      type: "positional",
      required: true,
      description: "one statement that begins with select, with or values",
    },
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
    await openView(args.data);
    const directories = directoriesIn(args.data ?? dataDirectory());
    const question = {
      ask: "select",
      sql: args.sql,
      parameters: {},
      limit: readLimit(args.limit),
    } as const;
    const { answer, note } = await askLog(directories, question);
    tellNote(note);
    if (answer.kind !== "table") throw new Failure("daemon", "the daemon's answer makes no sense");
    await printTable(answer, formOf(args));
  },
});
