// loki: Grafana Loki's push, with few labels and everything that has many values as structured metadata.
import { printableJson } from "#base/printable.ts";
import type { ExportEntry } from "../../export/forms/exporter.ts";
import { wordOf } from "../../export/forms/event-reading.ts";
import { type DocumentForm, documentOf } from "../documents.ts";
import { postBatch } from "../post-batch.ts";
import { mapInSlices } from "../slices.ts";
import { type BatchLimits, entryId, type Target } from "../target.ts";

export type LokiSettings = {
  readonly url: string;
  /** The tenant, where Loki has several. */
  readonly tenant: string | undefined;
  readonly token: string | undefined;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
};

/** One stream for each kind and verdict: a label with many values makes a stream for each of them. */
export function lokiTarget({ url, tenant, token, form, limits }: LokiSettings): Target {
  return {
    destination: `loki ${url}${tenant === undefined ? "" : ` tenant ${tenant}`}`,
    limits,
    async send(batch, ports) {
      const streams = new Map<string, { stream: Record<string, string>; values: unknown[] }>();
      await mapInSlices(batch, (entry) => {
        const stream = labelsOf(entry);
        const id = JSON.stringify(stream);
        const known = streams.get(id) ?? { stream, values: [] };
        streams.set(id, known);
        const timeMs = entry.kind === "event" ? entry.timeMs : ports.nowMs();
        const metadata = {
          id: entryId(entry),
          ...(entry.kind === "event" ? sessionOf(entry) : {}),
          ...entry.join,
        };
        const line = printableJson(documentOf(form, entry));
        known.values.push([String(BigInt(Math.floor(timeMs)) * 1_000_000n), line, metadata]);
      });
      const { outcome } = await postBatch(ports, {
        url: `${url}/loki/api/v1/push`,
        headers: {
          "content-type": "application/json",
          ...(tenant === undefined ? {} : { "x-scope-orgid": tenant }),
          ...(token === undefined ? {} : { authorization: `Bearer ${await ports.secret(token)}` }),
        },
        body: JSON.stringify({ streams: [...streams.values()] }),
        bytesMax: limits.bytes,
      });
      return outcome;
    },
  };
}

function labelsOf(entry: ExportEntry): Record<string, string> {
  if (entry.kind === "fault") return { service_name: "sallyport", kind: "fault" };
  const kind = wordOf(entry.metadata["kind"]) ?? "unknown";
  const verdict = wordOf(entry.metadata["verdict"]);
  return { service_name: "sallyport", kind, ...(verdict === undefined ? {} : { verdict }) };
}

function sessionOf({ metadata }: ExportEntry & { readonly kind: "event" }): Record<string, string> {
  const session = wordOf(metadata["session"]);
  const tool = wordOf(metadata["tool"]);
  return { ...(session === undefined ? {} : { session }), ...(tool === undefined ? {} : { tool }) };
}
