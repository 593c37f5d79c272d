// OTLP: entries as requests for logs, metrics and traces, in the JSON form of the protocol (OTLP 1.5, proto3 JSON mapping).
import { createHash } from "node:crypto";
import { finiteNumber } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { FAULT_SEVERITY, outcomeOf, severityOf, severityRow } from "./event-classes.ts";
import { titleOf, wordOf, wordsOf } from "./event-reading.ts";
import type { ExportEntry } from "./exporter.ts";

const SPAN_KIND_INTERNAL = 1;
const STATUS_OK = 1;
const STATUS_ERROR = 2;
const TEMPORALITY_DELTA = 1;
const ATTRIBUTE_CHARS_MAX = 4_096;
/** gen_ai.* is in development: what we mean by it is this version. */
const SCHEMA_URL = "https://opentelemetry.io/schemas/1.37.0";

export type Attribute = { readonly key: string; readonly value: JsonObject };

/** A request for logs: one record for each entry. */
export function logsRequest(entries: readonly ExportEntry[]): JsonObject {
  return {
    resourceLogs: byResource(entries).map(([resource, group]) => ({
      resource,
      scopeLogs: [{ scope: SCOPE, logRecords: group.map(logRecord), schemaUrl: SCHEMA_URL }],
    })),
  };
}

/**
 * A request for traces. A session is a trace: its end the root span, each call that ran a span below it for as long as it
 * ran, each judgement one below its call; a refused call is a span of its own, which failed. Ids are digests of pseudonyms and
 * the same however often something is sent.
 */
export function tracesRequest(entries: readonly ExportEntry[]): JsonObject | undefined {
  const spans = byResource(entries.filter((entry) => spanKindOf(entry) !== undefined)).map(
    ([resource, group]) => ({
      resource,
      scopeSpans: [{ scope: SCOPE, spans: group.flatMap(spanOf), schemaUrl: SCHEMA_URL }],
    }),
  );
  return spans.length === 0 ? undefined : { resourceSpans: spans };
}

/** A request for metrics: how many events there were of each kind, verdict and tool in the batch, as deltas. */
export function metricsRequest(entries: readonly ExportEntry[]): JsonObject | undefined {
  const events = entries.filter((entry) => entry.kind === "event");
  if (events.length === 0) return undefined;
  return {
    resourceMetrics: byResource(events).map(([resource, group]) => ({
      resource,
      scopeMetrics: [{ scope: SCOPE, metrics: [countsOf(group)], schemaUrl: SCHEMA_URL }],
    })),
  };
}

type SpanKind = "session" | "call" | "judgement";

/** Which span an entry is. WHY a refusal is a call: nothing comes after it. */
function spanKindOf(entry: ExportEntry): SpanKind | undefined {
  if (entry.kind === "fault" || wordOf(entry.metadata["session"]) === undefined) return undefined;
  const { kind, event, call } = entry.metadata;
  if (kind === "hook") return event === "SessionEnd" ? "session" : undefined;
  if (wordOf(call) === undefined) return undefined;
  if (kind === "result") return "call";
  if (kind !== "decision") return undefined;
  return isRefused(entry.metadata) ? "call" : "judgement";
}

function isRefused({ verdict, enforced }: JsonObject): boolean {
  return verdict === "deny" && enforced !== false;
}

const SCOPE = { name: "sallyport" };

/** Entries by what they share of host, repository and job: those are attributes of a resource. */
function byResource(
  entries: readonly ExportEntry[],
): readonly (readonly [resource: JsonObject, group: readonly ExportEntry[]])[] {
  const groups = new Map<string, { resource: JsonObject; group: ExportEntry[] }>();
  for (const entry of entries) {
    const { host, repository, job } = entry.join ?? {};
    const id = JSON.stringify([host, repository, job]);
    const known = groups.get(id);
    if (known !== undefined) {
      known.group.push(entry);
      continue;
    }
    const attributes = [
      attribute("service.name", "sallyport"),
      ...optional(host?.startsWith("h:") === true ? "host.id" : "host.name", host),
      ...optional("vcs.repository.name", repository),
      ...optional("cicd.pipeline.run.id", job),
    ];
    groups.set(id, { resource: { attributes }, group: [entry] });
  }
  return [...groups.values()].map(({ resource, group }) => [resource, group] as const);
}

function logRecord(entry: ExportEntry): JsonObject {
  if (entry.kind === "fault")
    return {
      timeUnixNano: "0",
      ...severityFields(FAULT_SEVERITY),
      body: { stringValue: `entry ${entry.index} cannot be read` },
      attributes: [
        attribute("sallyport.id", `entry-${entry.index}`),
        attribute("sallyport.fault", entry.reason),
      ],
    };
  const { metadata, timeMs } = entry;
  return {
    timeUnixNano: nanoseconds(timeMs),
    ...severityFields(severityOf(metadata)),
    body: { stringValue: titleOf(metadata) },
    eventName: `sallyport.${wordOf(metadata["kind"]) ?? "unknown"}`,
    attributes: attributesOf(entry),
    ...spanIdsOf(metadata, spanKindOf(entry)),
  };
}

function severityFields(severity: Parameters<typeof severityRow>[0]): JsonObject {
  const [severityNumber, severityText] = severityRow(severity).otlp;
  return { severityNumber, severityText };
}

function attributesOf(entry: ExportEntry & { readonly kind: "event" }): readonly Attribute[] {
  const { metadata, id, index, join = {} } = entry;
  const own = Object.entries(metadata).map(([name, value]) =>
    attribute(`sallyport.${name}`, value),
  );
  return [
    attribute("sallyport.id", id),
    attribute("sallyport.index", index),
    attribute("event.outcome", outcomeOf(metadata)),
    ...own,
    ...optional(join.user?.startsWith("u:") === true ? "user.id" : "user.name", join.user),
    ...optional("vcs.ref.head.name", join.branch),
    ...optional("vcs.ref.head.revision", join.commit),
    ...optional("file.path", join.file),
  ];
}

function spanOf(entry: ExportEntry): readonly JsonObject[] {
  const span = spanKindOf(entry);
  if (entry.kind === "fault" || span === undefined) return [];
  const { metadata, timeMs } = entry;
  const tool = wordOf(metadata["tool"]) ?? "unknown";
  const durationMs = Math.max(0, finiteNumber(metadata["durationMs"]) ?? 0);
  const failure = failureOf(metadata);
  return [
    {
      ...spanIdsOf(metadata, span),
      ...parentOf(metadata, span),
      name: {
        session: "invoke_agent claude-code",
        call: `execute_tool ${tool}`,
        judgement: `judge ${tool}`,
      }[span],
      kind: SPAN_KIND_INTERNAL,
      // An event is stamped when what it tells of ended.
      startTimeUnixNano: nanoseconds(Math.max(0, timeMs - durationMs)),
      endTimeUnixNano: nanoseconds(timeMs),
      attributes: [
        ...conventional(metadata, span, tool),
        ...(failure === undefined ? [] : [attribute("error.type", failure)]),
        ...attributesOf(entry),
      ],
      status:
        failure === undefined ? { code: STATUS_OK } : { code: STATUS_ERROR, message: failure },
    },
  ];
}

/** What the conventions for generative AI name. A judgement is none of their operations. */
function conventional(metadata: JsonObject, span: SpanKind, tool: string): readonly Attribute[] {
  const session = attribute("gen_ai.conversation.id", wordOf(metadata["session"]) ?? "");
  if (span === "session")
    return [
      attribute("gen_ai.operation.name", "invoke_agent"),
      attribute("gen_ai.agent.name", "claude-code"),
      session,
    ];
  return [
    ...(span === "call" ? [attribute("gen_ai.operation.name", "execute_tool")] : []),
    attribute("gen_ai.tool.name", tool),
    attribute("gen_ai.tool.call.id", wordOf(metadata["call"]) ?? ""),
    session,
  ];
}

/** The rule that refused a call, or that it failed by itself. */
function failureOf(metadata: JsonObject): string | undefined {
  if (isRefused(metadata)) return wordsOf(metadata["rules"])[0] ?? "denied";
  return metadata["kind"] === "result" && metadata["outcome"] === "failure" ? "failure" : undefined;
}

function countsOf(entries: readonly ExportEntry[]): JsonObject {
  const points = new Map<string, { attributes: readonly Attribute[]; count: number }>();
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const entry of entries) {
    if (entry.kind === "fault") continue;
    first = Math.min(first, entry.timeMs);
    last = Math.max(last, entry.timeMs);
    const attributes = ["kind", "verdict", "tool"].flatMap((name) =>
      optional(`sallyport.${name}`, wordOf(entry.metadata[name])),
    );
    const id = JSON.stringify(attributes);
    const known = points.get(id);
    if (known === undefined) points.set(id, { attributes, count: 1 });
    else known.count += 1;
  }
  return {
    name: "sallyport.events",
    unit: "{event}",
    sum: {
      aggregationTemporality: TEMPORALITY_DELTA,
      isMonotonic: true,
      dataPoints: [...points.values()].map(({ attributes, count }) => ({
        attributes,
        startTimeUnixNano: nanoseconds(first),
        timeUnixNano: nanoseconds(last),
        asInt: String(count),
      })),
    },
  };
}

function spanIdsOf(metadata: JsonObject, span: SpanKind | undefined): JsonObject {
  if (span === undefined) return {};
  const session = wordOf(metadata["session"]) ?? "";
  return { traceId: digest(`trace ${session}`, 16), spanId: spanIdOf(metadata, span) };
}

function parentOf(metadata: JsonObject, span: SpanKind): JsonObject {
  if (span === "session") return {};
  return { parentSpanId: spanIdOf(metadata, span === "call" ? "session" : "call") };
}

function spanIdOf(metadata: JsonObject, span: SpanKind): string {
  const session = wordOf(metadata["session"]) ?? "";
  const call = span === "session" ? "" : ` ${wordOf(metadata["call"]) ?? ""}`;
  return digest(`${span} ${session}${call}`, 8);
}

/** Hex, as the JSON form of OTLP has ids. */
function digest(text: string, bytes: number): string {
  return createHash("sha256")
    .update(`sallyport/otlp/v2/${text}`)
    .digest("hex")
    .slice(0, bytes * 2);
}

/** 64-bit numbers are decimal text in the JSON form. */
function nanoseconds(timeMs: number): string {
  return String(BigInt(Math.round(timeMs * 1_000)) * 1_000n);
}

function optional(key: string, value: string | undefined): readonly Attribute[] {
  return value === undefined ? [] : [attribute(key, value)];
}

function attribute(key: string, value: Json): Attribute {
  return { key, value: anyValue(value) };
}

function anyValue(value: Json): JsonObject {
  if (typeof value === "string") return { stringValue: value.slice(0, ATTRIBUTE_CHARS_MAX) };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number")
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value) && value.every((one) => typeof one === "string"))
    return { arrayValue: { values: value.map(anyValue) } };
  return { stringValue: JSON.stringify(value).slice(0, ATTRIBUTE_CHARS_MAX) };
}
