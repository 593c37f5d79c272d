// A session as one process of the hook sees it: read when its event comes, what is new written before the answer.
import type { Holds } from "#guard/facts/facts.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { below, sightWith } from "#guard/effects/paths/written-places.ts";
import type { Project } from "../services/projects/project.ts";
import { aboutAfter } from "../services/sessions/session-about.ts";
import { createAnswers } from "../services/sessions/answers-given.ts";
import { createSessionAnswers, NO_ANSWERS } from "../services/sessions/session-answers.ts";
import { createSessionTrack } from "../services/sessions/session-track.ts";
import { digestOf, type OpenCalls } from "../services/sessions/open-calls.ts";
import {
  isOther,
  type Session,
  type SessionMemory,
  type Provenance,
} from "../services/sessions/session-memory.ts";
import { rememberShell } from "../services/sessions/shell-change.ts";
import type { EnvironmentReport } from "../services/facts/environment-report.ts";
import { withoutSecrets } from "../services/facts/inherited-environment.ts";
import { keptShell } from "../services/facts/kept-shell.ts";
import type { SessionState } from "../services/sessions/session-state.ts";
import type { SessionStore } from "../services/sessions/session-store.ts";
import {
  type AnsweredCall,
  answersRecord,
  openRecords,
  type SessionRecord,
  type StoredCall,
} from "../services/sessions/session-record.ts";

/** A memory over files, for a process that answers one event. */
export type StoredMemory = SessionMemory & {
  /** Writes what the event added. Throws a Failure when that is not possible. */
  commit(): void;
};

/**
 * `nameOf` makes a session's name in the store: unlike for each project, and telling nobody the id. `environment` is what
 * the client gave this process.
 */
export function createStoredMemory(
  store: SessionStore,
  nameOf: (project: Project, sessionId: string) => string,
  environment?: EnvironmentReport,
): StoredMemory {
  let commit: () => void = () => undefined;
  return {
    size: 1,
    touch(project, event, clock) {
      const nowMs = clock.nowMs();
      const name = nameOf(project, event.sessionId);
      const known = store.read(name);
      if (event.kind === "session-start") store.forgetOld(nowMs);
      const before = known ?? begin(nowMs);
      const state = { ...before, environment, sight: sightWith(before.sight, event) };
      const { session, added } = openSession(event, state, before.environment);
      const isNews = state.sight !== before.sight;
      // WHY: what was written before nobody remembers, and it must not pass for the project's own.
      if (isNews && state.sight === "part") session.noteWritten(below(project.root));
      commit = () => {
        const first = known === undefined ? { seenMs: state.seenMs } : {};
        const seen = isNews ? { complete: state.sight === "start" } : {};
        const about = aboutAfter(event, project, before.about);
        const whose = about === before.about ? {} : { about };
        const record = { ...first, ...whose, ...seen, ...added() };
        if (Object.keys(record).length > 0) store.add(name, record);
      };
      return { session, isNew: known === undefined };
    },
    commit: () => commit(),
  };
}

function begin(nowMs: number): SessionState {
  return {
    seenMs: nowMs,
    about: undefined,
    sight: "yet",
    judged: new Map(),
    written: new Set(),
    labels: new Set(),
    open: new Map(),
    given: [],
    agents: new Map(),
    held: undefined,
    environment: undefined,
    shell: new Map(),
    defined: undefined,
    track: undefined,
    answers: NO_ANSWERS,
  };
}

/** `before` is what was stored: of it the proof of a session's start counts for the calls after it. */
function openSession(
  event: HookEvent,
  state: SessionState,
  before: EnvironmentReport | undefined,
): { readonly session: Session; readonly added: () => SessionRecord } {
  const judged = new Map<string, string>();
  const written = new Set<string>();
  const writtenPaths = new Set(state.written);
  const labels = new Set(state.labels);
  const { calls, addedCalls } = openStoredCalls(state);
  const answered: AnsweredCall[] = [];
  const given = createAnswers(state.given, (record) => answered.push(...(record.given ?? [])));
  let changed = state.answers;
  const answers = createSessionAnswers(state.answers, (all) => {
    changed = all;
  });
  let flowed: SessionRecord = {};
  const track = createSessionTrack(state.track, (told) => {
    flowed = { track: told() };
  });
  let held = state.held;
  let { shell, defined } = state;
  const isStart = event.kind === "session-start";
  let containment = isStart
    ? (state.environment?.containment ?? ended(before?.containment))
    : before?.containment;
  const environment = (): EnvironmentReport | undefined =>
    state.environment && withContainment(state.environment, containment);
  let standing: Provenance = state.sight === "start" ? "started" : "unproven";
  let withoutCommands = false;
  const holds = (): Holds => ({ quarantined: held !== undefined, reason: held, withoutCommands });
  const session: Session = {
    isComplete: () => state.sight === "start",
    calls,
    given,
    answers,
    track,
    view: ({ cwd, mode, agentId = "" }) => ({
      sessionId: event.sessionId,
      cwd,
      mode,
      transcriptPath: event.transcriptPath,
      writtenPaths,
      holds: holds(),
      seenMs: state.seenMs,
      environment: environment(),
      labels,
      approved: answers.approved(),
      ends: (call, decision, roots) => track.ends(call, decision, { agent: agentId, roots }),
    }),
    holds,
    hold(next) {
      withoutCommands = next.withoutCommands === true;
      held = next.quarantined ? (next.reason ?? "its controls were altered") : undefined;
    },
    provenance: () => standing,
    raise(next) {
      if (standing === "unproven" || next === "known") standing = next;
    },
    noteJudged(callId, input = "") {
      if (callId !== "" && state.judged.get(callId) !== input) judged.set(callId, input);
    },
    // An empty id is no identity: such a call counts as judged, or every one of them would raise an alarm.
    wasJudgedOtherwise: (callId, input) =>
      isOther(judged.get(callId) ?? state.judged.get(callId), input),
    wasJudged: (callId) => callId === "" || judged.has(callId) || state.judged.has(callId),
    noteWritten(path) {
      if (!state.written.has(path)) written.add(path);
      writtenPaths.add(path);
    },
    noteLabels(found) {
      for (const label of found) labels.add(label);
    },
    endContainment(why) {
      if (containment !== undefined) containment = { kind: "unproven", why };
    },
    noteShell(seen) {
      const next = rememberShell(shell, seen.files);
      shell = next.files;
      if (seen.digest !== defined?.digest) defined = keptShell(seen);
      return next.change;
    },
  };
  // WHY the proof goes along only where it is new: hooks run side by side, and an old one must not come after its end.
  const toldRecord = (): SessionRecord => {
    const told = state.environment ?? before;
    if (told === undefined) return {};
    const proof = containment === before?.containment ? undefined : containment;
    const kept = withoutSecrets(withContainment(told, proof));
    const known = before && withContainment(before, undefined);
    return isSameReport(kept, known) ? {} : { environment: kept };
  };
  const added = (): SessionRecord => ({
    ...(judged.size === 0 ? {} : { judged: [...judged] }),
    ...(written.size === 0 ? {} : { written: [...written] }),
    ...(labels.size === state.labels.size ? {} : { labels: [...labels] }),
    ...addedCalls(),
    ...(answered.length === 0 ? {} : { given: answered }),
    ...(held === state.held ? {} : { held: held ?? null }),
    ...(shell === state.shell ? {} : { shell: [...shell] }),
    ...(defined === state.defined ? {} : { defined: defined ?? null }),
    ...(changed === state.answers ? {} : answersRecord(changed)),
    ...toldRecord(),
    ...flowed,
  });
  return { session, added };
}

function isSameReport(one: EnvironmentReport, other: EnvironmentReport | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What was proven once, where a start of the session proves nothing. */
function ended(proof: EnvironmentReport["containment"]): EnvironmentReport["containment"] {
  return proof && { kind: "unproven", why: "the session's start told nothing of a sandbox" };
}

function withContainment(
  { containment: _before, ...report }: EnvironmentReport,
  containment: EnvironmentReport["containment"],
): EnvironmentReport {
  return containment === undefined ? report : { ...report, containment };
}

/** The calls under way: those that are stored, and what this event opens and closes. */
function openStoredCalls(state: SessionState): {
  readonly calls: OpenCalls;
  readonly addedCalls: () => SessionRecord;
} {
  const open = new Map<string, StoredCall>();
  const closed = new Set<string>();
  const agents = new Map<string, string>();
  const calls: OpenCalls = {
    open(call, judged, changes, ticket) {
      if (call.id !== "")
        open.set(call.id, { digest: digestOf(call, judged), judged, changes, ticket });
    },
    close(callId) {
      const found = open.get(callId) ?? state.open.get(callId);
      open.delete(callId);
      if (state.open.has(callId)) closed.add(callId);
      return found;
    },
    isOpen: (callId) => (open.has(callId) || state.open.has(callId)) && !closed.has(callId),
    find(call) {
      const digest = digestOf(call, undefined);
      const all = [...new Map([...state.open, ...open])].filter(([id]) => !closed.has(id));
      const [first, ...others] = all.filter(([, kept]) => kept.digest === digest);
      return others.length > 0 ? undefined : first?.[0];
    },
    noteAgent(agentId, callId) {
      if (callId !== "" && state.agents.get(agentId) !== callId) agents.set(agentId, callId);
    },
    parentOf: (agentId) => agents.get(agentId) ?? state.agents.get(agentId),
  };
  const addedCalls = (): SessionRecord => ({
    ...(open.size === 0 ? {} : openRecords(open)),
    ...(closed.size === 0 ? {} : { closed: [...closed] }),
    ...(agents.size === 0 ? {} : { agents: [...agents] }),
  });
  return { calls, addedCalls };
}
