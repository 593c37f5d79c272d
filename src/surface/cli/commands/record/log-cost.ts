// `sallyport log cost`: tokens and money of sessions, commands that failed again and again, questions and how they were answered.
import { defineCommand } from "citty";
import { FAILURES_MIN } from "#assure/activity/failing-loops.ts";
import { startSpendingTally } from "#assure/activity/spending.ts";
import {
  type Spending,
  SPENDING_KEYS,
  type SpendingKey,
} from "#assure/activity/spending-groups.ts";
import { notesOf } from "#assure/activity/spending-notes.ts";
import { Failure } from "#base/failure.ts";
import { filledString } from "#base/json.ts";
import { printable, printableJson } from "#base/printable.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { keptSpending, repositories } from "../../../services/log/spending.ts";
import { periodOptions, readPeriod } from "../../log/period.ts";
import { spendingCsv, spendingLines } from "../../log/spending-text.ts";

/** `sallyport log cost`. */
export const costCommand = defineCommand({
  meta: {
    name: "cost",
    description:
      "What sessions cost by the client's telemetry: tokens, money, commands that failed again and again with what was spent meanwhile, questions per hundred calls and how they were answered. Examples: sallyport log cost --since 7d; sallyport log cost --by repository --csv",
  },
  args: {
    by: {
      type: "string",
      valueHint: "KEY",
      default: "day",
      description: `what the rows are: ${SPENDING_KEYS.join(", ")}`,
    },
    failures: {
      type: "string",
      valueHint: "NUMBER",
      default: String(FAILURES_MIN),
      description:
        "so many failures of the same command in a session, without a success of it, are a loop",
    },
    ...periodOptions,
    csv: { type: "boolean", description: "a table for spreadsheets" },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const by = readKey(args.by);
    const failuresMin = readFailures(args.failures);
    if (args.csv === true && args.json === true)
      throw new Failure("usage", "`--csv` and `--json` are two forms: leave one out");
    const period = readPeriod(args);
    // Of any other number the sums are not kept.
    const kept =
      failuresMin === FAILURES_MIN
        ? await keptSpending(directoriesIn(args.data ?? dataDirectory()), { by, ...period })
        : undefined;
    const { spending, faults } = kept ?? (await spendingOfLog(args.data, by, failuresMin, period));
    if (args.json === true)
      await print(printableJson({ by, ...spending, notes: notesOf(spending) }));
    else {
      const lines = args.csv === true ? spendingCsv(spending, by) : spendingLines(spending, by);
      for (const line of lines) await print(line);
      if (args.csv === true)
        for (const note of notesOf(spending)) process.stderr.write(`sallyport: ${note}\n`);
    }
    if (faults === 0) return;
    process.stderr.write(
      `sallyport: ${faults} entries cannot be read by this version and were not counted; \`sallyport log verify\` tells whether they were altered\n`,
    );
    process.exitCode = 1;
  },
});

function readKey(text: string): SpendingKey {
  const found = SPENDING_KEYS.find((key) => key === text);
  if (found !== undefined) return found;
  throw new Failure("usage", `\`--by ${printable(text)}\`: use one of ${SPENDING_KEYS.join(", ")}`);
}

function readFailures(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text) && Number(text) >= 2) return Number(text);
  throw new Failure("usage", `\`--failures ${printable(text)}\`: give a whole number from 2 on`);
}

/** The same of every entry of the log. */
async function spendingOfLog(
  data: string | undefined,
  by: SpendingKey,
  failuresMin: number,
  period: ReturnType<typeof readPeriod>,
): Promise<{ readonly spending: Spending; readonly faults: number }> {
  const tally = startSpendingTally(period);
  const view = await openView(data);
  const size = await view.size();
  const repositoryOf = repositories();
  let faults = 0;
  for await (const { leaf, sealed } of view.entries(0, size)) {
    if (leaf.kind === "fault") {
      faults += 1;
      continue;
    }
    const cwd = filledString(sealed?.["cwd"]);
    tally.add({
      timeMs: leaf.timeMs,
      metadata: leaf.metadata,
      user: filledString(sealed?.["user"]),
      repository: cwd === undefined ? undefined : await repositoryOf(cwd),
      command: filledString(sealed?.["command"]),
    });
  }
  return { spending: tally.result(by, failuresMin), faults };
}
