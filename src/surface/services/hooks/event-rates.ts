// How many events a project may send: many at once, and some hundred a second for long. What comes faster waits, before any is refused.

/** Events a second that go on for ever. Twenty sessions with an event each 100 ms are the same. */
const EVENTS_PER_SECOND = 200;
/** Events at once after a pause. */
const BURST_MAX = 1_000;
/**
 * Events that may wait for their turn at once: half a second of them, fewer than requests that may be under way. Agents that wait for
 * their answers never get there, a hundred of them side by side; a sender that does not wait does.
 */
const WAITING_MAX = 100;
/** Projects counted at the same time; tokens are only given to guarded ones. */
const PROJECTS_MAX = 10_000;

/** Milliseconds that one more event of a project has to wait, mostly none; undefined where it is too much. */
export type EventRates = { take(projectId: string): number | undefined };

/** Full at first; `nowMs` is a clock that goes forward. */
export function createEventRates(nowMs: () => number): EventRates {
  const projects = new Map<string, { left: number; atMs: number }>();
  return {
    take(projectId) {
      const atMs = nowMs();
      const known = projects.get(projectId) ?? { left: BURST_MAX, atMs };
      const refilled = known.left + ((atMs - known.atMs) / 1_000) * EVENTS_PER_SECOND;
      const left = Math.min(BURST_MAX, refilled);
      if (projects.size >= PROJECTS_MAX && !projects.has(projectId)) projects.clear();
      const isTooMuch = left - 1 < -WAITING_MAX;
      projects.set(projectId, { left: isTooMuch ? left : left - 1, atMs });
      if (isTooMuch) return undefined;
      return left >= 1 ? 0 : ((1 - left) / EVENTS_PER_SECOND) * 1_000;
    },
  };
}
