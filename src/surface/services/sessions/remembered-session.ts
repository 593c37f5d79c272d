// Sessions that daemon and command hooks remember on disk, as commands find them: the last of a project, or one by its id.
import { existsSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { SESSION_FILES, type SessionAbout, sessionKey } from "./session-about.ts";
import type { SessionState } from "./session-state.ts";
import { openSessionStore, type RecentSession, type SessionStore } from "./session-store.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** A session that a command can judge as. `usedMs`: when something of it was remembered last; wall time. */
export type RememberedSession = {
  readonly about: SessionAbout;
  readonly usedMs: number;
  readonly state: SessionState;
};

/** What was found; `trouble` says in words what could not be read. */
export type FoundSession = {
  readonly session?: RememberedSession;
  readonly trouble?: string;
};

export type SessionFinder = {
  /** The session of a project that was heard of last. */
  last(project: string): FoundSession;
  /** By its whole id, or by how it begins. Throws a Failure `usage` where several begin so. */
  named(project: string, id: string): FoundSession;
  /** Those of a project of which something is remembered, the latest used first. */
  all(project: string): readonly RememberedSession[];
  /** By its whole id, without looking at others. */
  exactly(project: string, id: string): FoundSession;
};

const NOTHING: SessionFinder = {
  last: () => ({}),
  named: () => ({}),
  exactly: () => ({}),
  all: () => [],
};

/** Opens the memory of sessions for reading alone. Never rejects: without keys nothing is found, and that is said. */
export async function openSessionFinder({
  sessions,
  keys,
}: Pick<Directories, "sessions" | "keys">): Promise<SessionFinder> {
  if (!existsSync(sessions)) return NOTHING;
  try {
    const { installSubject } = await readEventKeys(keys);
    const nameOf = (key: string): readonly string[] =>
      Object.values(SESSION_FILES).map((domain) => installSubject.pseudonym(domain, key));
    return finderOver(openSessionStore(sessions, installSubject), nameOf);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const trouble = `what is remembered of sessions cannot be read: ${cause.message}`;
    const failed = (): FoundSession => ({ trouble });
    return { last: failed, named: failed, exactly: failed, all: () => [] };
  }
}

function finderOver(
  store: SessionStore,
  nameOf: (key: string) => readonly string[],
): SessionFinder {
  const exactly: SessionFinder["exactly"] = (project, id) => {
    const files = nameOf(sessionKey(project, id)).flatMap((name) => store.peek(name) ?? []);
    const newest = files.toSorted((one, other) => other.usedMs - one.usedMs);
    const [session] = newest.flatMap((file) => rememberedIn(file, project) ?? []);
    return found(session, files.filter(({ state }) => state === undefined).length);
  };
  return {
    exactly,
    all: (project) => [...store.recent()].flatMap((file) => rememberedIn(file, project) ?? []),
    last(project) {
      let damaged = 0;
      for (const file of store.recent()) {
        const session = rememberedIn(file, project);
        if (session !== undefined) return found(session, damaged);
        if (file.state === undefined) damaged += 1;
      }
      return found(undefined, damaged);
    },
    named(project, id) {
      const whole = exactly(project, id);
      if (whole.session !== undefined || id === "") return whole;
      let damaged = 0;
      const byId = new Map<string, RememberedSession>();
      for (const file of store.recent()) {
        const session = rememberedIn(file, project);
        if (file.state === undefined) damaged += 1;
        // The daemon and the command hook may both remember one; what is newer comes first.
        if (session?.about.session.startsWith(id) && !byId.has(session.about.session))
          byId.set(session.about.session, session);
      }
      if (byId.size > 1) {
        const what = `${byId.size} sessions of this project begin with \`${printable(id)}\``;
        throw new Failure("usage", `${what}; give more of the id`);
      }
      return found([...byId.values()][0], damaged);
    },
  };
}

function rememberedIn(
  { state, usedMs }: RecentSession,
  project: string,
): RememberedSession | undefined {
  const about = state?.about;
  if (state === undefined || about?.project !== project) return undefined;
  return { about, usedMs, state };
}

function found(session: RememberedSession | undefined, damaged: number): FoundSession {
  const files = damaged === 1 ? "1 damaged file" : `${damaged} damaged files`;
  return {
    ...(session === undefined ? {} : { session }),
    ...(damaged === 0 ? {} : { trouble: `${files} in the memory of sessions passed over` }),
  };
}
