// rpm: packages as files and in the system's list; macros of its own may run shell text.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { optionValues } from "../model/option-list.ts";
import { effect, namedFiles } from "../model/verbs.ts";

const ASKS =
  /^(?:-[a-zA-Z]*q[a-zA-Z]*|--query|-V[a-zA-Z]*|--verify|-K|--checksig|--showrc|--querytags|--version|--help)$/;
const BRINGS = /^(?:-[a-zA-Z]*[iUF][a-zA-Z]*|--install|--upgrade|--freshen|--reinstall)$/;

export const rpm: CommandModel = command({
  names: ["rpm", "rpmkeys", "rpmdb"],
  own: "one letter says what the others of its word mean: `i` asks behind `-q` and brings alone",
  options: {},
  effects: ({ name, args }, context) => {
    const words = args.map((word) => textOf(word) ?? "?");
    const found: Consequence[] = [...namedFiles(args, context), prints(madeOf([]))];
    // `%(…)` in a macro is for a shell, other languages stand between braces.
    const macros = optionValues(args, "-E", "--eval", "--define", "-D", "--queryformat", "--qf");
    for (const macro of macros) {
      const text = textOf(macro);
      const shell = [...(text ?? "").matchAll(/%\(([^)]*)\)/g)].map(([, code = ""]) => code);
      found.push(...shell.flatMap((code) => shellRuns([literal(code)])));
      if (text === undefined || /%\{(?:lua|load|include|uncompress)|%include/.test(text))
        found.push(cannotTell("dynamic-code", `code in a macro of \`${name}\``));
    }
    if (
      words.some((word) => ASKS.test(word)) ||
      (macros.length > 0 && !words.some((word) => BRINGS.test(word)))
    )
      return found;
    const urls = args.filter((word) => /^(?:https?|ftp):\/\//.test(textOf(word) ?? ""));
    return [
      ...found,
      ...urls.map(
        (url): Consequence => ({ kind: "contacts", url, carries: [{ kind: "argument" }] }),
      ),
      words.some((word) => BRINGS.test(word) || word === "--import")
        ? effect<"install">({
            kind: "install",
            manager: "rpm",
            packages: words.filter((word) => !word.startsWith("-")),
            runsScripts: true,
          })
        : effect<"deploy">({ kind: "deploy", system: "machine", operation: "remove-packages" }),
    ];
  },
});
