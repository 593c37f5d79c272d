// Subcommands of git that join commits: `merge`, `cherry-pick` and `revert`, with their strategies.
import { textOf } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import {
  changesTree,
  type GitCall,
  keepsBooks,
  notModelled,
  readsFile,
  type Subcommand,
} from "../call.ts";
import { optionsOf } from "../options.ts";

/** Strategies that git brings; any other name is a program. */
const STRATEGIES = /^(?:ours|recursive|resolve|octopus|ort)$/;

/** Whether a strategy is one that git brings. */
export function isOwnStrategy(name: string): boolean {
  return STRATEGIES.test(name);
}

/** Doubts about strategies: a program of another name, or files that are moved below another directory. */
function strategies(call: GitCall): readonly Consequence[] {
  const names = [...call.values("-s"), ...call.values("--strategy")];
  const options = call.values("-X").map((option) => textOf(option) ?? "subtree");
  return [
    ...(names.every((name) => isOwnStrategy(textOf(name) ?? ""))
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

/** `git cherry-pick` and `git revert`. */
export const pick: Subcommand = {
  options: optionsOf(
    `--quit --continue --abort --skip --cleanup= -n|--no-commit --commit -e|--edit -s|--signoff -m|--mainline=
    --rerere-autoupdate --strategy= -X|--strategy-option= -S|--gpg-sign? --ff --allow-empty --allow-empty-message
    --keep-redundant-commits --empty= -x -r --reference`,
  ),
  effects: (call) => [...strategies(call), changesTree(call), keepsBooks(call)],
};
