// Subcommands of git that bring files back or move to another commit: `checkout`, `switch`, `restore` and `reset`.
import { type Text, textOf } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import {
  changesTree,
  fromDirectory,
  type GitCall,
  history,
  keepsBooks,
  readsFile,
  type Subcommand,
} from "../call.ts";
import { optionsOf } from "../options.ts";
import { PATHS, listed, offersPieces, tracksPaths, isWide } from "./named-paths.ts";

const TREE = `-f|--force --recurse-submodules? -m|--merge --conflict= --overlay --ours --theirs -2 -3 -p|--patch
  --ignore-skip-worktree-bits --overwrite-ignore --ignore-other-worktrees --guess -d|--detach -t|--track? -l`;

/** `git checkout`. */
export const checkout: Subcommand = {
  options: optionsOf(TREE, PATHS, "-b= -B= --orphan="),
  effects: (call) => {
    const { operands, afterDashes } = call;
    const found: Consequence[] = [...listed(call), ...offersPieces(call, "tracked")];
    const moves = call.has("-b", "-B", "--orphan", "-d", "-t");
    if (call.has("-B")) found.push(history("reset"));
    if (call.has("-f", "--ours", "--theirs", "-p", "-2", "-3", "--pathspec-from-file"))
      found.push(history("discard"));
    const [first] = operands;
    // A word that names a file is that file; git refuses one that may be both.
    const isPath = (word: Text): boolean =>
      /^\.{1,2}\/?$|[*]|^:/.test(textOf(word) ?? "") ||
      [call.context.isFile, call.context.isDirectory].some((test) =>
        test(fromDirectory(call, word)),
      );
    const paths =
      afterDashes ??
      (moves || first === undefined ? [] : isPath(first) ? operands : operands.slice(1));
    const from = operands.slice(0, operands.length - paths.length);
    if (paths.length > 0)
      return [
        ...found,
        history("discard"),
        ...bringsBack(call, from, paths),
        ...tracksPaths(call, paths),
        keepsBooks(call),
      ];
    return [...found, changesTree(call), keepsBooks(call)];
  },
};

/** Files of another commit that are named one by one: they are taken out of history. */
function bringsBack(
  call: GitCall,
  from: readonly Text[],
  paths: readonly Text[],
): readonly Consequence[] {
  return from.length === 0
    ? []
    : paths.filter((path) => !isWide(path)).map((path) => readsFile(call, path));
}

/** `git switch`. */
export const switching: Subcommand = {
  options: optionsOf(TREE, "-c|--create= -C|--force-create= --discard-changes --orphan="),
  effects: (call) => [
    ...(call.has("-C") ? [history("reset")] : []),
    ...(call.has("-f", "--discard-changes") ? [history("discard")] : []),
    changesTree(call),
    keepsBooks(call),
  ],
};

/** `git restore`. */
export const restore: Subcommand = {
  options: optionsOf(
    `-s|--source= -S|--staged -W|--worktree --ignore-unmerged --overlay --recurse-submodules? -m|--merge --conflict=
    --ours -2 --theirs -3 -p|--patch --ignore-skip-worktree-bits`,
    PATHS,
  ),
  effects: (call) =>
    call.has("-S") && !call.has("-W")
      ? [keepsBooks(call)]
      : [
          history("discard"),
          ...listed(call),
          ...offersPieces(call, "tracked"),
          ...bringsBack(call, call.values("-s"), call.operands),
          ...tracksPaths(call, call.operands),
          keepsBooks(call),
        ],
};

/** `git reset`. */
export const reset: Subcommand = {
  options: optionsOf(
    "--refresh --mixed --soft --hard --merge --keep --recurse-submodules? -p|--patch -N|--intent-to-add",
    PATHS,
  ),
  effects: (call) =>
    call.has("--hard", "--merge", "--keep")
      ? [history("reset"), changesTree(call), keepsBooks(call)]
      : [...offersPieces(call, "tracked"), keepsBooks(call)],
};
