// How many events a project may send: many at once, no more than some hundred a second for long.

/** Events a second that go on for ever. Twenty sessions with an event each 100 ms are the same. */
const EVENTS_PER_SECOND = 200;
/** Events at once after a pause. */
const BURST_MAX = 1_000;
/** Projects counted at the same time; tokens are only given to guarded ones. */
const PROJECTS_MAX = 10_000;

/** Whether one more event of a project is within its rate. */
export type EventRates = { take(projectId: string): boolean };

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
      projects.set(projectId, { left: Math.max(0, left >= 1 ? left - 1 : left), atMs });
      return left >= 1;
    },
  };
}
