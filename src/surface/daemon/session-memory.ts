// What the daemon remembers of each session: bounded, forgotten from the least recently used, lost with the process.
import type { Effect } from "#guard/effects/effect.ts";
import type { Holds } from "#guard/facts.ts";
import type { HookEvent } from "#guard/toolcall/normalize.ts";
import { createOpenCalls, dropOldest, type OpenCalls } from "./open-calls.ts";
import type { Project, SessionView } from "./ports.ts";

const SESSIONS_MAX = 256;
/** Written paths kept for one session; the oldest are forgotten first. */
const WRITTEN_MAX = 10_000;
/** Ids of judged calls kept for one session; the client asks about at most a few hundred at once. */
const JUDGED_MAX = 4_096;
/** How long an ended session is remembered: its background tasks and agents may still report, and it may be resumed. */
const ENDED_MS_MAX = 10 * 60_000;

/** One session. The sets are ours alone; `view` is what a judge may see. */
export type Session = {
  /** Whether the daemon saw the session begin; if not, calls may have been judged before it started. */
  readonly complete: boolean;
  /** The session as one event shows it: agents share its id, and each has a directory and a mode of its own. */
  view(event: Pick<HookEvent, "cwd" | "mode">): SessionView;
  hold(holds: Holds): void;
  holds(): Holds;
  noteJudged(callId: string): void;
  wasJudged(callId: string): boolean;
  noteWritten(path: string): void;
  /** Missing where nothing is remembered from one event to the next. */
  readonly calls?: OpenCalls;
};

export type SessionMemory = {
  /** The session of an event, updated from it; made when it is new. */
  touch(project: Project, event: HookEvent, nowMs: number): { session: Session; isNew: boolean };
  /**
   * The session is over: it is forgotten first, and at the latest some minutes after its last event. WHY not at once:
   * whoever holds the hook token may say that it ended, and what it wrote must not pass for the project's own by that.
   */
  end?(project: Project, sessionId: string, nowMs: number): void;
  readonly size: number;
};

const FREE: Holds = { quarantined: false, reason: undefined };

type Kept = Session & { update(event: HookEvent): void; endedMs: number | undefined };

/** An empty memory. Sessions of different projects never share state, whatever ids their clients send. */
export function createSessionMemory(): SessionMemory {
  const sessions = new Map<string, Kept>();
  /** Ended sessions, the longest ended first. */
  const ended = new Set<string>();
  const keyOf = (project: Project, sessionId: string): string => `${project.id}\0${sessionId}`;
  const forget = (key: string): void => {
    ended.delete(key);
    sessions.delete(key);
  };
  return {
    get size() {
      return sessions.size;
    },
    touch(project, event, nowMs) {
      for (const key of ended) {
        const endedMs = sessions.get(key)?.endedMs;
        if (endedMs !== undefined && nowMs - endedMs <= ENDED_MS_MAX) break;
        forget(key);
      }
      const key = keyOf(project, event.sessionId);
      const known = sessions.get(key);
      const session = known ?? createSession(event, nowMs);
      if (known !== undefined) known.update(event);
      // Whatever still speaks has not ended.
      session.endedMs = undefined;
      ended.delete(key);
      sessions.delete(key);
      sessions.set(key, session);
      for (const over of ended) {
        if (sessions.size <= SESSIONS_MAX) break;
        forget(over);
      }
      dropOldest(sessions, SESSIONS_MAX);
      return { session, isNew: known === undefined };
    },
    end(project, sessionId, nowMs) {
      const key = keyOf(project, sessionId);
      const session = sessions.get(key);
      if (session === undefined) return;
      session.endedMs = nowMs;
      ended.delete(key);
      ended.add(key);
    },
  };
}

/** Paths that these effects may leave written; patterns and unresolved targets name none. */
export function writtenPaths(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) =>
    effect.kind === "write" && effect.target.kind === "path" ? [effect.target.real] : [],
  );
}

function createSession(event: HookEvent, nowMs: number): Kept {
  const written = new Set<string>();
  const judged = new Set<string>();
  let holds = FREE;
  let { transcriptPath } = event;
  return {
    complete: event.kind === "session-start",
    calls: createOpenCalls(),
    endedMs: undefined,
    view: ({ cwd, mode }): SessionView => ({
      sessionId: event.sessionId,
      cwd,
      mode,
      transcriptPath,
      writtenPaths: written,
      holds,
      seenMs: nowMs,
    }),
    holds: () => holds,
    hold(next: Holds) {
      holds = next;
    },
    noteJudged(callId: string) {
      if (callId === "") return;
      judged.add(callId);
      dropOldest(judged, JUDGED_MAX);
    },
    // An empty id is no identity: such a call counts as judged, or every one of them would raise an alarm.
    wasJudged: (callId: string) => callId === "" || judged.has(callId),
    noteWritten(path: string) {
      written.delete(path);
      written.add(path);
      dropOldest(written, WRITTEN_MAX);
    },
    update(next: HookEvent) {
      transcriptPath = next.transcriptPath ?? transcriptPath;
    },
  };
}
