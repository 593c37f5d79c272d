// Events of what the client told of itself by telemetry, and of what in it does not fit our own records.
import { CLIENT_WORDS } from "./client-words.ts";
import type { Attributes, Scalar } from "../otlp/kept.ts";
import { CLIENT_MODES } from "#guard/facts/facts.ts";
import { cutText, knownWord, plainName, wholeNumber } from "./bounded.ts";
import { toolWord } from "./call-events.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";
import { nameOrDigest } from "./redact.ts";

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
const SIZES: ReadonlyMap<string, string> = new Map(
  Object.entries({
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
  }),
);
/** Names that people gave: sealed. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "plugin.name": "plugin",
    "plugin.version": "pluginVersion",
    "marketplace.name": "marketplace",
    "skill.name": "skill",
    agent_type: "agentType",
  }),
);

/** What becomes of an attribute: which list of the event it goes into, and under which name. */
type Part =
  | { readonly kind: "id"; readonly domain: "session" | "agent" | "prompt" | "call" }
  | { readonly kind: "word"; readonly as: string; readonly read: (value: string) => string }
  | { readonly kind: "size" | "name"; readonly as: string }
  | { readonly kind: "tool" | "mode" };

/** By attribute. One look in one table each: this runs tens of thousands of times a second. */
const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ["session.id", { kind: "id", domain: "session" }],
  ["agent_id", { kind: "id", domain: "agent" }],
  ["prompt.id", { kind: "id", domain: "prompt" }],
  ["tool_use_id", { kind: "id", domain: "call" }],
  ["tool_name", { kind: "tool" }],
  ["permission_mode", { kind: "mode" }],
  ...[...CLIENT_WORDS].map(([name, word]): [string, Part] => [name, { kind: "word", ...word }]),
  ...[...SIZES].map(([name, as]): [string, Part] => [name, { kind: "size", as }]),
  ...[...NAMES].map(([name, as]): [string, Part] => [name, { kind: "name", as }]),
]);

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
  const ids: Ids = { agent: undefined, call: undefined, prompt: undefined, session: undefined };
  let tool: string | undefined;
  let mode: string | undefined;
  let words: Record<string, string> | undefined;
  let sizes: Record<string, number> | undefined;
  let names: Record<string, string> | undefined;
  for (const [key, value] of attributes) {
    const part = PARTS.get(key);
    if (part === undefined) continue;
    if (part.kind === "word") {
      words ??= {};
      words[part.as] = part.read(String(value));
    } else if (part.kind === "size") {
      const number = numberOf(value);
      if (number === undefined) continue;
      sizes ??= {};
      sizes[part.as] = wholeNumber(number);
    } else if (part.kind === "name") {
      names ??= {};
      names[part.as] = nameOrDigest(stamp, String(value));
    } else if (typeof value !== "string" || value === "") continue;
    else if (part.kind === "id") ids[part.domain] = stamp.pseudonym(part.domain, value, user);
    else if (part.kind === "tool") tool = toolWord(value);
    else mode = knownWord(value, CLIENT_MODES);
  }
  const { kind, product, submitter } = baseMetadata(stamp, "telemetry");
  const ms = numberIn(attributes, "duration_ms") ?? numberIn(attributes, "total_duration_ms");
  const sequence = wholeNumber(numberIn(attributes, "event.sequence") ?? 0);
  // WHY all at once, those that are missing as well, and in canonical order: adding members one by one takes ten times as
  // long, and canonical form leaves out what is undefined.
  const metadata = {
    agent: ids.agent,
    call: ids.call,
    claimedMs: wholeNumber(timeMs),
    durationMs: ms === undefined ? undefined : wholeNumber(ms),
    event: knownWord(name, CLIENT_EVENTS),
    kind,
    mode,
    outcome: outcomeOf(attributes),
    product,
    prompt: ids.prompt,
    sequence,
    session: ids.session,
    sizes,
    submitter,
    tool,
    words,
  };
  const sealed = names === undefined ? undefined : { names, user: cutText(user, ID_CHARS_MAX) };
  return { id: stamp.id, metadata: metadata as unknown as AuditEvent["metadata"], sealed };
}

type Ids = Record<"agent" | "call" | "prompt" | "session", string | undefined>;

/**
 * What the client's telemetry says does not fit what we recorded. `call-without-hook`: a tool ran and nobody was asked about
 * it; `session-without-hooks`: a whole session like that; `accepted-after-deny`, `ran-after-deny`: what we refused was
 * accepted, or ran; `sequence-gap`: events of the client are missing (`count` from `first`); `content`: content came along
 * (`code` says which). `client-silent`, `client-covered`: the guard of a machine saw a client run of which no hook ever spoke, or that
 * sees other managed settings. It is not `certain` where our own records may be what is missing.
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
  | "client-silent"
  | "client-covered"
  | "content";

/** `success`, `failure`, `accept` or `reject`, as far as the event is about one. */
function outcomeOf(attributes: Attributes): string | undefined {
  const success = attributes.get("success");
  if (success !== undefined) return String(success) === "true" ? "success" : "failure";
  const decision = nonEmptyString(attributes.get("decision"));
  return decision === undefined ? undefined : knownWord(decision, ["accept", "reject"]);
}

function nonEmptyString(value: Scalar | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A number of an event. The client writes many of them as texts. */
export function numberIn(attributes: Attributes, key: string): number | undefined {
  const value = attributes.get(key);
  return value === undefined ? undefined : numberOf(value);
}

function numberOf(value: Scalar): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
