// Events of files that calls changed: how many and what kind of place in clear, which and at what commit sealed.
import type { JsonObject } from "../log/leaf.ts";
import { boundedList, cutText, wholeNumber } from "./bounded.ts";
import {
  type AuditEvent,
  type EventSession,
  type EventStamp,
  personIn,
  sessionDetails,
  sessionMetadata,
} from "./event.ts";
import { createShaper } from "./place-shape.ts";
import { placeOfTarget, scopeOfPath } from "./redact.ts";
import { toolWord } from "./call-events.ts";

const FILES_MAX = 16;
const BRANCH_CHARS_MAX = 256;

/** Files that a call changed, and where version control stood afterwards. */
export type ChangeInput = {
  readonly session: EventSession;
  readonly tool: string;
  readonly callId: string;
  readonly files: readonly { readonly action: "write" | "delete"; readonly path: string }[];
  /** Files that the call was judged to change and that do not look changed. */
  readonly unchanged: number;
  /** Files and trees that were not looked at: too many, or not known by name. */
  readonly omitted: number;
  readonly revision:
    | { readonly branch: string | undefined; readonly commit: string | undefined }
    | undefined;
};

/** A call changed files. */
export function changeEvent(stamp: EventStamp, input: ChangeInput): AuditEvent {
  const { session, tool, callId, files, unchanged, omitted, revision } = input;
  const shaper = createShaper(stamp.digest);
  const metadata = {
    ...sessionMetadata(stamp, "change", session),
    call: stamp.pseudonym("call", callId, personIn(session)),
    tool: toolWord(tool),
    changes: countsOf(
      files.map(({ action, path }) => `${action}/${scopeOfPath(path, session.facts)}`),
    ),
    ...(unchanged === 0 ? {} : { unchanged: wholeNumber(unchanged) }),
    ...(omitted === 0 ? {} : { changesOmitted: wholeNumber(omitted) }),
    versioned: revision !== undefined,
  };
  const sealed = {
    ...sessionDetails(session),
    ...boundedList("files", files, FILES_MAX, ({ action, path }) => {
      const target = { kind: "path", path, real: path, reach: "entry" } as const;
      const at = shaper.path(path);
      return {
        action,
        ...placeOfTarget(target, session.facts, stamp.digest),
        ...(at === undefined ? {} : { at }),
      };
    }),
    ...(revision?.branch === undefined
      ? {}
      : { branch: cutText(revision.branch, BRANCH_CHARS_MAX) }),
    ...(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(revision?.commit ?? "")
      ? { commit: revision?.commit ?? "" }
      : {}),
  };
  return { id: stamp.id, metadata, sealed };
}

function countsOf(words: readonly string[]): JsonObject {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
