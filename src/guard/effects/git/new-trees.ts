// Further working trees: where `git worktree add` makes one beside the working tree that it belongs to.
import { baseName, isWithin, joinPath, parentPath } from "#base/path.ts";
import type { GitAct, LostWork } from "../../facts/facts.ts";
import { literal, type Text } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { executes, fromDirectory, type GitCall, tracks } from "./call.ts";
import { lostTogether } from "./losses.ts";

/** Consequences: git puts the files of a commit into a place. */
export function makesTree(call: GitCall, place: Text): readonly Consequence[] {
  if (!isBeside(call, place)) return [tracks(call, place)];
  return [
    writes(fromDirectory(call, place), "tracked", { reach: "tree", worktree: true }),
    ...runsHookOfCommit(call),
  ];
}

/**
 * Whether nothing is at a place, which lies in the directory of the working tree and is named after it or after a remote of
 * it (`../shop-hotfix` of `shop`), or like nothing else. WHY named so: other names may be looked for by programs as soon as they are there, such
 * as `node_modules`, `bin` of a home or what starts with a dot, and commits may hold anything.
 */
function isBeside({ has, repository, directory, context }: GitCall, place: Text): boolean {
  if (has("-f", "-B") || typeof repository !== "object") return false;
  // Where options, variables or settings put the books or the working tree elsewhere, words count from another place.
  const { root, gitDirectory, books } = repository;
  if (books !== undefined || gitDirectory !== joinPath(root, ".git")) return false;
  const word = fromDirectory({ directory }, place);
  const path = context.realOf(word);
  if (path === undefined || !context.isMissing(word)) return false;
  const name = baseName(path);
  if (path !== joinPath(parentPath(root), name) || !PLAIN.test(name)) return false;
  const isSearched = context.searchPath?.some((one) => isWithin(path, one)) === true;
  const isNamedAfter = namesOf(repository).some((own) => name.startsWith(`${own}-`));
  return !isSearched && (isNamedAfter || isUnlikeAny(path, context));
}

/**
 * Whether a name is like none that programs look for in a directory of the person's own work: it has a dash, and lies neither in a
 * repository, whose tools take folders for parts of it, nor below a folder that is hidden.
 */
function isUnlikeAny(path: string, context: GitCall["context"]): boolean {
  const { home } = context;
  const parent = parentPath(path);
  return (
    baseName(path).slice(1).includes("-") &&
    isWithin(home, parent) &&
    !parent.slice(home.length).includes("/.") &&
    context.git(literal(parent)) === undefined
  );
}

/**
 * What goes with a further working tree of this repository. Git refuses to take what is not committed from one that is not forced away;
 * that is told of none in the project, where work may go. Undefined where a place may be something else, and where it cannot be told.
 */
export function lostWithTree(
  call: GitCall,
  place: Text,
  { isForced }: { readonly isForced: boolean },
): LostWork | undefined {
  const { isPlain, repository, context } = call;
  const path = context.realOf(fromDirectory(call, place));
  if (!isPlain || typeof repository !== "object" || repository.books !== undefined)
    return undefined;
  const tree = path === undefined ? undefined : context.git(literal(path));
  if (typeof tree !== "object" || tree.root !== path) return undefined;
  if (!isForced && isWithin(context.projectFiles.root, path)) return undefined;
  const { gitDirectory } = tree;
  const ours = `${repository.gitDirectory.replace(/\/worktrees\/[^/]+$/, "")}/worktrees`;
  if (parentPath(gitDirectory) !== ours) return undefined;
  const acts: readonly GitAct[] = [
    { kind: "removes-tree", isForced },
    ...(isForced ? [{ kind: "overwrites", from: "HEAD", staged: true, paths: [] } as const] : []),
  ];
  return lostTogether(acts.map((act) => context.lost({ gitDirectory, workTree: path }, act)));
}

const PLAIN = /^[A-Za-z0-9][\w.@+-]{0,99}$/;

/** What the working tree is called: its directory, and what its remotes are called by the hosts that keep them. */
function namesOf({
  root,
  remotes,
}: Extract<GitCall["repository"], { root: string }>): readonly string[] {
  const addresses = [...remotes.values()].flatMap((value) => value.split("\n"));
  const names = addresses.flatMap((address) => /([\w.-]+?)(?:\.git)?\/?$/.exec(address)?.[1] ?? []);
  return [baseName(root), ...names].filter((name) => PLAIN.test(name));
}

/** WHY: hooks that are kept in the working tree are those of the commit there, which nobody looked up. */
function runsHookOfCommit({ repository }: GitCall): readonly Consequence[] {
  if (typeof repository !== "object") return [];
  const { hooksDirectory, gitDirectory, root } = repository;
  const isInTree =
    hooksDirectory === undefined ||
    (isWithin(root, hooksDirectory) && !isWithin(gitDirectory, hooksDirectory));
  return isInTree ? [executes("git hook post-checkout")] : [];
}
