// What each kind of target is sent for the same twelve events, byte for byte, and what it makes of the answers that vendors give.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Outcome } from "#record/delivery/outcome.ts";
import type { HttpAnswer, HttpRequest, Ports } from "#record/delivery/target.ts";
import type { ExportEntry } from "#record/export/forms/exporter.ts";
import { parseTargets } from "#surface/services/export/targets-file.ts";
import { TARGET_KINDS } from "#surface/services/export/target-kinds.ts";
import { HTTP_KINDS, SETTINGS, takenBy, targetText } from "./kinds.ts";

const corpus = (name: string) =>
  fileURLToPath(new URL(`../../corpus/exporters/${name}`, import.meta.url));
const entries = parse(readFileSync(corpus("reference.yaml"), "utf8")) as readonly ExportEntry[];

const targetOf = (kind: string, more = "") => {
  const [target] = parseTargets(`targets: [${targetText(kind, { more })}]`, "exports.yaml");
  if (target === undefined) throw new Error("no target");
  return target.target;
};
/** Answers by which each kind takes all twelve, as many as it asks for. */
const taken = (kind: string): Parameters<typeof fakePorts>[0] => {
  const [first, second] = { sentinel: ["/oauth2/", "/"], "splunk-hec": ["/", "/ack"] }[kind] ?? [
    "/",
  ];
  return [first, ...(second === undefined ? [] : [second])].map((path = "/") =>
    takenBy(kind, path, entries.length),
  );
};

/** Ports that keep what was sent and answer from a list, the last again and again. */
function fakePorts(answers: readonly (Partial<HttpAnswer & { kind: "answer" }> | "none")[]) {
  const sent: HttpRequest[] = [];
  const written: string[] = [];
  let nowMs = 1_760_000_100_000;
  const ports: Ports = {
    async http(request) {
      const told = answers[Math.min(sent.length, answers.length - 1)] ?? {};
      sent.push(request);
      if (told === "none") return { kind: "none", reason: "cannot be reached (ECONNREFUSED)" };
      const text = told.text ?? "";
      return {
        kind: "answer",
        status: 200,
        retryAfterMs: undefined,
        text,
        bytes: Buffer.from(text),
        ...told,
      };
    },
    async append(bytes) {
      written.push(Buffer.from(bytes).toString("utf8"));
      return undefined;
    },
    secret: async (reference) => `value-of-${reference}`,
    forget: () => undefined,
    async sleep(ms) {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    uuid: () => "00000000-0000-4000-8000-000000000000",
  };
  return { ports, sent, written };
}
const json = (value: unknown, status = 200) => ({ status, text: JSON.stringify(value) });
const send = async (
  kind: string,
  answers: Parameters<typeof fakePorts>[0],
  more = "",
): Promise<{ outcome: Outcome; sent: HttpRequest[]; written: string[] }> => {
  const { ports, sent, written } = fakePorts(answers);
  return { outcome: await targetOf(kind, more).send(entries, ports), sent, written };
};

function requestText({ method, url, headers, body }: HttpRequest): string {
  const bytes = Buffer.from(body);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (isPacked ? gunzipSync(bytes) : bytes).toString("utf8");
  // Packed bytes differ between versions of zlib: what signs them is held against the bytes that were sent.
  const digest = createHash("sha256").update(bytes).digest("hex");
  const lines = Object.entries(headers).map(
    ([name, value]) =>
      `${name}: ${value.replace(digest, "<digest of the body>").replace(/Signature=[0-9a-f]{64}/, "Signature=<64>")}`,
  );
  return [`${method} ${url}`, ...lines, "", text, ""].join("\n");
}

describe.each(Object.keys(SETTINGS))("%s", (kind) => {
  it("sends its golden requests and takes the vendor's yes for one", async () => {
    const { outcome, sent, written } = await send(kind, taken(kind));
    expect(outcome).toEqual({ kind: "delivered" });
    const text = [...sent.map(requestText), ...written].join("\n----\n");
    const golden = corpus(`requests/${kind}.golden`);
    if (process.env["UPDATE"] !== undefined) {
      mkdirSync(corpus("requests"), { recursive: true });
      writeFileSync(golden, text);
    }
    expect(existsSync(golden)).toBe(true);
    expect(text).toBe(readFileSync(golden, "utf8"));
  });
});

describe.each(HTTP_KINDS)("%s", (kind) => {
  const answered = async (answer: Parameters<typeof fakePorts>[0][number]) =>
    (await send(kind, [answer])).outcome;
  it.each([
    [401, "closed"],
    [403, "closed"],
    [408, "again"],
    [413, "too-large"],
    [429, "again"],
    [503, "again"],
  ])("%s: %s", async (status, expected) => {
    const outcome = await answered({ status, retryAfterMs: 7_000 });
    expect(outcome.kind).toBe(expected);
    if (status === 429 || status === 503) expect(outcome).toMatchObject({ afterMs: 7_000 });
  });
  it("no answer: again", async () => {
    expect(await answered("none")).toMatchObject({ kind: "again" });
  });
  it("sends nothing that is over its limit of bytes", async () => {
    const { outcome, sent } = await send(kind, taken(kind), ", batch: { bytes: 1024 }");
    expect(outcome.kind).toBe("too-large");
    expect(sent.filter(({ url }) => !url.includes("oauth2"))).toEqual([]);
  });
});

describe("answers of their own", () => {
  it("elastic: each item by itself, a document that is there already is delivered", async () => {
    const statuses = [201, 409, 429, 400, 201, 201, 201, 201, 201, 201, 201, 503];
    const items = statuses.map((status) => ({
      create: {
        status,
        ...(status === 400 ? { error: { type: "document_parsing_exception" } } : {}),
      },
    }));
    const { outcome } = await send("elastic", [json({ errors: true, items })]);
    expect(outcome).toEqual({
      kind: "partial",
      again: [102, 111],
      dead: [{ index: 103, reason: "item 400 document_parsing_exception" }],
      reason: "refuses some of the documents",
    });
    expect((await send("elastic", [json({ errors: true, items: [] })])).outcome.kind).toBe("again");
  });
  it("kafka-rest: each offset by itself", async () => {
    const offsets = entries.map((_, at) => ({ error_code: at === 1 ? 2 : at === 2 ? 1 : null }));
    const { outcome } = await send("kafka-rest", [json({ offsets })]);
    expect(outcome).toMatchObject({ again: [101], dead: [{ index: 102, reason: "error code 1" }] });
  });
  it("kafka-rest by version 3: each report by itself, and none is no yes", async () => {
    const reports = entries.map((_, at) => ({ error_code: [200, 42_901, 422, 50_003][at] ?? 200 }));
    const told = (list: readonly unknown[]) =>
      send("kafka-rest-3", [{ text: list.map((one) => JSON.stringify(one)).join("") }]);
    expect((await told(reports)).outcome).toEqual({
      kind: "partial",
      again: [101, 103],
      dead: [{ index: 102, reason: "error code 422" }],
      reason: "refuses some of the records",
    });
    expect((await told(reports.slice(0, 1))).outcome).toMatchObject({
      again: entries.slice(1).map(({ index }) => index),
      dead: [],
    });
    const refused = entries.map(() => ({ error_code: 40_301, message: "}" }));
    expect((await told(refused)).outcome.kind).toBe("closed");
    const cut = await send("kafka-rest-3", [{ text: '{"error_code":200}{"error_code":2' }]);
    expect(cut.outcome).toMatchObject({ kind: "partial", dead: [] });
  });
  it("splunk-hec: accepted is not indexed; without an acknowledgement it is sent again", async () => {
    const never = [json({ code: 0, ackId: 7 }), json({ acks: { "7": false } })];
    const { outcome, sent } = await send("splunk-hec", never);
    expect(outcome).toEqual({ kind: "again", reason: "no acknowledgement within 60 s" });
    expect(sent.length).toBeGreaterThan(10);
    const late = [never[0] ?? {}, never[1] ?? {}, json({ acks: { "7": true } })];
    expect((await send("splunk-hec", late)).outcome.kind).toBe("delivered");
    expect((await send("splunk-hec", [json({ code: 0 })])).outcome.kind).toBe("closed");
  });
  it.each([
    [4, 400, "closed"],
    [9, 400, "again"],
    [6, 400, "refused"],
  ])("splunk-hec: code %s with %s is %s", async (code, status, expected) => {
    expect((await send("splunk-hec", [json({ code }, status)])).outcome.kind).toBe(expected);
  });
  it("sentinel: a wrong client is no fault of the events, and a token is used until shortly before its end", async () => {
    expect((await send("sentinel", [json({ error: "invalid_client" }, 400)])).outcome.kind).toBe(
      "closed",
    );
    const token = json({ expires_in: 3_599, access_token: "t" });
    const { ports, sent } = fakePorts([
      token,
      { status: 204 },
      { status: 204 },
      token,
      { status: 204 },
    ]);
    const target = targetOf("sentinel");
    await target.send(entries, ports);
    await target.send(entries, ports);
    await ports.sleep(3_400_000);
    await target.send(entries, ports);
    expect(sent.map(({ url }) => url.includes("oauth2"))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });
  it("otlp: partial success finds no culprit by itself, in either encoding", async () => {
    const rejected = json({ partialSuccess: { rejectedLogRecords: "2", errorMessage: "too old" } });
    expect((await send("otlp", [rejected])).outcome.kind).toBe("refused");
    const only = ", signals: [logs], encoding: protobuf";
    const yaml = (more: string) =>
      parseTargets(
        `targets: [{ name: o, to: otlp, url: https://otel.example.com${more} }]`,
        "f",
      )[0];
    const bytes = Buffer.from([0x0a, 0x02, 0x08, 0x02]);
    const refusing = await yaml(only)?.target.send(entries, fakePorts([{ bytes, text: "" }]).ports);
    expect(refusing?.kind).toBe("refused");
    const warning = Buffer.from([0x0a, 0x03, 0x12, 0x01, 0x78]);
    const taking = await yaml(only)?.target.send(entries, fakePorts([{ bytes: warning }]).ports);
    expect(taking?.kind).toBe("delivered");
  });
  it("no target tells a secret in what it says", async () => {
    for (const kind of HTTP_KINDS)
      for (const status of [400, 401, 500])
        expect(
          JSON.stringify((await send(kind, [{ status, text: "value-of-" }])).outcome),
        ).not.toContain("value-of");
  });
});

it("has settings for every kind, or a test with a real server", () => {
  const elsewhere = ["nats", "syslog"];
  expect([...TARGET_KINDS.keys()].sort()).toEqual(
    [...Object.keys(SETTINGS).filter((kind) => kind !== "kafka-rest-3"), ...elsewhere].sort(),
  );
});
