// pacman and its helpers: packages of Arch that come and go, told by a letter and those after it.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { namedFiles, effect } from "../model/verbs.ts";

const LONG: Readonly<Record<string, string>> = {
  "--sync": "S",
  "--query": "Q",
  "--remove": "R",
  "--upgrade": "U",
  "--database": "D",
  "--files": "F",
  "--deptest": "T",
};
/** Letters and options that make a question of `-S` and `-F`. */
const ASKS = /^-[SF]y?[a-z]*[silgpx]/;
const ASKS_LONG = /^--(?:search|info|list|groups|print|regex)$/;

export const pacman: CommandModel = command({
  names: ["pacman", "yay", "paru", "pamac"],
  own: "the first letter of a word says what those behind it mean: `p` prints behind `-S` and reads a file behind `-Q`",
  options: {},
  effects: ({ name, args }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(?:-V|--version|-h|--help)$/.test(words[0] ?? "")) return [];
    const told = words.find((word) => word?.startsWith("-") === true);
    const letter = LONG[told ?? ""] ?? /^-([SQRUDFT])/.exec(told ?? "")?.[1] ?? "?";
    const opened = [...namedFiles(args, context), prints(madeOf([]))];
    const asks = words.some((word) => ASKS.test(word ?? "") || ASKS_LONG.test(word ?? ""));
    const isRefreshed = words.some((word) =>
      /^-[SF]y*u|^-[SF]yy?$|^--(?:refresh|sysupgrade)$/.test(word ?? ""),
    );
    const changes = effect<"deploy">({
      kind: "deploy",
      system: "machine",
      operation: "remove-packages",
    });
    const brings = effect<"install">({
      kind: "install",
      manager: name,
      packages: words.flatMap((word) => (word === undefined || word.startsWith("-") ? [] : [word])),
      runsScripts: true,
    });
    switch (letter) {
      case "Q":
      case "T":
        // Names are looked up in a list; only with `p` are they files.
        return words.some((word) => /^-Q[a-z]*p|^--file$/.test(word ?? ""))
          ? opened
          : opened.slice(-1);
      case "S":
      case "F":
        if (words.some((word) => /^-Sc+$|^--clean$/.test(word ?? ""))) return [...opened, changes];
        return asks && !isRefreshed ? opened : [...opened, brings];
      case "U":
        return [...opened, brings];
      case "R":
      case "D":
        return [...opened, changes];
      default:
        // Helpers take the name of a package alone.
        return name === "pacman"
          ? [...opened, cannotTell("unmodelled", "what `pacman` is told")]
          : [...opened, brings];
    }
  },
});
