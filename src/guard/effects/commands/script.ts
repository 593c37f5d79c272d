// script: runs a command or a shell and writes down what it prints.
import { EMPTY, hole, literal } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const script: CommandModel = command({
  names: ["script"],
  optionsEnd: "first-operand",
  options: {
    command: taking("-c --command"),
    logs: taking("-I --log-in -O --log-out -B --log-io -T --log-timing"),
    choice: taking("-m --logging-format -E --echo -o --output-limit"),
    timing: maybeTaking("-t --timing"),
    style: flags("-a --append -e --return -f --flush --force -q --quiet -h -V -F -k -r -p -d"),
    about: ABOUT,
  },
  effects: ({ operands, values, has, stdin }) => {
    const [file, ...rest] = operands;
    const logs = [
      ...values("logs"),
      ...values("timing"),
      ...(file !== undefined ? [file] : has("logs") ? [] : [literal("typescript")]),
    ];
    const content = [...EMPTY, [hole("unmodelled", { sources: [{ kind: "unknown" }] })]];
    const found: Consequence[] = logs.map((path) => writes(path, "create", { content }));
    for (const text of values("command"))
      found.push({ kind: "run", argv: [literal("sh"), literal("-c"), text] });
    // On other systems the words after the file are the command.
    if (rest.length > 0) found.push({ kind: "run", argv: rest });
    else if (!has("command"))
      found.push({ kind: "run", argv: [literal("sh")], stdin: stdin ?? EMPTY });
    return found;
  },
});
