// Export requests of OTLP: what the client really sent is read, both encodings alike, and no bytes are too strange.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { OTLP_ATTRIBUTES_MAX, OTLP_RECORDS_MAX } from "#base/limits.ts";
import { exportAnswer, retryStatus, statusAnswer } from "#record/otlp/answer.ts";
import { readExport, type Signal, SIGNALS } from "#record/otlp/export-request.ts";
import { clientRecord, logsRequest, otlpAttributes } from "./client-records.ts";
import { otlpWire } from "./otlp-wire.ts";

const both = (signal: Signal, request: object) => ({
  json: readExport(signal, "json", Buffer.from(JSON.stringify(request))),
  protobuf: readExport(signal, "protobuf", otlpWire(signal, { ...request })),
});
const items = (signal: Signal, request: object) => {
  const { json, protobuf } = both(signal, request);
  expect(protobuf).toEqual(json);
  if (json.kind !== "export") throw new Error("it was not read");
  return json;
};

describe("what the client sent", () => {
  const file = new URL("client-logs.b64", import.meta.url);
  const bytes = gunzipSync(Buffer.from(readFileSync(file, "utf8"), "base64"));
  it("is read whole, without a word of content", () => {
    const read = readExport("logs", "protobuf", bytes);
    if (read.kind !== "export") throw new Error("it was not read");
    expect(read).toMatchObject({ foreign: 0, omitted: 0 });
    const names = read.items.map(({ attributes }) => attributes.get("event.name"));
    expect(names).toEqual(expect.arrayContaining(["user_prompt", "api_request", "tool_decision"]));
    expect(read.items.map(({ attributes }) => attributes.get("event.sequence"))).toEqual(
      names.map((_, place) => place),
    );
    const prompt = read.items.find(
      ({ attributes }) => attributes.get("event.name") === "user_prompt",
    );
    expect([...(prompt?.attributes.keys() ?? [])]).not.toContain("prompt");
    expect(read.items.every(({ content }) => content.size === 0)).toBe(true);
  });
  test.each(Array.from({ length: 24 }, (_, place) => place * 37 + 5))(
    "cut off at byte %i it is a fault or less of it, never more",
    (length) => {
      const read = readExport("logs", "protobuf", bytes.subarray(0, length));
      expect(read).toEqual({ kind: "fault" });
    },
  );
});

describe("both encodings", () => {
  it("give the same records, whatever is in them", () => {
    const value = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
    );
    const key = fc.constantFrom(
      "tool_name",
      "prompt",
      "duration_ms",
      "success",
      "model",
      "other",
      "session.id",
      "decision",
    );
    const record = fc.tuple(fc.nat(1e6), fc.dictionary(key, value, { maxKeys: 8 }), fc.nat(4e12));
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 6 }),
        fc.constantFrom("claude-code", "x"),
        (records, service) => {
          const made = records.map(([sequence, attributes, timeMs]) =>
            clientRecord("tool_result", sequence, attributes, timeMs),
          );
          const read = items("logs", logsRequest(made, service));
          expect(read.items.length + read.foreign).toBe(made.length);
        },
      ),
      { numRuns: 200 },
    );
  });
  it("give the same points and spans", () => {
    const attributes = otlpAttributes({ type: "input", model: "claude-opus-5-5", secret: "x" });
    const resource = { attributes: otlpAttributes({ "service.name": "claude-code" }) };
    const times = { startTimeUnixNano: "1795243331879000000", timeUnixNano: "1795243332257000000" };
    const points = (value: object) => ({
      dataPoints: [{ ...times, ...value, attributes }],
      aggregationTemporality: 1,
    });
    const metrics = [
      { name: "claude_code.token.usage", sum: points({ asDouble: 70.5 }) },
      { name: "claude_code.commit.count", gauge: points({ asInt: "-3" }) },
    ];
    const read = items("metrics", { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
    expect(read.items).toMatchObject([
      { name: "claude_code.token.usage", isDelta: true, value: 70.5 },
      { name: "claude_code.commit.count", value: -3 },
    ]);
    const span = {
      name: "claude_code.tool",
      startTimeUnixNano: "1000000",
      endTimeUnixNano: "5000000",
      attributes: otlpAttributes({ full_command: "cat x" }),
    };
    const spans = items("traces", {
      resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }],
    });
    expect(spans.items).toMatchObject([{ name: "claude_code.tool", durationMs: 4 }]);
    expect(spans.items[0]).toHaveProperty("content", new Set(["tool-details"]));
  });
  it("tell content by kind, and not where it is withheld", () => {
    const seen = (attributes: Readonly<Record<string, string>>) => {
      const read = items("logs", logsRequest([clientRecord("user_prompt", 0, attributes)]));
      expect(JSON.stringify([...read.items].map((item) => [...Object.values(item)]))).not.toContain(
        "quartz",
      );
      return read.items[0];
    };
    expect(seen({ prompt: "quartz" })).toHaveProperty("content", new Set(["prompts"]));
    expect(seen({ prompt: "<REDACTED>", tool_input: "" })).toHaveProperty("content", new Set());
    expect(seen({ response: "quartz", server_name: "quartz" })).toHaveProperty(
      "content",
      new Set(["responses", "tool-details"]),
    );
  });
});

describe("any bytes", () => {
  it("are read or are a fault, and are never thrown over", () => {
    const whole = otlpWire(
      "logs",
      logsRequest([clientRecord("tool_result", 3, { success: "true" })]),
    );
    const mutated = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      return bytes;
    });
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      mutated,
    );
    fc.assert(
      fc.property(
        any,
        fc.constantFrom(...SIGNALS),
        fc.constantFrom("json", "protobuf"),
        (bytes, signal, encoding) => {
          expect(["export", "fault"]).toContain(readExport(signal, encoding, bytes).kind);
        },
      ),
      { numRuns: 3_000 },
    );
  });
  it("in JSON of any shape are read or are a fault", () => {
    const shape = fc.letrec<{ readonly node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, 1, "x", "claude-code", "1e999"),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            "resourceLogs",
            "scopeLogs",
            "logRecords",
            "resource",
            "attributes",
            "key",
            "value",
            "stringValue",
            "timeUnixNano",
            "__proto__",
          ),
          tie("node"),
          { maxKeys: 4 },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(shape, (value) => {
        const bytes = Buffer.from(JSON.stringify(value));
        expect(["export", "fault"]).toContain(readExport("logs", "json", bytes).kind);
      }),
      { numRuns: 1_000 },
    );
  });
  it.each([
    ["a bomb of depth in JSON", "json", Buffer.from("[".repeat(1_000_000))],
    ["a bomb of depth in protobuf", "protobuf", nested(5_000)],
    ["an endless varint", "protobuf", Buffer.alloc(64, 0xff)],
    ["a length of 2^63", "protobuf", Buffer.of(10, 255, 255, 255, 255, 255, 255, 255, 255, 127)],
    ["field number 0", "protobuf", Buffer.of(2, 0)],
    ["a group", "protobuf", Buffer.of(11, 12)],
    ["no JSON", "json", Buffer.from("{")],
    ["a list", "json", Buffer.from("[]")],
  ] as const)("%s ends", (name, encoding, bytes) => {
    const { kind } = readExport("logs", encoding, bytes);
    expect(kind).toBe(name === "a bomb of depth in protobuf" ? "export" : "fault");
  });
  it("past the bounds are counted and not looked at", () => {
    const many = Array.from({ length: OTLP_RECORDS_MAX + 3 }, () => ({}));
    const read = items("logs", logsRequest(many));
    expect([read.items.length, read.omitted]).toEqual([OTLP_RECORDS_MAX, 3]);
    const wide = Object.fromEntries(Array.from({ length: 500 }, (_, place) => [`a${place}`, "x"]));
    const { attributes } = clientRecord("tool_result", 1, wide) as {
      attributes: readonly object[];
    };
    const late = {
      attributes: [...attributes.slice(3, 3 + OTLP_ATTRIBUTES_MAX), ...attributes.slice(0, 3)],
    };
    expect(items("logs", logsRequest([late])).items).toMatchObject([{ attributes: new Map() }]);
  });
});

describe("answers", () => {
  it("say how many were not taken, in both encodings", () => {
    const part = { rejected: 300, why: "no session" };
    expect(
      exportAnswer({ signal: "logs", encoding: "json" }, { rejected: 0, why: "" }).toString(),
    ).toBe("{}");
    expect(
      JSON.parse(exportAnswer({ signal: "metrics", encoding: "json" }, part).toString()),
    ).toEqual({
      partialSuccess: { rejectedDataPoints: "300", errorMessage: "no session" },
    });
    const protobuf = { signal: "logs", encoding: "protobuf" } as const;
    expect(exportAnswer(protobuf, { rejected: 0, why: "" })).toHaveLength(0);
    expect(exportAnswer(protobuf, part).toString("hex")).toBe(
      `0a0f08ac02120a${Buffer.from("no session").toString("hex")}`,
    );
    expect(statusAnswer("protobuf", 3, "no").toString("hex")).toBe("080312026e6f");
    expect(retryStatus(8, "no", 2).toString("hex")).toMatch(/^080812026e6f1a/);
  });
});

/** A log record whose body is a list in a list and so on. */
function nested(depth: number): Buffer {
  const around = (field: number, inner: Buffer): Buffer => {
    const length: number[] = [];
    for (let rest = inner.length; ; rest >>>= 7) {
      length.push(rest >= 128 ? (rest & 127) | 128 : rest);
      if (rest < 128) break;
    }
    return Buffer.concat([Buffer.of(field * 8 + 2, ...length), inner]);
  };
  let value: Buffer = Buffer.alloc(0);
  for (let level = 0; level < depth; level++) value = around(1, around(5, value));
  return around(1, around(2, around(2, around(5, value))));
}
