// The guard: one tool call in, one decision out, and in between only questions about facts. Read this page first.
import type { FactQuery, Facts } from "./facts.ts";
import type { Decision } from "./policy/decision.ts";
import type { Policy } from "./policy/policy.ts";
import type { ToolCall } from "./toolcall/tool-call.ts";

/** Facts that a decision on this call still lacks. The caller answers what it can, adds the answers and asks again. */
export declare function plan(call: ToolCall, policy: Policy, facts: Facts): readonly FactQuery[];

/** Decides one call. Pure: the same arguments give the same decision. A query without an answer is `unknown`. */
export declare function decide(call: ToolCall, policy: Policy, facts: Facts): Decision;
