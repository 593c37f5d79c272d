// What of a tree git's index names, as it lies on the disk: links are listed as links, and nothing beside is looked at.
import { realpath } from "node:fs/promises";
import { FACT_ENTRIES_MAX } from "#base/limits.ts";
import { joinPath, parentPath } from "#base/path.ts";
import { readGitFacts } from "./git-facts.ts";
import { readIndex, typeOf } from "./git-index.ts";
import { readIndexFile } from "./git-copies.ts";
import type { PathResolver } from "../paths/real-path.ts";
import { keepSearched } from "../paths/searched.ts";
import { findEntries, type KeepEntries, type WalkBounds, type WalkResult } from "../paths/walk.ts";

/** Names that are kept in memory for one question; a repository with more is not looked through. */
const NAMES_MAX = FACT_ENTRIES_MAX;

/** A name that shells and xargs may take apart, or take for an option. */
const NOT_PLAIN = /[\s"'\\\u0000-\u001f\u007f\ufffd*?[]|(?:^|\/)-/;

/**
 * What of the tree at `root` the index of its repository names. Throws where that cannot be told, where names are not plain,
 * or where other repositories lie in this one: there it holds more than its names.
 */
export async function keepTracked(root: string, home: string): Promise<KeepEntries> {
  const place = await realpath(root);
  const repository = (await readGitFacts(root, home))?.repository;
  if (repository === undefined) throw new Error(`${root}: its repository cannot be told`);
  const top = await realpath(repository.root);
  const names = await namesOfIndex(repository.gitDirectory);
  const directories = new Set<string>();
  const files = new Set<string>();
  for (const name of names) {
    const path = joinPath(top, name);
    files.add(path);
    for (let at = parentPath(path); !directories.has(at) && at !== top; at = parentPath(at))
      directories.add(at);
  }
  return (directory, entries) => {
    const real = directory === root ? place : joinPath(place, directory.slice(root.length + 1));
    return entries.filter(({ name, kind }) => {
      const path = joinPath(real, name);
      if (kind === "directory" && files.has(path))
        throw new Error(`${path}: a directory lies where the index has a file`);
      // A link in the place of a directory leads to what the names below it are of.
      return kind === "directory"
        ? directories.has(path)
        : files.has(path) || directories.has(path);
    });
  };
}

/**
 * Files of a working tree that match a pattern and that git neither follows nor certainly ignores, other repositories in it left
 * out: what `git clean` takes away. Throws where that cannot be told.
 */
export async function findUnkept(
  root: string,
  patterns: readonly string[],
  around: { readonly home: string; readonly resolve: PathResolver; readonly bounds: WalkBounds },
): Promise<WalkResult> {
  const followed = await followedIn(root, around.home);
  const isSearched = await keepSearched(root, "ignored", around);
  const directories = new Set([root]);
  const found = await findEntries(root, patterns, around.bounds, async (directory, entries) => {
    if (directory !== root && entries.some(({ name }) => name === ".git")) return [];
    const links = entries.filter(({ kind }) => kind === "link");
    const searched = (await isSearched(directory, entries)).filter(({ kind }) => kind !== "link");
    return [...searched, ...links].filter(({ name, kind }) => {
      const path = joinPath(directory, name);
      if (kind === "directory") directories.add(path);
      return name !== ".git" && !followed.has(path);
    });
  });
  return { ...found, paths: found.paths.filter((path) => !directories.has(path)) };
}

/**
 * Entries of a working tree that match a pattern and that git does not follow, ignored ones too: what `git clean -dx` takes away. A
 * directory in which git follows nothing is one entry, unless it is another repository. Throws where that cannot be told.
 */
export async function findUnfollowed(
  root: string,
  patterns: readonly string[],
  around: { readonly home: string; readonly bounds: WalkBounds },
): Promise<WalkResult> {
  const followed = await followedIn(root, around.home);
  const leading = new Set([root]);
  for (const path of followed)
    for (let at = parentPath(path); !leading.has(at); at = parentPath(at)) leading.add(at);
  const others = new Set<string>();
  const found = await findEntries(root, patterns, around.bounds, (directory, entries) => {
    if (!leading.has(directory)) {
      if (entries.some(({ name }) => name === ".git")) others.add(directory);
      return [];
    }
    return entries.filter(
      ({ name }) => name !== ".git" && !followed.has(joinPath(directory, name)),
    );
  });
  return { ...found, paths: found.paths.filter((path) => !leading.has(path) && !others.has(path)) };
}

/** Paths of all that the index of the repository at `root` names. Throws where that cannot be told. */
async function followedIn(root: string, home: string): Promise<ReadonlySet<string>> {
  const repository = (await readGitFacts(root, home))?.repository;
  const read = repository && (await readIndexFile(repository.gitDirectory));
  const followed = new Set<string>();
  const index =
    repository?.root === root && read
      ? readIndex(read.bytes, read.hashBytes, (name, mode) => {
          const isPlain = typeOf({ mode }) !== "directory" && !name.includes("\ufffd");
          if (!isPlain || followed.size >= NAMES_MAX)
            throw new Error(`${root}: not all of its index can be told`);
          followed.add(joinPath(root, name));
          return false;
        })
      : undefined;
  if (index === undefined) throw new Error(`${root}: its index cannot be read`);
  return followed;
}

async function namesOfIndex(gitDirectory: string): Promise<readonly string[]> {
  const names: string[] = [];
  const read = await readIndexFile(gitDirectory);
  const entries =
    read &&
    readIndex(read.bytes, read.hashBytes, (name, mode) => {
      const type = typeOf({ mode });
      if (type === "module" || type === "directory" || NOT_PLAIN.test(name))
        throw new Error(`${gitDirectory}: its index holds a name that is not plain`);
      if (names.push(name) > NAMES_MAX)
        throw new Error(`${gitDirectory}: its index holds more than ${NAMES_MAX} names`);
      return false;
    });
  if (entries === undefined) throw new Error(`${gitDirectory}: its index cannot be read`);
  return names;
}
