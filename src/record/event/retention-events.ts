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
    ...{ what, where, from: wholeNumber(from), end: wholeNumber(end) },
    ...{ segments: wholeNumber(segments), bytes: wholeNumber(bytes) },
    ...(code === undefined ? {} : { code: plainName(code) ?? "other" }),
  };
  return { id: stamp.id, metadata, sealed: { place: cutText(input.place, PLACE_CHARS_MAX) } };
}
