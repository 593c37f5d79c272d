// ag and ack: search trees; a pager given on the command line is a program.
import { textOf } from "../../shell/text.ts";
import type { CommandModel } from "../command-model.ts";
import { fileProgram } from "../file-program.ts";
import { requiredWords } from "../required-words.ts";

/** Options with which only lines that match are shown, and those beside them. */
const PLAIN =
  /^(?:-[insSwlcHhr]+|-[ABC]\d*|--(?:ignore-case|smart-case|case-sensitive|word-regexp|files-with-matches|count|heading|noheading|group|nogroup|color|nocolor|hidden|ignore(?:-dir)?(?:=.*)?|js|ts|py|python|go|rust|java|ruby|php|html|css|json|yaml|md|nopager))$/;

export const ag: CommandModel = fileProgram({
  names: ["ag", "ack", "ack-grep"],
  operands: "after-first-trees",
  first: "--match",
  words: ({ args, operands }) => {
    const options = args
      .flatMap((word) => textOf(word) ?? "-")
      .filter((word) => word.startsWith("-"));
    return options.every((word) => PLAIN.test(word))
      ? requiredWords(operands.slice(0, 1), false)
      : undefined;
  },
  runs: "--pager",
  inputs: "-p --path-to-ignore --ackrc --files-from",
  choices:
    "-A --after -B --before -C --context -G --file-search-regex --ignore --ignore-dir -m --max-count --depth -W --width --color-line-number --color-match --color-path --workers --type --type-add --type-set --ignore-file --output --color-filename --color-colno --color-lineno",
  flags:
    "-c --count -l --files-with-matches -L --files-without-matches -i --ignore-case -S --smart-case -s --case-sensitive -w --word-regexp -v --invert-match -Q --literal -F --fixed-strings -o --only-matching -n --norecurse -r -R --recurse -H --heading --noheading --group --nogroup --color --nocolor --column --numbers --nonumbers --nobreak --break -f --follow --nofollow --hidden -u --unrestricted -U --skip-vcs-ignores -a --all-types -t --all-text -z --search-zip --silent --stats --passthrough --passthru -0 --null --print0 --vimgrep --ackmate --filename --nofilename -h --no-filename --with-filename -1 --sort-files --js --ts --python --py --go --rust --java --ruby --php --html --css --json --yaml --md --sh --cpp --cc --nopager --noenv -g -x --files-from-stdin --proximate",
});
