// Reasons that refuse a call of an MCP server: it is not as it was approved, or its tool is given what it may not have.
import type { Facts } from "../../facts/facts.ts";
import type { ToolCall } from "../../toolcall/tool-call.ts";
import type { Reason } from "../decision.ts";
import { inputFault } from "./mcp-input.ts";
import { builtin } from "./reasons.ts";

/** None where nobody approved the server, or where all is as it was approved. */
export function mcpReasons(call: ToolCall, { mcp, session }: Facts): readonly Reason[] {
  if (mcp === undefined || call.input.kind !== "mcp") return [];
  const { refusal, inputs } = mcp;
  const { server, tool, input } = call.input;
  if (refusal !== undefined)
    return [
      {
        ...builtin("deny", refusal.rule, refusal.why),
        instead: refusal.instead,
        told: { what: "calls an MCP server that is not as it was approved", why: refusal.why },
      },
    ];
  if (inputs === undefined) return [];
  const { projectRoot, home } = session;
  const fault = inputFault(input, inputs, { projectRoot, home, cwd: call.cwd });
  if (fault === undefined) return [];
  const why = `the tool \`${tool}\` of the MCP server \`${server}\` is given what its policy does not let it have: ${fault}`;
  return [
    {
      ...builtin("deny", "mcp-input", why),
      instead: "give it what its policy names; `sallyport mcp list` shows the policy",
      told: { what: "gives an MCP server's tool what it may not have", why: fault },
    },
  ];
}
