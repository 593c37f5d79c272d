// The content stage: looks for secrets and personal data in a call. It has no detectors yet and finds nothing.
import type { ToolCall } from "../toolcall/tool-call.ts";
import type { Finding } from "./finding.ts";

/** A detector looks at one text and reports where it holds something, never what. */
export type Detector = {
  readonly id: string;
  readonly scan: (text: string, place: string) => readonly Finding[];
};

const DETECTORS: readonly Detector[] = [];

/** All findings in what the agent sends. */
export function scanCall(
  call: ToolCall,
  detectors: readonly Detector[] = DETECTORS,
): readonly Finding[] {
  const texts = textsOf(call);
  return detectors.flatMap((detector) =>
    texts.flatMap(([place, text]) => detector.scan(text, place)),
  );
}

function textsOf({ input }: ToolCall): readonly (readonly [place: string, text: string])[] {
  switch (input.kind) {
    case "bash":
      return [["command", input.command]];
    case "write":
      return [["content", input.content]];
    case "edit":
      return [["new_string", input.newText]];
    case "fetch":
      return [["url", input.url]];
    case "web-search":
      return [["query", input.query]];
    case "message":
      return [["message", input.text]];
    case "agent":
    case "schedule":
      return [["prompt", input.prompt]];
    case "skill":
      return [["args", input.args]];
    case "workflow":
      return input.script === undefined ? [] : [["script", input.script]];
    case "mcp":
    case "other":
      return [["input", JSON.stringify(input.input)]];
    case "read":
    case "search":
    case "worktree":
    case "bookkeeping":
      return [];
    default:
      return input satisfies never;
  }
}
