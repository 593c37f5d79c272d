// What the daemon remembers of each session: bounded, forgotten from the least recently used, lost with the process.
import type { Effect } from "#guard/effects/effect.ts";
import type { Holds } from "#guard/facts.ts";
import type { HookEvent } from "#guard/toolcall/normalize.ts";
import type { Project, SessionView } from "./ports.ts";

const SESSIONS_MAX = 256;
/** Written paths kept for one session; the oldest are forgotten first. */
const WRITTEN_MAX = 10_000;
/** Ids of judged calls kept for one session; the client asks about at most a few hundred at once. */
const JUDGED_MAX = 4_096;

/** One session. The sets are ours alone; `view` is what a judge may see. */
export type Session = {
  /** Whether the daemon saw the session begin; if not, calls may have been judged before it started. */
  readonly complete: boolean;
  view(): SessionView;
  hold(holds: Holds): void;
  holds(): Holds;
  noteJudged(callId: string): void;
  wasJudged(callId: string): boolean;
  noteWritten(path: string): void;
};

export type SessionMemory = {
  /** The session of an event, updated from it; made when it is new. */
  touch(project: Project, event: HookEvent, nowMs: number): { session: Session; isNew: boolean };
  readonly size: number;
};

const FREE: Holds = { quarantined: false, reason: undefined };

/** An empty memory. Sessions of different projects never share state, whatever ids their clients send. */
export function createSessionMemory(): SessionMemory {
  const sessions = new Map<string, Session & { update(event: HookEvent): void }>();
  return {
    get size() {
      return sessions.size;
    },
    touch(project, event, nowMs) {
      const key = `${project.id}\0${event.sessionId}`;
      const known = sessions.get(key);
      const session = known ?? createSession(event, nowMs);
      if (known !== undefined) known.update(event);
      sessions.delete(key);
      sessions.set(key, session);
      dropOldest(sessions, SESSIONS_MAX);
      return { session, isNew: known === undefined };
    },
  };
}

/** Paths that these effects may leave written; patterns and unresolved targets name none. */
export function writtenPaths(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) =>
    effect.kind === "write" && effect.target.kind === "path" ? [effect.target.real] : [],
  );
}

function createSession(event: HookEvent, nowMs: number) {
  const written = new Set<string>();
  const judged = new Set<string>();
  let holds = FREE;
  let { cwd, mode, transcriptPath } = event;
  return {
    complete: event.kind === "session-start",
    view: (): SessionView => ({
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
      cwd = next.cwd;
      // Events without a mode tell nothing new; a PreToolUse always has one, and may have one that is new to us.
      if (next.mode !== "unknown" || next.kind === "pre-tool-use") mode = next.mode;
      transcriptPath = next.transcriptPath ?? transcriptPath;
    },
  };
}

function dropOldest(items: Map<string, unknown> | Set<string>, max: number): void {
  for (const key of items.keys()) {
    if (items.size <= max) return;
    items.delete(key);
  }
}
