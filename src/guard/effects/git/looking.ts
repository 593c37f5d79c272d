// Subcommands of git that look: what they show of files and commits, and which of their options write or run something.
import {
  append,
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { type Consequence, prints, reads, readsTree, writes } from "../model/command-model.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { listedFiles } from "../model/filter.ts";
import { requiredWords } from "../arguments/required-words.ts";
import {
  executes,
  fromDirectory,
  type GitCall,
  keepsBooks,
  notModelled,
  readsFile,
  rootOf,
  type Subcommand,
  type SubcommandTable,
} from "./call.ts";
import { namesFile, pathsAmong, revisionsAmong, showsCopies } from "./copies.ts";
import { shownOfCommits, shownOfDifferences, shownOfTrees, STAGED } from "./commits.ts";
import { COMMITS, DIFF, optionsOf, REFS } from "./options.ts";
import { filesOfIndex } from "./files-of-index.ts";
import { listedNames, namesOf, namesOfSpecs, PATCHES, printsNames } from "./printed-names.ts";
import { COMMIT, COMMIT_NAME, readsPaths, readsRevision } from "./pathspecs.ts";

/** Formats of differences that show no line of a file. */
const SUMMARIES = [
  ...["--name-only", "--name-status", "--stat", "--shortstat", "--numstat", "--summary", "--raw"],
  ...["-X", "-s", "--compact-summary", "--quiet", "-q"],
];

type Shows = "patch" | "on-request" | "names";

/** Looks; `shows` says what of the files that its words name. */
function look(shows: Shows, ...lines: readonly string[]): Subcommand {
  return {
    options: optionsOf(...lines),
    effects: (call) => [...shown(call, shows), ...besides(call), prints(output(call))],
  };
}

function shown(call: GitCall, shows: Shows): readonly Consequence[] {
  if (!showsContent(call, shows)) return [];
  const { operands, afterDashes } = call;
  const count = operands.length - (afterDashes?.length ?? 0);
  const traced = call.values("-L").map((word) => fileOfRange(word));
  const words = operands.slice(0, count);
  const named = words.length > 0 && words.every((word) => namesFile(word));
  return [
    ...words.flatMap((word) => readsRevision(call, word)),
    ...readsPaths(call, [...traced, ...(afterDashes ?? [])]),
    ...(named && traced.length === 0 ? [] : copiesShown(call, traced)),
  ];
}

/** Whether lines of files are shown. */
export function showsContent(call: GitCall, shows: Shows): boolean {
  if (shows === "names") return false;
  const asks = call.has(...PATCHES);
  const summary = !asks && call.has(...SUMMARIES);
  return !summary && (shows !== "on-request" || asks);
}

/** The file of `-L 1,5:file` and `-L :function:file`. */
function fileOfRange(word: Text): Text {
  const given = textOf(word);
  return given === undefined ? word : literal(given.slice(given.lastIndexOf(":") + 1));
}

/** What is shown of commits, or of the differences between two states. */
export function copiesShown(call: GitCall, traced: readonly Text[] = []): readonly Consequence[] {
  const paths = [...pathsAmong(call, call.operands), ...traced];
  const named = revisionsAmong(call, call.operands);
  const isDifference =
    /^(?:diff|difftool|diff-files|diff-index)$/.test(call.name) ||
    (call.name === "diff-tree" && named.length > 1);
  const inModules = call.has("--submodule")
    ? [notModelled(call, "shows files of other repositories", "dynamic-path")]
    : [];
  const shown =
    traced.length > 0 || call.name === "range-diff"
      ? ({ kind: "tracked" } as const)
      : isDifference
        ? shownOfDifferences(call)
        : shownOfCommits(call);
  return [
    ...showsCopies(call, shown, paths),
    ...named.flatMap((word) => showsObject(call, word)),
    ...inModules,
  ];
}

/** Options of any of them that write a file or run a program. */
function besides(call: GitCall): readonly Consequence[] {
  const found: Consequence[] = [];
  for (const path of call.values("--output"))
    found.push(writes(fromDirectory(call, path), "create"));
  if (call.name !== "grep" && call.has("-O"))
    for (const path of call.values("-O")) found.push(readsFile(call, path));
  if (call.has("--ext-diff", "--textconv", "--filters"))
    found.push(notModelled(call, "is told to run programs of the configuration", "dynamic-code"));
  return found;
}

/** What is printed: something made of the repository, and of what came in. */
function output(call: GitCall): TextSet {
  const sources: DataSource[] = [
    { kind: "repository" },
    ...call.context.brought(),
    ...sourcesOf(call.stdin ?? []),
  ];
  if (!printsNames(call)) return [[hole("unmodelled", { sources })]];
  return (
    namesOfSpecs(call)?.map((like): Text => [hole("dynamic-path", { like, sources })]) ?? [
      [hole("unmodelled", { sources, within: "./**", listed: filesOfIndex(call) })],
    ]
  );
}

const diff: Subcommand = {
  options: optionsOf(DIFF),
  effects: (call) => {
    if (!call.has("--no-index"))
      return [...shown(call, "patch"), ...besides(call), prints(namesOf(call) ?? output(call))];
    return [
      ...call.operands.map((path) => reads(fromDirectory(call, path), "tree")),
      ...besides(call),
      prints([
        [
          hole("unmodelled", {
            sources: call.operands.flatMap((path) =>
              call.context
                .contentOf(fromDirectory(call, path))
                .flatMap((text) =>
                  text.flatMap((piece) => (piece.kind === "hole" ? piece.sources : [])),
                ),
            ),
          }),
        ],
      ]),
    ];
  },
};

const log: Subcommand = {
  options: optionsOf(DIFF, COMMITS),
  effects: (call) => {
    const found = [...shown(call, "on-request"), ...besides(call)];
    const format = [...call.values("--format"), ...call.values("--pretty")].map((text) =>
      textOf(text),
    );
    const isNames = format.length === 1 && /^(?:format:|tformat:)?%[hH]$/.test(format[0] ?? "");
    return [
      ...found,
      prints(
        isNames && !call.has(...PATCHES, ...SUMMARIES)
          ? [COMMIT]
          : (ledByCommits(call, format) ?? spelledOut(format) ?? output(call)),
      ),
    ];
  },
};

/** A format without places to fill is printed as it stands, once for each commit. */
function spelledOut(format: readonly (string | undefined)[]): TextSet | undefined {
  const text =
    format.length === 1 ? /^(?:t?format:)?([^%]*\s[^%]*)$/.exec(format[0] ?? "")?.[1] : undefined;
  return text === undefined
    ? undefined
    : [literal(`${text}\n`), [hole("unmodelled", { sources: [{ kind: "repository" }] })]];
}

/** One line for each commit, which its name leads: `git log --oneline`, `git log --format='%h %s'`. */
function ledByCommits(call: GitCall, format: readonly (string | undefined)[]): TextSet | undefined {
  const [only, ...more] = format;
  const isOneLine =
    more.length === 0 &&
    (only === undefined
      ? call.has("--oneline")
      : /^(?:oneline|(?:t?format:)?%[hH] (?:%(?:s|an|ae|ad|ar|cd|cr|aI|cI|as|cs|d|D)|[\w ,:()|-])*)$/.test(
          only,
        ));
  const beside = [...PATCHES, ...SUMMARIES, "--graph", "-g", "--walk-reflogs", "--left-right"];
  const others = ["--line-prefix", "--boundary", "--cherry-mark", "--show-signature", "--notes"];
  if (!isOneLine || call.has(...beside, ...others)) return undefined;
  const sources: readonly DataSource[] = [{ kind: "repository" }, ...call.context.brought()];
  return [[hole("unmodelled", { sources, leads: { like: COMMIT_NAME, by: " " } })]];
}

const grep: Subcommand = {
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

const blame: Subcommand = {
  options: optionsOf(
    `--incremental -b --root --show-stats --score-debug -f|--show-name -n|--show-number -p|--porcelain --line-porcelain
    -c -t -l -s -e|--show-email -w --ignore-rev= --ignore-revs-file= --color-lines --color-by-age --minimal --contents=
    -C? -M? -L= --abbrev? --date= --since= --encoding= --first-parent --reverse -S= -h`,
  ),
  effects: (call) => [
    ...call.operands.flatMap((word) => readsRevision(call, word)),
    ...["--contents", "--ignore-revs-file", "-S"].flatMap((option) =>
      call.values(option).map((path) => readsFile(call, path)),
    ),
    prints(output(call)),
  ],
};

const catFile: Subcommand = {
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

/** A file that is meant by the name of its object. */
function showsObject(call: GitCall, word: Text): readonly Consequence[] {
  const given = textOf(word)?.toLowerCase();
  if (given === undefined || !/^[0-9a-f]{4,64}$/.test(given)) return [];
  return showsCopies(call, { kind: "objects", names: [given] });
}

const lsFiles: Subcommand = {
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

const PARSED = `--abbrev-ref? --symbolic-full-name --symbolic --verify --short? --show-toplevel --show-prefix --show-cdup
  --git-dir --absolute-git-dir --git-common-dir --git-path= --is-inside-work-tree --is-inside-git-dir
  --is-bare-repository --is-shallow-repository --show-superproject-working-tree --show-object-format? --show-ref-format
  --show-prefix --show-cdup --shared-index-path --all --branches? --tags? --remotes? --glob= --exclude= --since= --after=
  --until= --before= --sq --sq-quote --not --revs-only --no-revs --flags --no-flags --default= --prefix= --parseopt
  --keep-dashdash --stop-at-non-option --stuck-long --local-env-vars --path-format= --disambiguate= --resolve-git-dir=
  --output-object-format= --exclude-hidden=`;

/** `git rev-parse`: names of commits, and places of the repository. */
const revParse: Subcommand = {
  options: optionsOf(PARSED),
  // WHY: the name of a file's object is all that it takes to show it.
  effects: (call) => [
    ...call.operands.filter(namesFile).flatMap((word) => readsRevision(call, word)),
    prints(parsedNames(call)),
  ],
};

function parsedNames(call: GitCall): TextSet {
  const root = rootOf(call);
  const inside = (text: Text): TextSet => [
    append([hole("dynamic-path", { like: "./**", sources: [{ kind: "repository" }] })], text),
  ];
  const words = call.args.map((word) => textOf(word));
  if (words.some((word) => word === undefined && !call.has("--verify"))) return output(call);
  const places = words.filter(
    (word) => word?.startsWith("--") === true && /dir|path|toplevel|cdup/.test(word),
  );
  const { repository } = call;
  if (places.length > 0) {
    if (places.length > 1 || root === undefined) return output(call);
    if (call.has("--show-toplevel")) return [literal(root)];
    const directory = typeof repository === "object" ? repository.gitDirectory : `${root}/.git`;
    const [path] = call.values("--git-path");
    if (path !== undefined) return [append(literal(`${directory}/`), path)];
    if (call.has("--git-dir", "--absolute-git-dir")) return [literal(directory)];
    return call.has("--show-cdup") ? inside([]) : output(call);
  }
  if (call.has("--abbrev-ref", "--symbolic-full-name", "--symbolic"))
    return [
      [hole("dynamic-path", { like: "[!-]*", splits: false, sources: [{ kind: "repository" }] })],
    ];
  const isOne =
    call.operands.length === 1 &&
    words.every(
      (word) =>
        word === undefined || /^(?:[^-]|--verify$|--short(?:=\d+)?$|-q$|--quiet$)/.test(word),
    );
  // Where there is no such commit, the word itself comes back, unless it was to be verified.
  const given = call.operands[0] ?? [];
  if (!isOne) return output(call);
  return call.has("--verify") || textOf(given)?.startsWith("-") === false ? [COMMIT] : output(call);
}

const help: Subcommand = {
  options: optionsOf(
    `-a|--all --external-commands --aliases --exclude-guides -m|--man -w|--web -i|--info -g|--guides -c|--config
    --user-interfaces --developer-interfaces`,
  ),
  effects: (call) =>
    call.has("-w") ? [executes("git help --web", "system")] : [prints(output(call))],
};

const hashObject: Subcommand = {
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

const mergeTree: Subcommand = {
  options: optionsOf(
    "--write-tree --trivial-merge --messages --name-only --allow-unrelated-histories --stdin --merge-base= -z -X|--strategy-option=",
  ),
  effects: (call) => [keepsBooks(call), prints(output(call))],
};

const symbolicRef: Subcommand = {
  options: optionsOf("-d|--delete --short --recurse -m="),
  effects: (call) => [
    ...(call.operands.length > 1 || call.has("-d") ? [keepsBooks(call)] : []),
    prints([[hole("dynamic-path", { like: "[!-]*", sources: [{ kind: "repository" }] })]]),
  ],
};

const mergeBase: Subcommand = {
  options: optionsOf("-a|--all --octopus --independent --is-ancestor --fork-point"),
  effects: () => [prints([COMMIT])],
};

/** `git describe`: a tag, and behind it how many commits ago it was; a name of a tag holds no `..`. */
const describe: Subcommand = {
  options: optionsOf(
    "--contains --debug --all --tags --long --first-parent --abbrev? --exact-match --candidates= --match= --exclude= --always --dirty? --broken?",
  ),
  effects: (call) => {
    const isPlain = call.args.every((word) =>
      /^(?:--(?:tags|long|always|first-parent|exact-match|dirty|broken|abbrev(?:=\d+)?)|HEAD|@)$/.test(
        textOf(word) ?? "?",
      ),
    );
    const tag = hole("dynamic-path", { like: "[!-]*", sources: [{ kind: "repository" }] });
    return [...besides(call), prints(isPlain ? [[], [tag]] : output(call))];
  },
};

const revList: Subcommand = {
  options: optionsOf(DIFF, COMMITS),
  effects: (call) => {
    const words = call.args.map((word) => textOf(word) ?? "");
    const plain = words.every(
      (word) =>
        !word.startsWith("-") ||
        /^(?:-\d+|-n|-n\d+|--(?:all|max-count=\d+|count|reverse|first-parent|merges|no-merges|branches|tags|remotes)|--)$/.test(
          word,
        ),
    );
    const counted =
      plain && call.has("--count") ? [[hole("unmodelled", { like: "[0-9]*" })]] : [COMMIT];
    return [...besides(call), prints(plain ? counted : output(call))];
  },
};

const status: Subcommand = {
  options: optionsOf(
    `-s|--short -b|--branch --show-stash --ahead-behind --porcelain? --long -z|--null -u|--untracked-files? --ignored?
    --ignore-submodules? --column? --find-renames? -M? --renames`,
  ),
  effects: (call) => [
    ...(call.has("-v") ? showsCopies(call, STAGED, call.afterDashes) : []),
    prints(output(call)),
  ],
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
  "fmt-merge-msg": look("names", "--log? --message= -m= -F|--file= --into-name="),
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
