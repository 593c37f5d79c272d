// OTLP in protobuf, held against the reader that takes telemetry in: it reads the same from both encodings.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { encodeSignal } from "#record/export/forms/otlp-protobuf.ts";
import { logsRequest, metricsRequest, tracesRequest } from "#record/export/forms/otlp-signals.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { readExport, SIGNALS } from "#record/otlp/export-request.ts";

const entries = parse(
  readFileSync(new URL("../../corpus/exporters/reference.yaml", import.meta.url), "utf8"),
) as readonly ExportEntry[];
const requests = {
  logs: logsRequest(entries),
  metrics: metricsRequest(entries),
  traces: tracesRequest(entries),
};

/** The reader looks only at what the client sends: the request says that it is from it. */
function asClient(request: JsonObject | undefined): JsonObject {
  const text = JSON.stringify(request).replaceAll(
    '{"key":"service.name","value":{"stringValue":"sallyport"}}',
    '{"key":"service.name","value":{"stringValue":"claude-code"}}',
  );
  return JSON.parse(text) as JsonObject;
}

it.each(SIGNALS)("%s: the same items in protobuf and in JSON", (signal) => {
  const request = asClient(requests[signal]);
  const json = readExport(signal, "json", Buffer.from(JSON.stringify(request)));
  const protobuf = readExport(signal, "protobuf", encodeSignal(signal, request));
  if (json.kind === "fault" || protobuf.kind === "fault") throw new Error("unread");
  expect(json.items.length).toBeGreaterThan(3);
  expect(protobuf).toEqual(json);
});

it("writes ids as bytes, and refuses a field that its table does not have", () => {
  const bytes = encodeSignal("traces", requests.traces ?? {});
  const text = JSON.stringify(requests.traces);
  const [, traceId = ""] = /"traceId":"([0-9a-f]{32})"/.exec(text) ?? [];
  const [, spanId = ""] = /"spanId":"([0-9a-f]{16})"/.exec(text) ?? [];
  expect(bytes.includes(Buffer.from(`0a10${traceId}1208${spanId}`, "hex"))).toBe(true);
  expect(() => encodeSignal("logs", { resourceLogs: [{ unheardOf: 1 }] })).toThrow(/unheardOf/);
});
