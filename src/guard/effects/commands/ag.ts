// ag and ack: search trees; a pager given on the command line is a program.
import { hole, likeOf, literal, type TextSet, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Invocation, ModelContext } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";
import { requiredWords } from "../arguments/required-words.ts";

/** Options with which only lines that match are shown, and those beside them; and those that choose files by their names. */
const PLAIN =
  /^(?:-[insSwlcHhraofuUQFtL01]+|-[ABCGmW]\d*|--(?:ignore-case|smart-case|case-sensitive|word-regexp|literal|fixed-strings|only-matching|files-with-matches|files-without-matches|count|heading|noheading|group|nogroup|break|nobreak|colou?r|nocolou?r|column|numbers|nonumbers|null|print0|stats|vimgrep|filename|nofilename|no-filename|with-filename|sort-files|recurse|norecurse|hidden|unrestricted|skip-vcs-ignores|all-types|all-text|(?:ignore(?:-dir|-file)?|depth|max-count|width|after|before|context|file-search-regex|type)(?:=.*)?|(?:no)?(?:js|ts|py|python|go|rust|java|ruby|php|html|css|json|yaml|md|sh|cpp|cc)|nopager))$/;

/** Options that print names of files and nothing that they hold. */
const LISTS = { ag: /^-g$/, ack: /^-[gf]$/ } as const;

const FLAGS =
  "-c --count -l --files-with-matches -L --files-without-matches -i --ignore-case -S --smart-case -s --case-sensitive -w --word-regexp -v --invert-match -Q --literal -F --fixed-strings -o --only-matching -n --norecurse -r -R --recurse -H --heading --noheading --group --nogroup --color --nocolor --column --numbers --nonumbers --nobreak --break -f --follow --nofollow --hidden -u --unrestricted -U --skip-vcs-ignores -a --all-types --all-text -z --search-zip --silent --stats --passthrough --passthru -0 --null --print0 --vimgrep --ackmate --filename --nofilename -h --no-filename --with-filename -1 --sort-files --js --ts --python --py --go --rust --java --ruby --php --html --css --json --yaml --md --sh --cpp --cc --nopager --noenv -g -x --files-from-stdin";
const CHOICES =
  "-A --after -B --before -G --file-search-regex --ignore --ignore-dir -m --max-count --depth -W --width --color-line-number --color-match --color-path --workers --type --type-add --type-set --ignore-file --output --color-filename --color-colno --color-lineno";

/** What ag and ack have in common. */
const SEARCH = {
  operands: "after-first-trees",
  first: "--match",
  words: wordsOf,
  leaves: ({ name }: Invocation) => (name === "ag" ? undefined : NO_GIT),
  printed: namesAmong,
  runs: "--pager",
} as const;

export const ag: CommandModel = fileProgram({
  ...SEARCH,
  names: ["ag"],
  inputs: "-p --path-to-ignore",
  choices: `${CHOICES} -C --context`,
  flags: `${FLAGS} -t --affinity --noaffinity --debug --list-file-types --mmap --nommap --multiline --nomultiline --one-device --parallel --print-all-files --print-long-lines --search-binary --stats-only -D -V`,
});

export const ack: CommandModel = fileProgram({
  ...SEARCH,
  names: ["ack", "ack-grep"],
  inputs: "--ackrc --files-from",
  choices: `${CHOICES} -t`,
  // WHY no value in the next word: it is taken only where it is a number.
  glued: "-C --context -p --proximate",
  flags: FLAGS,
});

/** What `-l` names: files below the folders that are searched; which of all files of a project depends on what they hold. */
function namesAmong(invocation: Invocation, context: ModelContext): TextSet | undefined {
  const { args, operands } = invocation;
  const options = args.map((word) => textOf(word) ?? "-").filter((word) => word.startsWith("-"));
  const isNamed = options.some((word) => /^-[a-zA-Z]*l|^--files-with-matches$/.test(word));
  const roots = operands.slice(1);
  const isTold = roots.every(
    (root) => /^\w[\w./-]*$/.test(textOf(root) ?? "?") && context.isDirectory(root),
  );
  if (roots.length === 0) return namesHere(invocation, options, context);
  if (!isNamed || !isTold) return undefined;
  if (!options.every((word) => PLAIN.test(word))) return undefined;
  return roots.map((root) => [
    hole("dynamic-path", { like: `${likeOf(root).replace(/\/+$/, "")}/**/*` }),
  ]);
}

/** Words without which nothing of a file is shown. */
function wordsOf({ name, args, operands }: Invocation): readonly string[] | undefined {
  const lists = name === "ag" ? LISTS.ag : LISTS.ack;
  const options = args.map((word) => textOf(word) ?? "-").filter((word) => word.startsWith("-"));
  if (!options.every((word) => PLAIN.test(word) || lists.test(word))) return undefined;
  return options.some((word) => lists.test(word)) ? [] : requiredWords(operands.slice(0, 1), false);
}

/** What ack leaves out of every tree, whatever it is told. */
const NO_GIT = { files: [], directories: [".git"] };
/** Options with which ag looks at more than it does by itself. */
const WIDE = /^(?:-[a-zA-Z]*[uUatf]|--(?:hidden|unrestricted|all-types|all-text|skip-vcs-ignores))/;

/** What is named of a whole project: with words, files that each hold one of them; ag names no hidden file by itself. */
function namesHere(
  invocation: Invocation,
  options: readonly string[],
  context: ModelContext,
): TextSet | undefined {
  const place = context.directory;
  const isAg = invocation.name === "ag";
  const lists = isAg ? LISTS.ag : LISTS.ack;
  const isNamed = options.some(
    (word) => lists.test(word) || /^-[a-zA-Z]*l|^--files-with-matches$/.test(word),
  );
  const words = wordsOf(invocation);
  if (!isNamed || words === undefined || place === undefined) return undefined;
  if (context.mayMove(literal(".")) || context.matches("-*")?.length !== 0) return undefined;
  const isMatching = words.length > 0;
  const isHidden = isAg && !options.some((word) => WIDE.test(word));
  if (isAg && !isHidden) return undefined;
  return [
    [
      hole("unmodelled", {
        within: "./**",
        listed: {
          place,
          ...(isHidden ? { skips: "hidden" as const } : { leaves: NO_GIT }),
          ...(isMatching ? { words } : {}),
        },
      }),
    ],
  ];
}
