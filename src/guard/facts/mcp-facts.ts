// What is known of the MCP server of a call beyond its name: why it may not be called now, and what its tool may be given.
/** All fields are optional; what is not named is not restricted, but `onlyArguments` names all that may be given. */
export type InputPolicy = {
  /** Folders and files that every path in the input must lie in, `<project>` for the project. */
  readonly paths?: readonly string[] | undefined;
  /** Hosts that every address in the input must name, `*.example.com` for all below one. */
  readonly hosts?: readonly string[] | undefined;
  /** By the name of an argument: the values that it may have, or how long it may be. */
  readonly arguments?:
    | {
        readonly [name: string]: {
          readonly values?: readonly (string | number | boolean)[] | undefined;
          readonly charsMax?: number | undefined;
        };
      }
    | undefined;
  readonly onlyArguments?: boolean | undefined;
};

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
