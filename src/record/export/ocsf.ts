// ocsf: one OCSF 1.8 event a line.
import { printableJson } from "#base/printable.ts";
import type { Exporter } from "./forms/exporter.ts";
import { ocsfEvent } from "./forms/ocsf-event.ts";

/** The form is in `forms/ocsf-event.ts`. */
export const ocsf: Exporter = {
  id: "ocsf",
  title: "Open Cybersecurity Schema Framework 1.8, one event a line",
  head: undefined,
  line: (entry) => printableJson(ocsfEvent(entry)),
};
