// Holds what the client tells of its calls against what hooks were asked: a call that ran without a hook, or against a refusal.
import type { DiscrepancyKind } from "#record/event/telemetry-events.ts";
import { dropOldest } from "#base/drop-oldest.ts";

/** Calls and sessions that are remembered; the oldest are forgotten first, and then looked up in the log. */
const CALLS_MAX = 20_000;
const SESSIONS_MAX = 4_096;
/** Results that wait for their hook record at once; more are only counted. */
const WAITING_MAX = 10_000;
/** Milliseconds that a hook record may take: command hooks hand theirs in by files, which are taken every second. */
export const HOOK_GRACE_MS = 10_000;

/** What our records say of a call. `refused`: judged as one to refuse, and that was enforced. */
export type HookRecord = "refused" | "judged";
/** What the log knows of a call that this process does not; `unknown` where it cannot be asked. */
export type LookUp = (
  sessionId: string,
  callId: string,
) => Promise<HookRecord | "session-known" | "nothing" | "unknown">;

/** What the client said of a call. */
export type ClientCall = {
  readonly sessionId: string;
  readonly callId: string;
  readonly tool: string | undefined;
  readonly said: "accepted" | "success" | "failure";
};
/** A disagreement about a call, or about a whole session. */
export type CallDiscrepancy = Omit<ClientCall, "said"> & {
  readonly what: DiscrepancyKind;
  readonly outcome: "success" | "failure" | undefined;
  readonly certain: boolean;
};

export type Join = {
  /** Hooks were asked about a call, or spoke for a session where there is none. */
  noteHook(sessionId: string, call?: { readonly id: string; readonly record: HookRecord }): void;
  /** The client said what became of a call. */
  noteClient(call: ClientCall, nowMs: number): void;
  /** What was found since it was asked last; looks up what waited long enough. */
  due(nowMs: number): Promise<readonly CallDiscrepancy[]>;
  /** Results that wait for their hook record. */
  readonly waiting: number;
};

/** Nothing is known yet. */
export function createJoin(lookUp: LookUp): Join {
  const calls = new Map<string, HookRecord>();
  const sessions = new Set<string>();
  const unguarded = new Set<string>();
  const waiting = new Map<string, ClientCall & { readonly sinceMs: number }>();
  const found: CallDiscrepancy[] = [];

  const tell = (call: ClientCall, what: DiscrepancyKind, certain: boolean): void => {
    const { said, ...rest } = call;
    found.push({ ...rest, what, outcome: said === "accepted" ? undefined : said, certain });
  };
  const compare = (call: ClientCall, record: HookRecord): void => {
    if (record === "judged") return;
    if (call.said === "accepted") tell(call, "accepted-after-deny", true);
    // What was refused and failed may have failed because of that.
    else if (call.said === "success") tell(call, "ran-after-deny", true);
  };
  const settle = async (call: ClientCall): Promise<void> => {
    const { sessionId, callId } = call;
    const record = calls.get(keyOf(sessionId, callId)) ?? (await lookUp(sessionId, callId));
    if (record === "judged" || record === "refused") return compare(call, record);
    if (call.said === "accepted") return;
    if (record === "session-known" || sessions.has(sessionId))
      return tell(call, "call-without-hook", true);
    // One event for the whole session: nobody was asked about any of its calls.
    if (unguarded.has(sessionId)) return;
    unguarded.add(sessionId);
    dropOldest(unguarded, SESSIONS_MAX);
    tell(call, "session-without-hooks", record === "nothing");
  };
  return {
    get waiting() {
      return waiting.size;
    },
    noteHook(sessionId, call) {
      sessions.delete(sessionId);
      sessions.add(sessionId);
      dropOldest(sessions, SESSIONS_MAX);
      if (call === undefined || call.id === "") return;
      const key = keyOf(sessionId, call.id);
      calls.delete(key);
      calls.set(key, call.record);
      dropOldest(calls, CALLS_MAX);
    },
    noteClient(call, nowMs) {
      const key = keyOf(call.sessionId, call.callId);
      const record = calls.get(key);
      if (record !== undefined) return compare(call, record);
      if (call.said === "accepted" || waiting.size >= WAITING_MAX) return;
      waiting.set(key, { ...call, sinceMs: nowMs });
    },
    async due(nowMs) {
      for (const [key, call] of waiting) {
        if (nowMs - call.sinceMs < HOOK_GRACE_MS) break;
        waiting.delete(key);
        await settle(call);
      }
      return found.splice(0);
    },
  };
}

function keyOf(sessionId: string, callId: string): string {
  return `${sessionId}\0${callId}`;
}
