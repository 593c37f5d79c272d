// `sallyport questions list`: questions that wait for an answer from elsewhere.
import { defineCommand } from "citty";
import { printableJson } from "#base/printable.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { requireInstall } from "../../operator/operator-orders.ts";
import { questionLines, questionsOf } from "./question-lines.ts";

/** `sallyport questions list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `questions that wait for an answer from elsewhere

  sallyport questions list
  sallyport questions list --all --json`,
  },
  args: {
    all: { type: "boolean", description: "also those that were over lately" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const install = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    const all = await questionsOf(install);
    const shown = all.filter(({ state }) => args.all === true || state === "waiting");
    if (shown.some(({ state }) => state === "waiting")) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson(shown));
    if (shown.length === 0) return print("no question waits");
    const nowMs = Date.now();
    return print(shown.flatMap((one) => questionLines(one, nowMs)).join("\n"));
  },
});
