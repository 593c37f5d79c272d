// Events of calls that ran held: what their profile refused, what was signed, which remote was reached, which key went out.
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { cutText, plainName } from "./bounded.ts";
import { CWD_CHARS_MAX, callMetadata, callDetails } from "./call-events.ts";
import { type AuditEvent, type EventSession, type EventStamp, ID_CHARS_MAX } from "./event.ts";

type HeldCall = { readonly session: EventSession; readonly call: ToolCall };

/** What the profile of a held command refused it: `what` is a kind of refusal, as far as the command's output tells. */
export function heldEvent(
  stamp: EventStamp,
  input: HeldCall & {
    readonly what: string;
  },
): AuditEvent {
  const { session, call, what } = input;
  return {
    id: stamp.id,
    metadata: { ...callMetadata(stamp, "held", call, session), what: plainName(what) ?? "other" },
    sealed: callDetails(stamp, call, session),
  };
}

/** A commit or tag of a held command was signed with the person's key; `object` is the name of its tree, or of what it is of. */
export function signatureEvent(
  stamp: EventStamp,
  input: HeldCall & {
    readonly what: "commit" | "tag";
    readonly object: string;
  },
): AuditEvent {
  const { session, call, what, object } = input;
  return {
    id: stamp.id,
    metadata: { ...callMetadata(stamp, "signature", call, session), what },
    sealed: { ...callDetails(stamp, call, session), object: cutText(object, ID_CHARS_MAX) },
  };
}

/** A remote of git was reached for a held command; `refs` says of each reference of a push what was to become of it. */
export function remoteEvent(
  stamp: EventStamp,
  input: HeldCall & {
    readonly what: "fetch" | "push";
    readonly remote: string;
    readonly refs: readonly string[];
  },
): AuditEvent {
  const { session, call, what, remote, refs } = input;
  const shown = refs.slice(0, REFS_MAX).map((ref) => cutText(ref, ID_CHARS_MAX));
  return {
    id: stamp.id,
    metadata: { ...callMetadata(stamp, "remote", call, session), what, refs: refs.length },
    sealed: {
      ...callDetails(stamp, call, session),
      remote: cutText(remote, ID_CHARS_MAX),
      references: shown,
    },
  };
}

/**
 * A key of a hidden file went out for a held command with its true value, to a host that it belongs to: by its name in the file, never its
 * value. `requests`: in how many requests. `grant`: id of what a person signed, where it is a secret that was given to the host.
 */
export function credentialEvent(
  stamp: EventStamp,
  input: HeldCall & {
    readonly what: "key" | "login" | "address";
    readonly name: string;
    readonly file: string;
    readonly host: string;
    readonly requests: number;
    readonly grant?: string | undefined;
  },
): AuditEvent {
  const { session, call, what, name, file, host, requests, grant } = input;
  return {
    id: stamp.id,
    metadata: {
      ...callMetadata(stamp, "credential", call, session),
      what,
      requests,
      ...(grant === undefined ? {} : { grant: plainName(grant) ?? "other" }),
    },
    sealed: {
      ...callDetails(stamp, call, session),
      name: cutText(name, ID_CHARS_MAX),
      file: cutText(file, CWD_CHARS_MAX),
      host: cutText(host, ID_CHARS_MAX),
    },
  };
}

/** References of one push that are kept by name. */
const REFS_MAX = 64;
