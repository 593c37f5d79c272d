// Tools of the client and of MCP servers that rules tell apart.
import { type Condition, type Rule } from "#guard/policy/policy.ts";
import { mcpPattern } from "#guard/policy/mcp-calls.ts";
import type { ToolInput } from "#guard/toolcall/tool-call.ts";

/** A tool by its name; one of an MCP server with the server that answers. */
export type ToolValue = {
  readonly tool: string;
  readonly mcp: { readonly server: string; readonly tool: string } | undefined;
};

/** A name of the client's form that no server fits: which one answers nobody knows. */
const NOBODY_KNOWS: ToolValue = { tool: "mcp__", mcp: undefined };
const ANOTHER = "another";
/** Characters of which one is put behind a beginning that a rule names. */
const LETTERS = [..."xabcdefghijklmnopqrstuvwyz0123456789"];

/** The input of a call of the tool. */
export function inputOf({ mcp }: ToolValue): ToolInput {
  if (mcp !== undefined) return { kind: "mcp", ...mcp, input: {}, isServerTold: true };
  return { kind: "bash", command: "", background: false, sandboxOff: false };
}

/** Tools by which rules with `tools` tell calls apart. */
export function clientTools(rules: readonly Rule[]): readonly ToolValue[] {
  const named = rules.flatMap(({ when }) => when.tools ?? []);
  return valuesOf(named, "AnotherTool").map(clientTool);
}

/**
 * Tools of MCP servers by which rules tell calls apart. `isWhole` only where one condition decides: of a name that may mean
 * tools of several servers, others may hold for a part.
 */
export function mcpTools(rules: readonly Rule[]): {
  readonly values: readonly ToolValue[];
  readonly isWhole: boolean;
} {
  const named = rules.filter(({ when }) => when.mcp !== undefined || when.exceptMcp !== undefined);
  const conditions = new Set(named.map(({ when }) => JSON.stringify([when.mcp, when.exceptMcp])));
  const patterns = named.flatMap(({ when }) => patternsOf(when)).map(mcpPattern);
  const servers = valuesOf(
    patterns.map(({ server }) => server),
    ANOTHER,
  );
  const tools = valuesOf(
    patterns.map(({ tool }) => tool),
    ANOTHER,
  );
  const isAlone = rules.every(({ when: { tools: all = [] } }) => !all.some(isOfMcp));
  return {
    values: [...servers.flatMap((one) => tools.map((tool) => mcpTool(one, tool))), NOBODY_KNOWS],
    isWhole: conditions.size < 2 && isAlone,
  };
}

function patternsOf({ mcp = [], exceptMcp = [] }: Condition): readonly string[] {
  return [...mcp, ...exceptMcp];
}

function isOfMcp(tool: string): boolean {
  return tool.startsWith("mcp") || "mcp__".startsWith(tool.replace(/\*$/, ""));
}

function clientTool(tool: string): ToolValue {
  const [, server, own] = /^mcp__(.+?)__(.+)$/s.exec(tool) ?? [];
  return {
    tool,
    mcp: server === undefined || own === undefined ? undefined : { server, tool: own },
  };
}

function mcpTool(server: string, tool: string): ToolValue {
  const plain = server.replace(/[^A-Za-z0-9_-]/g, "_");
  return { tool: `mcp__${plain}__${tool}`, mcp: { server, tool } };
}

/** Each name that patterns hold, one that goes on after each beginning and is no other, and one that none means. */
function valuesOf(patterns: readonly string[], another: string): readonly string[] {
  const begun = patterns.filter((one) => one.includes("*")).map((one) => one.split("*"));
  const exact = patterns.filter((one) => !one.includes("*"));
  const beginnings = [...exact, ...begun.map(([first = ""]) => first)];
  const longer = begun.map((parts) => {
    const [first = ""] = parts;
    const isNew = (letter: string): boolean =>
      !beginnings.some((one) => one.startsWith(`${first}${letter}`));
    return parts.join(LETTERS.find(isNew) ?? "_");
  });
  return [...new Set([...exact, ...longer, another])];
}
