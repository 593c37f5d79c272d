// One row of the incidents: how far it is, and by what rows are grouped, as the event of its gravest alert tells.
import * as v from "valibot";
import { filledString } from "#base/json.ts";
import { outcomeOf } from "#detect/alert/outcome.ts";
import { LEVELS } from "#detect/detection/detection.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { entriesAt } from "../../services/log/opened-places.ts";
import { guardingOf } from "../../services/projects/guarded-project.ts";
import type { DashboardParts } from "../context/parts.ts";

const word = v.nullable(v.string());

export const incidentRow = v.object({
  id: v.string(),
  level: v.string(),
  state: v.string(),
  title: v.string(),
  owner: word,
  openedMs: v.number(),
  updatedMs: v.number(),
  alerts: v.number(),
  drill: v.boolean(),
  /** Steps of its playbooks that are done, and all. */
  stepsDone: v.number(),
  steps: v.number(),
  /** Its detections, that of its gravest alert first. */
  rules: v.array(v.string()),
  /** Its first alert and its last. */
  firstMs: v.number(),
  lastMs: v.number(),
  /** Of its gravest alert: what became of the call, whose it was and where; null where the log does not tell, or not any more. */
  outcome: word,
  person: word,
  project: word,
});
type IncidentRow = v.InferInput<typeof incidentRow>;

/** What the event of an alert tells. */
type Ground = Pick<IncidentRow, "outcome" | "person" | "project">;

const NOTHING: Ground = { outcome: null, person: null, project: null };
/** Incidents whose event is opened for one list, the newest; what was opened is kept, so that the next list opens further ones. */
const OPENED_MAX = 200;
const KEPT_MAX = 4_096;
/** WHY weak: what was opened goes with the server that shows it. */
const keptBy = new WeakMap<object, Map<number, Ground>>();

export async function incidentRows(
  parts: DashboardParts,
  incidents: readonly Incident[],
): Promise<IncidentRow[]> {
  const grounds = await groundsOf(parts, incidents);
  return incidents.map((incident, place) => incidentRowOf(incident, grounds[place]));
}

/** How far an incident is, with what its event tells. */
export function incidentRowOf(incident: Incident, ground: Ground = NOTHING): IncidentRow {
  const { id, level, state, title, owner, openedMs, updatedMs, playbooks = [] } = incident;
  const times = incident.alerts.map(({ timeMs }) => timeMs);
  return {
    id,
    level,
    state,
    title,
    openedMs,
    updatedMs,
    owner: owner ?? null,
    alerts: incident.alerts.length + incident.alertsOmitted,
    drill: incident.drill === true,
    stepsDone: playbooks.reduce((sum, { done }) => sum + done.length, 0),
    steps: playbooks.reduce((sum, { steps }) => sum + steps.length, 0),
    rules: [...new Set(byGravity(incident).map(({ rule }) => rule))],
    firstMs: times.reduce((one, other) => Math.min(one, other), openedMs),
    lastMs: times.reduce((one, other) => Math.max(one, other), times[0] ?? openedMs),
    ...ground,
  };
}

/** What the log tells of each; without a log, or where its key is gone, nothing. */
export async function groundsOf(
  parts: DashboardParts,
  incidents: readonly Incident[],
): Promise<readonly Ground[]> {
  const kept = keptBy.get(parts.directories) ?? new Map<number, Ground>();
  keptBy.set(parts.directories, kept);
  const places = incidents.map(placeOf);
  const wanted = places.filter((place) => place !== undefined && !kept.has(place));
  await open(parts, [...new Set(wanted)].slice(0, OPENED_MAX) as number[], kept).catch(
    () => undefined,
  );
  const found = places.map((place) =>
    place === undefined ? NOTHING : (kept.get(place) ?? NOTHING),
  );
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_MAX) break;
    kept.delete(oldest);
  }
  return found;
}

async function open(
  { view, directories }: DashboardParts,
  places: readonly number[],
  kept: Map<number, Ground>,
): Promise<void> {
  if (places.length === 0) return;
  for await (const { index, leaf, sealed } of entriesAt(await view(), places)) {
    if (leaf.kind !== "leaf") continue;
    const cwd = filledString(sealed?.["cwd"]);
    kept.set(index, {
      outcome: outcomeOf(leaf.metadata) ?? null,
      person: filledString(sealed?.["user"]) ?? null,
      project: cwd === undefined ? null : (guardingOf(directories, cwd)?.entry.root ?? cwd),
    });
  }
}

/** The alert that is told first: the gravest, of equal ones the newest. */
function byGravity({ alerts }: Incident) {
  return alerts.toSorted(
    (one, other) =>
      LEVELS.indexOf(other.level) - LEVELS.indexOf(one.level) || other.timeMs - one.timeMs,
  );
}

/** Of a drill nothing is in the log. */
function placeOf(incident: Incident): number | undefined {
  return incident.drill === true ? undefined : byGravity(incident)[0]?.events.at(-1);
}
