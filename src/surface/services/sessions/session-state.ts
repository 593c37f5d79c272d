// What is remembered of a session between processes: one file for each session, sealed, bounded, appended to.
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
import type { JudgedPath } from "#guard/protocol/pinned-path.ts";
import {
  ANYWHERE,
  parentPlace,
  rememberWritten,
  type Sight,
} from "#guard/effects/paths/written-places.ts";
import { openFlags } from "#platform/open-flags.ts";
import { NONCE_BYTES, type Subject, SUBJECT_ID_BYTES, TAG_BYTES } from "#record/log/subject.ts";
import { type ChangedFiles, changedFilesSchema } from "./changed-files.ts";
import { type EnvironmentReport, environmentReportSchema } from "../facts/environment-report.ts";
import { type KeptShell, keptShellSchema } from "../facts/kept-shell.ts";
import { type SessionAbout, sessionAboutSchema } from "./session-about.ts";
import {
  approvedSchema,
  NO_ANSWERS,
  questionSchema,
  type StoredAnswers,
} from "./session-answers.ts";

/** Bytes of one session's file. A larger one is not read and the session begins anew. */
const FILE_BYTES_MAX = 2 * 1024 * 1024;
/** Records after which a file is written anew with the sum of them. */
export const RECORDS_MAX = 64;
const RECORD_BYTES_MAX = 1024 * 1024;
/** What is kept when a file is written anew. */
const JUDGED_MAX = 256;
const WRITTEN_MAX = 2_000;
/** Directories that stand for the places that are not. */
const DIRECTORIES_MAX = 64;
/** Characters of all written paths in one record; they may take three times as many bytes. */
const WRITTEN_CHARS_MAX = 200_000;
const ATTEMPTS_MAX = 8;
/** Files of sessions that nobody used for so long are removed when another session starts. */
const FORGET_MS = 14 * 86_400_000;
const SESSIONS_MAX = 4_096;
const ADDITIONAL = Buffer.from("sallyport/session-state/v1\0", "latin1");

const OPEN_MAX = 256;
const AGENTS_MAX = 1_024;
/** Answers that are kept; of more the oldest are forgotten. */
export const ANSWERS_MAX = 512;
const NAME_CHARS_MAX = 4_096;
const name = v.pipe(v.string(), v.maxLength(NAME_CHARS_MAX));
const names = v.array(name);
const recordSchema = v.strictObject({
  seenMs: v.optional(v.number()),
  about: v.optional(sessionAboutSchema),
  /** Whether all calls since the start were seen; missing while no call was. */
  complete: v.optional(v.boolean()),
  /** Ids, each with the digest of what the call was given; empty for a call that nobody judged. */
  judged: v.optional(v.array(v.tuple([name, name]))),
  written: v.optional(names),
  labels: v.optional(names),
  open: v.optional(
    v.array(
      v.strictObject({
        id: name,
        digest: name,
        judged: v.exactOptional(v.strictObject({ path: name, real: name })),
        changes: v.exactOptional(changedFilesSchema),
        ticket: v.exactOptional(name),
      }),
    ),
  ),
  closed: v.optional(names),
  given: v.optional(v.array(v.tuple([name, name, v.picklist(["refused", "free"])]))),
  agents: v.optional(v.array(v.tuple([name, name]))),
  held: v.optional(v.nullable(v.string())),
  environment: v.optional(environmentReportSchema),
  shell: v.optional(v.array(v.tuple([name, name]))),
  defined: v.optional(v.nullable(keptShellSchema)),
  answers: v.optional(
    v.strictObject({ approved: v.array(approvedSchema), questions: v.array(questionSchema) }),
  ),
});
/**
 * What one process adds: calls that were judged, are under way or are over, agents with the calls that started them.
 * `held` is why the session is held, null when it no longer is. `shell` has the files of the shell's snapshot with their
 * digests, `defined` what they define; null where that is not known any more.
 * digests. `answers` are all questions of ours and answers of a person that are kept.
 */
export type SessionRecord = Readonly<v.InferOutput<typeof recordSchema>>;

/** A call that is under way, as `digestOf` knows it again, and where its path led when it was judged. */
export type StoredCall = {
  readonly digest: string;
  readonly judged: JudgedPath | undefined;
  readonly changes?: ChangedFiles | undefined;
  /** The ticket with which it runs held. */
  readonly ticket?: string | undefined;
};

/** The id of a call, the digest of what it was given, and how that was answered. */
export type AnsweredCall = NonNullable<SessionRecord["given"]>[number];

/** The sum of a session's records. */
export type SessionState = {
  readonly seenMs: number;
  /** Missing in what older versions wrote. */
  readonly about: SessionAbout | undefined;
  /** What was seen of the session; of one of whose memory something was lost, a part. */
  readonly sight: Sight;
  /** By id the digest of what the call was given. */
  readonly judged: ReadonlyMap<string, string>;
  readonly written: ReadonlySet<string>;
  /** Labels that were found in its repository. */
  readonly labels: ReadonlySet<string>;
  readonly open: ReadonlyMap<string, StoredCall>;
  /** How calls that were refused once were answered: id, digest of what they were given, answer. */
  readonly given: readonly AnsweredCall[];
  readonly agents: ReadonlyMap<string, string>;
  readonly held: string | undefined;
  /** What the client's commands inherit, as last told. */
  readonly environment: EnvironmentReport | undefined;
  /** Snapshots of the shell that calls were judged with: file and digest. */
  readonly shell: ReadonlyMap<string, string>;
  /** What the snapshots of the last call define. */
  readonly defined: KeptShell | undefined;
  /** What a person was asked, and said yes to. */
  readonly answers: StoredAnswers;
};

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

/** A record within what is read again: of each list the latest, of the paths as many as fit. */
function bounded(record: SessionRecord): SessionRecord {
  const { judged, written, open, agents, given } = record;
  return {
    ...record,
    ...(judged === undefined ? {} : { judged: judged.slice(-JUDGED_MAX) }),
    ...(written === undefined ? {} : { written: latestPaths(written) }),
    ...(open === undefined ? {} : { open: open.slice(-OPEN_MAX) }),
    ...(agents === undefined ? {} : { agents: agents.slice(-AGENTS_MAX) }),
    ...(given === undefined ? {} : { given: given.slice(-ANSWERS_MAX) }),
  };
}

/** The latest places that fit, and of the others the directories, as few as it takes. */
function latestPaths(paths: readonly string[]): string[] {
  const kept: string[] = [];
  const others = new Set<string>();
  let chars = 0;
  for (const path of paths.toReversed()) {
    chars += path.length;
    const fits =
      chars <= WRITTEN_CHARS_MAX && kept.length < WRITTEN_MAX && path.length <= NAME_CHARS_MAX;
    if (fits) kept.push(path);
    else rememberWritten(others, parentPlace(path.slice(0, NAME_CHARS_MAX)), DIRECTORIES_MAX);
  }
  return [...others, ...kept.toReversed()];
}

/** Several records of one session as one. */
export function joinRecords(records: readonly SessionRecord[]): SessionRecord {
  const joined: { -readonly [Name in keyof SessionRecord]: SessionRecord[Name] } = {};
  const open = new Map<string, NonNullable<SessionRecord["open"]>[number]>();
  const closed = new Set<string>();
  for (const { open: opened = [], closed: ended = [], ...record } of records) {
    const { judged = [], written = [], agents = [], labels = [], given = [] } = record;
    Object.assign(joined, record, {
      judged: [...(joined.judged ?? []), ...judged],
      written: [...(joined.written ?? []), ...written],
      agents: [...(joined.agents ?? []), ...agents],
      given: [...(joined.given ?? []), ...given],
      labels: [...new Set([...(joined.labels ?? []), ...labels])],
    });
    for (const call of opened) open.set(call.id, call);
    for (const id of ended) {
      open.delete(id);
      closed.add(id);
    }
  }
  return { ...joined, open: [...open.values()], closed: [...closed] };
}

/** Answers as a record has them. */
export function answersRecord({ approved, questions }: StoredAnswers): SessionRecord {
  return { answers: { approved: [...approved], questions: questions.map(withList) } };
}

function withList({ answers, ...question }: StoredAnswers["questions"][number]) {
  return { ...question, answers: [...answers] };
}

/** Calls under way as a record has them. */
export function openRecords(calls: ReadonlyMap<string, StoredCall>): SessionRecord {
  return {
    open: [...calls].map(([id, { digest, judged, changes, ticket }]) => ({
      id,
      digest,
      ...(judged === undefined ? {} : { judged }),
      ...(changes === undefined ? {} : { changes }),
      ...(ticket === undefined ? {} : { ticket }),
    })),
  };
}

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

function sumOf(records: readonly SessionRecord[]): SessionState | undefined {
  const seenMs = records.find((record) => record.seenMs !== undefined)?.seenMs;
  if (seenMs === undefined) return undefined;
  const about = records.findLast((record) => record.about !== undefined)?.about;
  const judged = new Map<string, string>();
  const written = new Set<string>();
  const labels = new Set<string>();
  const open = new Map<string, StoredCall>();
  const agents = new Map<string, string>();
  const given: AnsweredCall[] = [];
  let held: string | undefined;
  let environment: EnvironmentReport | undefined;
  let shell: SessionState["shell"] = new Map();
  let defined: KeptShell | undefined;
  let sight: Sight = "yet";
  const { answers = NO_ANSWERS } = records.findLast((one) => one.answers !== undefined) ?? {};
  for (const record of records) {
    for (const [id, input] of record.judged ?? []) judged.set(id, input);
    for (const path of record.written ?? []) written.add(path);
    for (const label of record.labels ?? []) labels.add(label);
    for (const { id, digest, judged: path, changes, ticket } of record.open ?? [])
      open.set(id, { digest, judged: path, changes, ticket });
    for (const id of record.closed ?? []) open.delete(id);
    given.push(...(record.given ?? []));
    for (const [agentId, callId] of record.agents ?? []) agents.set(agentId, callId);
    if (record.held !== undefined) held = record.held ?? undefined;
    if (record.complete === false) sight = "part";
    else if (record.complete === true && sight === "yet") sight = "start";
    environment = toldAfter(environment, record.environment);
    if (record.shell !== undefined) shell = new Map(record.shell);
    if (record.defined !== undefined) defined = record.defined ?? undefined;
  }
  return {
    ...{ seenMs, about, sight, judged, written, labels, open, given, agents, held },
    ...{ environment, shell, defined },
    answers,
  };
}

/** The report after another one. One that says nothing of the sandbox leaves what was proven: it may come from a hook that ran beside. */
function toldAfter(
  before: EnvironmentReport | undefined,
  next: EnvironmentReport | undefined,
): EnvironmentReport | undefined {
  if (next === undefined) return before;
  const proof = next.containment ?? before?.containment;
  return proof === undefined ? next : { ...next, containment: proof };
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
