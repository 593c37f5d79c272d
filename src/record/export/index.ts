// Every exporter, by the order of its file's name.
import { cef } from "./cef.ts";
import { csv } from "./csv.ts";
import { ecs } from "./ecs.ts";
import type { Exporter } from "./forms/exporter.ts";
import { jsonl } from "./jsonl.ts";
import { leef } from "./leef.ts";
import { ocsf } from "./ocsf.ts";
import { otlp } from "./otlp.ts";

export const EXPORTERS: readonly Exporter[] = [
  // One a line, in the order of the files.
  cef,
  csv,
  ecs,
  jsonl,
  leef,
  ocsf,
  otlp,
];
