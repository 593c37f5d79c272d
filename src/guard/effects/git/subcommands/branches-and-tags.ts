// `git branch` and `git tag`: names that are listed, made and taken away.
import type { GitAct } from "../../../facts/facts.ts";
import { hole, type Text, textOf } from "../../../shell/values/text.ts";
import { prints } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import { type GitCall, keepsBooks, readsFile, type Subcommand } from "../call.ts";
import { loses, referencesOf } from "../losses.ts";
import { optionsOf, REFS } from "../options.ts";
import { COMMIT } from "../pathspecs.ts";

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

/** Branches that go, or whose names stand for something else afterwards. */
function goneBranches(call: GitCall): GitAct | undefined {
  const { operands } = call;
  const isOver = call.has("-M", "-C") || (call.has("-m", "-c") && call.has("-f"));
  const names = isOver ? operands.slice(-1) : gone(call);
  return referencesOf(names, call.has("-r") ? "remotes" : "heads");
}

/** Names that are taken away, or the first where it comes to stand for something else. */
function gone({ operands, has }: GitCall): readonly Text[] {
  return has("-d", "-D") ? operands : operands.slice(0, 1);
}

/** `git branch`. */
export const branch: Subcommand = {
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
      ...(forced ? [loses(call, "delete-ref", [goneBranches(call)])] : []),
      ...(changes ? [keepsBooks(call)] : []),
      prints(madeOf([])),
    ];
  },
};

/** `git tag`. */
export const tag: Subcommand = {
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
    ...(call.has("-d", "-f")
      ? [loses(call, "delete-ref", [referencesOf(gone(call), "tags")])]
      : []),
    ...(call.operands.length > 0 && !call.has("-l") ? [keepsBooks(call)] : []),
    prints(madeOf([])),
  ],
};
