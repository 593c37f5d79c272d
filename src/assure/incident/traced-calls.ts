// The calls of an incident as its reconstruction tells them: each with the client's ids, what it said, and how it came about.
import type { StoryEvent } from "#assure/activity/session-story.ts";
import type { ToldCall } from "#assure/query/answers/told-calls.ts";
import { filledString, isObject } from "#base/json.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { saidIn } from "#record/event/readable-part.ts";
import { attribution, type CallOutcome } from "./attribution.ts";

/** What is told of an incident of any size; of more the newest, and what alerts name in any case. */
const CALLS_MAX = 2_000;

/** One call with the client's own ids, as far as their key is here. */
export type TracedCall = {
  /** Where it stands in the log; null in a drill, whose calls were never made. */
  readonly event: number | null;
  readonly timeMs: number;
  readonly tool: string;
  readonly toolUseId: string | null;
  readonly sessionId: string | null;
  readonly agentId: string | null;
  /** What it said; null where that was not kept or its key is gone. */
  readonly said: string | null;
  readonly verdict: string;
  readonly rules: readonly string[];
  readonly came: string;
  readonly how: CallOutcome;
  readonly why: string;
  /** Detections of the incident that name it. */
  readonly alerts: readonly string[];
  readonly mode: string | null;
  readonly policy: string | null;
};

export function tracedCalls(
  told: readonly ToldCall[],
  incident: Incident,
  events: readonly StoryEvent[],
): readonly TracedCall[] {
  const rulesAt = new Map<number, string[]>();
  for (const { rule, events: of } of incident.alerts)
    for (const index of of) rulesAt.set(index, [...(rulesAt.get(index) ?? []), rule]);
  const refused = refusedByClient(events);
  // An alert may name how a call ended instead of the call.
  const alertsOfCall = new Map<string, string[]>();
  for (const { index, metadata } of events) {
    const id = filledString(metadata["call"]);
    const rules = rulesAt.get(index);
    if (id !== undefined && rules !== undefined)
      alertsOfCall.set(id, [...(alertsOfCall.get(id) ?? []), ...rules]);
  }
  const byIndex = new Map(events.map((event) => [event.index, event]));
  return told.map((call) => {
    const sealed = byIndex.get(call.index)?.sealed;
    const id = filledString(call.metadata["call"]) ?? "";
    const alerts = [
      ...new Set([...(rulesAt.get(call.index) ?? []), ...(alertsOfCall.get(id) ?? [])]),
    ];
    const isRefusedByClient = refused.has(id);
    const { how, why } = attribution(call, { isAlerted: alerts.length > 0, isRefusedByClient });
    const { rules, policy } = call.metadata;
    return {
      event: call.index,
      timeMs: call.timeMs,
      tool: call.tool,
      toolUseId: filledString(sealed?.["toolUseId"]) ?? null,
      sessionId: filledString(sealed?.["sessionId"]) ?? null,
      agentId: filledString(sealed?.["agentId"]) ?? null,
      said: saidIn(sealed) ?? null,
      verdict: filledString(call.metadata["verdict"]) ?? "unknown",
      rules: textsIn(rules),
      came: call.came,
      how,
      why,
      alerts,
      mode: filledString(call.metadata["mode"]) ?? null,
      policy: policyText(policy),
    };
  });
}

export function withinBound(calls: readonly TracedCall[]): readonly TracedCall[] {
  if (calls.length <= CALLS_MAX) return calls;
  const alerted = calls.filter(({ alerts }) => alerts.length > 0).slice(-CALLS_MAX);
  const others = calls.filter(({ alerts }) => alerts.length === 0);
  const rest = CALLS_MAX - alerted.length;
  const kept = new Set([...alerted, ...(rest > 0 ? others.slice(-rest) : [])]);
  return calls.filter((call) => kept.has(call));
}

/** Calls that the client refused by its own rules or mode. */
export function refusedByClient(events: readonly StoryEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ metadata }) =>
      metadata["kind"] === "hook" && metadata["event"] === "PermissionDenied"
        ? (filledString(metadata["call"]) ?? [])
        : [],
    ),
  );
}

function policyText(policy: unknown): string | null {
  if (!isObject(policy)) return null;
  const [id, version] = [filledString(policy["id"]), filledString(policy["version"])];
  const digest = filledString(policy["digest"]);
  return [id, version, digest].filter((one) => one !== undefined).join(" ") || null;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
