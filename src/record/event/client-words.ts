// Words of the client's telemetry that are recorded in clear: each attribute with its closed list, taken from 2.1.328.
import { CLIENT_MODES } from "#guard/facts/facts.ts";
import { HOOK_EVENTS } from "./hook-events.ts";

type Word = { readonly as: string; readonly read: (value: string) => string };

const oneOf = (as: string, words: string): Word => {
  const known = new Set(words.split(" "));
  return { as, read: (value) => (known.has(value) ? value : "other") };
};
const flag = (as: string): Word => oneOf(as, "true false");
const MODES = CLIENT_MODES.join(" ");
const SCOPES = "local user project dynamic enterprise claudeai managed";

/** By attribute: the name it is recorded under, and how its value is read. A word of no list is `other`. */
export const CLIENT_WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  [
    "source",
    oneOf("source", "config hook user_permanent user_temporary user_abort user_reject classifier"),
  ],
  ["decision_source", oneOf("decisionSource", "config hook user classifier")],
  ["decision_type", oneOf("decisionType", "accept reject")],
  ["tool_source", oneOf("toolSource", "builtin mcp")],
  ["from_mode", oneOf("fromMode", MODES)],
  ["to_mode", oneOf("toMode", MODES)],
  ["trigger", oneOf("trigger", "auto manual shift_tab exit_plan_mode auto_gate_denied startup")],
  ["status", oneOf("status", "connected failed disconnected")],
  ["transport_type", oneOf("transport", "stdio sse http ws sdk sse-ide ws-ide claudeai-proxy")],
  ["server_scope", oneOf("serverScope", SCOPES)],
  ["mcp_server_scope", oneOf("serverScope", SCOPES)],
  ["hook_event", oneOf("hookEvent", HOOK_EVENTS.join(" "))],
  ["hook_type", oneOf("hookType", "command prompt agent http mcp_tool callback function")],
  [
    "hook_source",
    oneOf(
      "hookSource",
      "userSettings projectSettings localSettings policySettings flagSettings pluginHook sessionHook builtinHook merged",
    ),
  ],
  ["managed_only", flag("managedOnly")],
  ["safe_mode", flag("safeMode")],
  ["query_source", oneOf("querySource", "main subagent auxiliary sdk repl_main_thread compact")],
  ["effort", oneOf("effort", "low medium high xhigh max")],
  ["speed", oneOf("speed", "normal fast")],
  // A model may be an address of somebody's account; the maker's own names say nothing of anybody.
  ["model", { as: "model", read: (value) => (isPublicModel(value) ? value : "other") }],
  ["error_type", { as: "errorType", read: errorName }],
  ["action", oneOf("action", "login logout refresh")],
  ["auth_method", oneOf("authMethod", "oauth claudeai console api_key token gateway")],
  ["mention_type", oneOf("mention", "file directory agent mcp_resource")],
  ["invocation_trigger", oneOf("invoked", "user-slash claude-proactive nested-skill")],
  ["skill.source", oneOf("skillSource", "bundled userSettings projectSettings plugin mcp")],
  [
    "agent.source",
    oneOf("agentSource", "built-in userSettings projectSettings plugin policySettings"),
  ],
  ["is_built_in", flag("builtIn")],
  ["is_async", flag("async")],
  ["plugin.scope", oneOf("pluginScope", "default-bundle user project local managed official org")],
  [
    "enabled_via",
    oneOf("enabledVia", "default-enable user-install org-policy seed-mount project-settings"),
  ],
  ["has_hooks", flag("hasHooks")],
  ["has_mcp", flag("hasMcp")],
  ["install.trigger", oneOf("installed", "cli ui")],
  ["marketplace.is_official", flag("official")],
  ["managed_settings.trigger", oneOf("managedTrigger", "startup change refresh")],
  ["managed_settings.source_behavior", oneOf("managedBehavior", "first-wins merge")],
  ["managed_settings.helper.state", oneOf("managedHelper", "none ok failed")],
  ["result", oneOf("result", "completed failed skipped ok error")],
]);

/** Whether a name is one of the maker's, such as `claude-opus-5-5`. */
export function isPublicModel(name: string): boolean {
  return /^claude-[a-z0-9]+(?:-[a-z0-9]{1,8}){0,5}(?:\[1m\])?$/.test(name);
}

/** A class of errors, such as `ShellError`: one identifier and no text of anybody. */
function errorName(value: string): string {
  return /^[A-Z][A-Za-z]{2,40}$|^[a-z]+(?:_[a-z]+){0,4}$/.test(value) && value.length <= 48
    ? value
    : "other";
}
