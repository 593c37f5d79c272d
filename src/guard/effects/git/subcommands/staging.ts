// Subcommands of git that take files into the index and out of it: `add`, `commit`, `rm` and `mv`.
import { append, baseOf, literal, textOf } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { deletes, prints, reads, writes } from "../../model/consequences.ts";
import { copiedOperands } from "../../paths/destinations.ts";
import { madeOf } from "../../model/filter.ts";
import {
  addsToIndex,
  changesTree,
  fromDirectory,
  history,
  keepsBooks,
  readsFile,
  rootOf,
  type Subcommand,
} from "../call.ts";
import { STAGED } from "../commits.ts";
import { pathsAmong, showsCopies } from "../copies.ts";
import { optionsOf } from "../options.ts";
import { PATHS, offersPieces, listed, isWide } from "./named-paths.ts";

/** `git add`. */
export const add: Subcommand = {
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

/** `git commit`. */
export const commit: Subcommand = {
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

/** `git rm`. */
export const remove: Subcommand = {
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

/** `git mv`. */
export const move: Subcommand = {
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
