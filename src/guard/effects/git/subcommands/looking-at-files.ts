// Subcommands of git that look at files and objects: `grep`, `ls-files`, `cat-file`, `hash-object` and `status`.
import { literal, type Text, textOf } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { prints, readsTree } from "../../model/consequences.ts";
import { listedFiles } from "../../model/filter.ts";
import { requiredWords } from "../../arguments/required-words.ts";
import {
  fromDirectory,
  type GitCall,
  keepsBooks,
  notModelled,
  readsFile,
  type Subcommand,
} from "../call.ts";
import { pathsAmong, revisionsAmong, showsCopies } from "../copies.ts";
import { shownOfTrees, STAGED } from "../commits.ts";
import { optionsOf } from "../options.ts";
import { listedNames } from "../printed-names.ts";
import { COMMIT, readsRevision } from "../pathspecs.ts";
import { output, besides, showsObject } from "./shown.ts";

/** `git grep`. */
export const grep: Subcommand = {
  options: optionsOf(
    `--cached --index --no-index --untracked --exclude-standard --recurse-submodules -v|--invert-match -i|--ignore-case
    -w|--word-regexp -a|--text -I --textconv -r|--recursive --max-depth= -E|--extended-regexp -G|--basic-regexp
    -F|--fixed-strings -P|--perl-regexp -n|--line-number --column -h -H --full-name -l|--files-with-matches|--name-only
    -L|--files-without-match -z|--null -o|--only-matching -c|--count --color? --break --heading -C|--context=
    -B|--before-context= -A|--after-context= --threads= -p|--show-function -W|--function-context -f= -e= --and --or
    --not --all-match -O|--open-files-in-pager? --ext-grep -m|--max-count= -0 -1 -2 -3 -4 -5 -6 -7 -8 -9`,
  ),
  effects: (call) => {
    const found: Consequence[] = call.values("-f").map((path) => readsFile(call, path));
    for (const pager of call.values("-O"))
      if (pager.length > 0) found.push({ kind: "script", texts: [pager], positional: [] });
    if (call.has("-O", "--ext-grep", "--textconv"))
      found.push(notModelled(call, "is told to run a program", "dynamic-code"));
    const given = call.has("-e", "-f") ? call.operands : call.operands.slice(1);
    const names = call.has("-l", "-L", "-c", "-q");
    const outside = call.has("--no-index", "--untracked");
    if (outside)
      for (const path of given.length === 0 ? [literal(".")] : given)
        found.push(readsTree(fromDirectory(call, path), untrackedToo(call)));
    else if (!names) {
      for (const word of given) found.push(...readsNamed(call, word));
      const trees = revisionsAmong(call, given);
      const shown = trees.length === 0 ? ({ kind: "tracked" } as const) : shownOfTrees(trees);
      found.push(...showsCopies(call, shown, pathsAmong(call, given), true));
      if (call.has("--recurse-submodules"))
        found.push(notModelled(call, "searches other repositories", "dynamic-path"));
    }
    return [...found, prints(output(call))];
  },
};

/** What a search of the working tree leaves out: what git ignores, where it is told nothing else. */
function untrackedToo(call: GitCall): Parameters<typeof readsTree>[1] {
  const isOther = call.has("--no-index", "-v", "-f", "-L", "--textconv", "--ext-grep");
  const patterns = call.has("-e") ? call.values("-e") : call.operands.slice(0, 1);
  const words = isOther || call.has("--not") ? undefined : requiredWords(patterns, call.has("-F"));
  const isAll =
    call.has("--no-index") ||
    call.args.some((word) => (textOf(word) ?? "--no-e").startsWith("--no-e"));
  return { words, ...(isAll ? {} : { skips: "ignored" }) };
}

/** Files and revisions by their names; of what a pattern names, only what git keeps is shown, unless it ends in one name. */
function readsNamed(call: GitCall, word: Text): readonly Consequence[] {
  const given = textOf(word) ?? "";
  return /[*?[]/.test(given.slice(given.lastIndexOf("/") + 1)) ? [] : readsRevision(call, word);
}

/** `git cat-file`. */
export const catFile: Subcommand = {
  options: optionsOf(
    `-t -s -e -p --allow-unknown-type --mailmap|--use-mailmap --batch? --batch-check? --batch-command?
    --batch-all-objects --buffer --follow-symlinks --unordered --textconv --filters --path= -z -Z --filter=`,
  ),
  effects: (call) => {
    const found: Consequence[] = [...besides(call)];
    // WHY: names that come in lines are not looked at one by one; any file of the repository may be among them.
    if (call.has("--batch", "--batch-command"))
      found.push(notModelled(call, "shows objects whose names come from a list", "dynamic-path"));
    if (call.has("--batch-all-objects") && call.has("--batch"))
      found.push(...showsCopies(call, { kind: "tracked" }));
    if (!call.has("-t", "-s", "-e"))
      for (const word of call.operands)
        found.push(...readsRevision(call, word), ...showsObject(call, word));
    return [...found, prints(output(call))];
  },
};

/** `git ls-files`. */
export const lsFiles: Subcommand = {
  options: optionsOf(
    `-z -t -f -c|--cached -d|--deleted -m|--modified -o|--others -i|--ignored -s|--stage -k|--killed --directory --eol
    --empty-directory -u|--unmerged --resolve-undo -x|--exclude= -X|--exclude-from= --exclude-per-directory=
    --exclude-standard --full-name --recurse-submodules --error-unmatch --with-tree= --abbrev? --debug --deduplicate
    --sparse --format=`,
  ),
  effects: (call) => [
    ...call.values("-X").map((path) => readsFile(call, path)),
    prints(listedNames(call) ?? output(call)),
  ],
};

/** `git hash-object`. */
export const hashObject: Subcommand = {
  options: optionsOf("-t= -w --stdin --stdin-paths --no-filters --filters --literally --path="),
  effects: (call) => [
    ...call.operands.map((path) => readsFile(call, path)),
    ...(call.has("--stdin-paths")
      ? listedFiles(literal("-"), "\n", { stdin: call.stdin }, call.context).names.map((path) =>
          readsFile(call, path),
        )
      : []),
    ...(call.has("--stdin-paths")
      ? [notModelled(call, "takes paths from a list", "dynamic-path")]
      : []),
    ...(call.has("-w") ? [keepsBooks(call)] : []),
    prints([COMMIT]),
  ],
};

/** `git status`. */
export const status: Subcommand = {
  options: optionsOf(
    `-s|--short -b|--branch --show-stash --ahead-behind --porcelain? --long -z|--null -u|--untracked-files? --ignored?
    --ignore-submodules? --column? --find-renames? -M? --renames`,
  ),
  effects: (call) => [
    ...(call.has("-v") ? showsCopies(call, STAGED, call.afterDashes) : []),
    prints(output(call)),
  ],
};
