// Subcommands of git that bring files back or move to another commit: `checkout`, `switch`, `restore` and `reset`.
import { baseName, joinPath, parentPath } from "#base/path.ts";
import { literal, type Text, textOf } from "../../../shell/values/text.ts";
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
import { loses, overwrites, referencesOf } from "../losses.ts";
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
    const resets = call.values("-B");
    if (call.has("-B")) found.push(loses(call, "reset", [referencesOf(resets, "heads")]));
    const [first] = operands;
    const wasMade = (word: Text): boolean => {
      const said = textOf(fromDirectory(call, word));
      // WHY by its name: where a link was moved there, nobody knows where it leads.
      const path = said && joinPath(call.context.directory ?? "/", said);
      return !!path && call.context.madeIn(parentPath(path)).includes(baseName(path));
    };
    // A word that names a file is that file; git refuses one that may be both.
    const isPath = (word: Text): boolean =>
      /^\.{1,2}\/?$|[*]|^:/.test(textOf(word) ?? "") ||
      [call.context.isFile, call.context.isDirectory, wasMade].some((test) =>
        test(fromDirectory(call, word)),
      );
    const paths =
      afterDashes ??
      (moves || first === undefined ? [] : isPath(first) ? operands : operands.slice(1));
    const from = operands.slice(0, operands.length - paths.length);
    if (call.has(...CHOOSING) || (paths.length === 0 && call.has(...SIDES)))
      found.push(history("discard"));
    else if (paths.length > 0)
      found.push(overwrites(call, "discard", { from: from[0], staged: from.length > 0, paths }));
    else if (call.has("-f")) found.push(takesAll(call, "discard", moves ? undefined : from[0]));
    if (paths.length > 0)
      return [
        ...found,
        ...bringsBack(call, from, paths),
        ...tracksPaths(call, paths),
        keepsBooks(call),
      ];
    return [...found, ...takesBranch(call, "-b", "-B"), changesTree(call), keepsBooks(call)];
  },
};

/** The branch that git is on then: one that an option makes, or the only word. */
function takesBranch(call: GitCall, ...making: readonly string[]): readonly Consequence[] {
  const made = making.flatMap((option) => call.values(option));
  const names = made.length > 0 ? made : call.operands.length === 1 ? call.operands : [];
  return names.flatMap((name) => {
    const branch = textOf(name);
    return branch !== undefined && /^[^\s~^:?*[\\@-][^\s~^:?*[\\]*$/.test(branch)
      ? [{ kind: "takes-branch", branch } as const]
      : [];
  });
}

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
    ...(call.has("-C") ? [loses(call, "reset", [referencesOf(call.values("-C"), "heads")])] : []),
    ...(call.has("-f", "--discard-changes") ? [takesAll(call, "discard", call.operands[0])] : []),
    ...takesBranch(call, "-c", "-C"),
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
          putsBack(call),
          ...listed(call),
          ...offersPieces(call, "tracked"),
          ...bringsBack(call, call.values("-s"), call.operands),
          ...tracksPaths(call, call.operands),
          keepsBooks(call),
        ],
};

/** Options by which other files than those that are named become something else, or parts of files. */
const CHOOSING = ["-p", "--pathspec-from-file", "--recurse-submodules"];
/** Files that are named become one side of a conflict, or the conflict again: git keeps all of that, and not what lies there. */
const SIDES = ["--ours", "--theirs", "-2", "-3", "-m", "--merge", "--conflict"];

/** Files of the disk become those of the index or of a commit; with `-S` those of the index as well. */
function putsBack(call: GitCall): Consequence {
  const [source, ...others] = call.values("-s");
  if (call.has(...CHOOSING) || others.length > 0 || call.operands.length === 0)
    return history("discard");
  const staged = call.has("-S");
  const from = source ?? (staged ? literal("HEAD") : undefined);
  return overwrites(call, "discard", { from, staged, paths: call.operands });
}

/** All files and the index become those of a commit, of the one at hand where none is named. */
function takesAll(
  call: GitCall,
  operation: "discard" | "reset",
  commit: Text | undefined,
  isRough = false,
): Consequence {
  if (call.has(...CHOOSING, ...SIDES)) return history(operation);
  const act = { from: commit ?? literal("HEAD"), staged: true, paths: undefined, isRough };
  return overwrites(call, operation, act, [{ kind: "moves-head" }]);
}

/** `git reset`. */
export const reset: Subcommand = {
  options: optionsOf(
    "--refresh --mixed --soft --hard --merge --keep --recurse-submodules? -p|--patch -N|--intent-to-add",
    PATHS,
  ),
  effects: (call) =>
    call.has("--hard", "--merge", "--keep")
      ? [
          // What is not staged stays with the other two.
          takesAll(call, "reset", call.operands[0], !call.has("--hard")),
          changesTree(call),
          keepsBooks(call),
        ]
      : [...offersPieces(call, "tracked"), keepsBooks(call)],
};
