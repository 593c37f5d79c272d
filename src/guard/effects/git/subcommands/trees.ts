// Subcommands of git about working trees and the index: `worktree`, `bisect`, `notes`, `read-tree` and the like.
import { append, baseOf, literal, type Text, textOf } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { deletes, prints, writes } from "../../model/consequences.ts";
import type { WorktreeChange } from "../../../vocabulary/effect.ts";
import { madeOf } from "../../model/filter.ts";
import {
  type GitCall,
  type Subcommand,
  changesTree,
  fromDirectory,
  history,
  keepsBooks,
  notModelled,
  readsFile,
  tracks,
} from "../call.ts";
import { showsCopies } from "../copies.ts";
import { isNothing, withLoss } from "../losses.ts";
import { lostWithTree, makesTree } from "../new-trees.ts";
import { optionsOf } from "../options.ts";

/** `git bisect`: checks commits out, and `run` starts a program at each. */
export const bisect: Subcommand = {
  options: optionsOf(
    "--no-checkout --first-parent --term-old= --term-good= --term-new= --term-bad=",
  ),
  effects: (call) => {
    const verb = textOf(call.operands[0] ?? []) ?? "?";
    if (/^(?:view|visualize)$/.test(verb))
      return [...showsCopies(call, { kind: "tracked" }), prints(madeOf([]))];
    if (/^(?:log|terms|help)$/.test(verb)) return [prints(madeOf([]))];
    if (!/^(?:start|good|bad|old|new|skip|reset|next|replay|run)$/.test(verb))
      return [notModelled(call, "with a verb that sallyport does not know")];
    const replayed =
      verb === "replay" ? call.operands.slice(1).map((path) => readsFile(call, path)) : [];
    return [changesTree(call), keepsBooks(call), ...replayed];
  },
};

/** `git worktree`: further working trees, with the files of a commit. */
export const worktree: Subcommand = {
  options: optionsOf(
    `-f|--force -b= -B= -d|--detach --checkout --lock --reason= --orphan --guess --track --relative-paths -n|--dry-run
    --expire= --porcelain -z`,
  ),
  effects: (call) => {
    const [verb, first, second] = call.operands;
    const forced = call.has("-f", "-B") ? [history("discard")] : [];
    switch (textOf(verb ?? [])) {
      case "list":
        return [prints(madeOf([]))];
      case "prune":
        return call.has("-n") ? [prints(madeOf([]))] : [keepsBooks(call)];
      case "lock":
      case "unlock":
      case "repair":
        return [keepsBooks(call)];
      case "add":
        return [
          ...forced,
          ...(first === undefined ? [] : makesTree(call, first)),
          keepsBooks(call),
        ];
      case "remove":
        return [...removesTree(call, first), keepsBooks(call)];
      case "move":
        return [
          ...forced,
          ...(first === undefined ? [] : [takesTree(call, first, "moved")]),
          ...(first === undefined || second === undefined
            ? []
            : [tracks(call, movedTo(call, first, second))]),
          keepsBooks(call),
        ];
      default:
        return [notModelled(call, "with a verb that sallyport does not know")];
    }
  },
};

/** A working tree that goes. Forced it goes whatever lies there, and forced twice although somebody locked it. */
function removesTree(call: GitCall, place: Text | undefined): readonly Consequence[] {
  if (place === undefined) return [];
  const words = call.args.map((word) => textOf(word) ?? "");
  const force = words.filter((word) => word.startsWith("--f")).length;
  const short = words.flatMap((word) => /^-(f+)$/.exec(word)?.[1] ?? "").join("").length;
  if (force + short > 1) return [history("discard"), deletes(fromDirectory(call, place), "tree")];
  const isForced = force + short > 0;
  const lost = lostWithTree(call, place, { isForced });
  if (lost === undefined)
    return [...(isForced ? [history("discard")] : []), takesTree(call, place)];
  return isNothing(lost)
    ? [takesTree(call, place, "clean")]
    : [withLoss("discard", lost), takesTree(call, place)];
}

function takesTree(
  call: GitCall,
  place: Text,
  worktree: Exclude<WorktreeChange, true> = "removed",
): Consequence {
  return writes(fromDirectory(call, place), "tracked", { reach: "tree", worktree });
}

/** Into a directory that is there, or to a new one. */
function movedTo(call: GitCall, from: Text, to: Text): Text {
  const isInside = call.context.isDirectory(fromDirectory(call, to));
  return isInside ? append(append(to, literal("/")), baseOf(from)) : to;
}

export const notes: Subcommand = {
  options: optionsOf(
    "--ref= -m|--message= -F|--file= -C|--reuse-message= -c|--reedit-message= -f|--force --allow-empty -s|--strategy= --stdin --commit --abort --ignore-missing -n --separator? --stripspace",
  ),
  effects: (call) => [
    ...[...call.values("-F")]
      .filter((path) => textOf(path) !== "-")
      .map((path) => readsFile(call, path)),
    ...(/^(?:remove|prune)$/.test(textOf(call.operands[0] ?? []) ?? "")
      ? [history("discard")]
      : []),
    keepsBooks(call),
  ],
};

export const checkoutIndex: Subcommand = {
  options: optionsOf(
    "-u|--index -f|--force -a|--all -n|--no-create --stdin -z --prefix= --stage= --temp --ignore-skip-worktree-bits",
  ),
  effects: (call) => {
    const [prefix] = call.values("--prefix");
    const copies =
      prefix === undefined && !call.has("--temp")
        ? []
        : showsCopies(call, { kind: "tracked" }, call.has("-a", "--stdin") ? [] : call.operands);
    if (prefix !== undefined)
      return [
        ...copies,
        writes(fromDirectory(call, prefix), "change", { reach: "tree" }),
        keepsBooks(call),
      ];
    return [
      ...copies,
      ...(call.has("-f") ? [history("discard")] : []),
      changesTree(call),
      keepsBooks(call),
    ];
  },
};

export const readTree: Subcommand = {
  options: optionsOf(
    "-m --reset -u -i -n|--dry-run --trivial --aggressive --prefix= --index-output= --sparse-checkout --empty --recurse-submodules? --debug-unpack",
  ),
  effects: (call) => [
    ...(call.has("--reset") ? [history("discard")] : []),
    ...call.values("--index-output").map((path) => writes(fromDirectory(call, path), "create")),
    ...call
      .values("--prefix")
      .map((path) => writes(fromDirectory(call, path), "change", { reach: "tree" })),
    ...(call.has("-u") ? [changesTree(call)] : []),
    keepsBooks(call),
  ],
};

export const updateIndex: Subcommand = {
  options: optionsOf(
    `--add --remove --force-remove --replace --refresh --really-refresh --unmerged --ignore-missing --cacheinfo
    --index-info --chmod= --assume-unchanged --skip-worktree --ignore-skip-worktree-entries --info-only -z --stdin
    --unresolve -g|--again --clear-resolve-undo --index-version= --split-index --untracked-cache
    --test-untracked-cache --force-untracked-cache --fsmonitor --fsmonitor-valid --show-index-version
    --ignore-submodules --force-write-index`,
  ),
  effects: (call) => [
    // WHY: what is put in there by number goes to any place at the next checkout.
    ...(call.has("--cacheinfo", "--index-info", "--stdin")
      ? [notModelled(call, "puts objects into the index under any name", "dynamic-path")]
      : call.has("--assume-unchanged", "--skip-worktree", "--force-remove", "--fsmonitor-valid")
        ? []
        : call.operands.map((path) => readsFile(call, path))),
    keepsBooks(call),
  ],
};

export const sparse: Subcommand = {
  options: optionsOf("--cone --sparse-index --stdin --skip-checks --end-of-options"),
  effects: (call) =>
    textOf(call.operands[0] ?? []) === "list"
      ? [prints(madeOf([]))]
      : [changesTree(call), keepsBooks(call)],
};
