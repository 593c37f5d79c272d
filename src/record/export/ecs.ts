// ecs: one document of the Elastic Common Schema a line.
import { printableJson } from "#base/printable.ts";
import { ecsEvent } from "./forms/ecs-event.ts";
import type { Exporter } from "./forms/exporter.ts";

/** The form is in `forms/ecs-event.ts`. */
export const ecs: Exporter = {
  id: "ecs",
  title: "Elastic Common Schema, one document a line",
  head: undefined,
  line: (entry) => printableJson(ecsEvent(entry)),
};
