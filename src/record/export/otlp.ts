// otlp: one OTLP request for logs a line, as collectors read files of them.
import { printableJson } from "#base/printable.ts";
import type { Exporter } from "./forms/exporter.ts";
import { logsRequest } from "./forms/otlp-signals.ts";

/** The form is in `forms/otlp-signals.ts`. */
export const otlp: Exporter = {
  id: "otlp",
  title: "OTLP logs in JSON, one request a line",
  head: undefined,
  line: (entry) => printableJson(logsRequest([entry])),
};
