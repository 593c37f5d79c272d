// Subcommands of git that look at commits: `log`, `diff`, `blame`, `rev-list`, `describe` and what they print.
import { hole, literal, type TextSet, textOf } from "../../../shell/values/text.ts";
import { prints, reads } from "../../model/consequences.ts";
import type { DataSource } from "../../../vocabulary/effect.ts";
import { fromDirectory, type GitCall, keepsBooks, readsFile, type Subcommand } from "../call.ts";
import { COMMITS, DIFF, optionsOf } from "../options.ts";
import { namesOf, PATCHES } from "../printed-names.ts";
import { COMMIT, COMMIT_NAME, readsRevision } from "../pathspecs.ts";
import { shown, besides, output, SUMMARIES } from "./shown.ts";

/** `git diff`. */
export const diff: Subcommand = {
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

/** `git log`. */
export const log: Subcommand = {
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

/** `git blame` and `git annotate`. */
export const blame: Subcommand = {
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

/** `git merge-tree`. */
export const mergeTree: Subcommand = {
  options: optionsOf(
    "--write-tree --trivial-merge --messages --name-only --allow-unrelated-histories --stdin --merge-base= -z -X|--strategy-option=",
  ),
  effects: (call) => [keepsBooks(call), prints(output(call))],
};

/** `git merge-base`. */
export const mergeBase: Subcommand = {
  options: optionsOf("-a|--all --octopus --independent --is-ancestor --fork-point"),
  effects: () => [prints([COMMIT])],
};

/** `git describe`: a tag, and behind it how many commits ago it was; a name of a tag holds no `..`. */
export const describe: Subcommand = {
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

/** `git rev-list`. */
export const revList: Subcommand = {
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
