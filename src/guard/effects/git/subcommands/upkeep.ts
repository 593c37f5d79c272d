// Subcommands of git that keep its books: collecting garbage, references, rewriting, packing and exporting.
import { append, literal, textOf } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { prints, reads, writes } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import {
  all,
  books,
  executes,
  fromDirectory,
  type GitCall,
  history,
  keepsBooks,
  notModelled,
  readsFile,
  shells,
  type Subcommand,
  type SubcommandTable,
  tracks,
} from "../call.ts";
import { showsCopies } from "../copies.ts";
import { liftsGuard } from "../hooks.ts";
import { copiesShown, showsContent } from "./shown.ts";
import { COMMITS, DIFF, type GitOptions, optionsOf } from "../options.ts";
import { COMMIT } from "../pathspecs.ts";
import { branch, tag } from "./branches-and-tags.ts";
import { rebase, filterBranch, rewrites, replace } from "./rewriting.ts";
import { archive, bundle, formatPatch, exportsAll } from "./exports.ts";

const gc: Subcommand = {
  options: optionsOf(
    `--prune? --cruft --max-cruft-size= --aggressive --auto --detach --force --keep-largest-pack --expire-to=`,
  ),
  effects: (call) => [
    ...(call.values("--prune").some((date) => textOf(date) !== "never") ? [history("prune")] : []),
    ...call.values("--expire-to").map((path) => tracks(call, path)),
    keepsBooks(call),
  ],
};

const prune: Subcommand = {
  options: optionsOf("-n|--dry-run --expire= --exclude-promisor-objects"),
  effects: (call) => (call.has("-n") ? [prints(madeOf([]))] : [history("prune"), keepsBooks(call)]),
};

const reflog: Subcommand = {
  options: optionsOf(
    COMMITS,
    DIFF,
    "--expire= --expire-unreachable= --updateref --rewrite --stale-fix --single-worktree --dry-run -n --all",
  ),
  effects: (call) =>
    /^(?:expire|delete|drop)$/.test(textOf(call.operands[0] ?? []) ?? "") && !call.has("--dry-run")
      ? [history("prune"), keepsBooks(call)]
      : [
          ...(showsContent(call, "on-request") ? showsCopies(call, { kind: "tracked" }) : []),
          prints(madeOf([])),
        ],
};

const updateRef: Subcommand = {
  options: optionsOf("-m= -d --deref --no-deref --stdin -z --create-reflog --batch-updates"),
  effects: (call) => [history(call.has("-d") ? "delete-ref" : "rewrite"), keepsBooks(call)],
};

const maintenance: Subcommand = {
  options: optionsOf("--auto --schedule? --task= --detach --scheduler= --config-file= --force"),
  effects: (call) => {
    switch (textOf(call.operands[0] ?? [])) {
      case "run":
        return [keepsBooks(call)];
      case "start":
        return [
          {
            kind: "effect",
            effect: { kind: "persist", means: "scheduled-task", target: undefined },
          },
          keepsBooks(call),
        ];
      default:
        return [
          writes(append(literal(call.context.home), literal("/.gitconfig")), "change"),
          keepsBooks(call),
        ];
    }
  },
};

const fsck: Subcommand = {
  options: optionsOf(
    `--unreachable --dangling --tags --root --cache --reflogs --full --connectivity-only --strict --lost-found
    --name-objects --references`,
  ),
  effects: (call) => [...(call.has("--lost-found") ? [keepsBooks(call)] : []), prints(madeOf([]))],
};

const commitTree: Subcommand = {
  options: optionsOf("-p= -m= -F= -S|--gpg-sign?"),
  effects: (call) => [
    ...call
      .values("-F")
      .filter((path) => textOf(path) !== "-")
      .map((path) => readsFile(call, path)),
    keepsBooks(call),
    // WHY: what it commits, no hook was shown.
    ...liftsGuard(call.repository, call.context, ["pre-commit", "commit-msg"]),
    prints([COMMIT]),
  ],
};

const writeTree: Subcommand = {
  options: optionsOf("--missing-ok --prefix= --ignore-cache-tree"),
  effects: (call) => [keepsBooks(call), prints([COMMIT])],
};

/** A program that the configuration names, or that the call names, opens files. */
const opensTool: Subcommand = {
  options: optionsOf(
    DIFF,
    "-d|--dir-diff -y|--no-prompt --prompt -t|--tool= --tool-help -x|--extcmd= -g|--gui --symlinks --trust-exit-code",
  ),
  effects: (call) => [
    ...(call.name === "difftool" ? copiesShown(call) : []),
    ...call.values("-x").map((line) => shells([line])),
    executes(`git ${call.name}`, "system"),
  ],
};

const rerere: Subcommand = {
  options: optionsOf("--rerere-autoupdate"),
  effects: (call) => [
    ...(textOf(call.operands[0] ?? []) === "diff" ? showsCopies(call, { kind: "tracked" }) : []),
    keepsBooks(call),
  ],
};

/** Prints what is kept of passwords. */
const credential: Subcommand = {
  options: optionsOf("--file= --timeout= --socket="),
  effects: (call) => {
    const usual = append(literal(call.context.home), literal("/.git-credentials"));
    const named = call.values("--file").map((path) => fromDirectory(call, path));
    const verb = textOf(call.operands[0] ?? []);
    // One that is taken in or given up changes the file; one that is asked for is looked up there.
    const isKept = call.name === "credential-store" && (verb === "store" || verb === "erase");
    return [
      ...(named.length > 0 ? named : [usual]).flatMap((path) => [
        reads(path),
        ...(isKept ? [writes(path, "change")] : []),
      ]),
      prints(madeOf([])),
    ];
  },
};

/** With a time that has come, what no reference reaches is left out. */
const repack: Subcommand = {
  options: optionsOf(
    `-a -A -d -l -f -F -n -q -b|--write-bitmap-index --pack-kept-objects -i|--delta-islands --window= --window-memory=
    --depth= --threads= --keep-pack= -k|--keep-unreachable --unpack-unreachable= -g|--geometric= -m|--write-midx
    --cruft --cruft-expiration= --max-pack-size=`,
  ),
  effects: (call) => {
    const times = [...call.values("--unpack-unreachable"), ...call.values("--cruft-expiration")];
    const isKept = times.every((time) => textOf(time) === "never");
    return [...(isKept ? [] : [history("prune")]), keepsBooks(call)];
  },
};

/** What takes objects, or trees of any names, from what comes in. */
const takesObjects: Subcommand = {
  effects: (call: GitCall): readonly Consequence[] => [
    notModelled(call, "takes objects from what comes in, under any name", "dynamic-path"),
    ...(call.args.some((word) => textOf(word) === "--force") ? [history("rewrite")] : []),
    keepsBooks(call),
  ],
};

/** Books that may lie where an option says, and a list of references that another one names. */
function booksElsewhere(options: GitOptions): Subcommand {
  const own = books(options);
  return {
    ...own,
    effects: (call) => [
      ...own.effects(call),
      ...call
        .values("--object-dir")
        .map((path) => writes(fromDirectory(call, path), "create", { reach: "tree" })),
      ...call.values("--refs-snapshot").map((path) => readsFile(call, path)),
    ],
  };
}

/** Subcommands that keep, pack, rewrite or export what the repository holds. */
export const UPKEEP: SubcommandTable = {
  branch,
  tag,
  rebase,
  "filter-branch": filterBranch,
  "filter-repo": rewrites,
  replace,
  gc,
  prune,
  "prune-packed": books(optionsOf("-n|--dry-run")),
  repack,
  reflog,
  "update-ref": updateRef,
  maintenance,
  archive,
  bundle,
  "format-patch": formatPatch,
  fsck,
  "commit-tree": commitTree,
  "write-tree": writeTree,
  "commit-graph": booksElsewhere(
    optionsOf(
      `--object-dir= --reachable --stdin-packs --stdin-commits --append --changed-paths --split? --shallow --max-commits=
      --size-multiple= --expire-time= --max-new-filters=`,
    ),
  ),
  "multi-pack-index": booksElsewhere(
    optionsOf(
      "--object-dir= --bitmap --stdin-packs --preferred-pack= --refs-snapshot= --batch-size= --incremental",
    ),
  ),
  "pack-refs": books(optionsOf("--all --prune --auto --include= --exclude=")),
  "update-server-info": books(optionsOf("-f|--force")),
  rerere,
  "fast-export": exportsAll,
  "show-index": { options: optionsOf("--object-format="), effects: () => [prints(madeOf([]))] },
  ...all("difftool mergetool", opensTool),
  ...all("credential credential-store credential-cache", credential),
  ...all("mktree mktag fast-import unpack-objects index-pack", takesObjects),
};
