// kafka-rest: a REST proxy in front of Kafka, by version 2 of its interface (Strimzi and Redpanda too) or version 3 (Confluent's).
import { printableJson } from "#base/printable.ts";
import type { ExportEntry } from "../../export/forms/exporter.ts";
import { type DocumentForm, documentOf } from "../documents.ts";
import { answerJson, concatenatedJson } from "../judge-answer.ts";
import type { DeadEntry, Outcome } from "../outcome.ts";
import { postBatch } from "../post-batch.ts";
import { mapInSlices } from "../slices.ts";
import { type BatchLimits, entryId, type HttpRequest, type Target } from "../target.ts";

export type KafkaSettings = {
  readonly url: string;
  readonly topic: string;
  /** The cluster's id: version 3 of the interface is spoken where it is given. */
  readonly cluster: string | undefined;
  readonly token: string | undefined;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
};

/** Error codes of an offset: 1 the record will never fit, 2 try again. */
const RETRIABLE = 2;

/** Records keyed by the entry's id: a compacted topic keeps one of each. */
export function kafkaTarget(settings: KafkaSettings): Target {
  const { url, topic, cluster, token, limits } = settings;
  return {
    destination: `kafka-rest ${url} topic ${topic}`,
    limits,
    async send(batch, ports) {
      const {
        url: address,
        headers,
        body,
      } = await (cluster === undefined ? requestOf2(settings, batch) : requestOf3(settings, batch));
      const { outcome, answer } = await postBatch(ports, {
        url: address,
        headers: {
          ...headers,
          ...(token === undefined ? {} : { authorization: `Bearer ${await ports.secret(token)}` }),
        },
        body,
        bytesMax: limits.bytes,
      });
      if (outcome.kind !== "delivered" || answer === undefined) return outcome;
      return cluster === undefined
        ? judgeOffsets(batch, answerJson(answer))
        : judgeReports(batch, concatenatedJson(answer.kind === "answer" ? answer.text : ""));
    },
  };
}

type KafkaRequest = Pick<HttpRequest, "url" | "headers"> & { readonly body: string };

async function requestOf2(
  { url, topic, form }: KafkaSettings,
  batch: readonly ExportEntry[],
): Promise<KafkaRequest> {
  const records = await mapInSlices(batch, (entry) =>
    printableJson({ key: entryId(entry), value: documentOf(form, entry) }),
  );
  return {
    url: `${url}/topics/${encodeURIComponent(topic)}`,
    headers: {
      "content-type": "application/vnd.kafka.json.v2+json",
      accept: "application/vnd.kafka.v2+json",
    },
    body: `{"records":[${records.join(",")}]}`,
  };
}

/** Version 3 takes one JSON text after the other, each a record, and reports on them in the same order. */
async function requestOf3(
  { url, topic, cluster = "", form }: KafkaSettings,
  batch: readonly ExportEntry[],
): Promise<KafkaRequest> {
  const records = await mapInSlices(batch, (entry) =>
    printableJson({
      key: { type: "STRING", data: entryId(entry) },
      value: { type: "JSON", data: documentOf(form, entry) },
    }),
  );
  const [where, what] = [cluster, topic].map(encodeURIComponent);
  return {
    url: `${url}/v3/clusters/${where}/topics/${what}/records`,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: records.join("\n"),
  };
}

function judgeOffsets(batch: readonly ExportEntry[], value: unknown): Outcome {
  const offsets = (value as { readonly offsets?: unknown } | undefined)?.offsets;
  if (!Array.isArray(offsets) || offsets.length !== batch.length)
    return { kind: "again", reason: "answers with another number of offsets" };
  const again: number[] = [];
  const dead: DeadEntry[] = [];
  for (const [at, { index }] of batch.entries()) {
    const code = (offsets[at] as { readonly error_code?: unknown } | null)?.error_code ?? null;
    if (code === null) continue;
    if (code === RETRIABLE || (typeof code === "number" && code >= 50_000)) again.push(index);
    else dead.push({ index, reason: `error code ${typeof code === "number" ? code : "unknown"}` });
  }
  if (again.length + dead.length === 0) return { kind: "delivered" };
  return { kind: "partial", again, dead, reason: "refuses some of the records" };
}

/** An error code is an HTTP status, or one with two digits of Kafka's behind it: 200 took it, 40301 does not let us write. */
const CLOSED = [401, 403, 404];
const DEAD = [400, 413, 415, 422];

/** A record without a report may be there or not: it is sent again. */
function judgeReports(batch: readonly ExportEntry[], reports: readonly unknown[]): Outcome {
  const again: number[] = [];
  const dead: DeadEntry[] = [];
  const statuses: number[] = [];
  for (const [at, { index }] of batch.entries()) {
    const code = (reports[at] as { readonly error_code?: unknown } | null | undefined)?.error_code;
    const status = typeof code !== "number" ? 0 : code > 999 ? Math.floor(code / 100) : code;
    statuses.push(status);
    if (status === 200) continue;
    if (DEAD.includes(status)) dead.push({ index, reason: `error code ${Number(code)}` });
    else again.push(index);
  }
  if (again.length + dead.length === 0) return { kind: "delivered" };
  if (statuses.every((status) => CLOSED.includes(status)))
    return { kind: "closed", reason: `reports error code ${statuses[0]}` };
  return { kind: "partial", again, dead, reason: "refuses some of the records" };
}
