// The one place where incidents change: by alerts, by what is automatic, by a person's order. One change after the other, each on record first.
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import type { Alert, AlertPlace } from "#detect/alert/alert.ts";
import {
  acted,
  incidentOf,
  joined,
  keptAlert,
  openedBy,
  opensIncident,
} from "#detect/incident/correlate.ts";
import {
  type Incident,
  type IncidentState,
  isReviewOpen,
  type Outcome,
} from "#detect/incident/incident.ts";
import { isOfThisMachine } from "#detect/session/places.ts";
import { alertEvent, type EventPlace, incidentEvent } from "#record/event/incident-events.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type { HeldSessions } from "../sessions/held-sessions.ts";
import { type Block, isName, openBlocks } from "./blocks.ts";
import type { INCIDENT_ORDERS } from "./order-words.ts";
import { incidentId, openIncidents } from "./incident-store.ts";
import { sessionsOf } from "./incident-sessions.ts";
import { drillOf, withPlaybook, withStep } from "./playbook-orders.ts";
import { automaticFor, quarantine, readResponses, type Response } from "./respond.ts";

/** `what`: `alert` without an incident, `opened`, `joined` or `acted`. */
export type AlertNews = {
  readonly what: "alert" | "opened" | "joined" | "acted";
  readonly alert: Alert | undefined;
  readonly incident: Incident | undefined;
};

/** What a person does about an incident. */
export type IncidentOrder = {
  readonly id: string;
  readonly what: (typeof INCIDENT_ORDERS)[number];
  readonly by: string;
  readonly note?: string;
  readonly outcome?: Outcome;
  readonly playbook?: string;
  readonly step?: string;
  /** Hex SHA-256 of a bundle's manifest. */
  readonly digest?: string;
};

export type IncidentDesk = {
  /** Puts an alert on record and into its incident, and does what is automatic. */
  alert(alert: Alert): Promise<void>;
  /** Carries out a person's order. Throws a Failure where there is no such incident, or it cannot be. */
  carryOut(order: IncidentOrder): Promise<Incident>;
  /** Cuts a host or an MCP server off for all sessions; gives its id. */
  block(asked: AskedBlock): Promise<string>;
  /** Takes that back; false where there is none of this id. */
  unblock(id: string, by: string): Promise<boolean>;
};

/** What a person wants cut off. */
export type AskedBlock = Omit<Block, "id" | "atMs">;

export type DeskParts = {
  readonly clock: Pick<Clock, "nowMs">;
  readonly log: Pick<Log, "append" | "stamp">;
  readonly heldSessions: Pick<HeldSessions, "hold"> & Partial<Pick<HeldSessions, "release">>;
  readonly lockDown: (reason: string) => void;
  /** Stands for a text in files that others than the log keep. */
  readonly digest: (text: string) => string;
  /** Hears of each alert and of each change of an incident. Must not throw. */
  readonly told?: ((news: AlertNews) => void) | undefined;
};

/** An action of an incident: what is automatic was not done, or not to its end. */
const RESPONSE_FAILED = "response-failed";

/** Opens the desk of an installation; only its daemon has one. */
export function createIncidentDesk(
  directories: Pick<Directories, "incidents" | "responsesFile" | "blocksFile" | "log" | "keys">,
  parts: DeskParts,
): IncidentDesk {
  const store = openIncidents(directories);
  /** WHY remembered: each alert asks for them, and nobody but this desk changes one. */
  let open: readonly Incident[] | undefined;
  const openOnes = (): readonly Incident[] =>
    (open ??= store.all().incidents.filter(({ state }) => state !== "closed"));
  const put = (incident: Incident): void => {
    store.put(incident);
    const others = openOnes().filter(({ id }) => id !== incident.id);
    open = incident.state === "closed" ? others : [incident, ...others];
  };
  const { clock, log, heldSessions, lockDown, digest } = parts;
  // Nobody is told of a drill: it would be taken for real.
  const told = (news: AlertNews): void => {
    if (news.incident?.drill !== true) parts.told?.(news);
  };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };

  const change = async (
    incident: Incident,
    what: string,
    said: Partial<Pick<IncidentOrder, "by" | "playbook" | "step" | "digest">> & {
      readonly note?: string | undefined;
      readonly place?: EventPlace;
    } = {},
  ): Promise<void> => {
    const { id, state, level, alerts, alertsOmitted, drill } = incident;
    const event = incidentEvent(log.stamp(said.by === undefined ? "daemon" : "operator"), {
      id,
      what,
      state,
      level,
      alerts: alerts.length + alertsOmitted,
      by: said.by,
      note: said.note,
      place: said.place ?? inClear(alerts.at(-1)),
      playbook: said.playbook,
      step: said.step,
      digest: said.digest,
      drill: drill === true,
    });
    await log.append(event, { durable: true });
    put(incident);
  };

  const respond = async (
    incident: Incident,
    responses: readonly Response[],
    { by, place = {} }: { readonly by?: string; readonly place?: AlertPlace },
  ) => {
    let current = incident;
    for (const response of responses) {
      const atMs = clock.nowMs();
      let note: string | undefined;
      if (response === "lockdown") lockDown(`incident ${incident.id}`);
      else if (response === "review") {
        if (isReviewOpen(current)) continue;
      } else if (response !== "quarantine") {
        const added = await cutOff(response, incident, place);
        if (added === undefined) continue;
        note = `${added.kind}: \`sallyport block remove ${added.id}\` takes it back`;
      } else {
        // A log that cannot be read still leaves the session of the alert itself.
        const sessions = new Set(await sessionsOf(incident, directories).catch(() => []));
        if (place.session !== undefined) sessions.add(place.session);
        const how = { held: heldSessions, sinceMs: atMs };
        if (quarantine(incident, [...sessions], how).length === 0 && by === undefined) continue;
      }
      const action = { atMs, by: by ?? "sallyport", what: response };
      const isContaining = current.state !== "closed" && response !== "review";
      const state = isContaining ? "contained" : current.state;
      current = acted(current, { ...action, ...(note === undefined ? {} : { note }) }, { state });
      await change(current, response, { note, ...(by === undefined ? {} : { by }) });
      told({ what: "acted", alert: undefined, incident: current });
    }
    return current;
  };

  const alert = async (whole: Alert): Promise<void> => {
    const event = alertEvent(log.stamp("daemon"), { ...whole, place: placeOf(whole) });
    await log.append(event, { durable: true });
    const one = keptAlert(whole, digest);
    const nowMs = clock.nowMs();
    const known = incidentOf(one, openOnes());
    if (known === undefined && !opensIncident(one))
      return told({ what: "alert", alert: one, incident: undefined });
    const incident =
      known === undefined ? openedBy(one, incidentId(nowMs), nowMs) : joined(known, one, nowMs);
    if (incident === known) return;
    const what = known === undefined ? "opened" : "joined";
    await change(incident, what, { place: placeOf(whole) });
    told({ what, alert: one, incident });
    try {
      const automatic = automaticFor(incident, readResponses(directories));
      await respond(incident, automatic, { place: whole.place });
    } catch (cause) {
      await handOver(incident, cause);
    }
  };

  /**
   * What was to happen by itself did not, or not to its end: the incident says so and stays open, and people are told. The next alert
   * tries again. WHY not thrown: the alert is on record, and would be given up as a whole.
   */
  const handOver = async ({ id }: Incident, cause: unknown): Promise<void> => {
    const note = cause instanceof Failure ? cause.message : "it could not be put on record";
    const now = store.named(id);
    const action = { atMs: clock.nowMs(), by: "sallyport", what: RESPONSE_FAILED, note };
    const failed = acted(now, action, { state: now.state === "contained" ? "open" : now.state });
    // A log that cannot be written does not keep the incident from saying it.
    await change(failed, RESPONSE_FAILED, { note }).catch(() => put(failed));
    told({ what: "acted", alert: undefined, incident: failed });
  };

  const drill = async (order: IncidentOrder): Promise<Incident> => {
    const nowMs = clock.nowMs();
    const { incident, alert: one } = drillOf(order, incidentId(nowMs), nowMs);
    const event = alertEvent(log.stamp("operator"), { ...one, place: placeOf(one), drill: true });
    await log.append(event, { durable: true });
    await change(incident, "drill", order);
    return incident;
  };

  const carryOut = async (order: IncidentOrder): Promise<Incident> => {
    if (order.what === "drill") return drill(order);
    const { id, what, by, note, outcome } = order;
    const incident = store.named(id);
    if (incident.state === "closed" && !ALSO_WHEN_CLOSED.has(what))
      throw new Failure(
        "usage",
        `it is closed: \`sallyport incident reopen ${incident.id}\` first`,
      );
    if (what === "quarantine") {
      if ((await sessionsOf(incident, directories)).length === 0)
        throw new Failure("usage", "no session of it is known here: nothing can be held");
      return respond(incident, ["quarantine"], { by });
    }
    if (what === "close" && isReviewOpen(incident))
      throw new Failure(
        "usage",
        `a review of the policy is open: \`sallyport incident reviewed ${incident.id} --note "..."\` first`,
      );
    if (what === "reviewed" && !isReviewOpen(incident))
      throw new Failure("usage", "no review of it is open");
    const atMs = clock.nowMs();
    const { changed, said } = playbookSide(incident, order, atMs);
    const step = what === "step" ? { what: `step ${said.playbook}/${said.step}` } : { what };
    const action = { atMs, by, ...step, ...(note === undefined ? {} : { note }) };
    const state = STATE_AFTER[what];
    const next = acted(changed, action, {
      ...(state === undefined ? {} : { state }),
      ...(what === "take" ? { owner: by } : {}),
      ...(outcome === undefined ? {} : { outcome }),
    });
    await change(next, what, { ...said, by, note });
    // Its session is made up: nobody has to let it go.
    if (what === "close" && next.drill === true)
      for (const session of await sessionsOf(next, directories)) heldSessions.release?.(session);
    told({ what: "acted", alert: undefined, incident: next });
    return next;
  };

  /** What the alert is about, cut off; undefined where it does not tell, or it is cut off already. */
  const cutOff = async (
    response: "block-destination" | "block-server",
    { id }: Incident,
    { destination, server }: AlertPlace,
  ): Promise<Block | undefined> => {
    const kind = response === "block-server" ? "server" : "host";
    const name = kind === "server" ? server : destination?.toLowerCase();
    if (name === undefined || !isName(kind, name) || isOfThisMachine(name)) return undefined;
    const asked = { kind, name, by: "sallyport", reason: `incident ${id}` } as const;
    if (blocks.all().some((one) => one.kind === kind && one.name === name && one.asks !== true))
      return undefined;
    const added = blocks.add({ ...asked, atMs: clock.nowMs() });
    await recordBlock("block", asked, "daemon");
    return added;
  };

  const blocks = openBlocks(directories);
  const recordBlock = async (
    what: string,
    { kind, name, by, reason, asks, pack }: AskedBlock,
    submitter: "operator" | "daemon" = "operator",
  ) => {
    const how = asks === true ? `ask-${what}` : what;
    const event = incidentEvent(log.stamp(submitter), {
      id: "none",
      what: `${how}-${kind}`,
      state: "none",
      level: "none",
      alerts: 0,
      by,
      note: pack === undefined ? reason : `${pack}: ${reason}`,
      place: { destination: name },
    });
    await log.append(event, { durable: true });
  };
  /** WHY in force first: a log that fails must not keep open what a person wants shut. */
  const block = async (asked: AskedBlock): Promise<string> => {
    const { id } = blocks.add({ ...asked, atMs: clock.nowMs() });
    await recordBlock("block", asked);
    return id;
  };
  /** On record first: nothing is opened again without a trace. */
  const unblock = async (id: string, by: string): Promise<boolean> => {
    const found = blocks.all().find((one) => one.id === id);
    if (found === undefined) return false;
    await recordBlock("unblock", { ...found, by });
    blocks.remove(id);
    return true;
  };

  return {
    block: (asked) => inTurn(() => block(asked)),
    unblock: (id, by) => inTurn(() => unblock(id, by)),
    alert: (one) => inTurn(() => alert(one)),
    carryOut: (order) => inTurn(() => carryOut(order)),
  };
}

const ALSO_WHEN_CLOSED: ReadonlySet<IncidentOrder["what"]> = new Set([
  ...(["reopen", "note", "step", "bundle", "reviewed"] as const),
]);

type SaidOfPlaybook = Partial<Pick<IncidentOrder, "playbook" | "step" | "digest">>;

/** What an order does to the playbooks of an incident, and what of it goes on record. */
function playbookSide(
  incident: Incident,
  order: IncidentOrder,
  nowMs: number,
): { readonly changed: Incident; readonly said: SaidOfPlaybook } {
  const { what, playbook, step, digest } = order;
  if (what === "playbook") {
    const changed = withPlaybook(incident, order, nowMs);
    return { changed, said: { playbook: playbook ?? "" } };
  }
  if (what === "step") {
    const done = withStep(incident, order, nowMs);
    return { changed: done.incident, said: { playbook: done.playbook, step: step ?? "" } };
  }
  if (what === "bundle" && digest === undefined)
    throw new Failure("usage", "a bundle goes on record with its digest");
  return { changed: incident, said: what === "bundle" && digest !== undefined ? { digest } : {} };
}

const STATE_AFTER: Readonly<
  Record<Exclude<IncidentOrder["what"], "quarantine" | "drill">, IncidentState | undefined>
> = {
  take: "investigating",
  note: undefined,
  review: undefined,
  reviewed: undefined,
  contain: "contained",
  close: "closed",
  reopen: "investigating",
  playbook: undefined,
  step: undefined,
  bundle: undefined,
};

/** Of what an incident's file keeps what an event may say in clear. */
function inClear(alert: Alert | undefined): EventPlace {
  const { pseudonym } = alert?.place ?? {};
  return pseudonym === undefined ? {} : { pseudonym };
}

function placeOf(alert: Alert): EventPlace {
  const { pseudonym, session, user, destination } = alert.place;
  return {
    ...(pseudonym === undefined ? {} : { pseudonym }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(user === undefined ? {} : { user }),
    ...(destination === undefined ? {} : { destination }),
  };
}
