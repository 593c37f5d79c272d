// Scripted sessions as the client would tell of them: payloads of hooks.
import { join } from "node:path";
import type { SessionStep } from "./sessions.ts";

/** The client's id of a session of this name. */
export const sessionId = (name: string): string => name.replaceAll(/[^a-z]+/gi, "-");

/** The payloads of a step, which is the session's `at`-th: a call is judged, and ends well. */
export function payloadsOf(
  name: string,
  step: SessionStep,
  { at, project }: { readonly at: number; readonly project: string },
): readonly Readonly<Record<string, unknown>>[] {
  const own = { session_id: sessionId(name), tool_use_id: `toolu_${sessionId(name)}_${at}` };
  if ("asks" in step) return [{ ...own, hook_event_name: "UserPromptSubmit", prompt: step.asks }];
  const call = { ...own, ...toolOf(step, project) };
  const tool_response = { stdout: "", stderr: "", interrupted: false, isImage: false };
  return [call, { ...call, hook_event_name: "PostToolUse", tool_response, duration_ms: 1 }];
}

function toolOf(step: Exclude<SessionStep, { asks: string }>, project: string) {
  if ("runs" in step) return { tool_name: "Bash", tool_input: { command: step.runs } };
  if ("fetches" in step)
    return { tool_name: "WebFetch", tool_input: { url: step.fetches, prompt: "read" } };
  if ("mcp" in step) return { tool_name: step.mcp, tool_input: step.input };
  if ("reads" in step)
    return { tool_name: "Read", tool_input: { file_path: join(project, step.reads) } };
  const file_path = join(project, step.writes);
  return { tool_name: "Write", tool_input: { file_path, content: "export {};\n" } };
}
