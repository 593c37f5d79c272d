// otlp: an OpenTelemetry endpoint over HTTP, in protobuf or JSON; logs, metrics, traces, or several of them.
import type { ExportEntry } from "../../export/forms/exporter.ts";
import { encodeSignal, type Signal } from "../../export/forms/otlp-protobuf.ts";
import { logsRequest, metricsRequest, tracesRequest } from "../../export/forms/otlp-signals.ts";
import { WireReader } from "../../otlp/wire.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { answerJson, judgeStatus } from "../judge-answer.ts";
import type { Outcome } from "../outcome.ts";
import { TOO_LARGE } from "../post-batch.ts";
import type { BatchLimits, Ports, Target } from "../target.ts";

export type OtlpSettings = {
  /** The endpoint without `/v1/...`. */
  readonly url: string;
  readonly signals: readonly Signal[];
  readonly encoding: "protobuf" | "json";
  /** A header that lets us in, such as `x-honeycomb-team`, and a reference to its value. */
  readonly header: string | undefined;
  readonly token: string | undefined;
  readonly limits: BatchLimits;
};

const REQUESTS: Readonly<
  Record<Signal, (batch: readonly ExportEntry[]) => JsonObject | undefined>
> = { logs: logsRequest, metrics: metricsRequest, traces: tracesRequest };

/** Sends a request for each signal; the batch is delivered when all of them are. */
export function otlpTarget(settings: OtlpSettings): Target {
  const { url, signals, limits } = settings;
  return {
    destination: `otlp ${url} ${signals.join("+")}`,
    limits,
    async send(batch, ports) {
      for (const signal of signals) {
        const request = REQUESTS[signal](batch);
        if (request === undefined) continue;
        const outcome = await sendSignal(settings, signal, request, ports);
        if (outcome.kind !== "delivered") return outcome;
      }
      return { kind: "delivered" };
    },
  };
}

async function sendSignal(
  { url, encoding, header, token, limits }: OtlpSettings,
  signal: Signal,
  request: JsonObject,
  ports: Ports,
): Promise<Outcome> {
  const isJson = encoding === "json";
  const body = isJson ? Buffer.from(JSON.stringify(request)) : encodeSignal(signal, request);
  if (body.length > limits.bytes) return TOO_LARGE;
  const secret = token === undefined ? undefined : await ports.secret(token);
  const answer = await ports.http({
    method: "POST",
    url: `${url}/v1/${signal}`,
    headers: {
      "content-type": isJson ? "application/json" : "application/x-protobuf",
      ...(secret === undefined
        ? {}
        : header === undefined
          ? { authorization: `Bearer ${secret}` }
          : { [header]: secret }),
    },
    body,
  });
  const outcome = judgeStatus(answer);
  if (outcome.kind !== "delivered" || answer.kind !== "answer") return outcome;
  const rejected = isJson ? rejectedInJson(answerJson(answer)) : rejectedInBytes(answer.bytes);
  // WHY refused: partial success counts what was rejected and does not name it; halving finds it.
  return rejected > 0
    ? { kind: "refused", reason: "partial success: rejects some of it" }
    : outcome;
}

function rejectedInJson(value: unknown): number {
  const partial = (value as { readonly partialSuccess?: unknown } | undefined)?.partialSuccess;
  const counts = (partial ?? {}) as Readonly<Record<string, unknown>>;
  return Math.max(
    0,
    ...["rejectedLogRecords", "rejectedSpans", "rejectedDataPoints"].map(
      (name) => Number(counts[name] ?? 0) || 0,
    ),
  );
}

/** Field 1 of every answer is the partial success, and field 1 of that how many were rejected. */
function rejectedInBytes(bytes: Uint8Array): number {
  const answer = new WireReader(Buffer.from(bytes));
  while (answer.next()) {
    if (answer.field !== 1 || answer.wire !== 2) {
      answer.skip();
      continue;
    }
    const partial = answer.message();
    while (partial.next()) {
      if (partial.field === 1 && partial.wire === 0) return partial.varint();
      partial.skip();
    }
  }
  return 0;
}
