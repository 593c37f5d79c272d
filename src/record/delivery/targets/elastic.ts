// elastic: Elasticsearch's _bulk, into a data stream or an index, with an answer for every single document.
import { printableJson } from "#base/printable.ts";
import type { ExportEntry } from "../../export/forms/exporter.ts";
import { type DocumentForm, documentOf } from "../documents.ts";
import { answerJson, foreignReason } from "../judge-answer.ts";
import type { DeadEntry, Outcome } from "../outcome.ts";
import { postBatch } from "../post-batch.ts";
import { mapInSlices } from "../slices.ts";
import { type BatchLimits, entryId, type Target } from "../target.ts";

export type ElasticSettings = {
  readonly url: string;
  readonly index: string;
  /** A reference to an API key, as Elastic gives it out: base64 of id and key. */
  readonly apiKey: string;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
};

/** Documents are created under the entry's id, so that one that is there already is not stored twice. */
export function elasticTarget({ url, index, apiKey, form, limits }: ElasticSettings): Target {
  return {
    destination: `elastic ${url} ${index}`,
    limits,
    async send(batch, ports) {
      const lines = await mapInSlices(batch, (entry) => [
        JSON.stringify({ create: { _id: entryId(entry) } }),
        printableJson(documentOf(form, entry)),
      ]);
      const { outcome, answer } = await postBatch(ports, {
        url: `${url}/${encodeURIComponent(index)}/_bulk`,
        headers: {
          authorization: `ApiKey ${await ports.secret(apiKey)}`,
          "content-type": "application/x-ndjson",
        },
        body: `${lines.flat().join("\n")}\n`,
        bytesMax: limits.bytes,
      });
      if (outcome.kind !== "delivered" || answer === undefined) return outcome;
      return judgeItems(batch, answerJson(answer));
    },
  };
}

/** A 200 says nothing of the documents: `errors` does, and then each item. */
function judgeItems(batch: readonly ExportEntry[], value: unknown): Outcome {
  const { errors, items } = (value ?? {}) as {
    readonly errors?: unknown;
    readonly items?: unknown;
  };
  if (errors === false) return { kind: "delivered" };
  if (!Array.isArray(items) || items.length !== batch.length)
    return { kind: "again", reason: "answers with another number of items" };
  const again: number[] = [];
  const dead: DeadEntry[] = [];
  for (const [at, { index }] of batch.entries()) {
    const { status, type } = readItem(items[at]);
    // 409: the entry is there from an earlier try.
    if ((status >= 200 && status < 300) || status === 409) continue;
    if (status === 429 || status >= 500 || status === 0) again.push(index);
    else dead.push({ index, reason: `item ${status} ${foreignReason(type)}` });
  }
  if (again.length + dead.length === 0) return { kind: "delivered" };
  return { kind: "partial", again, dead, reason: "refuses some of the documents" };
}

function readItem(item: unknown): { readonly status: number; readonly type: unknown } {
  const create = (item as { readonly create?: unknown } | undefined)?.create;
  const { status, error } = (create ?? {}) as {
    readonly status?: unknown;
    readonly error?: { readonly type?: unknown };
  };
  return { status: typeof status === "number" ? status : 0, type: error?.type };
}
