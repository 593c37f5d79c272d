// What git of a project runs or obeys later: kept from change, wherever a repository keeps it.
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import { GIT_FILES, WORKING_TREE_FILES } from "#guard/effects/paths/git-files.ts";
import type { HoldNeeds } from "#guard/hold/needs.ts";
import { pictureOfCall } from "../../../foundation/files/picture.ts";
import { statusOf } from "./entries.ts";
import type { FoundPlaces } from "./found-places.ts";

/** Places of the repositories of a project. Paths are absolute. */
export type GitPlaces = {
  readonly kept: readonly string[];
  /** Outside of the project, where the repository of a working tree lies. */
  readonly writable: readonly string[];
  /** Git's directories in the project, which must stay where they are. */
  readonly directories: readonly string[];
  /** What git would obey, and what it never makes there itself. */
  readonly unwanted: readonly string[];
};

/** Submodules and working trees that are looked at, of one repository. */
const BRANCHES_MAX = 256;
const TEXT_MAX = 4_096;

/**
 * Repositories: git's directory of each is pinned, and what git would run or obey later is kept. WHY the settings not
 * where git writes them by what it was told: `git remote add` and a branch's upstream stand there.
 */
export function gitPlaces(
  repositories: FoundPlaces["repositories"],
  { needs, projectRoot }: { readonly needs: HoldNeeds; readonly projectRoot: string },
): GitPlaces {
  const kept = new Set<string>();
  const writable = new Set<string>();
  const directories = new Set<string>();
  const unwanted = new Set<string>();
  const isOfGit = needs.programs.includes("git") && !needs.isUnbounded;
  for (const { root, gitDirectory } of repositories) {
    const found = gitDirectoryOf(root, gitDirectory);
    // A submodule of a repository of the project is looked for from there.
    if (found === undefined || (isModule(found) && isWithin(projectRoot, found))) continue;
    if (gitDirectory !== found) kept.add(gitDirectory);
    if (isWithin(projectRoot, found)) directories.add(found);
    else writable.add(found);
    for (const directory of [found, ...modulesOf(found)]) {
      kept.add(hooksOf(directory));
      const isSet = needs.gitSettings.some(
        (whose) => whose === "repository" || (whose === "modules" && directory !== found),
      );
      for (const { name, made } of GIT_FILES) {
        const path = join(directory, name);
        if (made === "never") unwanted.add(path);
        else if (!isSet) (made === "always" || existsSync(path) ? kept : unwanted).add(path);
      }
      if (isOfGit) continue;
      for (const tree of entriesOf(join(directory, "worktrees")))
        for (const name of WORKING_TREE_FILES) kept.add(join(tree, name));
    }
  }
  return {
    kept: [...kept].filter((path) => existsSync(path)),
    writable: [...writable],
    directories: [...directories],
    unwanted: [...unwanted],
  };
}

/** WHY made where it is missing: git itself makes it, and a call could not be kept from making it. */
function hooksOf(directory: string): string {
  const hooks = join(directory, "hooks");
  if (!existsSync(hooks))
    try {
      mkdirSync(hooks);
      pictureOfCall()?.noteMade(hooks);
    } catch {
      // Nobody can make it.
    }
  return hooks;
}

/** Where git keeps a repository's data: beside a working tree and in a submodule it lies elsewhere. */
export function gitDirectoryOf(root: string, gitDirectory: string): string | undefined {
  try {
    if (statusOf(gitDirectory)?.isDirectory() === true) return gitDirectory;
    const real = realpathSync.native(gitDirectory);
    if (lstatSync(real).isDirectory()) return isRepository(real) ? real : undefined;
    const to = /^gitdir: (.+)$/m.exec(gitFileText(gitDirectory))?.[1];
    if (to === undefined) return undefined;
    const own = realpathSync.native(joinPath(root, to.trim()));
    if (!existsSync(join(own, "commondir")))
      return isModule(own) && workTreeOf(own) === realpathSync.native(root) ? own : undefined;
    const common = realpathSync.native(joinPath(own, gitFileText(join(own, "commondir")).trim()));
    // WHY both ways: everybody can write a file that names another's directory, and only git's own names it back, from
    // inside of the repository that it belongs to.
    const back = realpathSync.native(gitFileText(join(own, "gitdir")).trim());
    const isOwn = back === real && parentPath(own) === join(common, "worktrees");
    return isOwn && isRepository(common) ? common : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a repository lies where git puts those of submodules: in another one's `modules`. */
function isModule(directory: string): boolean {
  let above = parentPath(directory);
  while (above !== "/" && !isRepository(above)) above = parentPath(above);
  return isRepository(directory) && isWithin(join(above, "modules"), directory);
}

/** The working tree that the settings of a submodule's repository name: git's own word for what a file in the tree says of it. */
function workTreeOf(directory: string): string | undefined {
  const named = /^[ \t]*worktree[ \t]*=([^\n]*)$/m.exec(gitFileText(join(directory, "config")));
  const path = named?.[1]?.trim().replaceAll('"', "");
  return path === undefined || path === ""
    ? undefined
    : realpathSync.native(joinPath(directory, path));
}

function isRepository(directory: string): boolean {
  return ["HEAD", "config", "objects", "refs"].every((name) => existsSync(join(directory, name)));
}

/** Git's directories of submodules, nested ones too. */
export function modulesOf(gitDirectory: string, max = BRANCHES_MAX): readonly string[] {
  const found: string[] = [];
  const pending = [...entriesOf(join(gitDirectory, "modules"), max)];
  for (let at = 0; at < pending.length && at < max; at++) {
    const directory = pending[at] ?? "";
    if (existsSync(join(directory, "HEAD"))) {
      found.push(directory);
      pending.push(...entriesOf(join(directory, "modules"), max));
    } else pending.push(...entriesOf(directory, max));
  }
  return found;
}

function entriesOf(directory: string, max = BRANCHES_MAX): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .slice(0, max)
      .map(({ name }) => join(directory, name));
  } catch {
    return [];
  }
}

function gitFileText(path: string): string {
  return readFileSync(path, "utf8").slice(0, TEXT_MAX);
}
