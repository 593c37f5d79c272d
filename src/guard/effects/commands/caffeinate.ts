// caffeinate and systemd-inhibit: the machine stays awake while a program runs.
import { command } from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";

export const caffeinate = command({
  names: ["caffeinate", "systemd-inhibit"],
  optionsEnd: "first-operand",
  options: {
    about: flags("--help --version -h"),
    style: flags("-d -i -m -s -u --list --no-legend --no-pager"),
    named: taking("-t -w --what --who --why --mode"),
  },
  effects: ({ operands }) => (operands.length === 0 ? [] : [{ kind: "run", argv: operands }]),
});
