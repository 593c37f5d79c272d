// Roll-ups of telemetry: tokens, cost, sessions and lines by day, and what came in by name; bounded, whatever is sent.
import { isPublicModel } from "#record/event/client-words.ts";
import type { MetricPoint, Span } from "#record/otlp/export-request.ts";
import { dropOldest } from "#base/drop-oldest.ts";

const DAYS_MAX = 400;
const MODELS_MAX = 32;
/** Series whose last point is remembered, so that one that is sent again counts once. */
const SERIES_MAX = 8_192;
const DAY_MS = 86_400_000;
const NANOS_PER_MS = 1e6;

/** The client's metrics, and the words of `type` by which they are told apart. */
const METRICS: ReadonlyMap<string, { readonly as: string; readonly types?: readonly string[] }> =
  new Map([
    ["claude_code.session.count", { as: "sessions" }],
    ["claude_code.cost.usage", { as: "costUsd" }],
    [
      "claude_code.token.usage",
      { as: "tokens", types: ["input", "output", "cacheRead", "cacheCreation"] },
    ],
    ["claude_code.active_time.total", { as: "activeSeconds", types: ["cli", "user"] }],
    ["claude_code.lines_of_code.count", { as: "lines", types: ["added", "removed"] }],
    ["claude_code.commit.count", { as: "commits" }],
    ["claude_code.pull_request.count", { as: "pullRequests" }],
    ["claude_code.code_edit_tool.decision", { as: "editDecisions" }],
  ]);
const SPANS: readonly string[] = [
  "claude_code.interaction",
  "claude_code.llm_request",
  "claude_code.tool",
  "claude_code.tool.blocked_on_user",
  "claude_code.tool.execution",
  "claude_code.hook",
  "claude_code.mcp.rpc",
  "claude_code.subagent.spawn",
  "claude_code.bash.subprocess",
  "claude_code.compaction",
];

/** Sums of one day, UTC, by metric (`tokens.input`), and of tokens and cost by model. */
export type DayUsage = {
  readonly sums: Record<string, number>;
  readonly models: Record<string, Record<string, number>>;
};
/** Everything that is kept of telemetry beside the log. */
export type Usage = {
  readonly days: Record<string, DayUsage>;
  /** Events, spans and what else came, by name. */
  readonly events: Record<string, number>;
  readonly spans: Record<string, { count: number; durationMs: number }>;
  readonly discrepancies: Record<string, number>;
  readonly counts: {
    duplicates: number;
    unknownMetrics: number;
    foreign: number;
    rejected: number;
  };
  lastMs: number | null;
};

/** Nothing came yet. */
export function emptyUsage(): Usage {
  return {
    days: {},
    events: {},
    spans: {},
    discrepancies: {},
    lastMs: null,
    counts: { duplicates: 0, unknownMetrics: 0, foreign: 0, rejected: 0 },
  };
}

export type UsageBook = {
  countEvent(name: string): void;
  countDuplicate(): void;
  countForeign(count: number): void;
  countRejected(count: number): void;
  countDiscrepancy(what: string): void;
  addPoint(point: MetricPoint): void;
  addSpan(span: Span): void;
  /** Something came in now. */
  touch(nowMs: number): void;
  usage(): Usage;
};

/** Goes on with what is stored. Each number is finite and not negative; a metric of no list is only counted. */
export function createUsageBook(usage: Usage = emptyUsage()): UsageBook {
  const { days, events, spans, discrepancies, counts } = usage;
  const series = new Map<
    string,
    { readonly startNanos: number; endNanos: number; value: number }
  >();

  /** What a point adds: its value, or for one that counts from the start what came since the last. */
  const growth = (point: MetricPoint): number => {
    const key = seriesOf(point);
    const last = series.get(key);
    if (last !== undefined && point.endNanos <= last.endNanos) return 0;
    const isSameRun = last !== undefined && last.startNanos === point.startNanos;
    series.delete(key);
    series.set(key, { startNanos: point.startNanos, endNanos: point.endNanos, value: point.value });
    dropOldest(series, SERIES_MAX);
    return point.isDelta || !isSameRun ? point.value : Math.max(0, point.value - last.value);
  };
  return {
    countEvent: (name) => add(events, name, 1),
    countDiscrepancy: (what) => add(discrepancies, what, 1),
    countDuplicate: () => void counts.duplicates++,
    countForeign: (count) => void (counts.foreign += count),
    countRejected: (count) => void (counts.rejected += count),
    addPoint(point) {
      const metric = METRICS.get(point.name);
      if (metric === undefined) return void counts.unknownMetrics++;
      if (!Number.isFinite(point.value) || point.value < 0) return;
      const value = growth(point);
      const day = dayOf(point.endNanos / NANOS_PER_MS);
      if (value === 0 || day === undefined) return;
      const entry = (days[day] ??= { sums: {}, models: {} });
      const type = String(point.attributes.get("type"));
      const typed =
        metric.types === undefined ? "" : `.${metric.types.includes(type) ? type : "other"}`;
      add(entry.sums, `${metric.as}${typed}`, value);
      const model = point.attributes.get("model");
      if (typeof model === "string") add(modelIn(entry, model), `${metric.as}${typed}`, value);
      for (const old of Object.keys(days).sort().slice(0, -DAYS_MAX)) delete days[old];
    },
    addSpan({ name, durationMs }) {
      const entry = (spans[SPANS.includes(name) ? name : "other"] ??= { count: 0, durationMs: 0 });
      entry.count++;
      if (Number.isFinite(durationMs) && durationMs > 0) entry.durationMs += durationMs;
    },
    touch(nowMs) {
      usage.lastMs = nowMs;
    },
    usage: () => usage,
  };
}

function modelIn(entry: DayUsage, model: string): Record<string, number> {
  const isRoom =
    Object.hasOwn(entry.models, model) || Object.keys(entry.models).length < MODELS_MAX;
  return (entry.models[isPublicModel(model) && isRoom ? model : "other"] ??= {});
}

function add(sums: Record<string, number>, name: string, value: number): void {
  sums[name] = (Object.hasOwn(sums, name) ? (sums[name] ?? 0) : 0) + value;
}

function seriesOf({ name, isDelta, attributes }: MetricPoint): string {
  return JSON.stringify([
    name,
    isDelta,
    ...[...attributes].sort(([one], [two]) => (one < two ? -1 : 1)),
  ]);
}

/** The day of a time, UTC; undefined for times that no clock shows. */
function dayOf(ms: number): string | undefined {
  if (!(ms >= DAY_MS && ms < 4.1e12)) return undefined;
  return new Date(ms).toISOString().slice(0, 10);
}
