// Who and where: the session facts of a call, from its payload and the machine.
import { existsSync } from "node:fs";
import { cleanPath, parentPath } from "#base/path.ts";
import { homeDirectory, userName } from "#platform/user.ts";
import type { PermissionMode, SessionFacts } from "#guard/facts/facts.ts";
import { dataDirectory } from "../../foundation/files/directories.ts";
import { realPathOrClean } from "../../foundation/files/path-status.ts";

export type SessionSubject = Pick<SessionFacts, "ci" | "clock" | "labels" | "temporary"> & {
  readonly sessionId: string;
  readonly cwd: string;
  readonly mode: PermissionMode;
  /** Whether somebody can answer a question; default true. */
  readonly interactive?: boolean;
  /** Given by callers that know the project; else it is looked for upwards of `cwd`. */
  readonly projectRoot?: string;
  readonly home?: string;
  /** Directories that count like the project's, symlinks resolved. */
  readonly additionalDirectories?: readonly string[];
  /** Name of the user; looked up unless given. */
  readonly user?: string;
  /** Default: the data directory. */
  readonly ownPaths?: readonly string[];
  /** Policy files in force, symlinks resolved. */
  readonly controlPaths?: readonly string[];
  /** Files that git's settings include, symlinks resolved. */
  readonly includedSettings?: readonly string[];
  /** Files to which links lead from where the client looks for settings. */
  readonly linkedSettings?: readonly string[];
  /** Files that are only there to be left alone. */
  readonly decoys?: readonly string[];
};

/**
 * The session facts of a call. Throws only the Failure of `dataDirectory` when `ownPaths` is not given and the variable
 * that names it is no absolute path.
 */
export function sessionFacts(subject: SessionSubject): SessionFacts {
  const own = subject.ownPaths ?? [dataDirectory()];
  // WHY without a thread: a wait takes many times as long as the looking. These are the disks of our own files and of the
  // session's directory, which deciding whose call it is has looked at before.
  const home = realPathOrClean(subject.home ?? homeDirectory());
  const given =
    subject.projectRoot === undefined ? undefined : realPathOrClean(subject.projectRoot);
  const resolvedOwn = own.map(realPathOrClean);
  const ownPaths = new Set([...own.map(cleanPath), ...resolvedOwn]);
  return {
    sessionId: subject.sessionId,
    projectRoot: given ?? findProjectRoot(subject.cwd, home),
    home,
    ...(subject.additionalDirectories === undefined || subject.additionalDirectories.length === 0
      ? {}
      : { additionalDirectories: subject.additionalDirectories }),
    ...(subject.temporary === undefined ? {} : { temporary: subject.temporary }),
    user: subject.user ?? userName(),
    mode: subject.mode,
    interactive: subject.interactive ?? true,
    ownPaths: [...ownPaths],
    ...(subject.controlPaths === undefined ? {} : { controlPaths: subject.controlPaths }),
    ...(subject.includedSettings === undefined || subject.includedSettings.length === 0
      ? {}
      : { includedSettings: subject.includedSettings }),
    ...(subject.linkedSettings === undefined || subject.linkedSettings.length === 0
      ? {}
      : { linkedSettings: subject.linkedSettings }),
    ...(subject.decoys === undefined || subject.decoys.length === 0
      ? {}
      : { decoys: subject.decoys }),
    ...(subject.ci === undefined ? {} : { ci: subject.ci }),
    ...(subject.clock === undefined ? {} : { clock: subject.clock }),
    ...(subject.labels === undefined ? {} : { labels: subject.labels }),
  };
}

/** The same without looking at the disk: nothing is resolved and the project is `cwd`. */
export function sessionFactsWithoutDisk(subject: SessionSubject): SessionFacts {
  return {
    sessionId: subject.sessionId,
    projectRoot: cleanPath(subject.projectRoot ?? subject.cwd),
    home: cleanPath(subject.home ?? homeDirectory()),
    user: subject.user ?? userName(),
    mode: subject.mode,
    interactive: subject.interactive ?? true,
    ownPaths: (subject.ownPaths ?? [dataDirectory()]).map(cleanPath),
  };
}

/**
 * The project of a directory: the nearest directory upwards that holds `.git`, else the directory itself. All symlinks
 * resolved. The one rule for hooks and for commands that say what hooks would, where nothing is guarded. WHY not `.claude`:
 * the client takes settings from where it is started, and a folder of that name above it would move what rules call the project.
 */
export function findProjectRoot(cwd: string, home: string): string {
  const start = realPathOrClean(cwd);
  for (let directory = start; ; directory = parentPath(directory)) {
    // WHY: the home directory often has `.git`; as a project it would take every secret in it for project files. It is one
    // only for a session that runs right there.
    const isProject = directory !== "/" && (directory !== home || directory === start);
    if (isProject && existsSync(`${directory}/.git`)) return directory;
    if (directory === "/" || directory === home) return start;
  }
}
