// What is known of the MCP server of a call beyond its name: why it may not be called now, and what its tool may be given.
import * as v from "valibot";

const glob = v.pipe(v.string(), v.minLength(1), v.maxLength(1_024));
const globs = v.pipe(v.array(glob), v.maxLength(64));

/** One argument: the values that it may have, or how long it may be. */
const argumentSchema = v.strictObject({
  values: v.optional(
    v.pipe(v.array(v.union([v.string(), v.number(), v.boolean()])), v.maxLength(256)),
  ),
  charsMax: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

/** All fields are optional; what is not named is not restricted, but `onlyArguments` names all that may be given. */
export const inputPolicySchema = v.strictObject({
  /** Folders and files that every path in the input must lie in, `<project>` for the project. */
  paths: v.optional(globs),
  /** Hosts that every address in the input must name, `*.example.com` for all below one. */
  hosts: v.optional(globs),
  arguments: v.optional(v.record(v.pipe(v.string(), v.maxLength(128)), argumentSchema)),
  onlyArguments: v.optional(v.boolean()),
});
export type InputPolicy = v.InferOutput<typeof inputPolicySchema>;

/** Rules of the guard about servers that a person approved. */
export const MCP_RULES = [
  "mcp-approval-over",
  "mcp-changed",
  "mcp-identity",
  "mcp-input",
  "mcp-no-agreement",
  "mcp-quota",
] as const;
export type McpRule = (typeof MCP_RULES)[number];

/** Why a call of the server is refused, and what to do about it. */
export type McpRefusal = { readonly rule: McpRule; readonly why: string; readonly instead: string };

/** Told for calls of a server that a person approved, or that has the name of such, and of our own. */
export type McpFacts = {
  /** It is this program's own server, and the tool is one of those that only answer. */
  readonly isOwn?: boolean;
  readonly refusal?: McpRefusal;
  /** A person pinned what the server says of itself, it says the same now, and that is of this tool that it only reads. */
  readonly readsOnly?: true;
  readonly inputs?: InputPolicy;
};
