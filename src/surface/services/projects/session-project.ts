// Whose call an event is: the project in which its session runs, and the register entry that decides for it.
import { createHash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";
import { cleanPath, isWithin, parentPath } from "#base/path.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { isEntry, statusAt } from "../../foundation/files/picture.ts";
import { realPathOrClean } from "../../foundation/files/path-status.ts";
import { findProjectRoot } from "../facts/session.ts";
import type { Assign, Project, SessionPlace } from "./project.ts";
import type { ProjectBook } from "./projects.ts";
import { type Claim, eventDigest, SHARED_CALLER } from "./session-claims.ts";

/** A file `.git` that is read: it holds one path. */
const GIT_FILE_CHARS_MAX = 4_096;
/**
 * Builds the assignment of events. The project of a session is where the client was started. Of the guarded roots that
 * hold it the innermost decides; else, for a worktree, the entry that guards the repository; else the entry whose hook was
 * called.
 */
export function createAssign(book: ProjectBook, home: string, claim: Claim): Assign {
  return (submitter, place, payload) => {
    const submitting = book.deciding(submitter);
    const directory =
      startDirectory(place, [submitter.root, ...book.all().map(rootOf)]) ??
      (submitting?.scope === "project" ? submitting.root : realPathOrClean(place.cwd));
    if (submitting?.scope === "project" && !isWithin(submitting.root, directory))
      followWhereOpen(book, directory);
    const decider = decidingEntry(book, submitting, directory);
    // A copy of a project has the same hooks: that one was called in which the session runs.
    const called = decider?.tokenDigest === submitting?.tokenDigest ? decider : submitting;
    const project = projectOf(decider, { directory, home });
    const isAlone =
      called !== undefined && callers(book, directory).every(({ id }) => id === called.id);
    if (isAlone) return { project, isFirst: true };
    const event = eventDigest(payload);
    const isFirst = claim(place.sessionId, called?.id ?? SHARED_CALLER, event);
    return { project, isFirst, event };
  };
}

const rootOf = ({ root }: ProjectEntry): string => root;

/**
 * Where the client was started. It names the folder of its transcripts after that directory, so of the working directory,
 * the folders above it and `roots` the one with this name is it. WHY not the working directory itself: a `cd` moves that.
 */
function startDirectory(
  { cwd, transcriptPath }: SessionPlace,
  roots: readonly string[],
): string | undefined {
  const name = /\/projects\/([^/]+)\/[^/]+\.jsonl$/.exec(transcriptPath ?? "")?.[1];
  if (name === undefined) return undefined;
  for (const start of new Set([realPathOrClean(cwd), cleanPath(cwd), ...roots])) {
    for (let directory = start; ; directory = parentPath(directory)) {
      if (directory.replaceAll(/[^A-Za-z0-9]/g, "-") === name) return realPathOrClean(directory);
      if (directory === "/") break;
    }
  }
  return undefined;
}

/** A directory that no project's guard decides for may lie in one that was moved or copied. */
export function followWhereOpen(book: ProjectBook, directory: string): void {
  if (decidingEntry(book, undefined, directory)?.scope !== "project") book.follow(directory);
}

/** Settings files whose hooks of ours may speak for a directory, the deciding one first. */
export function speakingFiles(book: ProjectBook, directory: string): readonly string[] {
  const real = realPathOrClean(directory);
  const decider = decidingEntry(book, undefined, real);
  const all = [...(decider === undefined ? [] : [decider]), ...callers(book, real)];
  return [...new Set(all.map(({ settingsFile }) => settingsFile))];
}

/** Whether the client reads an entry's settings when it is started in a directory, as measured. */
export function isReadIn({ scope, root }: ProjectEntry, directory: string): boolean {
  const real = realPathOrClean(directory);
  const top = gitTop(real);
  return scope === "user" || [real, top, repositoryOf(top)].includes(root);
}

/** The entry that decides for sessions in a directory (a real path), whichever hook was called. */
export function decidingEntry(
  book: ProjectBook,
  called: ProjectEntry | undefined,
  directory: string,
): ProjectEntry | undefined {
  const holding = book.holding(directory);
  if (holding !== undefined) return holding;
  const repository = repositoryOf(gitTop(directory));
  const guarding = repository === undefined ? undefined : book.holding(repository);
  return guarding ?? called ?? book.all().find(({ scope }) => scope === "user");
}

/** The entry that decides in a directory (a real path), if any does, and the project of a session that is started there. */
export function deciderAndProject(
  book: ProjectBook,
  directory: string,
  home: string,
): { readonly entry: ProjectEntry | undefined; readonly project: Project } {
  const entry = decidingEntry(book, undefined, directory);
  return { entry, project: projectOf(entry, { directory, home }) };
}

/** The project of a session that is started in a directory (a real path), as hooks would have it. */
export function projectIn(book: ProjectBook, directory: string, home: string): Project {
  return deciderAndProject(book, directory, home).project;
}

/**
 * The project as the decider sees it. WHY the git top level and not always the entry's root: a worktree and, in user scope,
 * every project have a root of their own.
 */
function projectOf(
  decider: ProjectEntry | undefined,
  where: { readonly directory: string; readonly home: string },
): Project {
  const { directory, home } = where;
  if (decider?.scope === "project" && isWithin(decider.root, directory)) {
    const { id, root } = decider;
    return directory === root ? { id, root } : { id, root, directory };
  }
  const root = findProjectRoot(directory, realPathOrClean(home));
  const id = createHash("sha256")
    .update(`${decider?.id ?? "shared"}\0${root}`)
    .digest("hex")
    .slice(0, 16);
  return { id, root, entry: decider?.id ?? SHARED_CALLER, directory };
}

/** Entries whose hooks the client may call for one event, besides the one whose hook was called. */
function callers(book: ProjectBook, directory: string): readonly ProjectEntry[] {
  const repository = repositoryOf(gitTop(directory));
  return book
    .all()
    .filter(
      ({ scope, root }) =>
        scope === "user" ||
        isWithin(root, directory) ||
        (repository !== undefined && isWithin(root, repository)),
    );
}

/** The nearest directory upwards that holds `.git`. */
function gitTop(directory: string): string | undefined {
  for (let at = directory; ; at = parentPath(at)) {
    const path = `${at}/.git`;
    if (isEntry(path)) return at;
    if (at === "/") return undefined;
  }
}

/**
 * The main working tree of a linked worktree. Measured: the client reads the local settings of that one too. Its `.git` is
 * a file that names `<main>/.git/worktrees/<name>`, which names the file in turn; a `.git` file that only says so is not
 * believed.
 */
function repositoryOf(top: string | undefined): string | undefined {
  if (top === undefined) return undefined;
  try {
    const file = `${top}/.git`;
    if (statusAt(file)?.isFile() !== true) return undefined;
    const target = /^gitdir: (\/.+)$/.exec(firstLine(file))?.[1] ?? "";
    const main = /^(.+)\/\.git\/worktrees\/[^/]+$/.exec(realPathOrClean(target))?.[1];
    if (main === undefined) return undefined;
    return realPathOrClean(firstLine(`${target}/gitdir`)) === realPathOrClean(file)
      ? main
      : undefined;
  } catch {
    return undefined;
  }
}

function firstLine(path: string): string {
  if (!lstatSync(path).isFile()) return "";
  return readFileSync(path, "utf8").slice(0, GIT_FILE_CHARS_MAX).split("\n")[0] ?? "";
}
