// Looks at projects before and after calls, and records what each changed. Runs in a thread of its own: no call waits for a disk.
import { randomBytes } from "node:crypto";
import { dropOldest } from "#base/drop-oldest.ts";
import { openCopyStore, partsOf } from "./copy-store.ts";
import {
  type ChangeRecord,
  type FileChange,
  sweepRecords,
  undoPlaces,
  writeRecord,
} from "./change-records.ts";
import {
  isCovered,
  isSame,
  type Look,
  lookAtPath,
  lookAtProject,
  NOTHING,
  pathsBelow,
  type ProjectState,
  type Seen,
  type State,
  UNDO_BOUNDS,
  type UndoBounds,
} from "./project-state.ts";
import { saysSame } from "./own-repository.ts";

/** A project with its root, real and absolute. */
export type UndoProject = { readonly id: string; readonly root: string };
/** A call that may change its project. With `paths` it changes nothing else; they are relative to the root. */
export type UndoCall = {
  readonly project: UndoProject;
  readonly sessionId: string;
  readonly callId: string;
  readonly tool: string;
  readonly paths?: readonly string[];
  readonly answeredMs: number;
  /** A person is asked about it: it may never run. */
  readonly isAsked?: boolean;
};

export type UndoEngine = {
  /** Makes the copies that are missing, so that no call has to. Gives how many entries the project has, as `begin`. */
  prepare(project: UndoProject): number;
  begin(call: UndoCall): number;
  /**
   * Copies what a call with `paths` changes, whose `begin` has to wait until what was asked before is done. May be called while the
   * engine looks at a project, from `between`. Gives the entries as they are known; throws as `begin` does.
   */
  foresee(call: UndoCall): number | undefined;
  /** Copies files, and directories with all that is in them, as they are now; gives those that can be put back. `paths` are relative to the root. */
  copy(project: UndoProject, paths: readonly string[]): readonly string[];
  end(callId: string): void;
  /** Calls of a session that nobody heard the end of are over. */
  settle(sessionId: string): void;
};

type Project = UndoProject & {
  state: ProjectState | undefined;
  isCut: boolean;
  /** How many it has, but for those of repositories. */
  entries: number;
  readonly open: Map<string, UndoCall>;
  /** What calls change whose turn has not come, as it was before they were let run, by their ids and in their order. */
  readonly foreseen: Map<string, ReadonlyMap<string, Seen>>;
  /** The first of it at each place. Grows while the project is looked at. */
  readonly ahead: Map<string, Seen>;
};

const PROJECTS_MAX = 8;
const OPEN_MAX = 32;
const CHANGES_MAX = 20_000;

/** An engine over the directory of copies. */
export function createUndoEngine(options: {
  readonly directory: string;
  readonly key: Uint8Array;
  readonly nowMs: () => number;
  readonly bounds?: UndoBounds;
  /** Called again and again while a project is looked at. */
  readonly between?: () => void;
}): UndoEngine {
  const { directory, key, nowMs, bounds = UNDO_BOUNDS, between } = options;
  const projects = new Map<string, Project>();
  const projectOf = (asked: UndoProject): Project => {
    const name = `${asked.id}\0${asked.root}`;
    const known = projects.get(name) ?? {
      ...asked,
      state: undefined,
      isCut: false,
      entries: 0,
      open: new Map(),
      foreseen: new Map(),
      ahead: new Map(),
    };
    projects.delete(name);
    projects.set(name, known);
    dropOldest(projects, PROJECTS_MAX);
    return known;
  };
  const placesOf = ({ id }: UndoProject) => {
    const places = undoPlaces(directory, id);
    return { places, store: openCopyStore(places.copies, key) };
  };
  const lookOf = (project: Project, lateFromMs?: number): Look => ({
    root: project.root,
    store: placesOf(project).store,
    before: project.state,
    bounds,
    ...(lateFromMs === undefined ? {} : { lateFromMs }),
  });
  /** What is there now becomes what was there before the next call. */
  const renew = (project: Project, lateFromMs?: number): void => {
    const look = lookOf(project, lateFromMs);
    const { ahead } = project;
    const looked = lookAtProject({ ...look, ahead, ...(between && { between }) });
    project.state = looked.state;
    project.isCut = looked.isCut;
    project.entries = looked.entries;
  };
  /** Puts what changed since the last look on record, as what these calls did. */
  const flush = (project: Project, calls: readonly UndoCall[], isShared: boolean): void => {
    const [call] = calls;
    const before = project.state;
    if (call === undefined || before === undefined) return;
    const paths = calls.every((one) => one.paths !== undefined)
      ? calls.flatMap((one) => one.paths ?? [])
      : undefined;
    let changes: readonly FileChange[];
    if (paths === undefined) {
      renew(project);
      changes = changesBetween(before, project.state ?? before);
    } else {
      const now = new Map(before);
      seeInto(now, project, { paths, look: lookOf(project) });
      project.state = now;
      changes = changesBetween(before, now);
    }
    const { places, store } = placesOf(project);
    // WHY: git writes its index anew where it only looked at files.
    if (changes.every((one) => saysSame(one.path, one.before, one.after, store))) return;
    const one: ChangeRecord = {
      id: randomBytes(6).toString("hex"),
      timeMs: nowMs(),
      root: project.root,
      what: "call",
      sessionId: call.sessionId,
      callId: call.callId,
      tool: call.tool,
      isShared,
      isCut: project.isCut || changes.length > CHANGES_MAX,
      changes: [...changes].slice(0, CHANGES_MAX),
    };
    writeRecord(places, store, one);
  };
  const open = (project: Project, call: UndoCall): void => {
    // WHY only then: what changes while another call runs may be its doing.
    if (project.open.size > 0) flush(project, [...project.open.values()], project.open.size > 1);
    else if (call.paths === undefined || project.state === undefined)
      renew(project, call.answeredMs);
    else {
      const now = new Map(project.state);
      seeInto(now, project, { paths: call.paths, look: lookOf(project, call.answeredMs) });
      project.state = now;
    }
    project.open.set(call.callId, call);
    dropOldest(project.open, OPEN_MAX);
  };
  const end = (project: Project, call: UndoCall): void => {
    flush(project, [call], project.open.size > 1);
    project.open.delete(call.callId);
  };
  return {
    prepare(asked) {
      const project = projectOf(asked);
      if (project.open.size > 0) return project.entries;
      renew(project);
      const named = new Set<string>();
      for (const { state } of project.state?.values() ?? [])
        if (state.kind === "file" && state.copy !== undefined)
          for (const part of partsOf(state.copy)) named.add(part);
      const { places, store } = placesOf(project);
      sweepRecords(places, store, { nowMs: nowMs(), alsoNamed: named });
      return project.entries;
    },
    foresee(call) {
      const project = projectOf(call.project);
      if (call.paths === undefined) return undefined;
      const look = lookOf(project, call.answeredMs);
      const seen = new Map<string, Seen>();
      for (const path of withParents(call.paths)) seen.set(path, lookAtPath(look, path));
      project.foreseen.set(call.callId, seen);
      dropOldest(project.foreseen, OPEN_MAX);
      seeAhead(project);
      return project.entries;
    },
    begin(call) {
      const project = projectOf(call.project);
      try {
        open(project, call);
      } finally {
        if (project.foreseen.delete(call.callId)) seeAhead(project);
      }
      return project.entries;
    },
    copy(asked, paths) {
      const project = projectOf(asked);
      // What another call changed until now is that one's doing.
      if (project.open.size > 0) flush(project, [...project.open.values()], project.open.size > 1);
      else if (project.state === undefined) renew(project);
      // WHY none of a project that is not looked at whole: what a call did there is not told by the next look.
      if (project.isCut || project.state === undefined) return [];
      const now = new Map(project.state);
      const look = lookOf(project);
      for (const path of withParents(paths)) put(now, path, lookAtPath(look, path));
      const isCopied = (path: string): boolean => {
        const { state } = now.get(path) ?? NOTHING;
        if (state.kind !== "directory") return isPutBack(state);
        const below = pathsBelow(project.root, path);
        for (const one of below ?? []) put(now, one, lookAtPath(look, one));
        return below?.every((one) => isPutBack(now.get(one)?.state ?? NOTHING.state)) === true;
      };
      const copied = paths.filter((path) => isCovered(path) && isCopied(path));
      project.state = now;
      return copied;
    },
    end(callId) {
      for (const project of projects.values()) {
        const call = project.open.get(callId);
        if (call !== undefined) end(project, call);
      }
    },
    settle(sessionId) {
      for (const project of projects.values()) {
        const calls = [...project.open.values()].filter((call) => call.sessionId === sessionId);
        // WHY not of those that somebody was asked about: what changed since may be the person's own work.
        const ran = calls.filter(({ isAsked }) => isAsked !== true);
        if (ran.length > 0) flush(project, ran, true);
        for (const { callId } of calls) project.open.delete(callId);
      }
    },
  };
}

/** Whether what is at a place can be made again. */
function isPutBack(state: State): boolean {
  const { kind } = state;
  return kind === "directory" || kind === "link" || (kind === "file" && state.copy !== undefined);
}

/** Paths with the directories above them: who writes a file may make them. */
function withParents(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths) {
    const steps = path.split("/");
    for (let count = 1; count <= steps.length; count += 1) {
      all.add(steps.slice(0, count).join("/"));
    }
  }
  return all;
}

/** Looks at places, as they were before calls that have their turn later were let run. */
function seeInto(
  state: Map<string, Seen>,
  { ahead }: Project,
  { paths, look }: { readonly paths: readonly string[]; readonly look: Look },
): void {
  for (const path of withParents(paths))
    put(state, path, ahead.get(path) ?? lookAtPath(look, path));
}

function seeAhead({ foreseen, ahead }: Project): void {
  ahead.clear();
  for (const [path, seen] of [...foreseen.values()].toReversed().flatMap((one) => [...one]))
    ahead.set(path, seen);
}

function put(state: Map<string, Seen>, path: string, seen: Seen): void {
  if (seen.state.kind === "none") state.delete(path);
  else state.set(path, seen);
}

/** What differs between two looks, by path. */
export function changesBetween(before: ProjectState, after: ProjectState): readonly FileChange[] {
  const changes: FileChange[] = [];
  const add = (path: string, one: Seen, other: Seen): void => {
    if (one !== other && !isSame(one.state, other.state))
      changes.push({ path, before: one.state, after: other.state });
  };
  for (const [path, seen] of before) add(path, seen, after.get(path) ?? NOTHING);
  for (const [path, seen] of after) if (!before.has(path)) add(path, NOTHING, seen);
  return changes;
}
