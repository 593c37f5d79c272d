// What hook and daemon say to each other: payload bytes in, the client's exact answer shapes out.
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";
import type { Decision } from "../policy/decision.ts";
import { scanEventName } from "./event-name.ts";
import { bounded, reasonText } from "./reason-text.ts";
import { type HookEvent, type HookFault, normalizeEvent } from "../events/normalize.ts";
import type { Json } from "../toolcall/tool-call.ts";

/** Nesting accepted in a payload. Real ones stay below 12; deeper ones overflow recursive readers further on. */
const JSON_DEPTH_MAX = 64;
/** Values accepted in a payload, so that 16 MB of `[[],[],...` do not become gigabytes of objects. */
const JSON_VALUES_MAX = 500_000;

/** An answer for a hook: serialise it as it is. Field names are the client's. */
export type HookAnswer =
  | Record<string, never>
  | { readonly decision: "block"; readonly reason: string }
  /** A tool's answer in its own shape, in place of the one that it gave. */
  | {
      readonly hookSpecificOutput: {
        readonly hookEventName: "PostToolUse";
        readonly updatedToolOutput: Json;
        readonly additionalContext?: string;
      };
      readonly systemMessage?: string;
    }
  /** A line for the model beside what the tool answered. */
  | {
      readonly hookSpecificOutput: {
        readonly hookEventName: "PostToolUse" | "PostToolUseFailure";
        readonly additionalContext: string;
      };
    }
  /** Ends the turn before the model is asked again. */
  | { readonly continue: false; readonly stopReason: string; readonly systemMessage: string }
  /** Without a decision the client's own rules judge the shell line, which no answer of ours makes milder. */
  | {
      readonly hookSpecificOutput: {
        readonly hookEventName: "PreSkillShellCommand";
        readonly permissionDecision?: "deny";
        readonly permissionDecisionReason?: string;
      };
    }
  | {
      readonly hookSpecificOutput: {
        readonly hookEventName: "PreToolUse";
        readonly permissionDecision?: "deny" | "ask" | "allow";
        readonly permissionDecisionReason?: string;
        readonly updatedInput?: { readonly [key: string]: Json };
      };
    };

/** Reads one hook payload. Total: hostile bytes give a fault, never an exception. Of equal keys the last one counts. */
export function parseHookEvent(bytes: Uint8Array): HookEvent | HookFault {
  const parsed = parsePayload(bytes);
  return "fault" in parsed ? parsed.fault : normalizeEvent(parsed.payload);
}

/** Reads payload bytes as bounded JSON; the fault is the one that `parseHookEvent` would give. */
export function parsePayload(
  bytes: Uint8Array,
): { readonly payload: Json } | { readonly fault: HookFault } {
  const fault = (code: HookFault["code"], eventName?: string) =>
    ({ fault: { kind: "fault", code, where: "payload", eventName } }) as const;
  if (bytes.length > PAYLOAD_BYTES_MAX) return fault("size");
  // WHY: bounds are checked before JSON.parse builds anything, because what it builds is the cost.
  const excess = findExcess(bytes);
  // WHY: an event that is only recorded must not end the turn because a tool's input was deep.
  if (excess !== undefined) return fault(excess, scanEventName(bytes));
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return fault("encoding");
  }
  try {
    return { payload: JSON.parse(text) };
  } catch {
    return fault("json");
  }
}

function findExcess(bytes: Uint8Array): "depth" | "size" | undefined {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === 0x5c) index++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > JSON_DEPTH_MAX) return "depth";
      if (++values > JSON_VALUES_MAX) return "size";
    } else if (byte === 0x5d || byte === 0x7d) depth--;
    else if (byte === 0x2c && ++values > JSON_VALUES_MAX) return "size";
  }
  return undefined;
}

/**
 * The PreToolUse answer for a decision. `abstain` is the explicit neutral answer: an empty one would be taken as a
 * failure by some clients and as consent by others. `updatedInput` replaces the input of a call that runs: with an
 * abstention the client's own rules judge the new input (measured on 2.1.328). A call of a file
 * tool that is asked about keeps its own: at a terminal the client would show its own dialog in place of ours, without the
 * reason and with wider answers. Of a command it shows ours (measured).
 */
export function formatPreToolUse(
  decision: Decision,
  updatedInput?: { readonly [key: string]: Json },
  /** The command that a person is asked about, where `updatedInput` has another one for it: after a yes that one runs. */
  asked?: string,
): HookAnswer {
  const { verdict } = decision;
  const runs =
    verdict === "allow" || verdict === "abstain" || (verdict === "ask" && asked !== undefined);
  const told = reasonText(decision);
  // WHY not with a finding: an answer is kept, and where nobody can say yes the model reads it.
  const isShown = verdict === "ask" && decision.findings.length === 0;
  const words = isShown && asked !== undefined ? withCommand(told, asked) : told;
  const answer =
    verdict === "abstain"
      ? ({ hookEventName: "PreToolUse" } as const)
      : preToolUse(verdict, bounded(words)).hookSpecificOutput;
  return {
    hookSpecificOutput: runs && updatedInput !== undefined ? { ...answer, updatedInput } : answer,
  };
}

/** The answer with one more line at the end of its reason, as far as the client's bounds have room; as it is without a reason. */
export function withLine(answer: HookAnswer, line: string): HookAnswer {
  if (!("hookSpecificOutput" in answer)) return answer;
  const output = answer.hookSpecificOutput;
  if (output?.hookEventName !== "PreToolUse") return answer;
  const { permissionDecisionReason: reason } = output;
  if (reason === undefined) return answer;
  const permissionDecisionReason = bounded(`${reason}\n${line}`);
  return { hookSpecificOutput: { ...output, permissionDecisionReason } };
}

/** Characters of a command that a question quotes: the client shows our reason whole, below its own heading. */
const COMMAND_CHARS_MAX = 400;

/** The command below the first line: the client's frame shows the one that runs it held. */
function withCommand(told: string, command: string): string {
  const text = visibleLines(command);
  const shown =
    text.length <= COMMAND_CHARS_MAX ? text : `${text.slice(0, COMMAND_CHARS_MAX - 1)}…`;
  const [first = "", ...others] = told.split("\n");
  return [first, `Command: ${shown}`, ...others].join("\n");
}

/** An answer without opinion. Where a call waits for it, it names its event; `{}` is neutral for every other event. */
export function neutralAnswer(eventName: string): HookAnswer {
  switch (eventName) {
    case "PreToolUse":
      return { hookSpecificOutput: { hookEventName: eventName } };
    case "PreSkillShellCommand":
      return { hookSpecificOutput: { hookEventName: eventName } };
    default:
      return {};
  }
}

/**
 * Refuses an event, as far as the event can be refused; the others get the neutral answer. `undefined` is an event
 * whose name could not be read: the answer then is the one form that blocks under any event that can be blocked.
 */
export function refusal(eventName: string | undefined, text: string): HookAnswer {
  switch (eventName) {
    case "PreToolUse":
      return preToolUse("deny", bounded(visibleLines(text)));
    case "PreSkillShellCommand":
      return {
        hookSpecificOutput: {
          hookEventName: eventName,
          permissionDecision: "deny",
          permissionDecisionReason: bounded(visibleLines(text)),
        },
      };
    case undefined:
    case "ConfigChange":
    case "UserPromptExpansion":
    case "UserPromptSubmit":
      return configChangeBlock(text);
    default:
      return neutralAnswer(eventName);
  }
}

/** Keeps changed settings from being applied to the running session. */
export function configChangeBlock(text: string): HookAnswer {
  return { decision: "block", reason: bounded(visibleLines(text)) };
}

/**
 * Refuses a request that could not be read, where the event is one that we only watch. A PreToolUse sent there all the
 * same is denied; any other event takes the answer for a failed hook and goes on, where `decision: "block"` would keep a
 * Stop from stopping.
 */
export function watchedRefusal(text: string): HookAnswer {
  return preToolUse("deny", bounded(visibleLines(text)));
}

function preToolUse(verdict: "deny" | "ask" | "allow", reason: string) {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: verdict,
      permissionDecisionReason: reason,
    },
  } as const;
}

function visibleLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
