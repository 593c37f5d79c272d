// Calls of MCP tools and the servers that answer them, held against what a rule names: `server`, or `server/tool`.
import { compileGlob, escapeGlob } from "#base/glob.ts";
import type { Effect } from "../vocabulary/effect.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import type { Condition } from "./policy.ts";

type McpTool = { readonly server: string; readonly tool: string };

const PREFIX = "mcp__";

/** Whether a call is one of an MCP tool that the condition means; undefined where nobody knows which server would answer. */
export function mcpTest({ mcp, exceptMcp }: Condition, call: ToolCall): boolean | undefined {
  if (mcp === undefined && exceptMcp === undefined) return true;
  const answers = toolsOf(call).map(
    (one) =>
      (mcp === undefined || isNamed(mcp, one)) &&
      !(exceptMcp !== undefined && isNamed(exceptMcp, one)),
  );
  const [first = false] = answers;
  return answers.every((answer) => answer === first) && !isContradiction(call) ? first : undefined;
}

/**
 * Whether an allow rule speaks of the call itself, whatever the tool does.
 * INVARIANT: such a rule speaks only in calls that `mcpTest` proved, and those have no effect of that reason but the call.
 */
export function allowsMcp({ mcp }: Condition, effect: Effect): boolean {
  return mcp !== undefined && effect.kind === "unknown" && effect.reason === "unknown-tool";
}

/** The parts of a pattern; without a slash it means all tools of a server. */
export function mcpPattern(pattern: string): McpTool {
  const slash = pattern.indexOf("/");
  if (slash < 0) return { server: pattern, tool: "*" };
  return { server: pattern.slice(0, slash), tool: pattern.slice(slash + 1) };
}

/** A name of the client's form whose parts do not fit: it may be any server's. */
function isContradiction({ tool, input }: ToolCall): boolean {
  return tool.startsWith(PREFIX) && input.kind !== "mcp";
}

/** The tools that the call may mean. In a tool's name a server stands with other characters replaced, and `__` may be part of it. */
function toolsOf({ tool: name, input }: ToolCall): readonly McpTool[] {
  if (input.kind !== "mcp") return [];
  const { server, tool } = input;
  if (input.isServerTold === true) return [{ server, tool }];
  const rest = name.slice(PREFIX.length);
  const found: McpTool[] = [];
  for (let at = rest.indexOf("__", 1); at > 0; at = rest.indexOf("__", at + 1))
    if (at + 2 < rest.length) found.push({ server: rest.slice(0, at), tool: rest.slice(at + 2) });
  return found.length === 0 ? [{ server, tool }] : found;
}

function isNamed(patterns: readonly string[], { server, tool }: McpTool): boolean {
  return patterns.some((pattern) => {
    const wanted = mcpPattern(pattern);
    return globOf(wanted.server)(server) && globOf(wanted.tool)(tool);
  });
}

/** `*` is any text; nothing else in a name has a meaning of its own. */
function globOf(text: string): (name: string) => boolean {
  return compileGlob(text.split("*").map(escapeGlob).join("**"));
}
