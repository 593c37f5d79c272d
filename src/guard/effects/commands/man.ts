// man: pages of the manual; pagers and browsers may be named on the command line.
import { EMPTY, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { compresses } from "../bytes/archive.ts";
import { cannotTell, madeOf, runsInShell } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { HELPERS } from "./groff.ts";

export const man: CommandModel = command({
  names: ["man", "apropos", "whatis"],
  options: {
    pager: taking("-P --pager"),
    browser: maybeTaking("-H --html"),
    config: taking("-C --config-file"),
    local: flags("-l --local-file"),
    trees: taking("-M --manpath"),
    choice: taking(
      "-R --recode -L --locale -m --systems -S -s --sections --section -e --extension -r --prompt -E --encoding -p --preprocessor",
    ),
    shape: maybeTaking("--warnings -T --troff-device -X --gxditview"),
    style: flags(
      "-d --debug -D --default -f --whatis -k --apropos -K --global-apropos -w --where --path --location -W --where-cat --location-cat -c --catman -i --ignore-case -I --match-case --regex --wildcard --names-only -a --all -u --update --no-subpages -7 --ascii --no-justification --nj --no-hyphenation --nh -t --troff -Z --ditroff -? --usage -V -h",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, values }) => {
    const found: Consequence[] = values("config").map((path) => reads(path));
    // Trees of the system hold nothing but pages.
    for (const tree of values("trees"))
      if (!/^\/(?:usr|opt)\//.test(textOf(tree) ?? "")) found.push(reads(tree, "tree"));
    for (const pager of values("pager")) found.push(runsInShell(pager, madeOf(EMPTY)));
    if (has("browser") || values("config").length > 0)
      found.push(cannotTell("dynamic-command", "a program that man is told to run"));
    // A word with a slash is a file; with -l all are.
    for (const page of operands)
      if (has("local") || textOf(page)?.includes("/") !== false) found.push(reads(page));
    return [...found, ...compresses(["col", ...HELPERS]), prints(madeOf(EMPTY))];
  },
});
