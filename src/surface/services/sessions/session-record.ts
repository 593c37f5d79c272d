// What one process adds to the memory of a session: its form, its bounds, several as one.
import * as v from "valibot";
import { storedTrackSchema } from "#detect/session/stored-track.ts";
import type { JudgedPath } from "#guard/protocol/pinned-path.ts";
import { parentPlace, rememberWritten } from "#guard/effects/paths/written-places.ts";
import { type ChangedFiles, changedFilesSchema } from "./changed-files.ts";
import { environmentReportSchema } from "../facts/environment-report.ts";
import { keptShellSchema } from "../facts/kept-shell.ts";
import { sessionAboutSchema } from "./session-about.ts";
import { approvedSchema, questionSchema, type StoredAnswers } from "./session-answers.ts";

/** What is kept when a file is written anew. */
const JUDGED_MAX = 256;

const WRITTEN_MAX = 2_000;

/** Directories that stand for the places that are not. */
const DIRECTORIES_MAX = 64;

/** Characters of all written paths in one record; they may take three times as many bytes. */
const WRITTEN_CHARS_MAX = 200_000;

const OPEN_MAX = 256;

const AGENTS_MAX = 1_024;

/** Answers that are kept; of more the oldest are forgotten. */
export const ANSWERS_MAX = 512;

const NAME_CHARS_MAX = 4_096;

const name = v.pipe(v.string(), v.maxLength(NAME_CHARS_MAX));

const names = v.array(name);

/** The form of a record as it was read: of other versions too. */
export const recordSchema = v.strictObject({
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
  /** What flows through the session: where what it took in came from. */
  track: v.optional(storedTrackSchema),
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

/** A record within what is read again: of each list the latest, of the paths as many as fit. */
export function bounded(record: SessionRecord): SessionRecord {
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
