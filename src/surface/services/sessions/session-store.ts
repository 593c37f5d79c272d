// The files in which sessions are remembered between processes: one for each session, sealed, bounded, appended to.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { ANYWHERE } from "#guard/effects/paths/written-places.ts";
import { openFlags } from "#platform/open-flags.ts";
import { type Subject, NONCE_BYTES, SUBJECT_ID_BYTES, TAG_BYTES } from "#record/log/subject.ts";
import {
  type SessionRecord,
  bounded,
  answersRecord,
  openRecords,
  recordSchema,
} from "./session-record.ts";
import { type SessionState, sumOf } from "./session-state.ts";

/** Bytes of one session's file. A larger one is not read and the session begins anew. */
const FILE_BYTES_MAX = 2 * 1024 * 1024;

/** Records after which a file is written anew with the sum of them. */
export const RECORDS_MAX = 64;

const ATTEMPTS_MAX = 8;

/** Files of sessions that nobody used for so long are removed when another session starts. */
const FORGET_MS = 14 * 86_400_000;

const SESSIONS_MAX = 4_096;

export type SessionStore = {
  /** What is known of a session; undefined when nothing is, or when it cannot be read. */
  read(session: string): SessionState | undefined;
  /** Adds a record; other processes may do so at the same time. Throws a Failure `session-state`. */
  add(session: string, record: SessionRecord): void;
  /** Puts one record in place of all; for a process that is the session's only writer. Throws a Failure `session-state`. */
  replace(session: string, record: SessionRecord): void;
  /** The same without changing anything on disk. */
  peek(session: string): RecentSession | undefined;
  /**
   * What is remembered, the latest used first, each read when it is asked for; changes nothing on disk. What is damaged
   * has no state.
   */
  recent(): Generator<RecentSession>;
  /** Removes what was not used for two weeks. */
  forgetOld(nowMs: number): void;
};

/** One file of the store, and when it was written last; wall time. */
export type RecentSession = {
  readonly usedMs: number;
  readonly state: SessionState | undefined;
};

/** Opens the store in `directory`, which exists. Session names are pseudonyms: they become file names. */
export function openSessionStore(directory: string, subject: Subject): SessionStore {
  const pathOf = (session: string) => join(directory, `${session}.state`);
  return {
    read(session) {
      const path = pathOf(session);
      const content = readWhole(path, removeFile);
      if (content === undefined) return undefined;
      const { state, records, isWhole } = readState(content, subject);
      if (state !== undefined && (records > RECORDS_MAX || !isWhole))
        shorten(path, { content, state, subject });
      return state;
    },
    peek(session) {
      const path = pathOf(session);
      const status = statSync(path, { throwIfNoEntry: false });
      return status && { usedMs: status.mtimeMs, state: stateAt(path, subject) };
    },
    *recent() {
      for (const { path, usedMs } of latestFiles(directory))
        yield { usedMs, state: stateAt(path, subject) };
    },
    add(session, record) {
      writing(directory, () => append(pathOf(session), sealRecord(bounded(record), subject)));
    },
    replace(session, record) {
      const path = pathOf(session);
      const next = `${path}.${randomBytes(6).toString("hex")}.tmp`;
      writing(directory, () => {
        try {
          append(next, sealRecord(bounded(record), subject));
          renameSync(next, path);
        } finally {
          rmSync(next, { force: true });
        }
      });
    },
    forgetOld(nowMs) {
      for (const name of readdirSync(directory).slice(0, SESSIONS_MAX)) {
        const path = join(directory, name);
        const usedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
        if (nowMs - usedMs > FORGET_MS) rmSync(path, { force: true });
      }
    },
  };
}

/** What a file says. Of one that is damaged as much as can be read; undefined where that is nothing. */
function readState(
  content: Buffer,
  subject: Subject,
): {
  readonly state: SessionState | undefined;
  readonly records: number;
  readonly isWhole: boolean;
} {
  const { records, isWhole } = unsealRecords(content, subject);
  const sum = sumOf(records);
  // WHY anywhere: what the lost part named must not pass for the project's own.
  const state =
    isWhole || sum === undefined
      ? sum
      : { ...sum, sight: "part" as const, written: new Set([...sum.written, ANYWHERE]) };
  return { state, records: records.length, isWhole };
}

function stateAt(path: string, subject: Subject): SessionState | undefined {
  const content = readWhole(path, () => undefined);
  return content && readState(content, subject).state;
}

/** The files of sessions, the latest written first. */
function latestFiles(
  directory: string,
): readonly { readonly path: string; readonly usedMs: number }[] {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) return [];
  const names = readdirSync(directory).filter((file) => file.endsWith(".state"));
  return names
    .slice(0, SESSIONS_MAX)
    .flatMap((file) => {
      const path = join(directory, file);
      const status = statSync(path, { throwIfNoEntry: false });
      return status === undefined ? [] : [{ path, usedMs: status.mtimeMs }];
    })
    .toSorted((one, other) => other.usedMs - one.usedMs);
}

function writing(directory: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new Failure(
      "session-state",
      `the memory of this session cannot be written in \`${directory}\`: check its disk`,
      { cause },
    );
  }
}

type Shortening = {
  readonly content: Buffer;
  readonly state: SessionState;
  readonly subject: Subject;
};

/** Writes a file anew with the sum of its records. What others added meanwhile to the old file is carried over. */
function shorten(path: string, { content, state, subject }: Shortening): void {
  const record: SessionRecord = {
    seenMs: state.seenMs,
    ...(state.about === undefined ? {} : { about: state.about }),
    ...(state.sight === "yet" ? {} : { complete: state.sight === "start" }),
    judged: [...state.judged],
    written: [...state.written],
    labels: [...state.labels],
    ...openRecords(state.open),
    given: [...state.given],
    agents: [...state.agents],
    held: state.held ?? null,
    ...(state.environment === undefined ? {} : { environment: state.environment }),
    shell: [...state.shell],
    ...(state.defined === undefined ? {} : { defined: state.defined }),
    ...answersRecord(state.answers),
  };
  const next = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const old = openSync(path, openFlags.read);
  try {
    append(next, sealRecord(bounded(record), subject));
    renameSync(next, path);
    // WHY after the renaming: who added before it is in the old file whole, who adds after it notices and adds again.
    const tail = readFrom(old, content.length);
    if (tail.length > 0) append(path, tail);
  } finally {
    closeSync(old);
    rmSync(next, { force: true });
  }
}

function append(path: string, bytes: Buffer): void {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const descriptor = openSync(path, openFlags.append, 0o600);
    try {
      if (writeSync(descriptor, bytes) !== bytes.length) throw new Error("a part only");
      if (statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(descriptor).ino) return;
    } finally {
      closeSync(descriptor);
    }
  }
  throw new Error("other processes keep replacing it");
}

function removeFile(path: string): void {
  rmSync(path, { force: true });
}

/** `tooLarge` is told of a file that is too large to be read. */
function readWhole(path: string, tooLarge: (path: string) => void): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, openFlags.read);
  } catch {
    return undefined;
  }
  try {
    const status = fstatSync(descriptor);
    if (status.isFile() && status.size <= FILE_BYTES_MAX) return readFrom(descriptor, 0);
    // What cannot be read any more would only grow.
    tooLarge(path);
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

function readFrom(descriptor: number, start: number): Buffer {
  const size = Math.min(fstatSync(descriptor).size, FILE_BYTES_MAX);
  const bytes = Buffer.alloc(Math.max(0, size - start));
  const read = bytes.length === 0 ? 0 : readSync(descriptor, bytes, 0, bytes.length, start);
  return bytes.subarray(0, read);
}

// Records of a session as bytes of its file, each sealed, one behind the other.

const RECORD_BYTES_MAX = 1024 * 1024;

const ADDITIONAL = Buffer.from("sallyport/session-state/v1\0", "latin1");

/** Record: u32 length, event id (16 random bytes), nonce, sealed JSON. */
function sealRecord(record: SessionRecord, subject: Subject): Buffer {
  const eventId = randomBytes(SUBJECT_ID_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const plain = Buffer.from(JSON.stringify(record), "utf8");
  const sealed = subject.seal({ eventId, index: 0, additional: ADDITIONAL }, nonce, plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(eventId.length + nonce.length + sealed.length);
  return Buffer.concat([length, eventId, nonce, sealed]);
}

/** The records of a file, and whether all of it could be read; what stands behind a damaged one is not read. */
function unsealRecords(
  bytes: Buffer,
  subject: Subject,
): { readonly records: readonly SessionRecord[]; readonly isWhole: boolean } {
  const records: SessionRecord[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at);
    const record =
      end > bytes.length ? undefined : openRecord(bytes.subarray(at + 4, end), subject);
    if (record === undefined) return { records, isWhole: false };
    records.push(record);
    at = end;
  }
  return { records, isWhole: at === bytes.length };
}

function openRecord(bytes: Buffer, subject: Subject): SessionRecord | undefined {
  const head = SUBJECT_ID_BYTES + NONCE_BYTES;
  if (bytes.length < head + TAG_BYTES || bytes.length > RECORD_BYTES_MAX) return undefined;
  const eventId = bytes.subarray(0, SUBJECT_ID_BYTES);
  const place = { eventId, index: 0, additional: ADDITIONAL };
  const plain = subject.open(place, bytes.subarray(SUBJECT_ID_BYTES, head), bytes.subarray(head));
  if (plain === undefined) return undefined;
  try {
    const parsed = v.safeParse(recordSchema, JSON.parse(Buffer.from(plain).toString("utf8")));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
