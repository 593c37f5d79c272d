// The words of orders about incidents and blocks: apart from what carries them out, because every command knows them.

/** What a person may do about an incident. */
export const INCIDENT_ORDERS = [
  "take",
  "note",
  "contain",
  "quarantine",
  "close",
  "reopen",
  /** Begins a playbook, checks a step of one off, makes an incident up to practise, says that a bundle was made. */
  "playbook",
  "step",
  /** Opens a review of the policy that let it happen, and says what came of it. */
  "review",
  "reviewed",
  "drill",
  "bundle",
] as const;

/**
 * What can be cut off: a host, an MCP server, a tool of the client or of a server, an exception; or a project, which a stricter pack is
 * laid over.
 */
export const BLOCK_KINDS = ["host", "server", "tool", "exception", "project"] as const;
/** Those that can be asked about instead. */
export const ASKED_KINDS = ["host", "server", "tool"] as const satisfies readonly BlockKind[];
export type BlockKind = (typeof BLOCK_KINDS)[number];
