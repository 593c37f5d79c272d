// codespell: finds misspelt words in trees, and with a flag puts them right.
import { literal, textOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";
import { excludePatterns } from "../arguments/exclude-patterns.ts";

/** What begins with a dot is left out unless the call or settings ask for it. */
const HIDDEN = literal(".*");
const SETTINGS = ["setup.cfg", ".codespellrc", "pyproject.toml"];
/** Words that cannot ask for hidden files. */
const PLAIN = /^(?!--check-h|-[a-zA-Z]*H)/;

/** Options after which whole lines are printed, with what stands around a word, or any match of a pattern. */
const SHOWS = /^(?:-[a-z]*[ABCir]|--(?:after|before)?-?context|--regex|--interactive|--uri)/;

export const codespell: CommandModel = fileProgram({
  names: ["codespell"],
  operands: "trees",
  leaves: ({ has, args }, context) => {
    const isAsked = args.some((word) => !PLAIN.test(textOf(word) ?? "-H")) || has("inputs");
    const saysSo = SETTINGS.some((name) =>
      context.codeAt(literal(name))?.texts.some((text) => text.includes("check-hidden")),
    );
    return isAsked || saysSo ? undefined : excludePatterns([HIDDEN], [HIDDEN]);
  },
  words: ({ args }) => (args.some((word) => SHOWS.test(textOf(word) ?? "-C")) ? undefined : []),
  inPlace: "-w --write-changes",
  inputs: "-D --dictionary -I --ignore-words -x --exclude-file --config --toml",
  choices:
    "-S --skip -L --ignore-words-list --uri-ignore-words-list -r --regex --ignore-regex --builtin -i --interactive -q --quiet-level -A --after-context -B --before-context -C --context --ignore-multiline-regex",
  flags:
    "-d --disable-colors -c --enable-colors -s --summary --count -f --check-filenames -H --check-hidden -e --hard-encoding-detection --stdin-single-line -h",
});
