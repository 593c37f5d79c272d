// What hook and daemon say to each other: payload bytes in, the client's exact answer shapes out.
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";
import type { Decision } from "../policy/decision.ts";
import { type HookEvent, type HookFault, normalizeEvent } from "../toolcall/normalize.ts";
import type { Json } from "../toolcall/tool-call.ts";

/** Nesting accepted in a payload. Real ones stay below 12; deeper ones overflow recursive readers further on. */
const JSON_DEPTH_MAX = 64;
/** Values accepted in a payload, so that 16 MB of `[[],[],...` do not become gigabytes of objects. */
const JSON_VALUES_MAX = 500_000;
/** Characters of a reason shown to the client; longer ones are cut with an ellipsis. */
const REASON_CHARS_MAX = 1500;

/** An answer for a hook: serialise it as it is. Field names are the client's. */
export type HookAnswer =
  | Record<string, never>
  | { readonly decision: "block"; readonly reason: string }
  | {
      readonly hookSpecificOutput: {
        readonly hookEventName: "PreToolUse";
        readonly permissionDecision?: "deny" | "ask" | "allow";
        readonly permissionDecisionReason?: string;
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
  const fault = (code: HookFault["code"]) =>
    ({ fault: { kind: "fault", code, where: "payload", eventName: undefined } }) as const;
  if (bytes.length > PAYLOAD_BYTES_MAX) return fault("size");
  // WHY: bounds are checked before JSON.parse builds anything, because what it builds is the cost.
  const excess = findExcess(bytes);
  if (excess !== undefined) return fault(excess);
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
 * failure by some clients and as consent by others.
 */
export function formatPreToolUse(decision: Decision): HookAnswer {
  if (decision.verdict === "abstain") return neutralAnswer("PreToolUse");
  return preToolUse(decision.verdict, reasonText(decision));
}

/** An answer without opinion. PreToolUse names its event; `{}` is neutral for every other event. */
export function neutralAnswer(eventName: string): HookAnswer {
  return eventName === "PreToolUse" ? { hookSpecificOutput: { hookEventName: "PreToolUse" } } : {};
}

/**
 * Refuses an event, as far as the event can be refused; the others get the neutral answer. `undefined` is an event
 * whose name could not be read: the answer then is the one form that blocks under any event that can be blocked.
 */
export function refusal(eventName: string | undefined, text: string): HookAnswer {
  switch (eventName) {
    case "PreToolUse":
      return preToolUse("deny", bounded(visibleLines(text)));
    case undefined:
    case "ConfigChange":
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

// `updatedInput` for file tools, pinned to the judged path, belongs beside the reason here.
function preToolUse(verdict: "deny" | "ask" | "allow", reason: string): HookAnswer {
  return {
    hookSpecificOutput: {
      hookEventName: "PreToolUse",
      permissionDecision: verdict,
      permissionDecisionReason: reason,
    },
  };
}

/** The words a decision is told in, a line each: what the call would do and why not, which rule, what to do instead. */
export function reasonText(decision: Decision): string {
  const reason = decision.reasons[0];
  if (reason === undefined) return "sallyport: no reason was given";
  const effect = reason.effect === undefined ? undefined : decision.effects[reason.effect];
  const via = effect === undefined || effect.via.length === 0 ? "" : effect.via.join(", ");
  const others = decision.reasons.length - 1;
  const lines = [
    `sallyport: ${clip(printable(reason.text), 700)}`,
    `rule: ${clip(printable(reason.rule), 200)}${others > 0 ? ` (and ${others} more)` : ""}`,
  ];
  if (via !== "") lines[0] += ` (through ${clip(printable(via), 100)})`;
  if (reason.instead !== undefined) lines.push(`instead: ${clip(printable(reason.instead), 400)}`);
  return bounded(lines.join("\n"));
}

function visibleLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function clip(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}

function bounded(text: string): string {
  return clip(text, REASON_CHARS_MAX).replace(/\p{Surrogate}/gu, "\ufffd");
}
