// sg: a program with the rights of another group, or the other name of ast-grep.
import { literal, textOf } from "../../shell/values/text.ts";
import { command } from "../model/command-model.ts";
import { shellRuns } from "../model/shell-code.ts";
import { effect } from "../model/verbs.ts";

/** Subcommands of ast-grep: no system has groups of these names. */
const AST_GREP = ["run", "scan", "test", "new", "lsp", "completions"];
const CODE = /^(?:-c|--command)$/;

export const sg = command({
  names: ["sg"],
  own: "two programs have this name, and what a word is to the one tells which of them it is: `-c` is code to one and a file to the other",
  options: {},
  effects: ({ args }) => {
    const words = args.map((word) => textOf(word) ?? "?");
    if (words.length === 1 && /^-(?:-help|-version|h|V)$/.test(words[0] ?? "")) return [];
    const codes = args.filter((_, at) => CODE.test(words[at - 1] ?? ""));
    // The program that changes groups takes no option before the group but `-` and `-l`.
    const isOption = /^-(?!l$|-?c|$)[a-zA-Z-]/.test(words[0] ?? "");
    if (codes.length === 0 && (isOption || AST_GREP.includes(words[0] ?? "")))
      return [{ kind: "run", argv: [literal("ast-grep"), ...args] }];
    const group = words.find((word) => !word.startsWith("-"));
    return [
      effect<"privilege">({ kind: "privilege", means: "sg", user: group }),
      // Behind the group stands the command, with `-c` or without.
      ...(codes.length > 0 ? codes : args.slice(1)).flatMap((code) => shellRuns([code])),
    ];
  },
});
