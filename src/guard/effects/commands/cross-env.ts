// cross-env, dotenv, env-cmd and others of node and Python: a program runs with variables from words or files.
import { literal, textOf, type Text } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { shellRuns } from "../model/shell-code.ts";

const FILE_OPTION = /^(?:-e|-f|--file|--env-file|-r|--rc-file)$/;
const VALUED = /^(?:-c|-p|-v|-q|--environments|-E|--export|--fallback)$/;

export const crossEnv: CommandModel = command({
  names: ["cross-env", "cross-env-shell", "dotenv", "dotenvx", "env-cmd", "dotenv-cli"],
  own: "words in front are variables, those behind another program",
  options: {},
  effects: ({ name, args }, context): readonly Consequence[] => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(?:--version|--help|-h|-v|help)$/.test(words[0] ?? "")) return [];
    const files = args.filter((_, at) => FILE_OPTION.test(words[at - 1] ?? ""));
    const usual =
      name.startsWith("cross-env") || files.length > 0
        ? []
        : [literal(".env")].filter(context.isFile);
    // They print or change what a file of settings holds.
    if (
      /^(?:get|set|list|decrypt|encrypt|unset|keypair|ls|rotate)$/.test(words[0] ?? "") &&
      /^dotenvx?$/.test(name)
    )
      return [...files, ...usual].map((path) => reads(path));
    const argv = programOf(args);
    if (argv.length === 0) return [];
    return name === "cross-env-shell"
      ? shellRuns([argv.flatMap((word, at) => [...(at > 0 ? literal(" ") : []), ...word])])
      : [{ kind: "run", argv: [literal("env"), ...argv] }];
  },
});

/** The assignments and the program, after the options. */
function programOf(args: readonly Text[]): readonly Text[] {
  let at = 0;
  for (; at < args.length; at += 1) {
    const text = textOf(args[at] ?? []) ?? "";
    if (text === "--") return args.slice(at + 1);
    if (text === "run" && at < 8) continue;
    if (!text.startsWith("-")) break;
    if (FILE_OPTION.test(text) || VALUED.test(text)) at += 1;
  }
  return args.slice(at);
}
