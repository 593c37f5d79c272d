// Events of the guard itself: it failed, refused a submitter, came up, went down, was switched off, or its log was late or recovered.
import type { Layer } from "#guard/policy/policy.ts";
import {
  cutText,
  knownWord,
  milliseconds,
  PATH_CHARS_MAX,
  plainName,
  REASON_CHARS_MAX,
  wholeNumber,
} from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";
import { HOOK_EVENTS } from "./hook-events.ts";

const FILES_MAX = 32;

/** The guard failed or was fed something it cannot read: code and place, never content. */
export function failureEvent(
  stamp: EventStamp,
  input: {
    readonly code: string;
    readonly where: string;
    readonly event?: string;
    readonly answer: string;
  },
): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "failure"),
    code: plainName(input.code) ?? "other",
    where: plainName(input.where) ?? "other",
    answer: knownWord(input.answer, ["deny", "ask", "allow", "abstain", "neutral", "none"]),
    ...(input.event === undefined ? {} : { event: knownWord(input.event, HOOK_EVENTS) }),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}

/** Somebody without the right to submit events tried to; `count` requests that are told as one event. */
export function rejectedEvent(
  stamp: EventStamp,
  input: {
    readonly cause: "no-token" | "wrong-token" | "wrong-host" | "browser" | "flood" | "other";
    readonly count: number;
  },
): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "rejected"),
    cause: input.cause,
    count: wholeNumber(input.count),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}

/**
 * The operator switched the guard off or on again, the time off was over (`expire`), or a daemon found one that it had not
 * begun (`resume`). `off` names the time off; decisions that were not enforced name it too.
 */
export function offEvent(
  stamp: EventStamp,
  input: {
    readonly phase: "start" | "resume" | "end" | "expire";
    readonly id: string;
    readonly minutes: number;
    readonly reason: string | null;
    readonly projectRoot: string | null;
    readonly user: string;
  },
): AuditEvent {
  const { phase, id, minutes, reason, projectRoot, user } = input;
  const metadata = {
    ...baseMetadata(stamp, "off"),
    phase,
    off: plainName(id) ?? "other",
    minutes: wholeNumber(minutes),
    scope: projectRoot === null ? "all" : "project",
  };
  const sealed = {
    user: cutText(user, ID_CHARS_MAX),
    ...(reason === null ? {} : { reason: cutText(reason, REASON_CHARS_MAX) }),
    ...(projectRoot === null ? {} : { project: cutText(projectRoot, PATH_CHARS_MAX) }),
  };
  return { id: stamp.id, metadata, sealed };
}

/**
 * A policy file changed, broke (the policy in force stays), was repaired or removed. `before` and `inForce` are digests of compiled
 * policies, undefined where there was none. The file's name is sealed.
 */
export function policyEvent(
  stamp: EventStamp,
  input: {
    readonly what: "changed" | "broken" | "repaired" | "removed";
    readonly file: string;
    readonly layer: Layer;
    readonly before: string | undefined;
    readonly inForce: string | undefined;
    readonly code?: string;
    readonly line?: number | undefined;
    readonly column?: number | undefined;
  },
): AuditEvent {
  const { what, file, layer, before, inForce, code, line, column } = input;
  const metadata = {
    ...baseMetadata(stamp, "policy"),
    what,
    layer,
    before: before === undefined ? "none" : (plainName(before) ?? "other"),
    inForce: inForce === undefined ? "none" : (plainName(inForce) ?? "other"),
    ...(code === undefined ? {} : { code: plainName(code) ?? "other" }),
    ...(line === undefined ? {} : { line: wholeNumber(line) }),
    ...(column === undefined ? {} : { column: wholeNumber(column) }),
  };
  return { id: stamp.id, metadata, sealed: { file: cutText(file, PATH_CHARS_MAX) } };
}

/** A person chose whether verdicts are answered in a project or only recorded. `inForce` is the digest of the policy that judges. */
export function modeEvent(
  stamp: EventStamp,
  input: {
    readonly what: "observed" | "enforced";
    readonly inForce: string | undefined;
    readonly root: string;
    readonly user: string;
  },
): AuditEvent {
  const { what, inForce, root, user } = input;
  const metadata = {
    ...baseMetadata(stamp, "policy"),
    what,
    layer: "user",
    inForce: inForce === undefined ? "none" : (plainName(inForce) ?? "other"),
  };
  const sealed = {
    user: cutText(user, ID_CHARS_MAX),
    project: cutText(root, PATH_CHARS_MAX),
  };
  return { id: stamp.id, metadata, sealed };
}

/**
 * A person approved that a policy is written to the client's settings, or that this is taken back; `failed`: nothing was
 * written after all. `digest` is that of the signed receipt, which names each file. Words of people and places are sealed.
 */
export function deploymentEvent(
  stamp: EventStamp,
  input: {
    readonly what: "deployed" | "rolled-back" | "not-written";
    readonly id: string;
    readonly of: string | null;
    readonly layer: Layer;
    readonly inForce: string | undefined;
    readonly files: readonly string[];
    readonly digest: string;
    readonly place: string;
    readonly reason: string;
    readonly owner: string;
    readonly approver: string;
    /** The client that proved it before, or `without` where a person deployed without a proof. */
    readonly proof?: string | undefined;
  },
): AuditEvent {
  const { what, id, of, layer, inForce, files, digest, proof } = input;
  const metadata = {
    ...baseMetadata(stamp, "policy"),
    what,
    layer,
    deployment: plainName(id) ?? "other",
    ...(of === null ? {} : { of: plainName(of) ?? "other" }),
    inForce: inForce === undefined ? "none" : (plainName(inForce) ?? "other"),
    files: wholeNumber(files.length),
    receipt: plainName(digest) ?? "other",
  };
  const sealed = {
    files: files.slice(0, FILES_MAX).map((file) => cutText(file, PATH_CHARS_MAX)),
    place: cutText(input.place, PATH_CHARS_MAX),
    reason: cutText(input.reason, REASON_CHARS_MAX),
    owner: cutText(input.owner, REASON_CHARS_MAX),
    approver: cutText(input.approver, REASON_CHARS_MAX),
    ...(proof === undefined ? {} : { proof: cutText(proof, ID_CHARS_MAX) }),
  };
  return { id: stamp.id, metadata, sealed };
}

/** Every call is refused from here on, or no longer. */
export function lockdownEvent(
  stamp: EventStamp,
  input: {
    readonly phase: "start" | "end";
    readonly reason: string | null;
    readonly user: string;
  },
): AuditEvent {
  const { phase, reason, user } = input;
  const sealed = {
    user: cutText(user, ID_CHARS_MAX),
    ...(reason === null ? {} : { reason: cutText(reason, REASON_CHARS_MAX) }),
  };
  return { id: stamp.id, metadata: { ...baseMetadata(stamp, "lockdown"), phase }, sealed };
}

/** The daemon came up or went down in order. */
export function daemonEvent(stamp: EventStamp, phase: "start" | "stop"): AuditEvent {
  return { id: stamp.id, metadata: { ...baseMetadata(stamp, "daemon"), phase }, sealed: undefined };
}

/**
 * A witness of the log refused its checkpoint (`ahead`: it knows a longer log, `fork`: another one), does not answer, or
 * answers again. `size` is the log's, `known` the size that the witness spoke of.
 */
export function witnessEvent(
  stamp: EventStamp,
  input: {
    readonly what: "refused" | "failing" | "answering";
    readonly witness: string;
    readonly cause: "ahead" | "fork" | "unreachable" | "untrusted" | "answer" | "none";
    readonly size: number;
    readonly known: number;
  },
): AuditEvent {
  const { what, witness, cause, size, known } = input;
  const metadata = {
    ...baseMetadata(stamp, "witness"),
    what,
    cause,
    witness: plainName(witness) ?? "other",
    size: wholeNumber(size),
    known: wholeNumber(known),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}

/**
 * A key of the log began to sign (`introduce`) or stopped (`retire`) at a size; `digest` is that of the signed statement
 * that lies beside the log.
 */
export function logKeyEvent(
  stamp: EventStamp,
  input: { readonly what: "introduce" | "retire"; readonly size: number; readonly digest: string },
): AuditEvent {
  const { what, size, digest } = input;
  const metadata = { ...baseMetadata(stamp, "log-key"), what, size: wholeNumber(size), digest };
  return { id: stamp.id, metadata, sealed: undefined };
}

/** Entries below `before` are removed on record; their hashes stay. */
export function prunedEvent(
  stamp: EventStamp,
  input: { readonly before: number; readonly size: number },
): AuditEvent {
  const [before, size] = [wholeNumber(input.before), wholeNumber(input.size)];
  const metadata = { ...baseMetadata(stamp, "pruned"), before, size };
  return { id: stamp.id, metadata, sealed: undefined };
}

/**
 * The log went on after trouble. `entries` were durable and got published late, `tornBytes` were cut, `refused` events
 * were rejected while the disk failed. With `spool-damage`, `entries` is the number of damaged files of command hooks.
 * With `index-edited`, it is how many events of the index were otherwise than the log says, 0 where the whole index was thrown away.
 * With `journal-unsealed`, it is how many entries of the journal lacked their sealed part, or had another one than their key made.
 */
export function recoveryEvent(
  stamp: EventStamp,
  input: {
    readonly cause:
      | "unclean-stop"
      | "disk-failure"
      | "spool-damage"
      | "index-edited"
      | "journal-unsealed";
    readonly entries: number;
    readonly tornBytes: number;
    readonly refused: number;
  },
): AuditEvent {
  const { cause, entries, tornBytes, refused } = input;
  return {
    id: stamp.id,
    metadata: { ...baseMetadata(stamp, "recovery"), cause, entries, tornBytes, refused },
    sealed: undefined,
  };
}

/** An entry reached the disk after its call was answered: which one, and how long after it was made. */
export function lateEvent(
  stamp: EventStamp,
  input: { readonly eventId: string; readonly lateMs: number },
): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "late"),
    event: plainName(input.eventId) ?? "other",
    lateMs: milliseconds(input.lateMs),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}

/** The wall clock jumped: by how much, and which way. Ids made before and after do not stand in one order. */
export function clockEvent(stamp: EventStamp, jumpMs: number): AuditEvent {
  const metadata = {
    ...baseMetadata(stamp, "clock"),
    went: jumpMs < 0 ? "back" : "ahead",
    jumpMs: wholeNumber(Math.abs(jumpMs)),
  };
  return { id: stamp.id, metadata, sealed: undefined };
}
