// sentinel: Microsoft Sentinel through the Logs Ingestion API: a data collection rule, a stream, and a token of Entra ID.
import { printableJson } from "#base/printable.ts";
import type { ExportEntry } from "../../export/forms/exporter.ts";
import { severityOf } from "../../export/forms/event-classes.ts";
import { titleOf, wordOf, wordsOf } from "../../export/forms/event-reading.ts";
import { timeText } from "../../event/describe.ts";
import type { JsonObject } from "../../log/leaf.ts";
import { answerJson, judgeStatus } from "../judge-answer.ts";
import type { Outcome } from "../outcome.ts";
import { postBatch } from "../post-batch.ts";
import { mapInSlices } from "../slices.ts";
import { type BatchLimits, entryId, type Ports, type Target } from "../target.ts";

const API_VERSION = "2023-01-01";
const SCOPE = "https://monitor.azure.com/.default";
/** A token is renewed before its end. */
const RENEW_BEFORE_MS = 300_000;

export type SentinelSettings = {
  /** The ingestion endpoint of the data collection endpoint or rule. */
  readonly url: string;
  /** The rule's immutable id, `dcr-...`. */
  readonly rule: string;
  /** The stream of the rule, `Custom-...`. */
  readonly stream: string;
  readonly tenant: string;
  readonly clientId: string;
  /** A reference to the client's secret. */
  readonly clientSecret: string;
  /** Where tokens are had; national clouds have another. */
  readonly authority: string;
  readonly limits: BatchLimits;
};

type Token = { readonly text: string; readonly untilMs: number };

/** Rows with the columns of `sentinelRow`. */
export function sentinelTarget(settings: SentinelSettings): Target {
  const { url, rule, stream, limits } = settings;
  let token: Token | undefined;
  return {
    destination: `sentinel ${url} ${rule} ${stream}`,
    limits,
    async send(batch, ports) {
      if (token === undefined || token.untilMs - RENEW_BEFORE_MS <= ports.nowMs()) {
        const got = await fetchToken(settings, ports);
        if ("kind" in got) return got;
        token = got;
      }
      const rows = await mapInSlices(batch, (entry) => printableJson(sentinelRow(entry)));
      const { outcome } = await postBatch(ports, {
        url: `${url}/dataCollectionRules/${encodeURIComponent(rule)}/streams/${encodeURIComponent(stream)}?api-version=${API_VERSION}`,
        headers: { authorization: `Bearer ${token.text}`, "content-type": "application/json" },
        body: `[${rows.join(",")}]`,
        bytesMax: limits.bytes,
        isPacked: true,
      });
      if (outcome.kind === "closed") token = undefined;
      return outcome;
    },
  };
}

/** Names of columns have at most 45 characters, and `TimeGenerated` is the time of every table. */
export function sentinelRow(entry: ExportEntry): JsonObject {
  const { index, join = {} } = entry;
  const keys = {
    ...(join.user === undefined ? {} : { UserKey: join.user }),
    ...(join.host === undefined ? {} : { HostKey: join.host }),
    ...(join.repository === undefined ? {} : { Repository: join.repository }),
    ...(join.branch === undefined ? {} : { Branch: join.branch }),
    ...(join.commit === undefined ? {} : { CommitId: join.commit }),
    ...(join.job === undefined ? {} : { JobId: join.job }),
    ...(join.file === undefined ? {} : { FilePath: join.file }),
  };
  if (entry.kind === "fault")
    return {
      TimeGenerated: timeText(0),
      EventId: entryId(entry),
      EventIndex: index,
      EventKind: "fault",
      Message: entry.reason,
      ...keys,
    };
  const { metadata, timeMs } = entry;
  return {
    TimeGenerated: timeText(timeMs),
    EventId: entry.id,
    EventIndex: index,
    EventKind: wordOf(metadata["kind"]) ?? "unknown",
    EventSeverity: severityOf(metadata),
    Message: titleOf(metadata),
    Verdict: wordOf(metadata["verdict"]) ?? "",
    Tool: wordOf(metadata["tool"]) ?? "",
    Rules: wordsOf(metadata["rules"]).join(" "),
    SessionId: wordOf(metadata["session"]) ?? "",
    ...keys,
    Metadata: metadata,
  };
}

async function fetchToken(settings: SentinelSettings, ports: Ports): Promise<Token | Outcome> {
  const { authority, tenant, clientId, clientSecret } = settings;
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: await ports.secret(clientSecret),
    scope: SCOPE,
  });
  const answer = await ports.http({
    method: "POST",
    url: `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });
  const outcome = judgeStatus(answer);
  // Entra ID answers 400 to a wrong client and 401 to a wrong secret: neither is the fault of an event.
  if (outcome.kind === "refused")
    return { kind: "closed", reason: `the token's server ${outcome.reason}` };
  if (outcome.kind !== "delivered") return outcome;
  const { access_token: text, expires_in: seconds } = (answerJson(answer) ?? {}) as {
    readonly access_token?: unknown;
    readonly expires_in?: unknown;
  };
  if (typeof text !== "string" || typeof seconds !== "number")
    return { kind: "again", reason: "the token's server gives no token" };
  return { text, untilMs: ports.nowMs() + seconds * 1_000 };
}
