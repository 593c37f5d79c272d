// rlwrap: runs a program with editing of the lines that it reads, and keeps what was typed.
import { baseOf, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { runsInShell } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const rlwrap: CommandModel = command({
  names: ["rlwrap"],
  optionsEnd: "first-operand",
  options: {
    lists: role("input", taking("-f --file")),
    history: taking("-H --history-filename"),
    log: role("log", taking("-l --logfile")),
    filter: taking("-z --filter"),
    choice: taking(
      "-b --break-chars -C --command-name -D --history-no-dupes -g --forget-matching -M --multi-line-ext -O --only-cook -P --pre-given -q --quote-characters -s --histsize -S --substitute-prompt -t --set-term-name -w --wait-before-prompt",
    ),
    glued: maybeTaking(
      "-a --always-readline -e --extra-char-after-completion -m --multi-line -p --prompt-colour -A --ansi-colour-aware -U --mirror-arguments",
    ),
    style: flags(
      "-c --complete-filenames -I --pass-sigint-as-sigterm -i --case-insensitive -n --no-warnings -N --no-children -o --one-shot -r --remember -R --renice -u -v -X -W --polling -h --skip-setctty",
    ),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin }, { home }) => {
    const [program] = operands;
    if (program === undefined) return [];
    const histories = values("history");
    const usual = [...literal(`${home}/.`), ...baseOf(program), ...literal("_history")];
    return [
      ...(histories.length > 0
        ? histories.map((path) => writes(path, "append"))
        : [writes(usual, "append")]),
      ...values("filter")
        .filter((text) => textOf(text) !== "listing")
        .map((text) => runsInShell(text)),
      { kind: "run", argv: operands, stdin },
    ];
  },
});
