// Subcommands of git that make commits anew: `rebase`, `filter-branch`, `filter-repo` and `replace`.
import { textOf } from "../../../shell/values/text.ts";
import { prints } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import {
  changesTree,
  type GitCall,
  history,
  keepsBooks,
  scriptedWith,
  shells,
  type Subcommand,
} from "../call.ts";
import { showsCopies } from "../copies.ts";
import { COMMITS, MERGE, optionsOf } from "../options.ts";
import { joins } from "./joining.ts";

/** Rebase goes on, or back; anything else writes commits anew. */
export const rebase: Subcommand = {
  options: optionsOf(
    MERGE,
    `--onto= --keep-base --committer-date-is-author-date --reset-author-date --ignore-date --ignore-whitespace
    --whitespace= -f|--force-rebase --no-ff --edit-todo --show-current-patch --apply --merge|-m -i|--interactive
    -p|--preserve-merges --empty= -k|--keep-empty --autosquash --update-refs -x|--exec= -r|--rebase-merges?
    --fork-point --root --reschedule-failed-exec --reapply-cherry-picks --allow-empty-message -C=`,
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

/** `git filter-branch`. */
export const filterBranch: Subcommand = {
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

/** `git filter-repo`. */
export const rewrites: Subcommand = {
  effects: (call) => [history("rewrite"), changesTree(call), keepsBooks(call)],
};

/** `git replace`. */
export const replace: Subcommand = {
  options: optionsOf(
    "-l|--list -d|--delete -e|--edit -g|--graft --convert-graft-file -f|--force --raw --format=",
  ),
  effects: (call) =>
    call.has("-l") || call.operands.length === 0
      ? [prints(madeOf([]))]
      : [history("rewrite"), keepsBooks(call)],
};
