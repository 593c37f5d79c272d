// Subcommands of git for daily work: staging, committing, moving between branches, joining and undoing.
import { escapeGlob } from "#base/glob.ts";
import {
  append,
  baseOf,
  hole,
  literal,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { type Consequence, deletes, prints, reads, writes } from "../model/command-model.ts";
import { copiedOperands } from "../paths/destinations.ts";
import type { Target } from "../../vocabulary/effect.ts";
import { madeOf } from "../model/filter.ts";
import {
  addsToIndex,
  all,
  changesTree,
  fromDirectory,
  type GitCall,
  history,
  keepsBooks,
  notModelled,
  readsFile,
  rootOf,
  type Subcommand,
  type SubcommandTable,
  tracks,
} from "./call.ts";
import { shownOfStash, STAGED } from "./commits.ts";
import { pathsAmong, showsCopies } from "./copies.ts";
import { showsContent } from "./looking.ts";
import { MERGE, optionsOf } from "./options.ts";
import { bisect, worktree, notes, checkoutIndex, readTree, updateIndex, sparse } from "./trees.ts";
import { readsPaths } from "./pathspecs.ts";

const PATHS = "--pathspec-from-file= --pathspec-file-nul";

/** Paths of a call that come from a list are taken as any. */
function listed(call: GitCall): readonly Consequence[] {
  return call
    .values("--pathspec-from-file")
    .flatMap((list) => [
      ...(textOf(list) === "-" ? [] : [readsFile(call, list)]),
      changesTree(call),
    ]);
}

/** What choosing piece by piece shows: the differences that there are to choose from. */
function offersPieces(call: GitCall, kind: "tracked" | "unstaged"): readonly Consequence[] {
  return call.has("-p", "-i", "--interactive")
    ? showsCopies(call, { kind }, pathsAmong(call, call.operands))
    : [];
}

/** Whether a path may stand for more than the one file or directory of that name. */
function isWide(path: Text): boolean {
  const given = textOf(path);
  return given === undefined || /^(?:\.{0,2}\/?|:.*)$/.test(given) || /[*?[]/.test(given);
}

/** Files that git puts back or takes away, by the paths that name them. */
function tracksPaths(call: GitCall, paths: readonly Text[]): readonly Consequence[] {
  return paths.map((path) => (isWide(path) ? changesTree(call) : tracks(call, path)));
}

const add: Subcommand = {
  options: optionsOf(
    `-n|--dry-run -i|--interactive -p|--patch -e|--edit -f|--force -u|--update --renormalize -N|--intent-to-add
    -A|--all --ignore-removal --refresh --ignore-errors --ignore-missing --sparse --chmod= --warn-embedded-repo`,
    PATHS,
  ),
  effects: (call) => {
    if (call.has("-n")) return [prints(madeOf([]))];
    const found: Consequence[] = [...offersPieces(call, "unstaged"), keepsBooks(call)];
    const isOfFollowed = call.has("-u", "-p", "-i", "-e", "--renormalize", "--refresh");
    const isListed = call.has("--pathspec-from-file");
    const addsAll = call.operands.length === 0 && (call.has("-A") || isListed);
    let addsMany = addsAll;
    // What git ignores is staged too, wherever in the working tree it is.
    if (addsAll && call.has("-f")) {
      const root = isListed ? undefined : rootOf(call);
      found.push(
        reads(root === undefined ? fromDirectory(call, literal(".")) : literal(root), "tree"),
      );
    }
    for (const path of call.operands) {
      const isDirectory = isWide(path) || call.context.isDirectory(fromDirectory(call, path));
      addsMany ||= isDirectory;
      // WHY: a secret that is named goes into every clone; what a directory holds is what git may follow.
      if (!isDirectory) found.push(readsFile(call, path));
      else if (call.has("-f"))
        found.push(reads(fromDirectory(call, isWide(path) ? literal(".") : path), "tree"));
    }
    // Where there is no repository yet, what will be shown of one is not known anyway.
    if (addsMany && !isOfFollowed && typeof call.repository === "object")
      found.push(addsToIndex(call));
    return found;
  },
};

const commit: Subcommand = {
  options: optionsOf(
    `-F|--file= --author= --date= -m|--message= -c|--reedit-message= -C|--reuse-message= --fixup= --squash=
    --reset-author --trailer= -s|--signoff -t|--template= -e|--edit --cleanup= --status -S|--gpg-sign? -a|--all
    -i|--include --interactive -p|--patch -o|--only -n|--no-verify --verify --dry-run --short --branch --ahead-behind
    --porcelain --long -z|--null --amend --post-rewrite -u|--untracked-files? --allow-empty --allow-empty-message`,
    PATHS,
  ),
  effects: (call) => {
    const files = [...call.values("-F"), ...call.values("-t")].filter(
      (path) => textOf(path) !== "-",
    );
    const found: Consequence[] = files.map((path) => readsFile(call, path));
    // What is to be committed is printed on a try; else it goes to the editor alone.
    if (call.has("-p", "--interactive") || (call.has("-v") && call.has("--dry-run")))
      found.push(...showsCopies(call, STAGED, pathsAmong(call, call.operands)));
    if (call.has("--dry-run", "--short", "--porcelain", "--long")) return found;
    // Who made a commit and when is what its readers go by; what it holds, git shows.
    const isOfAnother = [...call.values("-C"), ...call.values("-c")].some(
      (commit) => !/^(?:HEAD|@)$/.test(textOf(commit) ?? ""),
    );
    const hidesMaker = isOfAnother || call.has("--author", "--date", "--reset-author");
    if (call.has("--amend")) found.push(history(hidesMaker ? "rewrite" : "amend"));
    return [...found, keepsBooks(call)];
  },
};

const TREE = `-f|--force --recurse-submodules? -m|--merge --conflict= --overlay --ours --theirs -2 -3 -p|--patch
  --ignore-skip-worktree-bits --overwrite-ignore --ignore-other-worktrees --guess -d|--detach -t|--track? -l`;

const checkout: Subcommand = {
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

const switching: Subcommand = {
  options: optionsOf(TREE, "-c|--create= -C|--force-create= --discard-changes --orphan="),
  effects: (call) => [
    ...(call.has("-C") ? [history("reset")] : []),
    ...(call.has("-f", "--discard-changes") ? [history("discard")] : []),
    changesTree(call),
    keepsBooks(call),
  ],
};

const restore: Subcommand = {
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

const reset: Subcommand = {
  options: optionsOf(
    "--refresh --mixed --soft --hard --merge --keep --recurse-submodules? -p|--patch -N|--intent-to-add",
    PATHS,
  ),
  effects: (call) =>
    call.has("--hard", "--merge", "--keep")
      ? [history("reset"), changesTree(call), keepsBooks(call)]
      : [...offersPieces(call, "tracked"), keepsBooks(call)],
};

/** Strategies that git brings; any other name is a program. */
const STRATEGIES = /^(?:ours|recursive|resolve|octopus|ort)$/;

/** Doubts about strategies: a program of another name, or files that are moved below another directory. */
function strategies(call: GitCall): readonly Consequence[] {
  const names = [...call.values("-s"), ...call.values("--strategy")];
  const options = call.values("-X").map((option) => textOf(option) ?? "subtree");
  return [
    ...(names.every((name) => STRATEGIES.test(textOf(name) ?? ""))
      ? []
      : [notModelled(call, "is told which program joins histories", "dynamic-code")]),
    ...(options.some((option) => option.startsWith("subtree"))
      ? [notModelled(call, "puts files below another directory", "dynamic-path")]
      : []),
  ];
}

/** Consequences of options that merge, pull and the others share. */
export function joins(call: GitCall): readonly Consequence[] {
  return [
    ...strategies(call),
    ...call.values("-F").map((path) => readsFile(call, path)),
    changesTree(call),
    keepsBooks(call),
  ];
}

const pick: Subcommand = {
  options: optionsOf(
    `--quit --continue --abort --skip --cleanup= -n|--no-commit --commit -e|--edit -s|--signoff -m|--mainline=
    --rerere-autoupdate --strategy= -X|--strategy-option= -S|--gpg-sign? --ff --allow-empty --allow-empty-message
    --keep-redundant-commits --empty= -x -r --reference`,
  ),
  effects: (call) => [...strategies(call), changesTree(call), keepsBooks(call)],
};

const STASH = `-p|--patch -k|--keep-index -S|--staged -u|--include-untracked -a|--all -m|--message= --index
  --only-untracked -s --stat --name-only`;

/** One line for each that was put away, its name first: `stash@{0}: WIP on main`. */
function stashes(call: GitCall): TextSet {
  const isPlain = call.args.length === 1;
  const leads = isPlain ? ({ like: "stash@\\{[0-9]*\\}", by: ":" } as const) : undefined;
  return [[], [hole("unmodelled", { sources: [{ kind: "repository" }], leads })]];
}

/** `git stash`: what is put away is kept; only dropping loses it. */
const stash: Subcommand = {
  options: optionsOf(
    STASH,
    PATHS,
    "--numstat --shortstat --name-status --summary --pretty? --format= --oneline -n= --max-count= --no-patch --color? -1 -2 -3",
  ),
  effects: (call) => {
    const verb = textOf(call.operands[0] ?? []) ?? "";
    const paths = call.afterDashes ?? (verb === "push" ? call.operands.slice(1) : []);
    switch (verb) {
      case "list":
      case "show":
        return [
          ...(showsContent(call, "on-request")
            ? [
                ...readsPaths(call, call.afterDashes ?? []),
                ...showsCopies(
                  call,
                  verb === "show"
                    ? shownOfStash(call, call.operands.slice(1))
                    : { kind: "tracked" },
                ),
              ]
            : []),
          prints(verb === "list" ? stashes(call) : madeOf([])),
        ];
      case "drop":
      case "clear":
        return [history("discard"), keepsBooks(call)];
      case "create":
      case "store":
      case "export":
        return [keepsBooks(call)];
      case "push":
      case "save":
      case "":
        // Untracked files that are put away are gone from the disk as well.
        return [
          ...listed(call),
          ...offersPieces(call, "unstaged"),
          ...(paths.length > 0
            ? paths.flatMap((path) => takesAway(call, path))
            : [changesTree(call)]),
          keepsBooks(call),
        ];
      case "pop":
      case "apply":
      case "branch":
        return [changesTree(call), keepsBooks(call)];
      default:
        return call.operands.length === 0 || call.afterDashes?.length === call.operands.length
          ? [
              ...(paths.length > 0
                ? paths.flatMap((path) => takesAway(call, path))
                : [changesTree(call)]),
              keepsBooks(call),
            ]
          : [notModelled(call, "with a verb that sallyport does not know")];
    }
  },
};

function takesAway(call: GitCall, path: Text): readonly Consequence[] {
  if (isWide(path)) return [changesTree(call)];
  return [
    tracks(call, path),
    ...(call.has("-u", "-a") ? [deletes(fromDirectory(call, path), "tree")] : []),
  ];
}

const remove: Subcommand = {
  options: optionsOf("-n|--dry-run --cached -f|--force -r --ignore-unmatch --sparse", PATHS),
  effects: (call) => {
    if (call.has("-n")) return [prints(madeOf([]))];
    if (call.has("--cached")) return [keepsBooks(call)];
    return [
      ...(call.has("-f") ? [history("discard")] : []),
      ...listed(call),
      ...call.operands.map((path) =>
        isWide(path)
          ? changesTree(call)
          : deletes(fromDirectory(call, path), call.has("-r") ? "tree" : "entry"),
      ),
      keepsBooks(call),
    ];
  },
};

const move: Subcommand = {
  options: optionsOf("-n|--dry-run -f|--force -k --sparse"),
  effects: (call) => {
    if (call.has("-n")) return [prints(madeOf([]))];
    const target = call.operands.at(-1) ?? [];
    const sources = copiedOperands(call.operands);
    const inside = call.context.isDirectory(fromDirectory(call, target));
    return [
      ...sources.flatMap((source) => [
        deletes(fromDirectory(call, source), "tree"),
        ...(inside || sources.length > 1
          ? [append(append(target, literal("/")), baseOf(source))]
          : [target]
        ).map((place) => writes(fromDirectory(call, place), "change", { reach: "tree" })),
      ]),
      ...(call.has("-f") ? [history("discard")] : []),
      keepsBooks(call),
    ];
  },
};

const clean: Subcommand = {
  options: optionsOf("-d -f|--force -n|--dry-run -i|--interactive -e|--exclude= -x -X"),
  effects: (call) => {
    if (call.has("-n")) return [prints(madeOf([]))];
    // WHY: what was never committed is gone for good, wherever it lay; git's own directory stays.
    const paths = call.operands.filter((path) => !isWide(path));
    return [
      history("discard"),
      ...(paths.length > 0
        ? paths.map((path) => deletes(fromDirectory(call, path), "tree"))
        : cleans(call)),
    ];
  },
};

/** Deletions of every name in the working tree but `.git`. */
function cleans(call: GitCall): readonly Consequence[] {
  const root = rootOf(call);
  const controls = literal(root === undefined ? ".claude" : `${root}/.claude`);
  const named = call.context.isDirectory(controls) ? [deletes(controls, "tree")] : [];
  if (root === undefined)
    return [...named, effectOf({ kind: "unresolved", within: undefined, reach: "tree" })];
  return [
    ...named,
    ...OTHER_NAMES.map((name) =>
      effectOf({ kind: "pattern", path: `${escapeGlob(root)}/${name}`, reach: "tree" }),
    ),
  ];
}

function effectOf(target: Target): Consequence {
  return { kind: "effect", effect: { kind: "delete", target } };
}

/** Globs of every name but `.git`. */
const OTHER_NAMES = [...".git"]
  .map((letter, at) => `${".git".slice(0, at)}[!${letter}]*`)
  .concat(".git?*");

const init: Subcommand = {
  options: optionsOf(
    "--template= --bare --shared? --separate-git-dir= -b|--initial-branch= --object-format= --ref-format=",
  ),
  effects: (call) => {
    const [place] = call.operands;
    const root = fromDirectory(call, place ?? literal("."));
    const [books] = call.values("--separate-git-dir");
    return [
      ...(call.has("--template")
        ? [notModelled(call, "takes hooks from a template", "dynamic-code")]
        : []),
      writes(append(root, literal(call.has("--bare") ? "" : "/.git/objects")), "tracked", {
        reach: "tree",
        keepsContent: true,
      }),
      ...(books === undefined ? [] : [tracks(call, books)]),
    ];
  },
};

/** Subcommands that change the working tree, the index or the current branch. */
export const WORK: SubcommandTable = {
  ...all("add stage", add),
  commit,
  checkout,
  switch: switching,
  restore,
  reset,
  merge: { options: optionsOf(MERGE), effects: joins },
  "cherry-pick": pick,
  revert: pick,
  stash,
  rm: remove,
  mv: move,
  clean,
  init,
  "init-db": init,
  bisect,
  worktree,
  notes,
  "checkout-index": checkoutIndex,
  "read-tree": readTree,
  "update-index": updateIndex,
  "sparse-checkout": sparse,
};
