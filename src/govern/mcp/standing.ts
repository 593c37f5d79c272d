// How a call of an MCP tool stands against what was approved of its server.
import type { McpFacts, McpRefusal } from "#guard/facts/mcp-facts.ts";
import type { ContractDigests, ContractList } from "./contract.ts";
import type { ServerEntry } from "./entry.ts";

/** What the server said of itself when it was seen last. */
export type SeenContract = Pick<ContractDigests, "instructions" | "whole"> & {
  readonly [List in ContractList]?: ContractDigests[List];
};

/** What is known of the server of a call. */
export type Known = {
  readonly entry: ServerEntry;
  readonly state: "in-force" | "over";
  /** Undefined where it was never seen since it was pinned; `unreadable` where that cannot be told. */
  readonly seen: SeenContract | "unreadable" | undefined;
  /** A pinned file that is another one now. */
  readonly changedFile: string | undefined;
  /** Calls of this session to the server within the time of its quota. */
  readonly calls: number;
};

const LOOK =
  "tell the person; `sallyport mcp diff` shows what changed, `sallyport mcp pin` agrees to it";

/** The facts of one call of a governed server. */
export function standingOf(tool: string, known: Known, nowMs: number): McpFacts {
  const { entry } = known;
  const inputs = entry.inputs[tool] ?? entry.inputs["*"];
  const refusal = refusalOf(tool, known, nowMs);
  return {
    ...(refusal === undefined ? {} : { refusal }),
    ...(inputs === undefined ? {} : { inputs }),
  };
}

function refusalOf(tool: string, known: Known, nowMs: number): McpRefusal | undefined {
  const { entry, seen, calls } = known;
  const { name, pin, quota } = entry;
  const whole = serverRefusal(known, nowMs);
  if (whole !== undefined) return whole;
  if (quota !== null && calls >= quota.calls)
    return {
      rule: "mcp-quota",
      why: `this session called the MCP server \`${name}\` ${calls} times within ${quota.minutes} minutes, as often as it may`,
      instead: "go on without it, or wait",
    };
  if (pin === null) return undefined;
  return changeOf({ list: "tools", key: tool }, name, pin, seen);
}

/** Why none of a server's tools may be called, whatever it says of itself; undefined where single tools decide. */
export function serverRefusal(
  { entry, state, changedFile }: Pick<Known, "entry" | "state" | "changedFile">,
  nowMs: number,
): McpRefusal | undefined {
  const { name, baa, data, identity } = entry;
  if (state === "over")
    return {
      rule: "mcp-approval-over",
      why: `the approval of the MCP server \`${name}\` was withdrawn or is over`,
      instead: "tell the person; `sallyport mcp approve` approves it anew",
    };
  if (data === "health" && identity.kind === "url" && (baa === null || baa.untilMs <= nowMs))
    return {
      rule: "mcp-no-agreement",
      why: `no business associate agreement for the MCP server \`${name}\` is on record, and it is given health data`,
      instead: "tell the person; `sallyport mcp approve --baa` records one",
    };
  if (changedFile === undefined) return undefined;
  return {
    rule: "mcp-changed",
    why: `the file \`${changedFile}\`, which the MCP server \`${name}\` runs, is not the one that was pinned`,
    instead: LOOK,
  };
}

/** A definition of a contract, by its list and what it is asked for by. */
export type ContractPart = { readonly list: ContractList; readonly key: string };

const WORDS = {
  tools: "tool",
  prompts: "prompt",
  templates: "template",
  resources: "resource",
  skills: "skill",
};

/** Why a part of what a server says is refused; undefined where it is as it was pinned, or was not looked at then. */
export function partRefusal(
  part: ContractPart,
  { entry, seen }: Pick<Known, "entry" | "seen">,
): McpRefusal | undefined {
  const { pin, name } = entry;
  return pin?.[part.list] === undefined ? undefined : changeOf(part, name, pin, seen);
}

function changeOf(
  { list, key }: ContractPart,
  name: string,
  pin: ContractDigests,
  seen: Known["seen"],
): McpRefusal | undefined {
  const changed = (why: string): McpRefusal => ({ rule: "mcp-changed", why, instead: LOOK });
  if (seen === "unreadable")
    return changed(`what the MCP server \`${name}\` said of itself last cannot be read`);
  const word = `${WORDS[list]} \`${key}\``;
  if (pin[list]?.[key] === undefined)
    return changed(`the ${word} is no part of what was pinned of the MCP server \`${name}\``);
  if (seen === undefined || seen.whole === pin.whole) return undefined;
  if (seen.instructions !== pin.instructions)
    return changed(`the instructions of the MCP server \`${name}\` changed since it was pinned`);
  if (seen[list]?.[key] !== pin[list]?.[key])
    return changed(`the ${word} of the MCP server \`${name}\` changed since it was pinned`);
  return undefined;
}
