// jsonl: one JSON object a line, with the whole clear metadata of an entry as the log holds it.
import { printableJson } from "#base/printable.ts";
import { timeText } from "../event/describe.ts";
import type { Exporter } from "./forms/exporter.ts";

/** `{index, id, time, timeMs, metadata}`, or `{index, fault}`. Characters that steer a terminal are JSON escapes. */
export const jsonl: Exporter = {
  id: "jsonl",
  title: "one JSON object a line",
  head: undefined,
  line: (entry) => {
    if (entry.kind === "fault") return printableJson({ index: entry.index, fault: entry.reason });
    const { index, id, timeMs, metadata, join } = entry;
    const keys = join === undefined ? {} : { join };
    return printableJson({ index, id, time: timeText(timeMs), timeMs, metadata, ...keys });
  },
};
