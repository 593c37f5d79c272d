// Subcommands of git that make commits anew: `rebase`, `filter-branch`, `filter-repo` and `replace`.
import { literal, textOf } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { prints } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import {
  changesTree,
  type GitCall,
  history,
  keepsBooks,
  notModelled,
  scriptedWith,
  shells,
  type Subcommand,
} from "../call.ts";
import { showsCopies } from "../copies.ts";
import { areEditorsIdle } from "../hooks.ts";
import { loses } from "../losses.ts";
import { COMMITS, MERGE, optionsOf } from "../options.ts";
import { isOwnStrategy, joins } from "./joining.ts";

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
      ...(goesOn ? stepsLeft(call) : [movesCommits(call)]),
      ...call.values("-x").map((line) => shells([line])),
      ...joins(call),
    ];
  },
};

/**
 * Commits are made anew. WHY nothing is lost then: git begins over nothing uncommitted, puts it aside or refuses, and its log leads
 * to what was there. With times of their own, commits would not look like those any more; an editor may write other steps.
 */
function movesCommits(call: GitCall): Consequence {
  if (followsRemote(call)) return history("amend");
  const isEdited = call.has("-i") && !areEditorsIdle(call.repository, call.context);
  return isEdited || call.has(...DATING)
    ? history("rewrite")
    : loses(call, "rewrite", [{ kind: "moves-head" }]);
}

/** Options after which commits do not tell any more when they were made. */
const DATING = ["--reset-author-date", "--ignore-date", "--committer-date-is-author-date"];

/** A line of the list of steps that is given to a shell. */
const SHELL_STEP = /^[ \t]*(?:exec|x)[ \t]+(.*)$/gm;

/** What is left of a rebase that was begun: lines that the list of steps gives to a shell, and the program that joins. */
function stepsLeft(call: GitCall): readonly Consequence[] {
  const { repository, context } = call;
  if (typeof repository !== "object" || call.has("--abort", "--quit")) return [];
  const read = (name: string): readonly string[] | undefined => {
    const file = context.codeAt(literal(`${repository.gitDirectory}/rebase-merge/${name}`));
    return file === undefined || file.texts.length > 0 ? (file?.texts ?? []) : undefined;
  };
  const lists = read("git-rebase-todo");
  const strategies = read("strategy");
  if (lists === undefined || strategies === undefined)
    return [notModelled(call, "goes on with steps that cannot be read", "dynamic-code")];
  const lines = lists.flatMap((text) =>
    [...text.matchAll(SHELL_STEP)].map(([, line = ""]) => line),
  );
  return [
    ...lines.map((line) => shells([literal(line)])),
    ...(strategies.every((name) => isOwnStrategy(name.trim()))
      ? []
      : [notModelled(call, "goes on with another program that joins histories", "dynamic-code")]),
  ];
}

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
