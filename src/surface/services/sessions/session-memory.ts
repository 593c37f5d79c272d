// What the daemon remembers of each session: bounded, kept on disk behind the answers, forgotten from the least proven.
import type { Clock } from "#base/clock.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Holds } from "#guard/facts/facts.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import {
  below,
  rememberWritten,
  type Sight,
  sightWith,
} from "#guard/effects/paths/written-places.ts";
import { amendReport, type EnvironmentReport } from "../facts/environment-report.ts";
import { withoutSecrets } from "../facts/inherited-environment.ts";
import { type Answers, createAnswers } from "./answers-given.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import { createOpenCalls, type OpenCalls } from "./open-calls.ts";
import type { Project } from "../projects/project.ts";
import type { SessionView } from "./session-view.ts";
import { aboutAfter, sessionKey } from "./session-about.ts";
import { createSessionAnswers, type SessionAnswers } from "./session-answers.ts";
import type { SessionKeeper, SessionPage } from "./session-keeper.ts";
import { keptShell } from "../facts/kept-shell.ts";
import type { SessionShell } from "../facts/session-shell.ts";
import { answersRecord, type SessionRecord } from "./session-record.ts";
import { createSessionTrack, type SessionTrack } from "./session-track.ts";
import { rememberShell, type ShellChange } from "./shell-change.ts";

const SESSIONS_MAX = 256;
/** Written places kept for one session; of the oldest only their directories are. */
const WRITTEN_MAX = 10_000;
/** Ids of judged calls kept for one session; the client asks about at most a few hundred at once. */
const JUDGED_MAX = 4_096;
/** Further working trees kept for one session. */
const WORKTREES_MAX = 32;
/** Labels found at once: as many as a policy can give. */
const LABELS_MAX = 200;
/** How long an ended session is remembered: its background tasks and agents may still report, and it may be resumed. */
const ENDED_MS_MAX = 10 * 60_000;

/**
 * What speaks for a session being one of the client's: nothing (`unproven`), a start that was reported (`started`), or
 * the client's own transcript (`known`). Whoever holds the hook token can report a start.
 */
export type Provenance = "unproven" | "started" | "known";
const STANDINGS: readonly Provenance[] = ["unproven", "started", "known"];

/** One session. The sets are ours alone; `view` is what a judge may see. */
export type Session = {
  /** Whether the daemon saw the session begin; if not, calls may have been judged before it started. */
  isComplete(): boolean;
  /** The session as one event shows it: agents share its id, and each has a directory and a mode of its own. */
  view(event: Pick<HookEvent, "cwd" | "mode"> & Partial<Pick<HookEvent, "agentId">>): SessionView;
  hold(holds: Holds): void;
  holds(): Holds;
  provenance(): Provenance;
  /** Never lowers it. */
  raise(standing: Provenance): void;
  /** `input` tells what the call was given; left out for a call that nobody judged. */
  noteJudged(callId: string, input?: string): void;
  wasJudged(callId: string): boolean;
  /** Whether a call of this id was judged with something else. */
  wasJudgedOtherwise(callId: string, input: string): boolean;
  noteWritten(path: string): void;
  /**
   * A call may make a further working tree there. WHY not kept on disk: a daemon that starts anew asks about the place again, and
   * nothing else is lost.
   */
  noteWorktree?(path: string): void;
  /** What the client's commands inherit, in place of what was told before. */
  noteEnvironment?(report: EnvironmentReport): void;
  /** From here on nothing counts as contained until the session starts anew. */
  endContainment?(why: string): void;
  /** The client took over changed settings, which set these variables. */
  amendEnvironment?(settings: Readonly<Record<string, string>>): void;
  /** The snapshots of the shell that a call is judged with; says what became of those of the call before. */
  noteShell(seen: SessionShell): ShellChange | undefined;
  /** Labels that were found in the session's repository: it bears them from here on. */
  noteLabels?(labels: readonly string[]): void;
  /** What refused calls were answered; missing where nothing is remembered from one event to the next. */
  readonly given?: Answers;
  /** Missing where nothing is remembered from one event to the next. */
  readonly calls?: OpenCalls;
  /** What a person was asked and said yes to; missing likewise. */
  readonly answers?: SessionAnswers;
  /** What flows through it; missing likewise. */
  readonly track?: SessionTrack;
};

export type SessionMemory = {
  /** The session of an event, updated from it; made, or read back from disk, when it is new here. */
  touch(project: Project, event: HookEvent, clock: Clock): { session: Session; isNew: boolean };
  /**
   * The session is over: it is forgotten first, and at the latest some minutes after its last event. WHY not at once:
   * whoever holds the hook token may say that it ended, and what it wrote must not pass for the project's own by that.
   */
  end?(project: Project, sessionId: string, clock: Clock): void;
  readonly size: number;
};

const FREE: Holds = { quarantined: false, reason: undefined };

type Kept = Session & { update(event: HookEvent): void; endedMs: number | undefined };

/**
 * An empty memory. Sessions of different projects never share state, whatever ids their clients send. With a keeper what
 * matters of a session with a transcript survives this process.
 */
export function createSessionMemory(keeper?: SessionKeeper): SessionMemory {
  const sessions = new Map<string, Kept>();
  /** Ended sessions, the longest ended first. */
  const ended = new Set<string>();
  const forget = (key: string): void => {
    ended.delete(key);
    sessions.delete(key);
  };
  return {
    get size() {
      return sessions.size;
    },
    touch(project, event, clock) {
      const nowMs = clock.monotonicMs();
      for (const key of ended) {
        const endedMs = sessions.get(key)?.endedMs;
        if (endedMs !== undefined && nowMs - endedMs <= ENDED_MS_MAX) break;
        forget(key);
      }
      const key = keyOf(project, event.sessionId);
      const known = sessions.get(key);
      const session =
        known ?? createSession(project, event, { nowMs: clock.nowMs(), page: keeper?.open(key) });
      if (known !== undefined) known.update(event);
      // Whatever still speaks has not ended.
      session.endedMs = undefined;
      ended.delete(key);
      sessions.delete(key);
      sessions.set(key, session);
      if (sessions.size > SESSIONS_MAX) forget(leastNeeded(sessions, ended));
      return { session, isNew: known === undefined };
    },
    end(project, sessionId, clock) {
      const key = keyOf(project, sessionId);
      const session = sessions.get(key);
      if (session === undefined) return;
      session.endedMs = clock.monotonicMs();
      ended.delete(key);
      ended.add(key);
    },
  };
}

function keyOf(project: Project, sessionId: string): string {
  return sessionKey(project.id, sessionId);
}

/** Of the least proven sessions one that ended, else the one that spoke longest ago; never the one that speaks now. */
function leastNeeded(sessions: ReadonlyMap<string, Kept>, ended: ReadonlySet<string>): string {
  const others = [...sessions].slice(0, -1);
  for (const standing of STANDINGS) {
    const keys = others.flatMap(([key, session]) =>
      session.provenance() === standing ? [key] : [],
    );
    const found = keys.find((key) => ended.has(key)) ?? keys[0];
    if (found !== undefined) return found;
  }
  return others[0]?.[0] ?? "";
}

/** The paths that effects read or write, as far as they are known. */
export function workedPaths(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) =>
    (effect.kind === "write" || effect.kind === "read") && effect.target.kind === "path"
      ? [effect.target.real]
      : [],
  );
}

function createSession(
  project: Project,
  event: HookEvent,
  { nowMs, page }: { readonly nowMs: number; readonly page: SessionPage | undefined },
): Kept {
  const { root } = project;
  const stored = page?.stored;
  let about = aboutAfter(event, project, stored?.about);
  const written = new Set<string>(stored?.written);
  const worktrees = new Set<string>();
  const labels = new Set<string>(stored?.labels);
  const judged = new Map<string, string>(stored?.judged);
  const seenMs = stored?.seenMs ?? nowMs;
  // WHY: between the two processes there may have been calls that neither saw.
  let sight: Sight = stored === undefined ? "yet" : "part";
  const look = (next: HookEvent): void => {
    const before = sight;
    sight = sightWith(before, next);
    // WHY: what was written before nobody remembers, and it must not pass for the project's own.
    if (before === "yet" && sight === "part") written.add(below(root));
    if (before !== sight) note(sum());
  };
  let standing: Provenance = stored === undefined ? "unproven" : "known";
  let holds: Holds = stored?.held === undefined ? FREE : { quarantined: true, reason: stored.held };
  let { transcriptPath } = event;
  let environment = stored?.environment;
  let shell: ReadonlyMap<string, string> = stored?.shell ?? new Map();
  let defined = stored?.defined;
  const sum = (): SessionRecord => ({
    seenMs,
    about,
    ...(sight === "yet" ? {} : { complete: sight === "start" }),
    judged: [...judged],
    written: [...written],
    labels: [...labels],
    held: holds.quarantined ? (holds.reason ?? "its controls were altered") : null,
    ...(environment === undefined ? {} : { environment }),
    shell: [...shell],
    ...(defined === undefined ? {} : { defined }),
    ...calls.sum(),
    ...given.sum(),
    ...answersRecord(answers.sum()),
    track: track.stored(),
  });
  const note = (record: SessionRecord): void => {
    if (standing === "known") page?.note(record, sum);
  };
  const calls = createOpenCalls(stored, note);
  const given = createAnswers(stored?.given, note);
  const answers = createSessionAnswers(stored?.answers, (all) => note(answersRecord(all)));
  const track = createSessionTrack(stored?.track, (told) => note({ track: told() }));
  const raise = (next: Provenance): void => {
    if (STANDINGS.indexOf(next) <= STANDINGS.indexOf(standing)) return;
    standing = next;
    note(sum());
  };
  if (event.kind === "session-start") raise("started");
  look(event);
  if (about !== stored?.about) note({ about });
  return {
    isComplete: () => sight === "start",
    calls,
    given,
    answers,
    track,
    endedMs: undefined,
    view: ({ cwd, mode, agentId = "" }): SessionView => ({
      sessionId: event.sessionId,
      cwd,
      mode,
      transcriptPath,
      writtenPaths: written,
      worktrees,
      holds,
      seenMs,
      environment,
      labels,
      approved: answers.approved(),
      ends: (call, decision, roots) => track.ends(call, decision, { agent: agentId, roots }),
      requested: (call, decision, roots) =>
        track.requested(call, decision, { agent: agentId, roots }),
    }),
    holds: () => holds,
    hold(next: Holds) {
      const isSame = next.quarantined === holds.quarantined && next.reason === holds.reason;
      holds = next;
      if (isSame) return;
      note({ held: next.quarantined ? (next.reason ?? "its controls were altered") : null });
    },
    provenance: () => standing,
    raise,
    noteJudged(callId: string, input = "") {
      if (callId === "") return;
      judged.delete(callId);
      judged.set(callId, input);
      dropOldest(judged, JUDGED_MAX);
      note({ judged: [[callId, input]] });
    },
    // An empty id is no identity: such a call counts as judged, or every one of them would raise an alarm.
    wasJudged: (callId: string) => callId === "" || judged.has(callId),
    wasJudgedOtherwise: (callId, input) => isOther(judged.get(callId), input),
    noteWritten(path: string) {
      const isNew = !written.has(path);
      rememberWritten(written, path, WRITTEN_MAX);
      if (isNew) note({ written: [path] });
    },
    noteWorktree(path) {
      worktrees.add(path);
      dropOldest(worktrees, WORKTREES_MAX);
    },
    noteLabels(found) {
      const fresh = found.filter((label) => !labels.has(label)).slice(0, LABELS_MAX);
      for (const label of fresh) labels.add(label);
      if (fresh.length > 0) note({ labels: fresh });
    },
    noteEnvironment(report) {
      environment = report;
      note({ environment });
    },
    endContainment(why) {
      if (environment?.containment === undefined) return;
      environment = { ...environment, containment: { kind: "unproven", why } };
      note({ environment });
    },
    amendEnvironment(settings) {
      const amended = environment === undefined ? undefined : amendReport(environment, settings);
      if (amended === environment) return;
      environment = amended === undefined ? undefined : withoutSecrets(amended);
      note(environment === undefined ? {} : { environment });
    },
    noteShell(seen) {
      const next = rememberShell(shell, seen.files);
      if (next.files !== shell) {
        shell = next.files;
        note({ shell: [...shell] });
      }
      if (seen.digest !== defined?.digest) {
        defined = keptShell(seen);
        note({ defined: defined ?? null });
      }
      return next.change;
    },
    update(next: HookEvent) {
      transcriptPath = next.transcriptPath ?? transcriptPath;
      const before = about;
      about = aboutAfter(next, project, before);
      if (about !== before) note({ about });
      if (next.kind === "session-start") raise("started");
      look(next);
    },
  };
}

/** Whether what was judged is known and is not this. */
export function isOther(judged: string | undefined, input: string): boolean {
  return judged !== undefined && judged !== "" && judged !== input;
}
