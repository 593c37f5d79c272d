// `git stash`: changes that are put aside, shown and brought back.
import { hole, type TextSet, textOf } from "../../../shell/values/text.ts";
import type { GitAct } from "../../../facts/facts.ts";
import { prints } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import { changesTree, type GitCall, keepsBooks, notModelled, type Subcommand } from "../call.ts";
import { shownOfStash } from "../commits.ts";
import { showsCopies } from "../copies.ts";
import { loses } from "../losses.ts";
import { showsContent } from "./shown.ts";
import { optionsOf } from "../options.ts";
import { readsPaths } from "../pathspecs.ts";
import { PATHS, listed, offersPieces, takesAway } from "./named-paths.ts";

const STASH = `-p|--patch -k|--keep-index -S|--staged -u|--include-untracked -a|--all -m|--message= --index
  --only-untracked -s --stat --name-only`;

/** One line for each that was put away, its name first: `stash@{0}: WIP on main`. */
function stashes(call: GitCall): TextSet {
  const isPlain = call.args.length === 1;
  const leads = isPlain ? ({ like: "stash@\\{[0-9]*\\}", by: ":" } as const) : undefined;
  return [[], [hole("unmodelled", { sources: [{ kind: "repository" }], leads })]];
}

/** What is dropped: the last one where none is named; undefined where that is not known. */
function dropped({ operands }: GitCall, verb: "drop" | "clear"): GitAct | undefined {
  if (verb === "clear") return { kind: "drops-stash", at: "all" };
  const [, word] = operands;
  const given = word === undefined ? "0" : (textOf(word) ?? "");
  const at = /^(?:stash@\{)?(\d{1,4})\}?$/.exec(given)?.[1];
  return at === undefined ? undefined : { kind: "drops-stash", at: Number(at) };
}

/** `git stash`: what is put away is kept; only dropping loses it. */
export const stash: Subcommand = {
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
        return [loses(call, "discard", [dropped(call, verb)]), keepsBooks(call)];
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
