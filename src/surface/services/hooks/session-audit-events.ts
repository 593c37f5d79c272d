// Observations of a session's calls and events as audit events, each with the session as it is known to the log.
import { outlineCommand } from "#guard/effects/outline.ts";
import type { PermissionMode } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { batchEvent, decisionEvent, resultEvent } from "#record/event/call-events.ts";
import {
  heldEvent,
  credentialEvent,
  remoteEvent,
  signatureEvent,
} from "#record/event/held-call-events.ts";
import { changeEvent } from "#record/event/change-events.ts";
import type {
  AuditEvent,
  EventSession,
  EventStamp,
  Submitter as Author,
} from "#record/event/event.ts";
import { failureEvent } from "#record/event/guard-events.ts";
import {
  breachEvent,
  configChangeEvent,
  driftEvent,
  hookEvent,
  permissionEvent,
  sessionEvent,
} from "#record/event/session-events.ts";
import type { Machine } from "../evaluation/circumstances.ts";
import { sessionFacts } from "../facts/session.ts";
import type { Observation, Submitter } from "./ports.ts";

/** Recorded in place of a policy when judging failed before one was known. */
const NO_POLICY: Policy = {
  id: "none",
  layer: "builtin",
  version: "0",
  digest: "",
  automaticApproval: false,
  rules: [],
};

type Of<Kind extends Observation["kind"]> = Extract<Observation, { readonly kind: Kind }>;
/** What a session submitted or was told, in place of what the guard and its operators say of themselves. */
export type SessionObservation = Of<
  | "decision"
  | "result"
  | "change"
  | "batch"
  | "unjudged"
  | "session-start"
  | "config-change"
  | "held-refusal"
  | "signature"
  | "remote"
  | "credential"
  | "drift"
  | "breach"
  | "permission-request"
  | "other-event"
>;
/** What every event of a session needs: the stamp of the log, and the session. */
type Stamped = {
  readonly stamp: (author: Author) => EventStamp;
  sessionOf(submitter: Submitter, mode?: PermissionMode): Promise<EventSession>;
};

/** The audit events of one observation of a session, in order. `stamp` is the log's. */
export function toSessionEvents(
  observation: SessionObservation,
  stamp: (author: Author) => EventStamp,
  machine: Machine,
): Promise<readonly AuditEvent[]> {
  const to: Stamped = {
    stamp,
    sessionOf: async (submitter, mode = "unknown") => sessionOf(submitter, mode, machine),
  };
  switch (observation.kind) {
    case "decision":
      return decided(observation, to);
    case "result":
      return ended(observation, to);
    case "change":
      return changed(observation, to);
    case "batch":
      return batched(observation, to);
    case "unjudged":
      return leftUnjudged(observation, to);
    case "session-start":
      return started(observation, to, machine);
    case "config-change":
      return settingsChanged(observation, to);
    case "held-refusal":
      return refusedHeld(observation, to);
    case "signature":
      return signed(observation, to);
    case "remote":
      return reached(observation, to);
    case "credential":
      return putIn(observation, to);
    case "drift":
      return drifted(observation, to);
    case "breach":
      return breached(observation, to);
    case "permission-request":
      return asked(observation, to);
    case "other-event":
      return passed(observation, to);
    default:
      return observation satisfies never;
  }
}

function sessionOf(
  { sessionId, cwd, project, agentId, doubts = [] }: Submitter,
  mode: PermissionMode,
  machine: Machine,
): EventSession {
  const subject = { ...machine, sessionId, cwd, mode, projectRoot: project.root };
  const facts = sessionFacts(subject);
  const agent = agentId === undefined ? {} : { agentId };
  return { facts, userSource: userSourceOf(facts.user), ...agent, doubts };
}

/**
 * How the user's name is known. `sessionFacts` takes it from the user database of the system, or the number where there
 * is no name; `unknown` is neither, and is recorded as nobody that anything knows.
 */
export function userSourceOf(user: string): EventSession["userSource"] {
  return user === "unknown" || user === "" ? "none" : "os";
}

async function decided(observation: Of<"decision">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, call, judgement, mode, durationMs } = observation;
  const { decision, policy = NO_POLICY, shellSeen } = judgement;
  const shellDigest = shellSeen?.digest;
  const judged = await to.sessionOf(submitter, mode);
  const { interactive = true } = judgement;
  const session = { ...judged, facts: { ...judged.facts, interactive } };
  const shell = shellDigest === undefined ? {} : { shellDigest };
  const outline = call.input.kind === "bash" ? { outline: outlineCommand(call.input.command) } : {};
  const marks = {
    ...(observation.off === undefined ? {} : { off: observation.off }),
    ...(observation.observed === true ? ({ observed: true } as const) : {}),
    ...(observation.canary === true ? ({ canary: true } as const) : {}),
    ...(observation.rewritten === true ? ({ rewritten: true } as const) : {}),
    ...(observation.held === true ? ({ held: true } as const) : {}),
    ...(observation.prompt === undefined ? {} : { prompt: observation.prompt }),
    ...(judgement.chains === undefined ? {} : { chains: judgement.chains }),
    ...(judgement.requested === undefined ? {} : { requested: judgement.requested }),
  };
  const input = { call, decision, policy, session, durationMs, ...shell, ...outline, ...marks };
  return [decisionEvent(to.stamp("hook"), input)];
}

async function ended(observation: Of<"result">, to: Stamped): Promise<readonly AuditEvent[]> {
  const {
    submitter,
    call,
    outcome,
    chars,
    durationMs,
    launched,
    background,
    found,
    machinePorts,
    orders,
  } = observation;
  const session = await to.sessionOf(submitter);
  const started = {
    background,
    ...(launched === undefined ? {} : { launched }),
    ...(found === undefined ? {} : { found }),
    ...(machinePorts === undefined ? {} : { machinePorts }),
    ...(orders === undefined ? {} : { orders }),
  };
  const input = { call, session, outcome, durationMs, responseSize: chars, ...started };
  return [resultEvent(to.stamp("hook"), input)];
}

async function changed(observation: Of<"change">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, call, kind: _, ...changed } = observation;
  const session = await to.sessionOf(submitter);
  return [changeEvent(to.stamp("hook"), { ...changed, session, tool: call.tool, callId: call.id })];
}

async function batched(observation: Of<"batch">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, calls, malformed, unjudged, certain, left = [] } = observation;
  const session = await to.sessionOf(submitter);
  return [batchEvent(to.stamp("hook"), { session, calls, malformed, unjudged, certain, left })];
}

async function leftUnjudged(
  observation: Of<"unjudged">,
  to: Stamped,
): Promise<readonly AuditEvent[]> {
  const { submitter, call, certain } = observation;
  const session = await to.sessionOf(submitter);
  const calls = [call];
  const input = { session, calls, malformed: 0, unjudged: calls, certain };
  return [batchEvent(to.stamp("hook"), input)];
}

async function started(
  observation: Of<"session-start">,
  to: Stamped,
  { clientProof }: Machine,
): Promise<readonly AuditEvent[]> {
  const { submitter, source, controls, clientVersion, mods = [], extensions = [] } = observation;
  const session = await to.sessionOf(submitter);
  const start = sessionEvent(to.stamp("hook"), {
    session,
    source,
    mods,
    extensions,
    ...(clientVersion === undefined ? {} : { clientVersion }),
    ...(clientVersion === undefined || clientProof === undefined
      ? {}
      : { clientProof: clientProof(clientVersion) }),
  });
  if (controls.kind === "intact") return [start];
  const alarm = {
    code: "controls-altered",
    where: controls.code,
    event: "SessionStart",
    answer: "none",
  };
  return [start, failureEvent(to.stamp("daemon"), alarm)];
}

async function settingsChanged(
  observation: Of<"config-change">,
  to: Stamped,
): Promise<readonly AuditEvent[]> {
  const { submitter, source, controls, observed } = observation;
  const session = await to.sessionOf(submitter);
  const intact = controls.kind === "intact";
  const outcome = intact || observed === true ? "passed" : "blocked";
  const why = intact ? "harmless" : controls.code;
  return [configChangeEvent(to.stamp("hook"), { session, source, outcome, why })];
}

async function refusedHeld(
  observation: Of<"held-refusal">,
  to: Stamped,
): Promise<readonly AuditEvent[]> {
  const { submitter, call, what } = observation;
  const session = await to.sessionOf(submitter);
  return [heldEvent(to.stamp("daemon"), { session, call, what })];
}

async function signed(observation: Of<"signature">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, call, what, object } = observation;
  const session = await to.sessionOf(submitter);
  return [signatureEvent(to.stamp("daemon"), { session, call, what, object })];
}

async function reached(observation: Of<"remote">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, call, what, remote, refs } = observation;
  const session = await to.sessionOf(submitter);
  return [remoteEvent(to.stamp("daemon"), { session, call, what, remote, refs })];
}

async function putIn(observation: Of<"credential">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, call, what, name, file, host, requests, grant } = observation;
  const session = await to.sessionOf(submitter);
  const input = { session, call, what, name, file, host, requests, grant };
  return [credentialEvent(to.stamp("daemon"), input)];
}

async function drifted(observation: Of<"drift">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, call, how, judged, now } = observation;
  const session = await to.sessionOf(submitter);
  const input = { session, tool: call.tool, callId: call.id, how, judged, now };
  return [driftEvent(to.stamp("daemon"), input)];
}

async function breached(observation: Of<"breach">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, call, how } = observation;
  const session = await to.sessionOf(submitter);
  return [breachEvent(to.stamp("daemon"), { session, tool: call.tool, callId: call.id, how })];
}

async function asked(
  observation: Of<"permission-request">,
  to: Stamped,
): Promise<readonly AuditEvent[]> {
  const { submitter, tool, callId, suggestions } = observation;
  const session = await to.sessionOf(submitter);
  return [permissionEvent(to.stamp("hook"), { session, tool, callId, suggestions })];
}

async function passed(observation: Of<"other-event">, to: Stamped): Promise<readonly AuditEvent[]> {
  const { submitter, eventName, notes, text, durationMs } = observation;
  const session = await to.sessionOf(submitter);
  return [
    hookEvent(to.stamp("hook"), {
      name: eventName,
      session,
      notes,
      ...(text === undefined ? {} : { text }),
      ...(durationMs === undefined ? {} : { durationMs }),
    }),
  ];
}
