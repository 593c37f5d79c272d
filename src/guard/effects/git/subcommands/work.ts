// Subcommands of git for daily work: staging, committing, moving between branches, joining and undoing.
import { append, literal } from "../../../shell/values/text.ts";
import { writes } from "../../model/consequences.ts";
import {
  all,
  fromDirectory,
  notModelled,
  type Subcommand,
  type SubcommandTable,
  tracks,
} from "../call.ts";
import { MERGE, optionsOf } from "../options.ts";
import { bisect, worktree, notes, checkoutIndex, readTree, updateIndex, sparse } from "./trees.ts";
import { add, commit, remove, move } from "./staging.ts";
import { checkout, switching, restore, reset } from "./switching.ts";
import { joins, pick } from "./joining.ts";
import { stash } from "./stash.ts";
import { clean } from "./clean.ts";

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
