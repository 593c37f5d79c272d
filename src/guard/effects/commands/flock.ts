// flock: runs a command while it holds a lock on a file.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { runsInShell } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const flock: CommandModel = command({
  names: ["flock"],
  optionsEnd: "first-operand",
  options: {
    choice: taking("-w --timeout --wait -E --conflict-exit-code"),
    style: flags(
      "-s --shared -x --exclusive -e -u --unlock -n --nonblock --nb -o --close -F --no-fork --verbose -h -V --fcntl",
    ),
    about: ABOUT,
  },
  effects: ({ operands }) => {
    const [file, ...rest] = operands;
    const [first, text] = rest;
    // A number is a descriptor that is open.
    if (file === undefined || /^\d+$/.test(textOf(file) ?? "")) return [];
    const lock: Consequence = writes(file, "append", { keepsContent: true });
    if (/^(?:-c|--command)$/.test(textOf(first ?? []) ?? "") && text !== undefined)
      return [lock, runsInShell(text)];
    return rest.length === 0 ? [lock] : [lock, { kind: "run", argv: rest }];
  },
});
