// Events of what becomes of the log itself: archived, or not; what retention did.
import { cutText, plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp } from "./event.ts";

const PLACE_CHARS_MAX = 1_024;

/** Entries `from` to before `end` were stored elsewhere and read back whole; or `failed`, with the code of the failure. */
export function archiveEvent(
  stamp: EventStamp,
  input: {
    readonly what: "stored" | "failed";
    readonly where: "folder" | "s3";
    /** Sealed: names of folders and buckets are somebody's. */
    readonly place: string;
    readonly from: number;
    readonly end: number;
    readonly segments: number;
    readonly bytes: number;
    readonly code?: string;
  },
): AuditEvent {
  const { what, where, from, end, segments, bytes, code } = input;
  const metadata = {
    ...baseMetadata(stamp, "archive"),
    what,
    where,
    from: wholeNumber(from),
    end: wholeNumber(end),
    segments: wholeNumber(segments),
    bytes: wholeNumber(bytes),
    ...(code === undefined ? {} : { code: plainName(code) ?? "other" }),
  };
  return { id: stamp.id, metadata, sealed: { place: cutText(input.place, PLACE_CHARS_MAX) } };
}

/**
 * A person ordered how long records stay here (`set`), or retention could not be carried out (`failed`), or removed `files` of
 * personal content beside the log (`files`), destroyed the keys of texts that were over their time (`texts`: `keys` of a person and
 * day each, over `events`, from the first to the last of these days), or removed `entries` that a target of an export never got although they had waited
 * for it (`unsent`).
 */
export function retentionEvent(
  stamp: EventStamp,
  input:
    | {
        readonly what: "set";
        readonly frameworks: readonly string[];
        readonly hereDays: number;
        readonly textDays?: number | undefined;
        readonly isDaily: boolean;
        readonly archive: string;
        readonly approver: string;
      }
    | { readonly what: "failed"; readonly code: string }
    | { readonly what: "files"; readonly files: number }
    | {
        readonly what: "texts";
        /** The id of the work, so that it is told once. */
        readonly work: string;
        readonly keys: number;
        readonly events: number;
        readonly fromMs: number;
        readonly untilMs: number;
      }
    | { readonly what: "unsent"; readonly target: string; readonly entries: number },
): AuditEvent {
  const base = { ...baseMetadata(stamp, "retention"), what: input.what };
  if (input.what === "failed") {
    const metadata = { ...base, code: plainName(input.code) ?? "other" };
    return { id: stamp.id, metadata, sealed: undefined };
  }
  if (input.what === "files") {
    const metadata = { ...base, files: wholeNumber(input.files) };
    return { id: stamp.id, metadata, sealed: undefined };
  }
  if (input.what === "texts") {
    const { work, keys, events, fromMs, untilMs } = input;
    const metadata = {
      ...base,
      work: plainName(work) ?? "other",
      keys: wholeNumber(keys),
      events: wholeNumber(events),
      fromMs: wholeNumber(fromMs),
      untilMs: wholeNumber(untilMs),
    };
    return { id: stamp.id, metadata, sealed: undefined };
  }
  if (input.what === "unsent") {
    const target = plainName(input.target) ?? "other";
    const metadata = { ...base, target, entries: wholeNumber(input.entries) };
    return { id: stamp.id, metadata, sealed: undefined };
  }
  const metadata = {
    ...base,
    frameworks: input.frameworks.map((name) => plainName(name) ?? "other"),
    hereDays: wholeNumber(input.hereDays),
    daily: input.isDaily,
    ...(input.textDays === undefined ? {} : { textDays: wholeNumber(input.textDays) }),
  };
  const sealed = {
    place: cutText(input.archive, PLACE_CHARS_MAX),
    approver: cutText(input.approver, PLACE_CHARS_MAX),
  };
  return { id: stamp.id, metadata, sealed };
}
