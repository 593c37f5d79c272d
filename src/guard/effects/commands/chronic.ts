// chronic, ifne, pee, vipe and other tools of moreutils that run programs.
import { EMPTY, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { isFile, madeOf, runsInShell } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { runsFrom } from "../projects/project-scripts.ts";

export const chronic: CommandModel = command({
  names: ["chronic", "ifne", "zrun", "pee", "mispipe", "vipe", "vidir", "combine", "errno"],
  optionsEnd: "first-operand",
  options: {
    style: flags("-v -e -n -l -s --verbose"),
    ignoring: flags(
      "--ignore-sigpipe --no-ignore-sigpipe --ignore-write-errors --no-ignore-write-errors",
    ),
    about: ABOUT,
  },
  effects: ({ name, operands, stdin, has }) => {
    if (has("about") || name === "errno") return [prints(madeOf(EMPTY))];
    switch (name) {
      // Each word is a command: `pee` gives them all the input, `mispipe` joins two.
      case "pee":
      case "mispipe":
        return operands.map((text) => runsInShell(text, stdin));
      // The editor of the person opens what came in, or the names of files, which it may change.
      case "vipe":
        return [runsFrom("editor"), prints(madeOf(stdin ?? EMPTY))];
      case "vidir":
        return [
          runsFrom("editor"),
          ...(operands.length > 0 ? operands : [literal(".")]).map((path) =>
            writes(path, "change", { reach: "tree" }),
          ),
        ];
      case "combine":
        return [
          ...operands
            .filter((word) => isFile(word) && !/^(?:and|not|or|xor)$/.test(textOf(word) ?? ""))
            .map((path) => reads(path)),
          prints(madeOf([...operands, ...(stdin ?? EMPTY)])),
        ];
      default:
        return operands.length === 0 ? [] : [{ kind: "run", argv: operands, stdin }];
    }
  },
});

/** Runs a program while a file is locked. */
export const lckdo: CommandModel = command({
  names: ["lckdo"],
  optionsEnd: "first-operand",
  options: { choice: taking("-W -E"), style: flags("-w -s -x -q -S -e -h"), about: ABOUT },
  effects: ({ operands }) => [
    ...operands.slice(0, 1).map((path) => writes(path, "create")),
    ...(operands.length > 1 ? [{ kind: "run", argv: operands.slice(1) } as const] : []),
  ],
});
