// Export requests of OTLP, in protobuf and in JSON: what is inside resources and scopes, of any sender, total on any bytes.
import { arrayOrEmpty, isObject } from "#base/json.ts";
import { OTLP_RECORDS_MAX } from "#base/limits.ts";
import {
  addJsonAttributes,
  addWireAttribute,
  type AttributeSink,
  attributeSink,
  jsonResource,
  numberOf,
  wireResource,
} from "./attributes.ts";
import type { Attributes, ContentKind } from "./kept.ts";
import { WireReader } from "./wire.ts";

/** The three kinds of telemetry. */
export const SIGNALS = ["logs", "metrics", "traces"] as const;
export type Signal = (typeof SIGNALS)[number];
/** How a body is written. */
export type Encoding = "json" | "protobuf";

/** A log record: an event of the client. Times are Unix milliseconds. */
export type LogRecord = {
  readonly timeMs: number;
  readonly attributes: Attributes;
  readonly content: ReadonlySet<ContentKind>;
};
/** One number of a metric, over a span of time in nanoseconds as the sender counts them. */
export type MetricPoint = {
  readonly name: string;
  readonly isDelta: boolean;
  readonly startNanos: number;
  readonly endNanos: number;
  readonly value: number;
  readonly attributes: Attributes;
};
/** A span: how long something took. */
export type Span = {
  readonly name: string;
  readonly durationMs: number;
  readonly content: ReadonlySet<ContentKind>;
};
type Items = { readonly logs: LogRecord; readonly metrics: MetricPoint; readonly traces: Span };

/** What a request holds. `foreign`: items of other programs, `omitted`: those past the bound; neither is looked at. */
export type Export<Kind extends Signal> =
  | {
      readonly kind: "export";
      readonly items: readonly Items[Kind][];
      readonly foreign: number;
      readonly omitted: number;
    }
  | { readonly kind: "fault" };

/** What the client calls itself; telemetry of anything else is counted and dropped. */
export const CLIENT_SERVICE = "claude-code";

const NAME_BYTES_MAX = 128;
const NANOS_PER_MS = 1e6;

/** Names of the parts in JSON. Numbers of the fields in protobuf are the same for all signals. */
const PARTS = {
  logs: { resources: "resourceLogs", scopes: "scopeLogs", items: "logRecords" },
  metrics: { resources: "resourceMetrics", scopes: "scopeMetrics", items: "metrics" },
  traces: { resources: "resourceSpans", scopes: "scopeSpans", items: "spans" },
} as const;

/**
 * Reads an export request. Fields that this version does not know are passed over, as the specification wants it; what is
 * no such message is a fault. Format: opentelemetry-proto 1, `ExportLogsServiceRequest` and its sisters.
 */
export function readExport<Kind extends Signal>(
  signal: Kind,
  encoding: Encoding,
  bytes: Buffer,
): Export<Kind> {
  const found: Items[Kind][] = [];
  const tally: Tally = { foreign: 0, omitted: 0, seen: 0 };
  const isRead =
    encoding === "json"
      ? readJson(signal, bytes, found, tally)
      : readWire(signal, bytes, found, tally);
  if (!isRead) return { kind: "fault" };
  return { kind: "export", items: found, foreign: tally.foreign, omitted: tally.omitted };
}

type Tally = { foreign: number; omitted: number; seen: number };

function isClient(resource: Attributes): boolean {
  return resource.get("service.name") === CLIENT_SERVICE;
}

/** Whether one more item of a resource is looked at; counted where not. */
function isTaken(tally: Tally, fromClient: boolean): boolean {
  if (++tally.seen > OTLP_RECORDS_MAX) tally.omitted++;
  else if (fromClient) return true;
  else tally.foreign++;
  return false;
}

function readWire<Kind extends Signal>(
  signal: Kind,
  bytes: Buffer,
  found: Items[Kind][],
  tally: Tally,
): boolean {
  const request = new WireReader(bytes);
  while (request.next()) {
    if (request.field !== 1 || request.wire !== 2) {
      request.skip();
      continue;
    }
    const group = request.message();
    const start = group.place;
    let fromClient = false;
    while (group.next()) {
      if (group.field === 1 && group.wire === 2)
        fromClient = isClient(wireResource(group.message()));
      else group.skip();
    }
    // WHY twice: nothing says that the resource stands before what it is the resource of.
    const scopes = group.again(start);
    while (scopes.next()) {
      if (scopes.field === 2 && scopes.wire === 2) readScope(scopes.message(), fromClient);
      else scopes.skip();
    }
  }
  return !request.isBroken;

  function readScope(scope: WireReader, fromClient: boolean): void {
    while (scope.next()) {
      if (scope.field !== 2 || scope.wire !== 2 || !isTaken(tally, fromClient)) scope.skip();
      else WIRE_ITEMS[signal](scope.message(), found as never);
    }
  }
}

const WIRE_ITEMS: { readonly [Kind in Signal]: (item: WireReader, into: Items[Kind][]) => void } = {
  logs(record, into) {
    let timeNanos = 0;
    let observedNanos = 0;
    const sink = attributeSink();
    while (record.next()) {
      if (record.field === 1 && record.wire === 1) timeNanos = record.fixed64();
      else if (record.field === 11 && record.wire === 1) observedNanos = record.fixed64();
      else if (record.field === 6 && record.wire === 2) addWireAttribute(sink, record.message());
      else record.skip();
    }
    into.push(logRecord(timeNanos || observedNanos, sink));
  },
  metrics(metric, into) {
    let name = "";
    const start = metric.place;
    while (metric.next()) {
      if (metric.field === 1 && metric.wire === 2) name = metric.text(NAME_BYTES_MAX);
      else metric.skip();
    }
    const values = metric.again(start);
    while (values.next()) {
      // 5 is a gauge, 7 a sum: the client has no others.
      if ((values.field !== 5 && values.field !== 7) || values.wire !== 2) values.skip();
      else readWirePoints(values.message(), name, into);
    }
  },
  traces(span, into) {
    let name = "";
    let [startNanos, endNanos] = [0, 0];
    const sink = attributeSink();
    while (span.next()) {
      if (span.field === 5 && span.wire === 2) name = span.text(NAME_BYTES_MAX);
      else if (span.field === 7 && span.wire === 1) startNanos = span.fixed64();
      else if (span.field === 8 && span.wire === 1) endNanos = span.fixed64();
      else if (span.field === 9 && span.wire === 2) addWireAttribute(sink, span.message());
      else span.skip();
    }
    into.push({ name, durationMs: (endNanos - startNanos) / NANOS_PER_MS, content: sink.content });
  },
};

function readWirePoints(data: WireReader, name: string, into: MetricPoint[]): void {
  const start = data.place;
  let isDelta = false;
  while (data.next()) {
    if (data.field === 2 && data.wire === 0) isDelta = data.varint() === 1;
    else data.skip();
  }
  const points = data.again(start);
  while (points.next()) {
    if (points.field !== 1 || points.wire !== 2 || into.length >= OTLP_RECORDS_MAX) {
      points.skip();
      continue;
    }
    const point = points.message();
    let [startNanos, endNanos, value] = [0, 0, 0];
    const sink = attributeSink();
    while (point.next()) {
      if (point.field === 2 && point.wire === 1) startNanos = point.fixed64();
      else if (point.field === 3 && point.wire === 1) endNanos = point.fixed64();
      else if (point.field === 4 && point.wire === 1) value = point.double();
      else if (point.field === 6 && point.wire === 1) value = point.signed64();
      else if (point.field === 7 && point.wire === 2) addWireAttribute(sink, point.message());
      else point.skip();
    }
    into.push({ name, isDelta, startNanos, endNanos, value, attributes: sink.kept });
  }
}

function readJson<Kind extends Signal>(
  signal: Kind,
  bytes: Buffer,
  found: Items[Kind][],
  tally: Tally,
): boolean {
  const { resources, scopes, items } = PARTS[signal];
  let request: unknown;
  try {
    request = JSON.parse(bytes.toString("utf8"));
  } catch {
    return false;
  }
  if (!isObject(request)) return false;
  for (const group of arrayOrEmpty(request[resources])) {
    if (!isObject(group)) return false;
    const fromClient = isClient(jsonResource(group["resource"]));
    for (const scope of arrayOrEmpty(group[scopes])) {
      if (!isObject(scope)) return false;
      for (const item of arrayOrEmpty(scope[items])) {
        if (!isObject(item)) return false;
        if (isTaken(tally, fromClient)) JSON_ITEMS[signal](item, found as never);
      }
    }
  }
  return true;
}

type JsonItem = Readonly<Record<string, unknown>>;
const JSON_ITEMS: { readonly [Kind in Signal]: (item: JsonItem, into: Items[Kind][]) => void } = {
  logs(record, into) {
    const sink = attributeSink();
    addJsonAttributes(sink, record["attributes"]);
    into.push(
      logRecord(nanosOf(record["timeUnixNano"]) || nanosOf(record["observedTimeUnixNano"]), sink),
    );
  },
  metrics(metric, into) {
    const name = nameOf(metric["name"]);
    for (const data of [metric["gauge"], metric["sum"]]) {
      if (!isObject(data)) continue;
      const isDelta = data["aggregationTemporality"] === 1;
      for (const point of arrayOrEmpty(data["dataPoints"])) {
        if (!isObject(point) || into.length >= OTLP_RECORDS_MAX) continue;
        const sink = attributeSink();
        addJsonAttributes(sink, point["attributes"]);
        const [startNanos, endNanos] = [
          nanosOf(point["startTimeUnixNano"]),
          nanosOf(point["timeUnixNano"]),
        ];
        const value = numberOf(point["asDouble"]) ?? numberOf(point["asInt"]) ?? 0;
        into.push({ name, isDelta, startNanos, endNanos, value, attributes: sink.kept });
      }
    }
  },
  traces(span, into) {
    const sink = attributeSink();
    addJsonAttributes(sink, span["attributes"]);
    const nanos = nanosOf(span["endTimeUnixNano"]) - nanosOf(span["startTimeUnixNano"]);
    into.push({
      name: nameOf(span["name"]),
      durationMs: nanos / NANOS_PER_MS,
      content: sink.content,
    });
  },
};

function logRecord(nanos: number, sink: AttributeSink): LogRecord {
  return { timeMs: Math.floor(nanos / NANOS_PER_MS), attributes: sink.kept, content: sink.content };
}

function nanosOf(value: unknown): number {
  const nanos = numberOf(value) ?? 0;
  return nanos > 0 && Number.isFinite(nanos) ? nanos : 0;
}

function nameOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, NAME_BYTES_MAX) : "";
}
