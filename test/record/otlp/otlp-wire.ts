// Writes export requests of OTLP from their JSON form into protobuf, for tests that hold both against each other.
import type { Signal } from "#record/otlp/export-request.ts";

type Json = Readonly<Record<string, unknown>>;
/** By JSON name: field number, and how the value is written. */
type Fields = Readonly<Record<string, readonly [number, Writer]>>;
type Writer = "text" | "varint" | "bool" | "fixed64" | "signed64" | "double" | Fields;

const VALUE: Fields = {
  stringValue: [1, "text"],
  boolValue: [2, "bool"],
  intValue: [3, "varint"],
  doubleValue: [4, "double"],
};
const ATTRIBUTES: Fields[string] = [0, { key: [1, "text"], value: [2, VALUE] }];
const attributes = (number: number): Fields[string] => [number, ATTRIBUTES[1]];
const RESOURCE: Fields[string] = [1, { attributes: attributes(1) }];
const SCOPE: Fields[string] = [1, { name: [1, "text"], version: [2, "text"] }];
const SPAN_OF_TIME = { startTimeUnixNano: [2, "fixed64"], timeUnixNano: [3, "fixed64"] } as const;
const POINTS: Fields = {
  dataPoints: [
    1,
    { ...SPAN_OF_TIME, asDouble: [4, "double"], asInt: [6, "signed64"], attributes: attributes(7) },
  ],
  aggregationTemporality: [2, "varint"],
  isMonotonic: [3, "bool"],
};
const ITEMS: Readonly<Record<Signal, readonly [string, string, string, Fields]>> = {
  logs: [
    "resourceLogs",
    "scopeLogs",
    "logRecords",
    {
      timeUnixNano: [1, "fixed64"],
      severityNumber: [2, "varint"],
      body: [5, VALUE],
      attributes: attributes(6),
      observedTimeUnixNano: [11, "fixed64"],
    },
  ],
  metrics: [
    "resourceMetrics",
    "scopeMetrics",
    "metrics",
    { name: [1, "text"], unit: [3, "text"], gauge: [5, POINTS], sum: [7, POINTS] },
  ],
  traces: [
    "resourceSpans",
    "scopeSpans",
    "spans",
    {
      name: [5, "text"],
      kind: [6, "varint"],
      startTimeUnixNano: [7, "fixed64"],
      endTimeUnixNano: [8, "fixed64"],
      attributes: attributes(9),
    },
  ],
};

/** The request in protobuf. */
export function otlpWire(signal: Signal, request: Json): Buffer {
  const [groups, scopes, items, item] = ITEMS[signal];
  return message(request, {
    [groups]: [1, { resource: RESOURCE, [scopes]: [2, { scope: SCOPE, [items]: [2, item] }] }],
  });
}

function message(value: Json, fields: Fields): Buffer {
  return Buffer.concat(
    Object.entries(value).flatMap(([name, member]) => {
      const field = fields[name];
      if (field === undefined) return [];
      return (Array.isArray(member) ? member : [member]).map((one) => written(one, field));
    }),
  );
}

function written(value: unknown, [number, as]: Fields[string]): Buffer {
  const tagged = (wire: number, bytes: Buffer) =>
    Buffer.concat([varint(BigInt(number * 8 + wire)), bytes]);
  const delimited = (bytes: Buffer) =>
    tagged(2, Buffer.concat([varint(BigInt(bytes.length)), bytes]));
  if (typeof as === "object") return delimited(message(Object(value), as));
  const eight = Buffer.alloc(8);
  switch (as) {
    case "text":
      return delimited(Buffer.from(String(value)));
    case "varint":
      return tagged(0, varint(BigInt.asUintN(64, BigInt(String(value)))));
    case "bool":
      return tagged(0, varint(value === true ? 1n : 0n));
    case "fixed64":
      eight.writeBigUInt64LE(BigInt(String(value)));
      return tagged(1, eight);
    case "signed64":
      eight.writeBigInt64LE(BigInt(String(value)));
      return tagged(1, eight);
    case "double":
      eight.writeDoubleLE(Number(value));
      return tagged(1, eight);
    default:
      return as satisfies never;
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.of(...bytes, Number(rest));
}
