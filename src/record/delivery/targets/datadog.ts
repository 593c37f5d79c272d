// datadog: Datadog's log intake, which cuts an entry of more than 1 MB and answers 202 all the same.
import { printableJson } from "#base/printable.ts";
import type { ExportEntry } from "../../export/forms/exporter.ts";
import { severityOf } from "../../export/forms/event-classes.ts";
import { titleOf } from "../../export/forms/event-reading.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { type DocumentForm, documentOf } from "../documents.ts";
import { postBatch } from "../post-batch.ts";
import { mapInSlices } from "../slices.ts";
import { type BatchLimits, entryId, type Target } from "../target.ts";

/** What Datadog keeps of one entry: <https://docs.datadoghq.com/api/latest/logs/>. Ours stay below, with room for JSON. */
const ENTRY_BYTES_MAX = 1_000_000;
const STATUSES = ["", "info", "notice", "warning", "error", "critical"] as const;

export type DatadogSettings = {
  /** The intake of the site, such as `https://http-intake.logs.datadoghq.eu`. */
  readonly url: string;
  readonly apiKey: string;
  readonly service: string;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
  /** Bytes of one entry. */
  readonly entryBytesMax?: number;
};

/** An array of entries. One that would be cut loses its document and says so; id, title and join keys stay. */
export function datadogTarget(settings: DatadogSettings): Target {
  const { url, apiKey, limits, entryBytesMax = ENTRY_BYTES_MAX } = settings;
  return {
    destination: `datadog ${url}`,
    limits,
    async send(batch, ports) {
      const items = await mapInSlices(batch, (entry) => {
        const whole = printableJson(
          datadogEntry(settings, entry, documentOf(settings.form, entry)),
        );
        if (Buffer.byteLength(whole) <= entryBytesMax) return whole;
        return printableJson(
          datadogEntry(settings, entry, { index: entry.index, truncated: true }),
        );
      });
      const { outcome } = await postBatch(ports, {
        url: `${url}/api/v2/logs`,
        headers: { "dd-api-key": await ports.secret(apiKey), "content-type": "application/json" },
        body: `[${items.join(",")}]`,
        bytesMax: limits.bytes,
        isPacked: true,
      });
      return outcome;
    },
  };
}

function datadogEntry(
  { service }: DatadogSettings,
  entry: ExportEntry,
  document: JsonObject,
): JsonObject {
  const { join = {} } = entry;
  const tags = [
    ["repository", join.repository],
    ["branch", join.branch],
    ["commit", join.commit],
    ["job", join.job],
    ["user", join.user],
    ["file", join.file],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`]));
  return {
    ddsource: "sallyport",
    service,
    ...(join.host === undefined ? {} : { hostname: join.host }),
    ...(tags.length === 0 ? {} : { ddtags: tags.join(",") }),
    status: STATUSES[entry.kind === "event" ? severityOf(entry.metadata) : 4] ?? "info",
    message:
      entry.kind === "event" ? titleOf(entry.metadata) : `entry ${entry.index} cannot be read`,
    ...(entry.kind === "event" ? { timestamp: entry.timeMs } : {}),
    id: entryId(entry),
    sallyport: document,
  };
}
