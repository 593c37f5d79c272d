// OTLP requests in protobuf, made from their JSON form by a table of the fields that we fill (decision 0033).
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { JsonObject } from "../../log/leaf.ts";

export type Signal = "logs" | "metrics" | "traces";

type Field = {
  readonly number: number;
  readonly is:
    | "message"
    | "string"
    | "hex"
    | "fixed64"
    | "uint"
    | "int64"
    | "sfixed64"
    | "double"
    | "bool";
  readonly of?: Message;
};
type Message = Readonly<Record<string, Field>>;

const text = (number: number): Field => ({ number, is: "string" });
const message = (number: number, of: Message): Field => ({ number, is: "message", of });

/** Field numbers: <https://github.com/open-telemetry/opentelemetry-proto>, version 1.5. */
const ANY_VALUE: Record<string, Field> = {
  stringValue: text(1),
  boolValue: { number: 2, is: "bool" },
  intValue: { number: 3, is: "int64" },
  doubleValue: { number: 4, is: "double" },
};
ANY_VALUE["arrayValue"] = message(5, { values: message(1, ANY_VALUE) });
const ATTRIBUTE: Message = { key: text(1), value: message(2, ANY_VALUE) };
const attributes = (number: number): Field => message(number, ATTRIBUTE);
const RESOURCE: Message = { attributes: attributes(1) };
const SCOPE: Message = { name: text(1) };
const nanoseconds = (number: number): Field => ({ number, is: "fixed64" });

const LOG_RECORD: Message = {
  timeUnixNano: nanoseconds(1),
  severityNumber: { number: 2, is: "uint" },
  severityText: text(3),
  body: message(5, ANY_VALUE),
  attributes: attributes(6),
  traceId: { number: 9, is: "hex" },
  spanId: { number: 10, is: "hex" },
  eventName: text(12),
};
const SPAN: Message = {
  traceId: { number: 1, is: "hex" },
  spanId: { number: 2, is: "hex" },
  parentSpanId: { number: 4, is: "hex" },
  name: text(5),
  kind: { number: 6, is: "uint" },
  startTimeUnixNano: nanoseconds(7),
  endTimeUnixNano: nanoseconds(8),
  attributes: attributes(9),
  status: message(15, { message: text(2), code: { number: 3, is: "uint" } }),
};
const METRIC: Message = {
  name: text(1),
  unit: text(3),
  sum: message(7, {
    dataPoints: message(1, {
      startTimeUnixNano: nanoseconds(2),
      timeUnixNano: nanoseconds(3),
      asInt: { number: 6, is: "sfixed64" },
      attributes: attributes(7),
    }),
    aggregationTemporality: { number: 2, is: "uint" },
    isMonotonic: { number: 3, is: "bool" },
  }),
};

const scoped = (name: string, item: Message): Message => ({
  scope: message(1, SCOPE),
  [name]: message(2, item),
  schemaUrl: text(3),
});

const REQUESTS: Readonly<Record<Signal, Message>> = {
  logs: {
    resourceLogs: message(1, {
      resource: message(1, RESOURCE),
      scopeLogs: message(2, scoped("logRecords", LOG_RECORD)),
    }),
  },
  metrics: {
    resourceMetrics: message(1, {
      resource: message(1, RESOURCE),
      scopeMetrics: message(2, scoped("metrics", METRIC)),
    }),
  },
  traces: {
    resourceSpans: message(1, {
      resource: message(1, RESOURCE),
      scopeSpans: message(2, scoped("spans", SPAN)),
    }),
  },
};

/** The bytes of a request. Throws for a field that the table does not have: nothing is left out in silence. */
export function encodeSignal(signal: Signal, request: JsonObject): Buffer {
  return encodeMessage(REQUESTS[signal], request);
}

function encodeMessage(fields: Message, value: JsonObject): Buffer {
  const parts: Uint8Array[] = [];
  for (const [name, one] of Object.entries(value)) {
    const field = fields[name];
    if (field === undefined) throw new Error(`invariant broken: OTLP has no field ${name} here`);
    for (const item of Array.isArray(one) ? (one as readonly Json[]) : [one])
      parts.push(...encodeField(field, item));
  }
  return Buffer.concat(parts);
}

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;

function encodeField(field: Field, value: Json): readonly Uint8Array[] {
  const { number, is } = field;
  switch (is) {
    case "message": {
      const bytes = encodeMessage(field.of ?? {}, value as JsonObject);
      return [varint((number << 3) | BYTES), varint(bytes.length), bytes];
    }
    case "string": {
      const bytes = Buffer.from(scalar(value), "utf8");
      return [varint((number << 3) | BYTES), varint(bytes.length), bytes];
    }
    case "hex": {
      const bytes = Buffer.from(scalar(value), "hex");
      return [varint((number << 3) | BYTES), varint(bytes.length), bytes];
    }
    case "fixed64":
    case "sfixed64": {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(scalar(value))));
      return [varint((number << 3) | FIXED_64), bytes];
    }
    case "double": {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(Number(value));
      return [varint((number << 3) | FIXED_64), bytes];
    }
    case "bool":
      return [varint((number << 3) | VARINT), Uint8Array.of(value === true ? 1 : 0)];
    case "uint":
    case "int64":
      return [varint((number << 3) | VARINT), varint(BigInt.asUintN(64, BigInt(scalar(value))))];
    default:
      return is satisfies never;
  }
}

/** What stands in the JSON form for one value: text, or a number that fits. */
function scalar(value: Json): string {
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
}

function varint(value: number | bigint): Uint8Array {
  // Lengths and tags, nearly all of them: one byte, and no numbers of any length.
  if (typeof value === "number" && value < 0x80) return Uint8Array.of(value);
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
