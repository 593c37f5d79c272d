// Subcommands of git that keep its books: collecting garbage, references, rewriting, packing and exporting.
import { append, hole, literal, type TextSet, textOf } from "../../shell/values/text.ts";
import { type Consequence, prints, reads, writes } from "../model/command-model.ts";
import { madeOf } from "../model/filter.ts";
import {
  all,
  books,
  changesTree,
  executes,
  fromDirectory,
  type GitCall,
  history,
  keepsBooks,
  notModelled,
  readsFile,
  scriptedWith,
  shells,
  type Subcommand,
  type SubcommandTable,
  tracks,
} from "./call.ts";
import { shownOfTrees } from "./commits.ts";
import { showsCopies } from "./copies.ts";
import { copiesShown, showsContent } from "./looking.ts";
import { COMMITS, DIFF, MERGE, optionsOf, REFS } from "./options.ts";
import { COMMIT, readsPaths } from "./pathspecs.ts";
import { contactsRemote, networkOf } from "./remote.ts";
import { joins } from "./work.ts";

/** Whether branches are listed by nothing but their names, which begin with no dash. */
function listsNames(call: GitCall): boolean {
  const changes = ["-d", "-D", "-m", "-M", "-c", "-C", "-u", "-f", "--unset-upstream", "-t"];
  const others = ["-v", "-vv", "--edit-description", "--column", "--set-upstream"];
  const asks = [
    "--merged",
    "--no-merged",
    "--contains",
    "--no-contains",
    "--points-at",
    "--format",
  ];
  const isPlain = call
    .values("--format")
    .every((format) => /^%\(refname(?::short)?\)$/.test(textOf(format) ?? ""));
  const isList = call.operands.length === 0 || call.has(...asks);
  return isPlain && isList && !call.has(...changes, ...others);
}

const branch: Subcommand = {
  options: optionsOf(
    REFS,
    `-t|--track? --set-upstream -u|--set-upstream-to= --unset-upstream -r|--remotes -a|--all -d|--delete -D -m|--move -M
    -c|--copy -C -l|--list --show-current --create-reflog --edit-description -f|--force --recurse-submodules -vv`,
  ),
  effects: (call) => {
    if (call.has("--show-current", "-l", "-a", "-r") && !call.has("-d", "-D"))
      return [prints([[...COMMIT.map((piece) => ({ ...piece, like: "[!-]*" }))]])];
    if (listsNames(call))
      return [
        prints([[hole("dynamic-path", { like: "[!-]*", sources: [{ kind: "repository" }] })]]),
      ];
    const forced = call.has("-D", "-M", "-C") || call.has("-f");
    const changes = call.operands.length > 0 || call.has("-u", "--unset-upstream");
    return [
      ...(forced ? [history("delete-ref")] : []),
      ...(changes ? [keepsBooks(call)] : []),
      prints(madeOf([])),
    ];
  },
};

const tag: Subcommand = {
  options: optionsOf(
    REFS,
    `-l|--list -d|--delete --verify -v -a|--annotate -m|--message= -F|--file= -e|--edit -s|--sign --cleanup=
    -u|--local-user= -f|--force --create-reflog -n? --trailer=`,
  ),
  effects: (call) => [
    ...call
      .values("-F")
      .filter((path) => textOf(path) !== "-")
      .map((path) => readsFile(call, path)),
    ...(call.has("-d", "-f") ? [history("delete-ref")] : []),
    ...(call.operands.length > 0 && !call.has("-l") ? [keepsBooks(call)] : []),
    prints(madeOf([])),
  ],
};

/** Rebase goes on, or back; anything else writes commits anew. */
const rebase: Subcommand = {
  options: optionsOf(
    MERGE,
    `--onto= --keep-base --committer-date-is-author-date --reset-author-date --ignore-date --ignore-whitespace
    --whitespace= -f|--force-rebase --no-ff --edit-todo --show-current-patch --apply --merge|-m -i|--interactive
    -p|--preserve-merges --empty= -k|--keep-empty --autosquash --update-refs -x|--exec= -r|--rebase-merges?
    --fork-point --root --reschedule-failed-exec --reapply-cherry-picks -C=`,
  ),
  effects: (call) => {
    if (call.has("--show-current-patch"))
      return [...showsCopies(call, { kind: "tracked" }), prints(madeOf([]))];
    const goesOn = call.has("--continue", "--skip", "--abort", "--quit", "--edit-todo");
    return [
      ...(goesOn ? [] : [history(followsRemote(call) ? "amend" : "rewrite")]),
      ...call.values("-x").map((line) => shells([line])),
      ...joins(call),
    ];
  },
};

/** Options that leave a rebase as it is: all of its commits, in their order, by the same makers. */
const PLAIN_REBASE = /^(?:--autostash|--no-autostash|-q|--quiet|-v|--verbose|--stat|-n|--no-stat)$/;

/**
 * Whether a rebase does what `git pull --rebase` does after its fetch: the branch at hand goes on top of what a remote has.
 * It begins over nothing uncommitted, and the reflog keeps the commits before.
 */
function followsRemote({ args, operands, repository, directory }: GitCall): boolean {
  if (typeof repository !== "object" || directory !== undefined || operands.length > 1)
    return false;
  const [upstream] = operands.map((word) => textOf(word));
  const isPlain = args.every(
    (word) => operands.includes(word) || PLAIN_REBASE.test(textOf(word) ?? ""),
  );
  if (!isPlain) return false;
  if (operands.length === 0) return repository.upstream !== undefined;
  const remote = upstream?.split("/", 1)[0] ?? "";
  return upstream?.includes("/") === true && repository.remotes.has(remote);
}

const filterBranch: Subcommand = {
  options: optionsOf(
    `--setup= --subdirectory-filter= --env-filter= --tree-filter= --index-filter= --parent-filter= --msg-filter=
    --commit-filter= --tag-name-filter= --prune-empty --original= -d= -f|--force --state-branch= --remap-to-ancestor`,
    COMMITS,
  ),
  effects: (call) => [
    history("rewrite"),
    ...scriptedWith("mkdir", "rm"),
    ...[
      "--setup",
      "--env-filter",
      "--tree-filter",
      "--index-filter",
      "--parent-filter",
      "--msg-filter",
    ]
      .concat("--commit-filter", "--tag-name-filter")
      .flatMap((option) => call.values(option).map((line) => shells([line]))),
    changesTree(call),
    keepsBooks(call),
  ],
};

const rewrites: Subcommand = {
  effects: (call) => [history("rewrite"), changesTree(call), keepsBooks(call)],
};

const replace: Subcommand = {
  options: optionsOf(
    "-l|--list -d|--delete -e|--edit -g|--graft --convert-graft-file -f|--force --raw --format=",
  ),
  effects: (call) =>
    call.has("-l") || call.operands.length === 0
      ? [prints(madeOf([]))]
      : [history("rewrite"), keepsBooks(call)],
};

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

const archive: Subcommand = {
  options: optionsOf(
    `--format= --prefix= --add-file= --add-virtual-file= -o|--output= --worktree-attributes -l|--list --remote= --exec=
    --mtime= -0 -1 -2 -3 -4 -5 -6 -7 -8 -9`,
  ),
  effects: (call) => [
    ...(call.has("--exec")
      ? [notModelled(call, "is told which program to run", "dynamic-code")]
      : []),
    ...call.values("--remote").flatMap((word) => contactsRemote(call, word)),
    ...(call.has("--remote", "-l") ? [] : packs(call)),
    ...call.values("--add-file").map((path) => readsFile(call, path)),
    ...call
      .values("-o")
      .map((path) => writes(fromDirectory(call, path), "create", { content: packedBy(call) })),
    prints(packedBy(call)),
  ],
};

/** What an archive is made of: another machine's files, or those of the repository and what was brought into it. */
function packedBy(call: GitCall): TextSet {
  const sources = call.values("--remote").flatMap((word) => networkOf(call, word));
  return [[hole("unmodelled", { sources: [...sources, ...call.context.brought()] })]];
}

/** Packs the files of a commit, or of one directory of it (`HEAD:src`). */
function packs(call: GitCall): readonly Consequence[] {
  const [tree, ...paths] = call.operands;
  const directory = /^[^:]+:([^*?[\\]+)$/.exec(textOf(tree ?? []) ?? "")?.[1];
  if (directory === undefined || paths.length > 0) {
    const shown = tree === undefined ? ({ kind: "tracked" } as const) : shownOfTrees([tree]);
    return [...readsPaths(call, paths), ...showsCopies(call, shown, paths, true)];
  }
  return showsCopies(call, { kind: "tracked" }, [literal(`:/${directory}`)]);
}

const bundle: Subcommand = {
  options: optionsOf(COMMITS, "--all-progress --all-progress-implied --version="),
  effects: (call) => {
    const [verb, file] = call.operands;
    if (file === undefined) return [];
    const isInput = textOf(file) === "-";
    switch (textOf(verb ?? [])) {
      case "create":
        return [
          ...showsCopies(call, { kind: "tracked" }),
          isInput
            ? prints(madeOf([]))
            : writes(fromDirectory(call, file), "create", { content: madeOf([]) }),
        ];
      case "verify":
      case "list-heads":
        return [...(isInput ? [] : [readsFile(call, file)]), prints(madeOf([]))];
      case "unbundle":
        return [...(isInput ? [] : [readsFile(call, file)]), keepsBooks(call)];
      default:
        return [notModelled(call, "with a verb that sallyport does not know")];
    }
  },
};

const formatPatch: Subcommand = {
  options: optionsOf(
    DIFF,
    COMMITS,
    `-n|--numbered -N|--no-numbered -s|--signoff --stdout --cover-letter --numbered-files --suffix= --start-number=
    -v|--reroll-count= --filename-max-length= --rfc? --cover-from-description= --subject-prefix= -o|--output-directory=
    -k|--keep-subject --zero-commit --ignore-if-in-upstream --add-header= --to= --cc= --from? --in-reply-to= --attach?
    --inline? --thread? --signature= --base= --signature-file= --interdiff= --range-diff= --creation-factor=
    --force-in-body-from --description-file= --encode-email-headers`,
  ),
  effects: (call) => {
    const copies = [...readsPaths(call, call.afterDashes ?? []), ...copiesShown(call)];
    if (call.has("--stdout")) return [...copies, prints(madeOf([[...COMMIT]]))];
    const [output] = call.values("--output");
    if (output !== undefined) return [...copies, writes(fromDirectory(call, output), "create")];
    const [folder] = call.values("-o");
    return [
      ...copies,
      ...call.values("--signature-file").map((path) => readsFile(call, path)),
      folder === undefined ? changesTree(call) : tracks(call, folder),
      prints(madeOf([[...COMMIT]])),
    ];
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

/** Prints everything that was committed, or packs it. */
const exportsAll: Subcommand = {
  options: optionsOf(
    COMMITS,
    `--signed-tags= --tag-of-filtered-object= --reencode= -M -C --export-marks= --import-marks= --import-marks-if-exists=
    --fake-missing-tagger --use-done-feature --no-data --full-tree --anonymize --anonymize-map= --reference-excluded-parents
    --show-original-ids --refspec=`,
  ),
  effects: (call) => [
    ...(call.has("--no-data")
      ? []
      : [
          ...readsPaths(call, call.afterDashes ?? []),
          ...showsCopies(call, { kind: "tracked" }, call.afterDashes),
        ]),
    ...call.values("--export-marks").map((path) => writes(fromDirectory(call, path), "create")),
    ...["--import-marks", "--import-marks-if-exists"].flatMap((option) =>
      call.values(option).map((path) => readsFile(call, path)),
    ),
    prints([[hole("unmodelled", { sources: [{ kind: "repository" }] })]]),
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
  "commit-graph": books(
    optionsOf(
      `--object-dir= --reachable --stdin-packs --stdin-commits --append --changed-paths --split? --shallow --max-commits=
      --size-multiple= --expire-time= --max-new-filters=`,
    ),
  ),
  "multi-pack-index": books(
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
