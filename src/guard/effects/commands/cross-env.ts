// cross-env, dotenv, env-cmd and others of node and Python: a program runs with variables from words or files.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { shellRuns } from "../model/shell-code.ts";
import { runModel } from "../model/verbs.ts";

export const crossEnv: CommandModel = command({
  names: ["cross-env", "cross-env-shell"],
  optionsEnd: "first-operand",
  options: { about: flags("--version --help -h -v") },
  effects: ({ name, operands }): readonly Consequence[] => {
    if (operands.length === 0) return [];
    return name === "cross-env-shell"
      ? shellRuns([operands.flatMap((word, at) => [...(at > 0 ? literal(" ") : []), ...word])])
      : [{ kind: "run", argv: [literal("env"), ...operands] }];
  },
});

const OPTIONS = {
  file: taking("-e -f --file --env-file -r --rc-file"),
  choice: taking("-c -p -v --environments -E --export --fallback"),
  style: flags("-q --quiet"),
  about: flags("--version --help -h"),
};

/** They print or change what a file of settings holds. */
const TOUCHES = /^(?:get|set|list|decrypt|encrypt|unset|keypair|ls|rotate)$/;
/** When the program in Python quotes, behind `-q`. */
const QUOTES = /^(?:always|never|auto)$/;

export const dotenv: CommandModel = command({
  names: ["dotenv", "dotenvx", "env-cmd", "dotenv-cli"],
  optionsEnd: "first-operand",
  // What other options say is only how a file of settings is read.
  hasOtherOptions: true,
  options: OPTIONS,
  effects: ({ name, args, operands, stdin }, context): readonly Consequence[] => {
    const words = QUOTES.test(textOf(operands[0] ?? []) ?? "?") ? operands.slice(1) : operands;
    const [verb = "?"] = words.map((word) => textOf(word));
    const rest = words.slice(1);
    if (verb === "help" && rest.length === 0) return [];
    if (TOUCHES.test(verb) && /^dotenvx?$/.test(name)) {
      const call = { options: OPTIONS, optionsEnd: "anywhere" } as const;
      const files = parseInvocation(call, name, args, stdin).values("file");
      const usual = files.length > 0 ? [] : [literal(".env")].filter(context.isFile);
      return [...files, ...usual].map((path) => reads(path));
    }
    if (verb === "run") return runModel(dotenv, { name, args: rest, stdin }, context);
    return words.length === 0 ? [] : [{ kind: "run", argv: [literal("env"), ...words] }];
  },
});
