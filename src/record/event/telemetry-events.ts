// Events of what the client told of itself by telemetry, and of what in it does not fit our own records.
import { CLIENT_MODES_SEEN, CLIENT_WORDS } from "../otlp/client-words.ts";
import type { Attributes, Scalar } from "../otlp/kept.ts";
import type { JsonObject } from "../log/leaf.ts";
import { cutText, knownWord, plainName, wholeNumber } from "./bounded.ts";
import { toolWord } from "./call-events.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";
import { nameDigest } from "./redact.ts";

/** The client's events by name, as 2.1.328 sends them: only these names are recorded in clear. */
export const CLIENT_EVENTS: readonly string[] = [
  "user_prompt",
  "assistant_response",
  "api_request",
  "api_error",
  "api_refusal",
  "api_retries_exhausted",
  "tool_decision",
  "tool_result",
  "permission_mode_changed",
  "mcp_server_connection",
  "hook_registered",
  "hook_execution_start",
  "hook_execution_complete",
  "hook_plugin_metrics",
  "plugin_installed",
  "plugin_loaded",
  "skill_activated",
  "subagent_completed",
  "auth",
  "at_mention",
  "compaction",
  "feedback_survey",
  "internal_error",
  "managed_settings_resolved",
  "retention_sweep",
  "safety_event",
  "system_prompt",
];

/** Numbers of an event and the names that they are recorded under. */
const SIZES: Readonly<Record<string, string>> = {
  prompt_length: "promptChars",
  response_length: "responseChars",
  tool_input_size_bytes: "inputBytes",
  tool_result_size_bytes: "resultBytes",
  input_tokens: "inputTokens",
  output_tokens: "outputTokens",
  cache_read_tokens: "cacheReadTokens",
  cache_creation_tokens: "cacheCreationTokens",
  cost_usd_micros: "costUsdMicros",
  ttft_ms: "firstTokenMs",
  total_tokens: "tokens",
  total_tool_uses: "toolUses",
  pre_tokens: "tokensBefore",
  post_tokens: "tokensAfter",
  num_hooks: "hooks",
  num_success: "hooksSucceeded",
  num_blocking: "hooksBlocking",
  num_non_blocking_error: "hooksFailed",
  num_cancelled: "hooksCancelled",
  attempt: "attempt",
  total_attempts: "attempts",
  total_retry_duration_ms: "retryMs",
  status_code: "status",
  period_days: "days",
};
/** Names that people gave: sealed. */
const NAMES: Readonly<Record<string, string>> = {
  "plugin.name": "plugin",
  "plugin.version": "pluginVersion",
  "marketplace.name": "marketplace",
  "skill.name": "skill",
  agent_type: "agentType",
};

/** One event of the client. Nothing of it is believed: it says what the client said. */
export function telemetryEvent(
  stamp: EventStamp,
  input: {
    readonly name: string;
    readonly timeMs: number;
    readonly attributes: Attributes;
    /** Whose client it is: the user of this installation. */
    readonly user: string;
  },
): AuditEvent {
  const { name, timeMs, attributes, user } = input;
  const text = (key: string): string | undefined => textOf(attributes.get(key));
  const [session, call] = [text("session.id"), text("tool_use_id")];
  const [agent, prompt] = [text("agent_id"), text("prompt.id")];
  const tool = text("tool_name");
  const mode = text("permission_mode");
  const outcome = outcomeOf(attributes);
  const metadata = {
    ...baseMetadata(stamp, "telemetry"),
    event: knownWord(name, CLIENT_EVENTS),
    ...(session === undefined ? {} : { session: stamp.pseudonym("session", session, user) }),
    ...(agent === undefined ? {} : { agent: stamp.pseudonym("agent", agent, user) }),
    ...(prompt === undefined ? {} : { prompt: stamp.pseudonym("prompt", prompt, user) }),
    ...(call === undefined ? {} : { call: stamp.pseudonym("call", call, user) }),
    sequence: wholeNumber(numberIn(attributes, "event.sequence") ?? 0),
    claimedMs: wholeNumber(timeMs),
    ...(tool === undefined ? {} : { tool: toolWord(tool) }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(mode === undefined ? {} : { mode: knownWord(mode, CLIENT_MODES_SEEN) }),
    ...durationIn(attributes),
    ...wordsIn(attributes),
    ...sizesIn(attributes),
  };
  return { id: stamp.id, metadata, sealed: namesIn(stamp, attributes, user) };
}

/**
 * What the client's telemetry says does not fit what we recorded. `call-without-hook`: a tool ran and nobody was asked about
 * it; `session-without-hooks`: a whole session like that; `accepted-after-deny`, `ran-after-deny`: what we refused was
 * accepted, or ran; `sequence-gap`: events of the client are missing (`count` from `first`); `content`: content came along
 * (`code` says which). It is not `certain` where our own records may be what is missing.
 */
export function discrepancyEvent(
  stamp: EventStamp,
  input: {
    readonly what: DiscrepancyKind;
    readonly user: string;
    readonly sessionId: string;
    readonly callId?: string | undefined;
    readonly tool?: string | undefined;
    readonly outcome?: string | undefined;
    readonly code?: string | undefined;
    readonly first?: number | undefined;
    readonly count?: number | undefined;
    readonly certain: boolean;
  },
): AuditEvent {
  const { what, user, sessionId, callId, tool, outcome, code, first, count, certain } = input;
  const metadata = {
    ...baseMetadata(stamp, "discrepancy"),
    what,
    session: stamp.pseudonym("session", sessionId, user),
    ...(callId === undefined ? {} : { call: stamp.pseudonym("call", callId, user) }),
    ...(tool === undefined ? {} : { tool: toolWord(tool) }),
    ...(outcome === undefined ? {} : { outcome: knownWord(outcome, ["success", "failure"]) }),
    ...(code === undefined ? {} : { code: plainName(code) ?? "other" }),
    ...(first === undefined ? {} : { first: wholeNumber(first) }),
    ...(count === undefined ? {} : { count: wholeNumber(count) }),
    certain,
  };
  return { id: stamp.id, metadata, sealed: undefined };
}

/** Ways in which telemetry and our records can disagree. */
export type DiscrepancyKind =
  | "call-without-hook"
  | "session-without-hooks"
  | "accepted-after-deny"
  | "ran-after-deny"
  | "sequence-gap"
  | "content";

/** `success`, `failure`, `accept` or `reject`, as far as the event is about one. */
function outcomeOf(attributes: Attributes): string | undefined {
  const success = attributes.get("success");
  if (success !== undefined) return String(success) === "true" ? "success" : "failure";
  const decision = textOf(attributes.get("decision"));
  return decision === undefined ? undefined : knownWord(decision, ["accept", "reject"]);
}

function durationIn(attributes: Attributes): JsonObject {
  const ms = numberIn(attributes, "duration_ms") ?? numberIn(attributes, "total_duration_ms");
  return ms === undefined ? {} : { durationMs: wholeNumber(ms) };
}

function wordsIn(attributes: Attributes): JsonObject {
  const words: Record<string, string> = {};
  for (const [key, value] of attributes) {
    const known = CLIENT_WORDS.get(key);
    if (known !== undefined) words[known.as] = known.read(String(value));
  }
  return Object.keys(words).length === 0 ? {} : { words };
}

function sizesIn(attributes: Attributes): JsonObject {
  const sizes: Record<string, number> = {};
  for (const key of attributes.keys()) {
    const as = SIZES[key];
    const value = as === undefined ? undefined : numberIn(attributes, key);
    if (as !== undefined && value !== undefined) sizes[as] = wholeNumber(value);
  }
  return Object.keys(sizes).length === 0 ? {} : { sizes };
}

function namesIn(stamp: EventStamp, attributes: Attributes, user: string): JsonObject | undefined {
  const names: Record<string, string> = {};
  for (const [key, value] of attributes) {
    const as = NAMES[key];
    if (as !== undefined)
      names[as] = plainName(String(value)) ?? `digest/${nameDigest(String(value), stamp.digest)}`;
  }
  return Object.keys(names).length === 0 ? undefined : { names, user: cutText(user, ID_CHARS_MAX) };
}

function textOf(value: Scalar | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A number of an event. The client writes many of them as texts. */
export function numberIn(attributes: Attributes, key: string): number | undefined {
  const value = attributes.get(key);
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
