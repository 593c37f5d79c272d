// An entry as one JSON document for targets that keep documents, in the form that a person chose.
import { timeText } from "../event/describe.ts";
import type { ExportEntry } from "../export/forms/exporter.ts";
import { ecsEvent } from "../export/forms/ecs-event.ts";
import { ocsfEvent } from "../export/forms/ocsf-event.ts";
import type { JsonObject } from "../log/leaf.ts";
import { entryId } from "./target.ts";

/** The forms of a document; `native` is what `sallyport log export --format jsonl` writes, with the join keys. */
export const DOCUMENT_FORMS = ["native", "ocsf", "ocsf-1.9", "ecs"] as const;
export type DocumentForm = (typeof DOCUMENT_FORMS)[number];

/** The entry in a form. Every form holds the entry's id, its index and the join keys. */
export function documentOf(form: DocumentForm, entry: ExportEntry): JsonObject {
  switch (form) {
    case "native":
      return nativeDocument(entry);
    case "ocsf":
      return ocsfEvent(entry, "1.8.0");
    case "ocsf-1.9":
      return ocsfEvent(entry, "1.9.0");
    case "ecs":
      return ecsEvent(entry);
    default:
      return form satisfies never;
  }
}

function nativeDocument(entry: ExportEntry): JsonObject {
  const join = entry.join === undefined ? {} : { join: { ...entry.join } };
  const { index } = entry;
  if (entry.kind === "fault") return { index, id: entryId(entry), fault: entry.reason, ...join };
  const { id, timeMs, metadata } = entry;
  return { index, id, time: timeText(timeMs), timeMs, metadata, ...join };
}
