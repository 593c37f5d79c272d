// How long sessions work: from a prompt to the end of its turn, without the time in which a person is waited for.
import { dropOldest } from "#base/drop-oldest.ts";
import type { HookEvent } from "#guard/events/normalize.ts";

const WATCHED_MAX = 1_024;
/** Events at whose end nothing of the agent goes on. */
const ENDS: ReadonlySet<string> = new Set(["Stop", "StopFailure", "SessionEnd"]);
/** Events after which a person is waited for. */
const WAITS: ReadonlySet<string> = new Set(["PermissionRequest", "Notification"]);

/** Milliseconds of work since the event before, of the session as a whole and of the agent whose event it is. */
export type Worked = { readonly whole: number; readonly own: number };

/** Watches by a clock that only goes forward: what sets the machine's clock changes nothing. */
export function createStopwatch(monotonicMs: () => number): (event: HookEvent) => Worked {
  const since = new Map<string, number>();
  const lap = (key: string, goesOn: boolean): number => {
    const now = monotonicMs();
    const before = since.get(key);
    since.delete(key);
    if (goesOn) since.set(key, now);
    dropOldest(since, WATCHED_MAX);
    return before === undefined ? 0 : Math.max(0, now - before);
  };
  return ({ eventName, sessionId, agentId }) => {
    const isOver = ENDS.has(eventName) && agentId === undefined;
    const goesOn = !isOver && !WAITS.has(eventName);
    const whole = lap(sessionId, goesOn && eventName !== "SessionStart");
    const isOwnEnd = eventName === "SubagentStop";
    const own = agentId === undefined ? 0 : lap(`${sessionId} ${agentId}`, goesOn && !isOwnEnd);
    return { whole, own };
  };
}
