// Held calls that go on in the background, by session: what they meet later is told with the next result.
import { dropOldest } from "#base/drop-oldest.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";

/** A call that goes on. */
export type BackgroundCall = { readonly ticket: string; readonly call: ToolCall };

/** Sessions and calls that are kept in mind; of more, the oldest are forgotten. */
const SESSIONS_MAX = 256;
const CALLS_MAX = 64;

/** An empty list of them. `session` is any name of one. */
export function createBackgroundCalls() {
  const sessions = new Map<string, Map<string, ToolCall>>();
  return {
    add(session: string, { ticket, call }: BackgroundCall): void {
      const calls = sessions.get(session) ?? new Map<string, ToolCall>();
      sessions.delete(session);
      sessions.set(session, calls.set(ticket, call));
      dropOldest(calls, CALLS_MAX);
      dropOldest(sessions, SESSIONS_MAX);
    },
    of: (session: string): readonly BackgroundCall[] =>
      [...(sessions.get(session) ?? [])].map(([ticket, call]) => ({ ticket, call })),
    end(session: string): void {
      sessions.delete(session);
    },
  };
}
