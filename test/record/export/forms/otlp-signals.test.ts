// Traces: a session with its calls and their judgements, each as long as it took, whatever order and batches they are sent in.
import { expect, it } from "vitest";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { logsRequest, tracesRequest } from "#record/export/forms/otlp-signals.ts";

type Span = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code: number; readonly message?: string };
};

const entry = (timeMs: number, metadata: object): ExportEntry => ({
  kind: "event",
  index: timeMs,
  id: `0199c1a2-0000-7000-8000-${String(timeMs).padStart(12, "0")}`,
  timeMs,
  metadata: { session: "S1", ...metadata },
});
const decision = (call: string, verdict: string, more: object = {}) =>
  entry(2_000, {
    kind: "decision",
    tool: "Bash",
    call,
    verdict,
    durationMs: 4,
    rules: ["r"],
    ...more,
  });
const result = (call: string, outcome = "success") =>
  entry(5_000, { kind: "result", tool: "Bash", call, outcome, durationMs: 2_500 });
const end = entry(9_000, { kind: "hook", event: "SessionEnd", durationMs: 8_000 });

function spansOf(entries: readonly ExportEntry[]): readonly Span[] {
  const request = Object(tracesRequest(entries));
  return (request.resourceSpans ?? []).flatMap((one: { scopeSpans: { spans: Span[] }[] }) =>
    one.scopeSpans.flatMap(({ spans }) => spans),
  );
}
const tookMs = ({ startTimeUnixNano: start, endTimeUnixNano: end }: Span) =>
  Number((BigInt(end) - BigInt(start)) / 1_000_000n);

it("a session is the root, a call that ran lies below it, its judgement below the call", () => {
  const spans = spansOf([decision("a", "allow"), result("a"), end]);
  expect(spans.map(({ name, status }) => [name, status.code])).toEqual([
    ["judge Bash", 1],
    ["execute_tool Bash", 1],
    ["invoke_agent claude-code", 1],
  ]);
  expect(spans.map(tookMs)).toEqual([4, 2_500, 8_000]);
  const [judged, call, root] = spans;
  expect(root?.parentSpanId).toBeUndefined();
  expect([call?.parentSpanId, judged?.parentSpanId]).toEqual([root?.spanId, call?.spanId]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(3);
});

it("what is sent in other batches has the same ids", () => {
  const all = [decision("a", "allow"), result("a"), end];
  const alone = all.flatMap((one) => spansOf([one]));
  expect(alone.map(({ spanId }) => spanId)).toEqual(spansOf(all).map(({ spanId }) => spanId));
});

it("a refused call is a span that failed by its rule; one that was let through all the same is judged and ran", () => {
  const [refused] = spansOf([decision("a", "deny")]);
  expect(refused).toMatchObject({ name: "execute_tool Bash", status: { code: 2, message: "r" } });
  const observed = spansOf([decision("a", "deny", { enforced: false }), result("a", "failure")]);
  expect(observed.map(({ name, status }) => [name, status.code])).toEqual([
    ["judge Bash", 1],
    ["execute_tool Bash", 2],
  ]);
});

it("a record of the log of a call names its span, and one of no call none", () => {
  const text = JSON.stringify(logsRequest([result("a")]));
  expect(text).toContain(`"spanId":"${spansOf([result("a")])[0]?.spanId}"`);
  expect(JSON.stringify(logsRequest([entry(1, { kind: "hook", event: "Stop" })]))).not.toContain(
    "spanId",
  );
});

it("nothing that is no call and no session is a span", () => {
  const others = [
    entry(1, { kind: "hook", event: "Stop" }),
    entry(1, { kind: "decision", tool: "Bash", verdict: "allow" }),
    entry(1, { kind: "result", session: 7, call: "a" }),
    { kind: "fault", index: 1, reason: "metadata" } as const,
  ];
  expect(tracesRequest(others)).toBeUndefined();
});
