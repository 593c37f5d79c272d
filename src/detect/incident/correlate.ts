// Which incident an alert belongs to, and what an incident becomes by it (M12.4). Pure: clocks, ids and files are the caller's.
import type { Alert } from "../alert/alert.ts";
import { type Level, LEVELS } from "../detection/detection.ts";
import type { Incident, IncidentAction, IncidentState, Outcome } from "./incident.ts";

/** Alerts that one incident keeps. */
const ALERTS_MAX = 256;
const ACTIONS_MAX = 1_000;
/**
 * How long after an alert an incident takes up another one: of the same session, of the same detection, person and project in
 * another session, and of the same place alone.
 */
const SAME_SESSION_MS = 24 * 3_600_000;
const SAME_SCENE_MS = 24 * 3_600_000;
const SAME_PLACE_MS = 3_600_000;
/** The mildest alert that opens an incident. Milder ones join one that is open. */
const OPENS_FROM: Level = "high";
/** So many tactics of ATT&CK in one incident make it one level graver: a chain is more than its parts. */
const TACTICS_OF_A_CHAIN = 3;

/** An alert as an incident keeps it: of its place what the log has in clear, and digests of the rest that tells equal ones. */
export function keptAlert(alert: Alert, digest: (text: string) => string): Alert {
  const { pseudonym, destination, user, project } = alert.place;
  return {
    ...alert,
    place: {
      ...(project === undefined ? {} : { scene: digest(`${user ?? ""}\n${project}`) }),
      ...(pseudonym === undefined ? {} : { pseudonym }),
      ...(destination === undefined ? {} : { destination: digest(destination) }),
    },
  };
}

/** Whether an alert opens an incident where it belongs to none. */
export function opensIncident({ level }: Alert): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(OPENS_FROM);
}

/** The incident that an alert belongs to, the newest of several; closed ones and drills take up nothing. */
export function incidentOf(alert: Alert, incidents: readonly Incident[]): Incident | undefined {
  return incidents
    .filter((one) => one.state !== "closed" && one.drill !== true && belongs(alert, one))
    .toSorted((one, other) => other.updatedMs - one.updatedMs)[0];
}

function belongs({ place, timeMs, rule }: Alert, incident: Incident): boolean {
  return incident.alerts.some((known) => {
    const awayMs = Math.abs(timeMs - known.timeMs);
    const isSame = (name: "pseudonym" | "destination" | "scene"): boolean =>
      place[name] !== undefined && place[name] === known.place[name];
    if (isSame("pseudonym") && awayMs <= SAME_SESSION_MS) return true;
    if (known.rule === rule && isSame("scene")) return awayMs <= SAME_SCENE_MS;
    return awayMs <= SAME_PLACE_MS && isSame("destination");
  });
}

/** A new incident of one alert. */
export function openedBy(alert: Alert, id: string, nowMs: number): Incident {
  return {
    id,
    openedMs: nowMs,
    updatedMs: nowMs,
    level: alert.level,
    state: "open",
    title: alert.title,
    owner: undefined,
    alerts: [alert],
    alertsOmitted: 0,
    actions: [],
  };
}

/** The incident with one more alert, which it has once. What was contained and goes on is investigated again. */
export function joined(incident: Incident, alert: Alert, nowMs: number): Incident {
  if (incident.alerts.some(({ id }) => id === alert.id)) return incident;
  const all = [...incident.alerts, alert].toSorted((one, other) => one.timeMs - other.timeMs);
  const alerts = all.slice(-ALERTS_MAX);
  return {
    ...incident,
    updatedMs: nowMs,
    level: levelOf(alerts, incident.level),
    state: incident.state === "contained" ? "investigating" : incident.state,
    title: gravest(all)?.title ?? incident.title,
    alerts,
    alertsOmitted: incident.alertsOmitted + all.length - alerts.length,
  };
}

/** The incident after something was done about it; its state changes where that says so. */
export function acted(
  incident: Incident,
  action: IncidentAction,
  change: {
    readonly state?: IncidentState;
    readonly owner?: string;
    readonly outcome?: Outcome;
  } = {},
): Incident {
  const actions = [...incident.actions, action].slice(-ACTIONS_MAX);
  return { ...incident, ...change, updatedMs: action.atMs, actions };
}

function levelOf(alerts: readonly Alert[], before: Level): Level {
  const worst = Math.max(
    LEVELS.indexOf(before),
    ...alerts.map(({ level }) => LEVELS.indexOf(level)),
  );
  const alone = Math.max(...alerts.map(({ level }) => LEVELS.indexOf(level)));
  const isChain = tacticsOf(alerts).size >= TACTICS_OF_A_CHAIN;
  const level = isChain ? Math.max(worst, alone + 1) : worst;
  return LEVELS[Math.min(level, LEVELS.length - 1)] ?? before;
}

/** The tactics that rules name by their folder. */
export function tacticsOf(alerts: readonly Alert[]): ReadonlySet<string> {
  return new Set(alerts.map(({ rule }) => rule.split("/")[0] ?? rule));
}

function gravest(alerts: readonly Alert[]): Alert | undefined {
  return alerts.toSorted(
    (one, other) => LEVELS.indexOf(other.level) - LEVELS.indexOf(one.level),
  )[0];
}
