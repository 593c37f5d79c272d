// Events of a session: it began, the client's settings changed under it, or another hook event passed by.
import { knownWord, plainName } from "./bounded.ts";
import {
  type AuditEvent,
  baseMetadata,
  type EventSession,
  type EventStamp,
  sessionDetails,
  sessionMetadata,
} from "./event.ts";
import { HOOK_EVENTS } from "./hook-events.ts";

/** A session began. */
export function sessionEvent(
  stamp: EventStamp,
  input: {
    readonly session: EventSession;
    readonly source: string;
    readonly clientVersion?: string;
  },
): AuditEvent {
  const version = input.clientVersion === undefined ? undefined : plainName(input.clientVersion);
  const metadata = {
    ...sessionMetadata(stamp, "session", input.session),
    source: knownWord(input.source, ["startup", "resume", "clear", "compact"]),
    mode: input.session.facts.mode,
    ...(version === undefined ? {} : { clientVersion: version }),
  };
  return { id: stamp.id, metadata, sealed: sessionDetails(input.session) };
}

/** The client's settings changed: `blocked` when that would have weakened the guard, else `passed`. */
export function configChangeEvent(
  stamp: EventStamp,
  input: {
    readonly session: EventSession;
    readonly source: string;
    readonly outcome: "blocked" | "passed";
    readonly why: string;
  },
): AuditEvent {
  const metadata = {
    ...sessionMetadata(stamp, "config-change", input.session),
    source: knownWord(input.source, [
      "user_settings",
      "project_settings",
      "local_settings",
      "policy_settings",
      "skills",
    ]),
    outcome: input.outcome,
    why: plainName(input.why) ?? "other",
  };
  return { id: stamp.id, metadata, sealed: sessionDetails(input.session) };
}

/** Another hook event passed by; it was answered neutrally. */
export function hookEvent(
  stamp: EventStamp,
  input: { readonly name: string; readonly session?: EventSession },
): AuditEvent {
  const event = knownWord(input.name, HOOK_EVENTS);
  if (input.session === undefined)
    return { id: stamp.id, metadata: { ...baseMetadata(stamp, "hook"), event }, sealed: undefined };
  return {
    id: stamp.id,
    metadata: { ...sessionMetadata(stamp, "hook", input.session), event },
    sealed: sessionDetails(input.session),
  };
}
