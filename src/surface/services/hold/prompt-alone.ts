// Whether the client alone would have asked a person about a call: by its settings, its mode and its own judgement, without a hook.
import { FILE_TOOLS } from "#guard/native/session.ts";
import type { PermissionMode } from "#guard/facts/facts.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { PromptChange } from "#record/event/call-events.ts";
import { isObject } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { clientSidesOf } from "./client-side.ts";

/** A call as the client has it, in a guarded project. */
export type PromptedCall = {
  readonly root: string;
  readonly cwd: string;
  readonly mode: PermissionMode;
  readonly tool: string;
  /** The tool's input as the client sent it. */
  readonly given: Json;
};

/**
 * What the client alone does: `asks` a person, or `runs` the call unasked. Undefined where that is not known: its classifier
 * decides, its sandbox answers, or the tool is one whose questions were not measured. Never throws.
 */
export type PromptAlone = (call: PromptedCall) => "asks" | "runs" | undefined;

/** WHY no other: in \`auto\` and \`plan\` a classifier of the vendor decides, and \`dontAsk\` asks nobody. */
const MODES = ["default", "acceptEdits", "bypassPermissions"] as const;

/** Reads the client's settings below a home when a call is asked about, again only when they changed; `data` is our data directory. */
export function createPromptAlone(home: string, data?: string): PromptAlone {
  const sideOf = clientSidesOf(home, undefined, data);
  return ({ root, cwd, mode: given, tool, given: input }) => {
    const mode = MODES.find((one) => one === given);
    const isMeasured = tool === "Bash" || tool in FILE_TOOLS || tool.startsWith("mcp__");
    if (mode === undefined || !isMeasured || !isObject(input)) return undefined;
    try {
      const side = sideOf(root);
      // Where it is on, most commands run in it unasked.
      if (tool === "Bash" && side.hasSandbox) return undefined;
      const { verdict } = side.judgeCall({ tool, input, cwd, hasRunShell: true }, mode);
      return verdict === "deny" ? undefined : verdict === "ask" ? "asks" : "runs";
    } catch {
      return undefined;
    }
  };
}

/** What a verdict that is enforced does to the questions a person gets; undefined where it changes nothing. */
export function promptChange(
  verdict: Verdict,
  alone: ReturnType<PromptAlone>,
): PromptChange | undefined {
  if (verdict === "allow" && alone === "asks") return "spared";
  if (verdict === "abstain" && alone === "asks") return "left";
  return verdict === "ask" && alone === "runs" ? "added" : undefined;
}
