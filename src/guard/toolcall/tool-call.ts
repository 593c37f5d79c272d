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
 * What a tool was asked to do. Several tools may share a shape: `bash` is every tool that runs a shell command. `other`
 * is every tool we have no shape for, and known tools whose input does not fit their shape: their effects are unknown.
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
  /**
   * Goes through the entries below `root`. `names` gives only their names, `content` what is in them as well. `filters`
   * are globs over entry names of which one must match; none means every entry. `pattern` is what contents are searched
   * for; `isWhole`, that neither a glob nor a type says what is searched.
   */
  | {
      readonly kind: "search";
      readonly finds: "names" | "content";
      readonly root: string;
      readonly filters: readonly string[];
      readonly pattern?: string;
      readonly isWhole?: boolean;
    }
  | { readonly kind: "fetch"; readonly url: string }
  | { readonly kind: "web-search"; readonly query: string }
  /** Text for another agent or session; `to` is a name that only the client can resolve. */
  | { readonly kind: "message"; readonly to: string; readonly text: string }
  /** An agent of its own. Where it runs `remote`, its calls are never judged here. */
  | {
      readonly kind: "agent";
      readonly prompt: string;
      readonly isolation: "none" | "worktree" | "remote";
    }
  /** Instructions by name. Their file may hold commands that the client runs without asking anybody. */
  | { readonly kind: "skill"; readonly name: string; readonly args: string }
  /** A prompt for later. `durable` ones outlive the session. */
  | { readonly kind: "schedule"; readonly prompt: string; readonly durable: boolean }
  | {
      readonly kind: "worktree";
      readonly action: "create" | "enter" | "keep" | "remove";
      readonly name: string | undefined;
      readonly discards: boolean;
    }
  /** A script that starts agents: given as text, as a file, or by the name of a saved one. */
  | {
      readonly kind: "workflow";
      readonly script: string | undefined;
      readonly path: string | undefined;
      readonly name: string | undefined;
    }
  | {
      readonly kind: "mcp";
      readonly server: string;
      readonly tool: string;
      readonly input: Json;
      /** The client named the server itself, and not only within the name of the tool. */
      readonly isServerTold?: true;
    }
  /** A tool that only organises the client's own work. What it sets in motion comes back as calls of its own. */
  | { readonly kind: "bookkeeping"; readonly chars: number }
  | { readonly kind: "other"; readonly input: Json };

/** One request of the agent. `id` is the client's `tool_use_id`; `cwd` is absolute. */
export type ToolCall = {
  readonly id: string;
  readonly tool: string;
  readonly cwd: string;
  readonly input: ToolInput;
};
