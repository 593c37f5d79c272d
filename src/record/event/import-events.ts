// Events of records that were taken over from an older log: what they claim, marked as a claim, under the time of their import.
import type { JsonObject } from "../log/leaf.ts";
import type { LegacyForm, LegacyRecord } from "../legacy/legacy-line.ts";
import { cutText, plainName, wholeNumber } from "./bounded.ts";
import { toolWord } from "./call-events.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";
import { createShaper } from "./place-shape.ts";
import { type CommandOutline, type Digest, nameDigest, normaliseCommand } from "./redact.ts";

const COMMAND_CHARS_MAX = 8 * 1024;
const BRANCH_CHARS_MAX = 256;
const TIME_MS_MAX = 8.64e15;

/** Where a record comes from: hex SHA-256 of the file, the line at which it begins, and its text. */
export type ImportSource = {
  readonly digest: string;
  readonly line: number;
  readonly text: string;
};

/**
 * One record of an older log. In clear stand its form, its tool, phase, claimed outcome and time; texts are handled as those
 * of our own events: a command without its literals, a path as its shape, all of it sealed.
 */
export function importedEvent(
  stamp: EventStamp,
  record: LegacyRecord,
  source: ImportSource,
  outlineOf: (command: string) => CommandOutline,
): AuditEvent {
  const { form, timeMs, tool, phase, outcome, session } = record;
  const person = record.user === undefined ? undefined : cutText(record.user, ID_CHARS_MAX);
  const metadata = {
    ...baseMetadata(stamp, "imported"),
    form,
    source: source.digest.slice(0, 16),
    line: wholeNumber(source.line),
    record: recordDigest(source.text, stamp.digest),
    ...(timeMs === undefined || timeMs > TIME_MS_MAX ? {} : { claimedMs: wholeNumber(timeMs) }),
    ...(tool === undefined ? {} : { tool: toolWord(tool) }),
    ...(phase === undefined ? {} : { phase }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(session === undefined ? {} : { session: stamp.pseudonym("session", session, person) }),
    ...(record.isDamaged ? { damaged: true } : {}),
  };
  return { id: stamp.id, metadata, sealed: detailsOf(stamp, record, outlineOf) };
}

/** What tells a record from every other one of its file at the same line, and is the same again when the file grew. */
export function recordDigest(text: string, digest: Digest): string {
  return digest("word", text).slice(0, 16);
}

function detailsOf(
  { digest }: { readonly digest: Digest },
  record: LegacyRecord,
  outlineOf: (command: string) => CommandOutline,
): JsonObject {
  const { user, session, path, branch, commit } = record;
  const command = record.command?.slice(0, COMMAND_CHARS_MAX);
  const at = path?.startsWith("/") === true ? createShaper(digest).path(path) : undefined;
  return {
    ...(user === undefined ? {} : { user: cutText(user, ID_CHARS_MAX), userSource: "import" }),
    ...(session === undefined ? {} : { sessionId: cutText(session, ID_CHARS_MAX) }),
    ...(command === undefined
      ? {}
      : { command: normaliseCommand(command, outlineOf(command), digest).text }),
    ...(path === undefined ? {} : { path: nameDigest(path, digest) }),
    ...(at === undefined ? {} : { at }),
    ...(branch === undefined ? {} : { branch: cutText(branch, BRANCH_CHARS_MAX) }),
    ...(commit !== undefined && /^[0-9a-f]{6,64}$/.test(commit) ? { commit } : {}),
  };
}

/** A whole file was taken over: what it was, and how much of it was understood. */
export function importEvent(
  stamp: EventStamp,
  input: {
    /** Hex SHA-256 of the file. */
    readonly digest: string;
    readonly bytes: number;
    readonly records: number;
    readonly unread: number;
    readonly damaged: number;
    readonly forms: Readonly<Partial<Record<LegacyForm, number>>>;
    readonly name: string;
    readonly user: string;
  },
): AuditEvent {
  const { digest, forms, name, user } = input;
  const metadata = {
    ...baseMetadata(stamp, "import"),
    source: plainName(digest) ?? "other",
    bytes: wholeNumber(input.bytes),
    records: wholeNumber(input.records),
    unread: wholeNumber(input.unread),
    damaged: wholeNumber(input.damaged),
    forms: { ...forms },
  };
  const sealed = { name: cutText(name, 1_024), user: cutText(user, ID_CHARS_MAX) };
  return { id: stamp.id, metadata, sealed };
}
