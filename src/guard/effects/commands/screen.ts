// screen: terminals that stay when nobody looks, and commands that are started and typed in them.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { cannotTell } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { effect } from "../model/verbs.ts";

export const screen: CommandModel = command({
  names: ["screen"],
  optionsEnd: "first-operand",
  options: {
    settings: taking("-c"),
    log: taking("-Logfile"),
    choice: taking("-e -h -p -S -s -t -T"),
    detached: flags("-dm -Dm"),
    glued: maybeTaking("-r -R -x -d -D -RR -ls -list"),
    command: flags("-X -Q"),
    style: flags("-4 -6 -a -A -f -fn -fa -i -l -ln -L -m -O -q -U -v -wipe --help --version"),
    named: taking("-dmS -DmS -dRR"),
  },
  effects: ({ operands, values, has, stdin }) => {
    const found: Consequence[] = [
      ...values("settings").flatMap((path) => [
        reads(path),
        cannotTell("dynamic-code", "commands of `screen` from a file"),
      ]),
      ...values("log").map((path) => writes(path, "append")),
    ];
    if (!has("command"))
      return operands.length === 0 ? found : [...found, { kind: "run", argv: operands, stdin }];
    const [verb, ...words] = operands.map((word) => textOf(word));
    switch (verb) {
      // What is typed runs in whatever shell or program is there.
      case "stuff":
        return [
          ...found,
          // WHY never alone: what was typed before, there or by an earlier call, comes first.
          cannotTell("dynamic-code", "keys that `screen` types"),
          ...(words.includes(undefined)
            ? []
            : shellRuns(words.join(" ").replace(/\^M|\\n|\\r|\\015|\\012/g, "\n"))),
        ];
      case "quit":
      case "kill":
        return [
          ...found,
          effect<"deploy">({ kind: "deploy", system: "processes", operation: "end" }),
        ];
      case "exec":
      case "screen":
        return [
          ...found,
          {
            kind: "run",
            argv: operands.slice(1).filter((word) => !/^[.!|:]+$/.test(textOf(word) ?? "")),
          },
        ];
      case "hardcopy":
      case "logfile":
        return [
          ...found,
          ...operands
            .slice(1)
            .filter((word) => textOf(word)?.startsWith("-") !== true)
            .map((path) => writes(path, "create")),
        ];
      case "windows":
      case "info":
      case "title":
      case "number":
      case "select":
      case "log":
      case "echo":
        return found;
      default:
        return [
          ...found,
          cannotTell("dynamic-code", "a command of `screen` that sallyport does not know"),
        ];
    }
  },
});
