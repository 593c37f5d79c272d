// `sallyport telemetry status`: where the client's telemetry goes, what came in, and what in it does not fit the record.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import { timeText } from "#record/event/describe.ts";
import { readInstall } from "../../../services/installation/install.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { readUsage } from "../../../services/telemetry/usage-file.ts";
import type { Usage } from "../../../services/telemetry/usage.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { presentVariable, readUserSettings } from "../../../services/settings/project-settings.ts";

const DAYS_SHOWN = 7;

export const statusCommand = defineCommand({
  meta: {
    name: "status",
    description:
      "Where the client's telemetry goes, what of it came in, tokens and cost by day, and how often it did not fit the record. Sums are at most ten seconds old. Example: sallyport telemetry status --json",
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const notes: string[] = [];
    const usage = readUsage(directories.telemetryFile, (line) => notes.push(line));
    const sends = await whereTo(readInstall(directories)?.port);
    await print(
      args.json === true
        ? printableJson({ sends, ...usage, notes })
        : [...usageLines(sends, usage), ...notes].map(printable).join("\n"),
    );
    if (Object.keys(usage.discrepancies).some((what) => what !== "content")) process.exitCode = 1;
  },
});

type Sends = "here" | "elsewhere" | "off";

/** Where people's own settings, managed ones and the environment send telemetry. */
async function whereTo(port: number | undefined): Promise<Sends> {
  const settings = await readUserSettings(homeDirectory());
  const variable = (name: string) => presentVariable(settings, process.env, name, true) ?? "";
  if (/^(?:0|false|)$/i.test(variable("CLAUDE_CODE_ENABLE_TELEMETRY"))) return "off";
  const own = port === undefined ? undefined : `https://127.0.0.1:${port}`;
  return variable("OTEL_EXPORTER_OTLP_ENDPOINT").replace(/\/+$/, "") === own ? "here" : "elsewhere";
}

const SENDS: Readonly<Record<Sends, string>> = {
  here: "the client sends its telemetry to this daemon",
  elsewhere: "the client sends its telemetry to another collector",
  off: "the client sends no telemetry: `sallyport init --scope user --telemetry` has it send to this daemon",
};

function usageLines(sends: Sends, usage: Usage): readonly string[] {
  const { events, spans, discrepancies, counts, days, lastMs } = usage;
  const total = Object.values(events).reduce((sum, count) => sum + count, 0);
  const spanCount = Object.values(spans).reduce((sum, { count }) => sum + count, 0);
  const wrong = Object.entries(discrepancies).map(([what, count]) => `${what} ${count}`);
  return [
    SENDS[sends],
    lastMs === null ? "nothing came in yet" : `last came in ${timeText(lastMs)}`,
    `${total} events, ${spanCount} spans; ${counts.duplicates} came twice, ${counts.rejected} could not be taken, ${counts.foreign} were of other programs, ${counts.unknownMetrics} points of metrics that are not known`,
    ...Object.entries(events)
      .sort(([, one], [, other]) => other - one)
      .map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`),
    ...Object.keys(days)
      .sort()
      .slice(-DAYS_SHOWN)
      .map((day) => `${day}  ${sumsText(days[day]?.sums ?? {})}`),
    wrong.length === 0
      ? "nothing in it does not fit the record"
      : `does not fit the record: ${wrong.join(", ")}; see \`sallyport log search 'kind:discrepancy'\``,
  ];
}

function sumsText(sums: Readonly<Record<string, number>>): string {
  return Object.entries(sums)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name} ${Math.round(value * 1e6) / 1e6}`)
    .join(", ");
}
