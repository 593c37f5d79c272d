// Subcommands of git that look: what they show of files and commits, and which of their options write or run something.
import { hole, literal } from "../../../shell/values/text.ts";
import { prints, writes } from "../../model/consequences.ts";
import { executes, fromDirectory, type Subcommand, type SubcommandTable } from "../call.ts";
import { COMMITS, DIFF, optionsOf, REFS } from "../options.ts";
import { readsRevision } from "../pathspecs.ts";
import { type Shows, shown, besides, output, showsObject } from "./shown.ts";
import { status, grep, lsFiles, catFile, hashObject } from "./looking-at-files.ts";
import { log, diff, blame, revList, mergeTree, mergeBase, describe } from "./looking-at-history.ts";
import { revParse, symbolicRef } from "./rev-parse.ts";

/** Looks; `shows` says what of the files that its words name. */
function look(shows: Shows, ...lines: readonly string[]): Subcommand {
  return {
    options: optionsOf(...lines),
    effects: (call) => [...shown(call, shows), ...besides(call), prints(output(call))],
  };
}

const help: Subcommand = {
  options: optionsOf(
    `-a|--all --external-commands --aliases --exclude-guides -m|--man -w|--web -i|--info -g|--guides -c|--config
    --user-interfaces --developer-interfaces`,
  ),
  effects: (call) =>
    call.has("-w") ? [executes("git help --web", "system")] : [prints(output(call))],
};

/** Every subcommand that only looks. */
export const LOOKING: SubcommandTable = {
  status,
  log,
  diff,
  grep,
  blame,
  annotate: blame,
  help,
  show: look("patch", DIFF, COMMITS),
  whatchanged: look("on-request", DIFF, COMMITS),
  "rev-parse": revParse,
  "rev-list": revList,
  "ls-files": lsFiles,
  "cat-file": catFile,
  "hash-object": hashObject,
  "merge-tree": mergeTree,
  "merge-base": mergeBase,
  "symbolic-ref": symbolicRef,
  "diff-tree": look("on-request", DIFF, COMMITS),
  "diff-index": look("on-request", DIFF),
  "diff-files": look("on-request", DIFF),
  "range-diff": look("patch", DIFF, COMMITS, "--creation-factor= --no-dual-color --dual-color"),
  describe,
  shortlog: look(
    "names",
    COMMITS,
    "-c|--committer --numbered -n -s|--summary -e|--email -w? --group=",
  ),
  "for-each-ref": look(
    "names",
    REFS,
    "-s|--shell -p|--perl --python --tcl --stdin --include-root-refs",
  ),
  "show-ref": look(
    "names",
    "--tags --heads --branches --verify --head -d|--dereference -s|--hash? --abbrev? --exclude-existing? --exists",
  ),
  "name-rev": look(
    "names",
    "--name-only --tags --refs= --exclude= --all --stdin --annotate-stdin --undefined --always",
  ),
  "ls-tree": look(
    "names",
    "-d -r -t -l|--long -z --name-only --name-status --object-only --full-name --full-tree --format= --abbrev?",
  ),
  version: look("names", "--build-options"),
  var: look("names", "-l"),
  "count-objects": look("names", "-H|--human-readable"),
  "check-ignore": look("names", "--stdin -z -n|--non-matching --index"),
  "check-attr": look("names", "-a|--all --cached --stdin -z --source="),
  "check-ref-format": look(
    "names",
    "--branch --normalize --allow-onelevel --refspec-pattern --print",
  ),
  "check-mailmap": look("names", "--stdin"),
  "verify-commit": look("names", "--raw"),
  "verify-tag": look("names", "--raw --format="),
  "verify-pack": look("names", "-s|--stat-only --object-format="),
  cherry: look("names", "--abbrev?"),
  "show-branch": look(
    "names",
    "-a|--all -r|--remotes --color? --more? --list --name --current --sha1-name --merge-base --independent --topo-order --topics --sparse --date-order -g|--reflog?",
  ),
  "get-tar-commit-id": look("names", ""),
  "patch-id": look("names", "--stable --unstable --verbatim"),
  stripspace: look("names", "-s|--strip-comments -c|--comment-lines"),
  column: look("names", "--command= --mode= --raw-mode= --width= --indent= --nl= --padding="),
  "fmt-merge-msg": look("names", "--log? --summary --message= -m= -F|--file= --into-name="),
  "unpack-file": {
    options: optionsOf(""),
    effects: (call) => [
      ...call.operands.flatMap((word) => [
        ...readsRevision(call, word),
        ...showsObject(call, word),
      ]),
      writes(
        fromDirectory(call, [
          ...literal(".merge_file_"),
          hole("dynamic-path", { like: "??????", splits: false }),
        ]),
        "create",
      ),
      prints(output(call)),
    ],
  },
};
