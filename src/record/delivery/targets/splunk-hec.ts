// splunk-hec: Splunk's HTTP Event Collector, with acknowledgement that events were indexed where the token has it.
import { printableJson } from "#base/printable.ts";
import type { ExportEntry } from "../../export/forms/exporter.ts";
import { type DocumentForm, documentOf } from "../documents.ts";
import { answerJson, judgeStatus } from "../judge-answer.ts";
import type { Outcome } from "../outcome.ts";
import { mapInSlices } from "../slices.ts";
import { type BatchLimits, entryId, type HttpRequest, type Ports, type Target } from "../target.ts";

/** How often an acknowledgement is asked for, and how long in all: Splunk says every 10 s within minutes. */
const ASK_EVERY_MS = 2_000;
const ASK_MS_MAX = 60_000;
/** Codes of the collector's answers: <https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector>. */
const TOKEN_CODES = [1, 2, 3, 4];
const BUSY_CODES = [8, 9];

export type SplunkSettings = {
  /** The collector's address without a path. */
  readonly url: string;
  /** A reference to the token. */
  readonly token: string;
  readonly index: string | undefined;
  readonly source: string;
  readonly sourcetype: string;
  /** Whether the token has indexer acknowledgement switched on. */
  readonly acknowledge: boolean;
  readonly form: DocumentForm;
  readonly limits: BatchLimits;
};

/** Events as concatenated JSON objects; `fields` holds the id and the join keys, indexed. */
export function splunkTarget(settings: SplunkSettings): Target {
  const { url, index, limits } = settings;
  // One channel for as long as the process runs: acknowledgements are counted within it.
  let channel: string | undefined;
  return {
    destination: `splunk-hec ${url}${index === undefined ? "" : ` index ${index}`}`,
    limits,
    async send(batch, ports) {
      channel ??= ports.uuid();
      const events = await mapInSlices(batch, (entry) => printableJson(hecEvent(settings, entry)));
      const body = events.join("\n");
      if (Buffer.byteLength(body) > limits.bytes)
        return { kind: "too-large", reason: "more bytes than the limit" };
      const answer = await ports.http(await request(settings, ports, channel, "event", body));
      const outcome = judgeStatus(answer);
      const { code, ackId } = codesOf(answerJson(answer));
      if (outcome.kind === "refused" && TOKEN_CODES.includes(code ?? 0))
        return { kind: "closed", reason: `${outcome.reason} (code ${code})` };
      if (outcome.kind === "refused" && BUSY_CODES.includes(code ?? 0))
        return { kind: "again", reason: `${outcome.reason} (code ${code})` };
      if (outcome.kind !== "delivered") return outcome;
      if (!settings.acknowledge) return outcome;
      if (ackId === undefined)
        return {
          kind: "closed",
          reason: "gives no ackId: switch acknowledgement on for the token",
        };
      return acknowledged(settings, ports, channel, ackId);
    },
  };
}

function hecEvent(settings: SplunkSettings, entry: ExportEntry) {
  const { source, sourcetype, index, form } = settings;
  const { join } = entry;
  return {
    ...(entry.kind === "event" ? { time: entry.timeMs / 1_000 } : {}),
    ...(join?.host === undefined ? {} : { host: join.host }),
    source,
    sourcetype,
    ...(index === undefined ? {} : { index }),
    event: documentOf(form, entry),
    fields: { id: entryId(entry), ...join },
  };
}

async function request(
  { url, token }: SplunkSettings,
  ports: Ports,
  channel: string,
  path: "event" | "ack",
  body: string,
): Promise<HttpRequest> {
  return {
    method: "POST",
    url: `${url}/services/collector/${path}`,
    headers: {
      authorization: `Splunk ${await ports.secret(token)}`,
      "content-type": "application/json",
      "x-splunk-request-channel": channel,
    },
    body,
  };
}

/** A 200 means that Splunk has it in memory; only the acknowledgement means that it is indexed. */
async function acknowledged(
  settings: SplunkSettings,
  ports: Ports,
  channel: string,
  ackId: number,
): Promise<Outcome> {
  const untilMs = ports.nowMs() + ASK_MS_MAX;
  for (;;) {
    const body = JSON.stringify({ acks: [ackId] });
    const answer = await ports.http(await request(settings, ports, channel, "ack", body));
    const outcome = judgeStatus(answer);
    if (outcome.kind === "delivered" && isAcknowledged(answerJson(answer), ackId)) return outcome;
    if (outcome.kind === "closed") return outcome;
    if (ports.nowMs() >= untilMs)
      return { kind: "again", reason: `no acknowledgement within ${ASK_MS_MAX / 1_000} s` };
    await ports.sleep(ASK_EVERY_MS);
  }
}

function codesOf(value: unknown): {
  readonly code: number | undefined;
  readonly ackId: number | undefined;
} {
  const { code, ackId } =
    typeof value === "object" && value !== null
      ? (value as { readonly code?: unknown; readonly ackId?: unknown })
      : {};
  const number = (one: unknown) => (typeof one === "number" ? one : undefined);
  return { code: number(code), ackId: number(ackId) };
}

function isAcknowledged(value: unknown, ackId: number): boolean {
  if (typeof value !== "object" || value === null || !("acks" in value)) return false;
  const { acks } = value;
  return typeof acks === "object" && acks !== null && Reflect.get(acks, String(ackId)) === true;
}
