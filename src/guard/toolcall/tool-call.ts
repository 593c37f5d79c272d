// A tool call: one request of the agent, in our own shape, independent of the client's payload format.

/** A value that came out of JSON. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * What a tool was asked to do. `other` is every tool we have no shape for, and known tools whose input does not fit
 * their shape: their effects are unknown.
 */
export type ToolInput =
  | {
      readonly kind: "bash";
      readonly command: string;
      readonly background: boolean;
      readonly sandboxOff: boolean;
    }
  | { readonly kind: "read"; readonly path: string }
  | { readonly kind: "edit"; readonly path: string; readonly newText: string }
  | { readonly kind: "write"; readonly path: string; readonly content: string }
  | { readonly kind: "fetch"; readonly url: string }
  | { readonly kind: "mcp"; readonly server: string; readonly tool: string; readonly input: Json }
  | { readonly kind: "other"; readonly input: Json };

/** One request of the agent. `id` is the client's `tool_use_id`; `cwd` is absolute. */
export type ToolCall = {
  readonly id: string;
  readonly tool: string;
  readonly cwd: string;
  readonly input: ToolInput;
};
