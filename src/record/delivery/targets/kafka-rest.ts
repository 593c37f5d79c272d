// kafka-rest: a REST proxy in front of Kafka (Confluent's version 2 interface, which Strimzi and Redpanda speak too).
import { printableJson } from "#base/printable.ts";
import type { ExportEntry } from "../../export/exporter.ts";
import { type DocumentForm, documentOf } from "../documents.ts";
import { answerJson } from "../judge-answer.ts";
import type { DeadEntry, Outcome } from "../outcome.ts";
import { postBatch } from "../post-batch.ts";
import { type BatchLimits, entryId, type Target } from "../target.ts";

export type KafkaSettings = {
  readonly url: string;
  readonly topic: string;
  readonly token: string | undefined;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
};

/** Error codes of an offset: 1 the record will never fit, 2 try again. */
const RETRIABLE = 2;

/** Records keyed by the entry's id: a compacted topic keeps one of each. */
export function kafkaTarget({ url, topic, token, form, limits }: KafkaSettings): Target {
  return {
    destination: `kafka-rest ${url} topic ${topic}`,
    limits,
    async send(batch, ports) {
      const records = batch.map((entry) => ({
        key: entryId(entry),
        value: documentOf(form, entry),
      }));
      const { outcome, answer } = await postBatch(ports, {
        url: `${url}/topics/${encodeURIComponent(topic)}`,
        headers: {
          "content-type": "application/vnd.kafka.json.v2+json",
          accept: "application/vnd.kafka.v2+json",
          ...(token === undefined ? {} : { authorization: `Bearer ${await ports.secret(token)}` }),
        },
        body: printableJson({ records }),
        bytesMax: limits.bytes,
      });
      if (outcome.kind !== "delivered" || answer === undefined) return outcome;
      return judgeOffsets(batch, answerJson(answer));
    },
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
