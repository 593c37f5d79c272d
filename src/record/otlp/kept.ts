// Which attributes of the client's telemetry are read at all; everything else is gone before anything else sees it.

/** A value that is kept; nothing else is compared or stored. */
export type Scalar = string | number | boolean;
/** Kept attributes by name. */
export type Attributes = ReadonlyMap<string, Scalar>;

/** Which telemetry of content a sender had switched on. */
export type ContentKind = "prompts" | "tool-details" | "tool-content" | "responses" | "bodies";

const NUMBERS =
  "event.sequence prompt_length response_length duration_ms ttft_ms total_duration_ms tool_input_size_bytes tool_result_size_bytes input_tokens output_tokens cache_read_tokens cache_creation_tokens cost_usd_micros total_tokens total_tool_uses pre_tokens post_tokens num_hooks num_success num_blocking num_non_blocking_error num_cancelled attempt total_attempts total_retry_duration_ms status_code period_days";
const WORDS =
  "event.name event.timestamp decision source success tool_name tool_source permission_mode from_mode to_mode trigger status transport_type server_scope mcp_server_scope decision_source decision_type hook_event hook_type hook_source managed_only safe_mode query_source effort speed model error_type error_code action auth_method error_category mention_type invocation_trigger skill.source skill.kind agent.source is_built_in is_async plugin.scope enabled_via has_hooks has_mcp install.trigger marketplace.is_official managed_settings.trigger managed_settings.source_behavior managed_settings.helper.state result type start_type service.name";
const NAMES = "plugin.name plugin.version marketplace.name skill.name agent_type service.version";
const IDS = "session.id prompt.id tool_use_id agent_id request_id";

/** Names of the attributes that are read, as 2.1.328 sends them. */
export const KEPT_ATTRIBUTES: ReadonlySet<string> = new Set(
  [NUMBERS, WORDS, NAMES, IDS].flatMap((names) => names.split(" ")),
);

/**
 * Attributes that hold what people and tools say, by the switch of the client that fills them. They are never read; that
 * one was there is told, because nobody may have approved it.
 */
export const CONTENT_ATTRIBUTES: ReadonlyMap<string, ContentKind> = new Map<string, ContentKind>([
  ["prompt", "prompts"],
  ["prompt_text", "prompts"],
  ["user_prompt", "prompts"],
  ["tool_parameters", "tool-details"],
  ["tool_input", "tool-details"],
  ["hook_matcher", "tool-details"],
  ["hook_definitions", "tool-details"],
  ["server_name", "tool-details"],
  ["full_command", "tool-details"],
  ["file_path", "tool-details"],
  ["tool_output", "tool-content"],
  ["new_context", "tool-content"],
  ["gen_ai.tool.call.arguments", "tool-content"],
  ["gen_ai.tool.call.result", "tool-content"],
  ["response", "responses"],
  ["system_prompt", "bodies"],
  ["body", "bodies"],
]);

/** What the client writes in place of content that is switched off. */
export const WITHHELD = "<REDACTED>";
/** Bytes of a kept value; the longest real ones are ids. */
export const VALUE_BYTES_MAX = 256;
/** Bytes of an attribute's name that can be one of ours. */
export const KEY_BYTES_MAX = 64;
