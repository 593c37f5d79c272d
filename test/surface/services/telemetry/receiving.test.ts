// Telemetry over the wire: who may send what, what is answered, and that it is on record once.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OTLP_BODY_BYTES_MAX, OTLP_UNPACKED_BYTES_MAX } from "#base/limits.ts";
import { clientRecord, logsRequest } from "../../../record/otlp/client-records.ts";
import { otlpWire } from "../../../record/otlp/otlp-wire.ts";
import { openTelemetryStand } from "./telemetry-stand.ts";

const GRPC_LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
let stand: Awaited<ReturnType<typeof openTelemetryStand>>;
beforeAll(async () => {
  stand = await openTelemetryStand();
});
afterAll(() => stand.close());

let sequence = 0;
/** One record that nobody sent before. */
const fresh = (attributes = {}) =>
  logsRequest([clientRecord("api_request", sequence++, { input_tokens: 12, ...attributes })]);
const PROTOBUF = { "content-type": "application/x-protobuf" };
/** A message in gRPC's frame. */
const framed = (message: Buffer, packed = 0, length = message.length) => {
  const head = Buffer.alloc(5);
  head.writeUInt8(packed);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
};
const recorded = async (send: () => Promise<unknown>): Promise<number> => {
  const before = stand.events.length;
  await send();
  return stand.events.length - before;
};

describe("over HTTP", () => {
  it("both encodings, packed or not, make the same event", async () => {
    const before = stand.events.length;
    const body = (request: object) => JSON.stringify(request);
    const answers = [
      await stand.post("/v1/logs", body(fresh())),
      await stand.post("/v1/logs", gzipSync(body(fresh())), { "content-encoding": "gzip" }),
      await stand.post("/v1/logs", otlpWire("logs", fresh()), PROTOBUF),
      await stand.post("/v1/logs", gzipSync(otlpWire("logs", fresh())), {
        ...PROTOBUF,
        "content-encoding": "gzip",
      }),
    ];
    expect(answers.map(({ status, body: text }) => [status, text.toString()])).toEqual([
      [200, "{}"],
      [200, "{}"],
      [200, ""],
      [200, ""],
    ]);
    const made = stand.events.slice(before).map(({ metadata }) => ({ ...metadata, sequence: 0 }));
    expect(made).toHaveLength(4);
    for (const one of made) expect(one).toEqual(made[0]);
    expect(made[0]).toMatchObject({ event: "api_request", sizes: { inputTokens: 12 } });
  });
  it("says how many records it could not take", async () => {
    const bad = clientRecord("api_request", 1, { "session.id": "no such\nid" });
    const { status, body } = await stand.post("/v1/logs", JSON.stringify(logsRequest([bad])));
    expect([status, JSON.parse(body.toString())]).toMatchObject([
      200,
      { partialSuccess: { rejectedLogRecords: "1" } },
    ]);
  });
  it.each([
    ["without a token", { "x-sallyport-telemetry": "" }, "{}", 401],
    ["with a wrong token", { "x-sallyport-telemetry": "x".repeat(64) }, "{}", 401],
    ["of another media type", { "content-type": "text/plain" }, "{}", 415],
    ["of another packing", { "content-encoding": "br" }, "{}", 415],
    ["that is no JSON", {}, "{", 400],
    ["that is no gzip", { "content-encoding": "gzip" }, "{}", 400],
    ["that is no protobuf", PROTOBUF, "\u0007", 400],
    ["that says it has 1 GB", { "content-length": "1000000000" }, "{}", 413],
    ["from a browser", { origin: "https://example.com" }, "{}", 403],
  ])("a body %s is refused", async (_name, headers, body, status) => {
    const before = stand.events.length;
    const answer = await stand.post("/v1/logs", body, headers);
    expect(answer.status).toBe(status);
    expect(answer.body.length).toBeGreaterThan(0);
    expect(stand.events).toHaveLength(before);
  });
  it("takes the token as the client sends it, whatever became of its space", async () => {
    for (const value of [`Bearer ${stand.token}`, `Bearer%20${stand.token}`]) {
      const headers = { "x-sallyport-telemetry": "", authorization: value };
      const send = () => stand.post("/v1/logs", JSON.stringify(fresh()), headers);
      expect(await recorded(send)).toBe(1);
    }
  });
  it("unpacks no bomb and reads no stream without end", async () => {
    const zeros = gzipSync(Buffer.alloc(OTLP_UNPACKED_BYTES_MAX + 1));
    expect(zeros.length).toBeLessThan(64 * 1024);
    const bomb = await stand.post("/v1/logs", zeros, { "content-encoding": "gzip" });
    expect(bomb.status).toBe(413);
    const chunked = await stand.post("/v1/logs", Buffer.alloc(OTLP_BODY_BYTES_MAX + 1, 0x20), {
      "transfer-encoding": "chunked",
    });
    expect(chunked.status).toBe(413);
  });
  it("asks to send again what could not be recorded, and records it then once", async () => {
    const body = JSON.stringify(fresh());
    stand.state.isFailing = true;
    const failed = await stand.post("/v1/logs", body);
    stand.state.isFailing = false;
    expect([failed.status, failed.headers["retry-after"]]).toEqual([503, "2"]);
    expect(await recorded(() => stand.post("/v1/logs", body))).toBe(1);
    expect(await recorded(() => stand.post("/v1/logs", body))).toBe(0);
  });
  it("drops what is of another program", async () => {
    const foreign = logsRequest([clientRecord("api_request", 1)], "somebody-else");
    expect(await recorded(() => stand.post("/v1/logs", JSON.stringify(foreign)))).toBe(0);
    expect(stand.usage.usage().counts.foreign).toBe(1);
  });
  it("turns a flood away until later", async () => {
    const many = Array.from({ length: 19_000 }, () => ({}));
    const flood = gzipSync(JSON.stringify(logsRequest(many, "somebody-else")));
    let last = 200;
    let retry: unknown;
    for (let round = 0; round < 12 && last === 200; round++) {
      const answer = await stand.post("/v1/logs", flood, { "content-encoding": "gzip" });
      last = answer.status;
      retry = answer.headers["retry-after"];
    }
    expect([last, retry]).toEqual([429, "2"]);
    stand.time.aheadMs += 2_500;
    expect(await recorded(() => stand.post("/v1/logs", JSON.stringify(fresh())))).toBe(1);
  });
});

describe("over gRPC", () => {
  it("is on record, packed or not", async () => {
    const plain = framed(otlpWire("logs", fresh()));
    const packed = framed(gzipSync(otlpWire("logs", fresh())), 1);
    expect(
      await recorded(async () => {
        const { headers, body } = await stand.call(GRPC_LOGS, plain);
        expect([headers["grpc-status"], body.toString("hex")]).toEqual(["0", "0000000000"]);
        const second = await stand.call(GRPC_LOGS, packed, { "grpc-encoding": "gzip" });
        expect(second.headers["grpc-status"]).toBe("0");
      }),
    ).toBe(2);
  });
  it.each([
    ["an unknown service", "/x.Y/Export", framed(Buffer.alloc(0)), {}, "12"],
    ["a wrong token", GRPC_LOGS, framed(Buffer.alloc(0)), { "x-sallyport-telemetry": "" }, "16"],
    ["another media type", GRPC_LOGS, framed(Buffer.alloc(0)), { "content-type": "text/x" }, "12"],
    ["another packing", GRPC_LOGS, framed(Buffer.alloc(0)), { "grpc-encoding": "br" }, "12"],
    ["no frame", GRPC_LOGS, Buffer.of(0, 0), {}, "13"],
    ["a frame that is too short", GRPC_LOGS, framed(Buffer.alloc(3), 0, 9), {}, "13"],
    ["two messages", GRPC_LOGS, framed(Buffer.alloc(3), 0, 1), {}, "13"],
    ["a packed one that was not announced", GRPC_LOGS, framed(gzipSync(""), 1), {}, "13"],
    [
      "a packed one that is not",
      GRPC_LOGS,
      framed(Buffer.of(1), 1),
      { "grpc-encoding": "gzip" },
      "3",
    ],
    ["no export request", GRPC_LOGS, framed(Buffer.of(7)), {}, "3"],
    ["more than is taken", GRPC_LOGS, framed(Buffer.alloc(OTLP_BODY_BYTES_MAX + 1)), {}, "11"],
  ])("%s is refused", async (_name, path, bytes, headers, status) => {
    const before = stand.events.length;
    const answer = await stand.call(path, bytes, headers);
    expect(answer.headers["grpc-status"]).toBe(status);
    expect(answer.headers["grpc-message"]).toMatch(/^[a-z ]+/);
    expect(stand.events).toHaveLength(before);
  });
  it("says when to send again what could not be recorded", async () => {
    stand.state.isFailing = true;
    const answer = await stand.call(GRPC_LOGS, framed(otlpWire("logs", fresh())));
    stand.state.isFailing = false;
    expect(answer.headers["grpc-status"]).toBe("14");
    const details = Buffer.from(String(answer.headers["grpc-status-details-bin"]), "base64");
    expect(details.includes("google.rpc.RetryInfo")).toBe(true);
  });
});
