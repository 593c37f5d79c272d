// Answers of OTLP: how many items were not taken, and what was wrong with a request, in both encodings.
import type { Encoding, Signal } from "./export-request.ts";

/** Media types of the two encodings. */
export const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  json: "application/json",
  protobuf: "application/x-protobuf",
};

const REJECTED = {
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
  traces: "rejectedSpans",
} as const;

/**
 * The answer to an export: empty when everything was taken. The fields are the same for all signals: `partial_success` 1
 * with the count 1 and the message 2.
 */
export function exportAnswer(
  { signal, encoding }: { readonly signal: Signal; readonly encoding: Encoding },
  { rejected, why }: { readonly rejected: number; readonly why: string },
): Buffer {
  const isWhole = rejected === 0 && why === "";
  if (encoding === "json") {
    const partial = { [REJECTED[signal]]: String(rejected), errorMessage: why };
    return Buffer.from(JSON.stringify(isWhole ? {} : { partialSuccess: partial }));
  }
  if (isWhole) return Buffer.alloc(0);
  return field(1, Buffer.concat([Buffer.of(0x08), varint(rejected), field(2, Buffer.from(why))]));
}

/** A `google.rpc.Status`: what the specification wants as the body of an error. */
export function statusAnswer(encoding: Encoding, code: number, message: string): Buffer {
  if (encoding === "json") return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([Buffer.of(0x08), varint(code), field(2, Buffer.from(message))]);
}

/** The same with a `google.rpc.RetryInfo` in its details: send it again after so many seconds. */
export function retryStatus(code: number, message: string, seconds: number): Buffer {
  const delay = field(1, Buffer.concat([Buffer.of(0x08), varint(seconds)]));
  const type = Buffer.from("type.googleapis.com/google.rpc.RetryInfo");
  const detail = field(3, Buffer.concat([field(1, type), field(2, delay)]));
  return Buffer.concat([statusAnswer("protobuf", code, message), detail]);
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(number * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.of(...bytes, rest);
}
