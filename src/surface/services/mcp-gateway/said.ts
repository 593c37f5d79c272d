// What the gateway knows of a server and says against it: its contract as it gave it, refusals, and what came of them.
import type { Contract, ContractDigests } from "#govern/mcp/contract.ts";
import type { McpRule } from "#guard/facts/mcp-facts.ts";

/** Why something is refused here, and what to do about it. */
export type GateRefusal = {
  readonly rule: McpRule | "mcp-not-approved" | "mcp-blocked" | "mcp-catalog" | "mcp-unreadable";
  readonly why: string;
  readonly instead: string;
};

/** What the server says of itself, as far as it is known; words where it cannot be known. */
export type Said = { readonly contract: Contract; readonly digests: ContractDigests } | string;

/** What came of something, for the record. */
export type GateOutcome = {
  readonly what: "refused" | "changed" | "cut-off" | "withheld";
  readonly rule: string;
  readonly tool: string;
};
