// What the log holds of an incident: events of its sessions and alerts, what was done about it, and what was set at that time.
import type { StoryEvent } from "#assure/activity/session-story.ts";
import type { Traced } from "#assure/incident/reconstruction.ts";
import type { TracedCall } from "#assure/incident/traced-calls.ts";
import { drillCalls } from "#assure/incident/regression.ts";
import { Failure } from "#base/failure.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { startGraph } from "#detect/session/graph.ts";
import { actOf } from "#detect/session/recorded-acts.ts";
import type { LogView } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { loadPlaybook } from "../../foundation/product/shipped-data.ts";
import { sessionsOf } from "../../services/incidents/incident-sessions.ts";
import { askLog } from "../../services/log/asked-log.ts";
import { openHeldSessions } from "../../services/sessions/held-sessions.ts";
import { allPlaces, entriesAt } from "../../services/log/opened-places.ts";

/** Events that are read of one incident: the newest. */
const EVENTS_MAX = 60_000;
const SESSIONS_MAX = 32;
/** Before the first alert and after the last change: what was set then may have allowed it. */
const AROUND_MS = 3_600_000;
const SETTINGS = "kind:off,exception,lockdown,policy,config-change,statement";

/** The log that is asked; `tell` hears how answers were found, when not by the daemon's index. */
export type AskedLog = {
  readonly directories: Directories;
  readonly view: LogView;
  readonly tell: (note: string | undefined) => void;
};

/** Reads it. Total for an incident of any content: sessions whose id is no plain word are left out. */
export async function traceIncident(incident: Incident, log: AskedLog): Promise<Traced> {
  const wanted = new Set(incident.alerts.flatMap(({ events }) => events));
  let isCut = false;
  const want = async (filter: string): Promise<void> => {
    const { places, isCut: isMore } = await allPlaces(
      (page) => find(log, filter, page),
      EVENTS_MAX,
    );
    for (const place of places) wanted.add(place);
    isCut ||= isMore;
  };
  const ofSessions = new Set(wanted);
  if (incident.drill !== true) {
    for (const id of sessionIds(incident)) await want(`session:"${id}"`);
    for (const place of wanted) ofSessions.add(place);
    await want(`(${SETTINGS})${timesAround(incident)}`);
  }
  const around = new Set([...wanted].filter((place) => !ofSessions.has(place)));
  const own = await ownPlaces(incident, log);
  for (const place of own) wanted.add(place);
  const size = await log.view.size();
  const places = [...wanted].filter(
    (place) => Number.isSafeInteger(place) && place >= 0 && place < size,
  );
  const events: StoryEvent[] = [];
  const graph = startGraph();
  for await (const { index, leaf, sealed, isForged } of entriesAt(log.view, places)) {
    if (leaf.kind !== "leaf") continue;
    const event = { index, timeMs: leaf.timeMs, metadata: leaf.metadata, sealed, isForged };
    events.push(event);
    const act = ofSessions.has(index) ? actOf(event) : undefined;
    if (act !== undefined) graph.add(act);
  }
  const made = drillCallsOf(incident);
  return {
    incident,
    events,
    isCut,
    around,
    chains: graph.result().chains,
    held: await heldOf(incident, log.directories),
    ...(made === undefined ? {} : { drillCalls: made }),
  };
}

async function heldOf(incident: Incident, directories: Directories): Promise<readonly string[]> {
  const held = openHeldSessions(directories);
  const sessions = await sessionsOf(incident, directories);
  return sessions.filter((session) => held.of(session) !== undefined);
}

/** Entries of the log that are about the incident itself: its alerts, and each change of it. */
async function ownPlaces(incident: Incident, log: AskedLog): Promise<readonly number[]> {
  const iso = new Date(Math.max(0, incident.openedMs - AROUND_MS)).toISOString();
  const filter = `kind:alert,incident time:>=${iso}`;
  const { places } = await allPlaces((page) => find(log, filter, page), EVENTS_MAX);
  const alerts = new Set(incident.alerts.map(({ id }) => id));
  const own: number[] = [];
  for await (const { index, leaf } of entriesAt(log.view, places)) {
    if (leaf.kind !== "leaf") continue;
    const { incident: of, alert } = leaf.metadata;
    if (of === incident.id || (typeof alert === "string" && alerts.has(alert))) own.push(index);
  }
  return own;
}

function drillCallsOf(incident: Incident): readonly TracedCall[] | undefined {
  if (incident.drill !== true) return undefined;
  const [run] = incident.playbooks ?? [];
  if (run === undefined) return [];
  // A later version may have no such playbook any more.
  const made = loadPlaybook(run.playbook)?.drill.calls ?? [];
  return drillCalls(made, `drill/${run.playbook}`, incident.openedMs);
}

function sessionIds({ alerts }: Incident): readonly string[] {
  const ids = alerts.flatMap(({ place }) => place.session ?? place.pseudonym ?? []);
  return [...new Set(ids)].filter((id) => /^[\w.:-]{1,128}$/.test(id)).slice(0, SESSIONS_MAX);
}

function timesAround({ alerts, openedMs }: Incident): string {
  const times = [openedMs, ...alerts.map(({ timeMs }) => timeMs)];
  const iso = (ms: number): string => new Date(Math.min(8.64e15, Math.max(0, ms))).toISOString();
  return ` time:>=${iso(Math.min(...times) - AROUND_MS)} time:<${iso(Math.max(...times) + AROUND_MS)}`;
}

async function find(
  { directories, tell }: AskedLog,
  filter: string,
  page: { readonly limit: number; readonly before: number | null },
): Promise<readonly number[]> {
  const question = { ask: "search", filter, nowMs: Date.now(), byRank: false, ...page } as const;
  const { answer, note } = await askLog(directories, question);
  tell(note);
  if (answer.kind !== "found") throw new Failure("daemon", "the daemon's answer makes no sense");
  return answer.places;
}
