// diff: compares files, or all files of two directories.
import { excludePatterns } from "../arguments/exclude-patterns.ts";
import { type CommandModel, command, valued } from "../model/command-model.ts";
import { prints, readsTree } from "../model/consequences.ts";
import { inputsOf, isFile, madeOf } from "../model/filter.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

const effects: CommandModel["effects"] = ({ operands, has, values, stdin }, context) => {
  const files = [...operands, ...values("others")];
  const { texts } = inputsOf(files, stdin, context);
  const leaves = excludePatterns(values("exclude"), values("exclude"));
  return [
    // A directory is compared file by file, without being told to recurse.
    ...files.filter(isFile).map((path) => readsTree(path, { leaves })),
    ...values("program").map((program) => ({ kind: "run", argv: [program] }) as const),
    ...values("output").map((path) => ({ kind: "writes", path, mode: "create" }) as const),
    ...(has("paginate") ? [PAGES] : []),
    prints([[], ...madeOf(texts)]),
  ];
};

export const diff: CommandModel = command({
  names: ["diff", "colordiff"],
  options: {
    others: valued("--from-file", "--to-file"),
    excludes: role("input", valued("-X", "--exclude-from")),
    exclude: taking("-x --exclude"),
    paginate: flags("-l --paginate"),
    program: valued("--diff-program"),
    output: valued("-o", "--output"),
    choice: taking(
      "-W --width -F --show-function-line -L --label --tabsize -S --starting-file -I --ignore-matching-lines -D --ifdef --GTYPE-group-format --line-format --LTYPE-line-format --old-line-format --new-line-format --unchanged-line-format --old-group-format --new-group-format --unchanged-group-format --changed-group-format --horizon-lines --palette -U -C",
    ),
    context: maybeTaking("--context --unified --color"),
    style: flags(
      "--normal -q --brief -s --report-identical-files -c -u -e --ed -n --rcs -y --side-by-side --left-column --suppress-common-lines -p --show-c-function -t --expand-tabs -T --initial-tab --suppress-blank-empty -r --recursive --no-dereference -N --new-file -P --unidirectional-new-file --ignore-file-name-case --no-ignore-file-name-case -i --ignore-case -E --ignore-tab-expansion -Z --ignore-trailing-space -b --ignore-space-change -w --ignore-all-space -B --ignore-blank-lines -a --text --strip-trailing-cr -d --minimal -H --speed-large-files -v",
    ),
    digits: DIGITS,
    about: ABOUT,
  },
  effects,
});

/** WHY apart from diff: `-W`, `-l` and others mean something else here. */
export const sdiff: CommandModel = command({
  names: ["sdiff"],
  options: {
    program: valued("--diff-program"),
    output: valued("-o", "--output"),
    choice: taking("-w --width -I --ignore-matching-lines --tabsize"),
    style: flags(
      "-i --ignore-case -E --ignore-tab-expansion -Z --ignore-trailing-space -b --ignore-space-change -W --ignore-all-space -B --ignore-blank-lines --strip-trailing-cr -a --text -l --left-column -s --suppress-common-lines -t --expand-tabs -d --minimal -H --speed-large-files -v",
    ),
    about: ABOUT,
  },
  effects,
});

/** WHY apart from diff: `-x` and `-X` take nothing here. */
export const diff3: CommandModel = command({
  names: ["diff3"],
  options: {
    program: valued("--diff-program"),
    choice: taking("-L --label"),
    style: flags(
      "-A --show-all -e --ed -E --show-overlap -3 --easy-only -x --overlap-only -X -i -m --merge -a --text --strip-trailing-cr -T --initial-tab -v",
    ),
    about: ABOUT,
  },
  effects,
});

const PAGES = {
  kind: "effect",
  effect: { kind: "execute", program: "pr", origin: "system", reach: "modelled" },
} as const;
