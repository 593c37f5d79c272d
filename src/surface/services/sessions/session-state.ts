// What is remembered of a session between processes, as the sum of its records.
import type { StoredTrack } from "#detect/session/stored-track.ts";
import type { Sight } from "#guard/effects/paths/written-places.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import type { KeptShell } from "../facts/kept-shell.ts";
import type { SessionAbout } from "./session-about.ts";
import { NO_ANSWERS, type StoredAnswers } from "./session-answers.ts";
import type { SessionRecord, StoredCall, AnsweredCall } from "./session-record.ts";

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
  /** What flows through the session, as last told. */
  readonly track: StoredTrack | undefined;
  /** What a person was asked, and said yes to. */
  readonly answers: StoredAnswers;
};

/** All records of a session as one state; undefined where none says when the session was seen. */
export function sumOf(records: readonly SessionRecord[]): SessionState | undefined {
  const seenMs = records.find((record) => record.seenMs !== undefined)?.seenMs;
  if (seenMs === undefined) return undefined;
  const about = records.findLast((record) => record.about !== undefined)?.about;
  const judged = new Map<string, string>();
  const written = new Set<string>();
  const labels = new Set<string>();
  const open = new Map<string, StoredCall>();
  const agents = new Map<string, string>();
  const given: AnsweredCall[] = [];
  const track = records.findLast((one) => one.track !== undefined)?.track;
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
    seenMs,
    about,
    sight,
    judged,
    written,
    labels,
    open,
    given,
    agents,
    held,
    environment,
    shell,
    defined,
    track,
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
