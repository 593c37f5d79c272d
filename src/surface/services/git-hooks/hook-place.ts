// Where a repository's hooks lie: in git's own folder, in the working tree for everybody, or somewhere of the person's.
import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import { askGit, type GitPlace, hooksDirectory } from "../scan/git.ts";

/**
 * `own`: git's folder of this repository and its worktrees. `shared`: a folder of the working tree, so that everybody gets
 * what stands there; `manager` is who made it so. `elsewhere`: `core.hooksPath` leads out of the repository.
 */
export type HookPlace = {
  readonly kind: "own" | "shared" | "elsewhere";
  readonly directory: string;
  /** Where git starts them: a manager's files there run those of `directory`. */
  readonly runs: string;
  readonly top: string;
  readonly manager: "husky" | undefined;
};

/** The place of a repository's hooks. Throws a Failure where there is no working tree. */
export async function hookPlace(place: GitPlace): Promise<HookPlace> {
  const top = await lineOf(place, ["rev-parse", "--show-toplevel"]);
  const common = await lineOf(place, ["rev-parse", "--git-common-dir"]);
  const directory = await hooksDirectory(place);
  if (top === undefined || common === undefined || directory === undefined) {
    throw new Failure("git", `\`${place.directory}\` is no git repository with files; go into one`);
  }
  const gitDirectory = real(resolve(place.directory, common));
  const hooks = real(directory);
  // A worktree's hooks are those of the repository, wherever it lies.
  if (isWithin(gitDirectory, hooks)) {
    return { kind: "own", directory: hooks, runs: hooks, top, manager: undefined };
  }
  if (!isWithin(real(top), hooks)) {
    return { kind: "elsewhere", directory: hooks, runs: hooks, top, manager: undefined };
  }
  // Husky points git to `.husky/_`, whose files it makes anew, and runs the files beside it.
  const isHusky = basename(hooks) === ".husky" || basename(dirname(hooks)) === ".husky";
  const shared = basename(hooks) === "_" && isHusky ? dirname(hooks) : hooks;
  return {
    kind: "shared",
    directory: shared,
    runs: hooks,
    top,
    manager: isHusky ? "husky" : undefined,
  };
}

async function lineOf(place: GitPlace, args: readonly string[]): Promise<string | undefined> {
  const { code, output } = await askGit(place, args);
  const line = output.replace(/\n$/, "");
  return code === 0 && line !== "" ? line : undefined;
}

/** The real path of what may not be there yet. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(real(above), basename(path));
  }
}

/** A hook's file as it is. `text` is undefined where there is none. */
export type HookFile = {
  readonly path: string;
  readonly text: string | undefined;
  readonly isExecutable: boolean;
  readonly isLink: boolean;
};

/** Reads a hook's file. One that is no text has damaged characters in `text` and is kept as it is by renaming alone. */
export function readHook(path: string): HookFile {
  try {
    const status = lstatSync(path);
    const isLink = status.isSymbolicLink();
    const text = readFileSync(path, "utf8");
    return { path, text, isExecutable: isLink || (status.mode & 0o111) !== 0, isLink };
  } catch {
    return { path, text: undefined, isExecutable: false, isLink: false };
  }
}

/** Where the hook that was there before ours waits. */
export function beforePath(path: string): string {
  return `${path}.before-sallyport`;
}
