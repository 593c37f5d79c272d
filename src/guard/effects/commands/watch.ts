// watch: runs a command again and again, through a shell unless told otherwise.
import { append, literal, type Text } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { runsInShell } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const watch: CommandModel = command({
  names: ["watch"],
  optionsEnd: "first-operand",
  options: {
    exec: flags("-x --exec"),
    interval: taking("-n --interval -q --equexit -s --shotsdir"),
    differences: maybeTaking("-d --differences"),
    style: flags(
      "-b --beep -c --color -C --no-color -e --errexit -g --chgexit -p --precise -r --no-rerun -t --no-title -w --no-wrap -f --follow -h -v",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has }) => {
    if (operands.length === 0) return [];
    if (has("exec")) return [{ kind: "run", argv: operands }];
    const line = operands.reduce<Text>((sum, word) => append(append(sum, literal(" ")), word), []);
    return [runsInShell(line)];
  },
});
