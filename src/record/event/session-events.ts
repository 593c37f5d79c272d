// Events of a session: it began, the client's settings changed under it, or another hook event passed by.
import { cleanPath } from "#base/path.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { type HookNotes, isNoteWord } from "#guard/events/hook-notes.ts";
import {
  SUGGESTION_DESTINATIONS,
  SUGGESTION_DETAILS,
  SUGGESTION_TYPES,
  type Suggestion,
} from "#guard/toolcall/permission-suggestion.ts";
import type { JsonObject } from "../log/leaf.ts";
import { boundedList, cutText, knownWord, plainName, wholeNumber } from "./bounded.ts";
import { toolWord } from "./call-events.ts";
import {
  type AuditEvent,
  baseMetadata,
  type EventSession,
  type EventStamp,
  personIn,
  sessionDetails,
  sessionMetadata,
} from "./event.ts";
import { HOOK_EVENTS } from "./hook-events.ts";
import { readableText } from "./readable.ts";
import { nameOrDigest, placeOfTarget, scopeOfPath } from "./redact.ts";

const SUGGESTIONS_MAX = 16;
const MODS_MAX = 64;
const MOD_CHARS_MAX = 1_024;
/** Notes of one kind that one event carries. */
const NOTES_MAX = 16;

/** A mod as a session's start found it. Name and place are sealed. */
export type SessionMod = {
  readonly name: string;
  readonly file: string;
  readonly digest: string;
  readonly origin: string;
  readonly isLoaded: boolean;
  readonly isAgreed: boolean;
};

/** An extension with code as a session's start found it. Name and place are sealed. */
export type SessionExtension = {
  readonly name: string;
  readonly place: string;
  readonly kind: ExtensionKind;
  readonly digest: string;
  readonly origin: string;
  readonly brings: readonly Brings[];
  readonly isLoaded: boolean;
  readonly standing: ExtensionStanding;
};

/** What an extension is to the client. */
export const EXTENSION_KINDS = ["plugin", "skill", "agent", "command"] as const;
export type ExtensionKind = (typeof EXTENSION_KINDS)[number];

/**
 * How its code comes to run: `modules` in the client itself, `hooks` at events, `servers` of MCP and of languages when a session
 * starts, `programs` on the path of commands, `shell` lines when its text is loaded, `scripts` when the model follows its text.
 */
export const BRINGS = ["modules", "hooks", "servers", "programs", "shell", "scripts"] as const;
export type Brings = (typeof BRINGS)[number];

/**
 * How it stands: `agreed`, where a person agreed to it as it is, and `unlike-agreed`, to another form of it; of the others nobody was
 * asked: `new` and `changed` since the sessions before, `known` as it was. What tells most comes first: of too many the rest is counted.
 */
export const EXTENSION_STANDINGS = ["unlike-agreed", "new", "changed", "agreed", "known"] as const;
export type ExtensionStanding = (typeof EXTENSION_STANDINGS)[number];

/** A session began. */
export function sessionEvent(
  stamp: EventStamp,
  input: {
    readonly session: EventSession;
    readonly source: string;
    readonly clientVersion?: string;
    /** How that version stands to those that this program was proven with. */
    readonly clientProof?: string;
    /** Code that the client loads beside its own, with hex SHA-256. */
    readonly mods?: readonly SessionMod[];
    /** Plugins, skills, agents and commands that bring code. */
    readonly extensions?: readonly SessionExtension[];
  },
): AuditEvent {
  const { mods = [] } = input;
  const extensions = (input.extensions ?? []).toSorted(
    (one, other) =>
      EXTENSION_STANDINGS.indexOf(one.standing) - EXTENSION_STANDINGS.indexOf(other.standing),
  );
  const version = input.clientVersion === undefined ? undefined : plainName(input.clientVersion);
  const metadata = {
    ...sessionMetadata(stamp, "session", input.session),
    source: knownWord(input.source, ["startup", "resume", "clear", "compact"]),
    mode: input.session.facts.mode,
    ...(version === undefined ? {} : { clientVersion: version }),
    ...(input.clientProof === undefined
      ? {}
      : { clientProof: knownWord(input.clientProof, ["proven", "newer", "unproven"]) }),
    ...boundedList("mods", mods, MODS_MAX, ({ digest, origin, isLoaded, isAgreed }) => ({
      digest: /^[0-9a-f]{64}$/.test(digest) ? digest : "other",
      origin: knownWord(origin, ["project", "home", "plugin", "session"]),
      loaded: isLoaded,
      agreed: isAgreed,
    })),
    ...boundedList("extensions", extensions, MODS_MAX, (one) => ({
      kind: knownWord(one.kind, EXTENSION_KINDS),
      digest: /^[0-9a-f]{64}$/.test(one.digest) ? one.digest : "other",
      origin: knownWord(one.origin, ["project", "home", "plugin", "session"]),
      brings: one.brings.map((what) => knownWord(what, BRINGS)),
      loaded: one.isLoaded,
      standing: knownWord(one.standing, EXTENSION_STANDINGS),
    })),
  };
  const sealed = {
    ...sessionDetails(input.session),
    ...boundedList("mods", mods, MODS_MAX, ({ name, file }) => ({
      name: cutText(name, MOD_CHARS_MAX),
      file: cutText(file, MOD_CHARS_MAX),
    })),
    ...boundedList("extensions", extensions, MODS_MAX, ({ name, place }) => ({
      name: cutText(name, MOD_CHARS_MAX),
      file: cutText(place, MOD_CHARS_MAX),
    })),
  };
  return { id: stamp.id, metadata, sealed };
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

/**
 * Another hook event passed by; it was answered neutrally. The name of one that this version does not know is sealed: in
 * clear stand only words of our own lists.
 */
export function hookEvent(
  stamp: EventStamp,
  input: {
    readonly name: string;
    readonly session?: EventSession;
    readonly notes?: HookNotes;
    /** What a person wrote, where the policy has it recorded. */
    readonly text?: string;
    /** Of the end of a session: since it was first seen. */
    readonly durationMs?: number;
  },
): AuditEvent {
  const event = knownWord(input.name, HOOK_EVENTS);
  const { session, notes, text, durationMs } = input;
  if (session === undefined)
    return { id: stamp.id, metadata: { ...baseMetadata(stamp, "hook"), event }, sealed: undefined };
  const metadata = {
    ...sessionMetadata(stamp, "hook", session),
    event,
    ...(notes === undefined ? {} : clearNotes(stamp, input.name, notes, session)),
    ...(durationMs === undefined ? {} : { durationMs: wholeNumber(durationMs) }),
  };
  const unknownName = event === "other" ? { event: nameOrDigest(stamp, input.name) } : {};
  const sealed = {
    ...sessionDetails(session),
    ...unknownName,
    ...(notes === undefined ? {} : sealedNotes(stamp, notes, session)),
    ...(text === undefined ? {} : { readable: { text: readableText(stamp, text, session) } }),
  };
  return { id: stamp.id, metadata, sealed };
}

function clearNotes(
  stamp: EventStamp,
  eventName: string,
  notes: HookNotes,
  session: EventSession,
): JsonObject {
  const words = mapValues(notes.words, (word, name) =>
    isNoteWord(eventName, name, word) ? word : "other",
  );
  const sizes = mapValues(notes.sizes, wholeNumber);
  const scopes = mapValues(notes.paths, (path) => scopeOfPath(cleanPath(path), session.facts));
  return {
    ...(isEmpty(words) ? {} : { words }),
    ...(isEmpty(sizes) ? {} : { sizes }),
    ...(isEmpty(scopes) ? {} : { scopes }),
    ...(notes.callId === undefined
      ? {}
      : { call: stamp.pseudonym("call", notes.callId, personIn(session)) }),
  };
}

function sealedNotes(stamp: EventStamp, notes: HookNotes, session: EventSession): JsonObject {
  const names = mapValues(notes.names, (name) => nameOrDigest(stamp, name));
  const places = mapValues(notes.paths, (path) =>
    placeRecord(stamp, cleanPath(path), session.facts),
  );
  return {
    ...(isEmpty(names) ? {} : { names }),
    ...(isEmpty(places) ? {} : { places }),
  };
}

/** The client was about to ask a person. `suggestions` are the standing permissions that it offered beside a plain yes. */
export function permissionEvent(
  stamp: EventStamp,
  input: {
    readonly session: EventSession;
    readonly tool: string;
    readonly callId: string | undefined;
    readonly suggestions: readonly Suggestion[];
  },
): AuditEvent {
  const { session, tool, callId, suggestions } = input;
  const metadata = {
    ...sessionMetadata(stamp, "hook", session),
    event: "PermissionRequest",
    tool: toolWord(tool),
    ...(callId === undefined ? {} : { call: stamp.pseudonym("call", callId, personIn(session)) }),
    ...boundedList("suggestions", suggestions, SUGGESTIONS_MAX, (one) => ({
      type: knownWord(one.type, SUGGESTION_TYPES),
      detail: knownWord(one.detail, SUGGESTION_DETAILS),
      destination: knownWord(one.destination, SUGGESTION_DESTINATIONS),
      rules: wholeNumber(one.rules),
    })),
  };
  const sealed = { ...sessionDetails(session), tool: nameOrDigest(stamp, tool) };
  return { id: stamp.id, metadata, sealed };
}

/**
 * A file tool's path led elsewhere after the call than when it was judged. `how`: the judged path itself is another
 * place now (`moved`), the path that the agent gave is (`turned`), or the tool was run on a path that nobody judged
 * (`unjudged-path`).
 */
export function driftEvent(
  stamp: EventStamp,
  input: {
    readonly session: EventSession;
    readonly tool: string;
    readonly callId: string;
    readonly how: "moved" | "turned" | "unjudged-path";
    readonly judged: string;
    readonly now: string;
  },
): AuditEvent {
  const { session, tool, callId, how, judged, now } = input;
  const metadata = {
    ...sessionMetadata(stamp, "drift", session),
    call: stamp.pseudonym("call", callId, personIn(session)),
    tool: toolWord(tool),
    how,
    judged: scopeOfPath(judged, session.facts),
    now: scopeOfPath(now, session.facts),
  };
  const sealed = {
    ...sessionDetails(session),
    judged: placeRecord(stamp, judged, session.facts),
    now: placeRecord(stamp, now, session.facts),
  };
  return { id: stamp.id, metadata, sealed };
}

/**
 * A call ran although its answer was a refusal (`ran-refused`), or with another input than the one that was judged
 * (`ran-otherwise`). Nothing that is judged can do that: whatever did runs inside of the client.
 */
export function breachEvent(
  stamp: EventStamp,
  input: {
    readonly session: EventSession;
    readonly tool: string;
    readonly callId: string;
    readonly how: "ran-refused" | "ran-otherwise";
  },
): AuditEvent {
  const { session, tool, callId, how } = input;
  const metadata = {
    ...sessionMetadata(stamp, "drift", session),
    call: stamp.pseudonym("call", callId, personIn(session)),
    tool: toolWord(tool),
    how,
  };
  return { id: stamp.id, metadata, sealed: sessionDetails(session) };
}

function placeRecord(stamp: EventStamp, path: string, facts: SessionFacts): JsonObject {
  const target = { kind: "path", path, real: path, reach: "entry" } as const;
  return { ...placeOfTarget(target, facts, stamp.digest) };
}

function mapValues<From, To extends Json>(
  values: Readonly<Record<string, From>>,
  change: (value: From, name: string) => To,
): Record<string, To> {
  const entries = Object.entries(values).slice(0, NOTES_MAX);
  return Object.fromEntries(entries.map(([name, value]) => [name, change(value, name)]));
}

function isEmpty(values: object): boolean {
  return Object.keys(values).length === 0;
}
