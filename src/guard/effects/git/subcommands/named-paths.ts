// Paths that a call of git names, itself or in a list: what git puts back, takes away and offers piece by piece.
import { textOf, type Text } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { deletes } from "../../model/consequences.ts";
import { changesTree, type GitCall, readsFile, fromDirectory, tracks } from "../call.ts";
import { pathsAmong, showsCopies } from "../copies.ts";

/** Options that name a list of paths. */
export const PATHS = "--pathspec-from-file= --pathspec-file-nul";

/** Paths of a call that come from a list are taken as any. */
export function listed(call: GitCall): readonly Consequence[] {
  return call
    .values("--pathspec-from-file")
    .flatMap((list) => [
      ...(textOf(list) === "-" ? [] : [readsFile(call, list)]),
      changesTree(call),
    ]);
}

/** What choosing piece by piece shows: the differences that there are to choose from. */
export function offersPieces(call: GitCall, kind: "tracked" | "unstaged"): readonly Consequence[] {
  return call.has("-p", "-i", "--interactive")
    ? showsCopies(call, { kind }, pathsAmong(call, call.operands))
    : [];
}

/** Whether a path may stand for more than the one file or directory of that name. */
export function isWide(path: Text): boolean {
  const given = textOf(path);
  return given === undefined || /^(?:\.{0,2}\/?|:.*)$/.test(given) || /[*?[]/.test(given);
}

/** Files that git puts back or takes away, by the paths that name them. */
export function tracksPaths(call: GitCall, paths: readonly Text[]): readonly Consequence[] {
  return paths.map((path) => (isWide(path) ? changesTree(call) : tracks(call, path)));
}

/** What putting paths aside takes from the disk: untracked files as well, where that is asked for. */
export function takesAway(call: GitCall, path: Text): readonly Consequence[] {
  if (isWide(path)) return [changesTree(call)];
  return [
    tracks(call, path),
    ...(call.has("-u", "-a") ? [deletes(fromDirectory(call, path), "tree")] : []),
  ];
}
