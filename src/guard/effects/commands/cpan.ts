// cpan, cpanm and carton: Perl modules that come with scripts of their own, and programs that run with those of the project.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { runsFetched } from "../network/package-source.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";
import { effect, namedFiles, talksTo } from "../model/verbs.ts";

const ABOUT_ITSELF = /^(?:-v|-V|--version|-h|--help|help|version)$/;
const ASKS = /^(?:-D|-O|-l|-A|-C|-a|--info|--showdeps|--scandeps|tree|list|show|check)$/;

export const cpan: CommandModel = command({
  names: ["cpan", "cpanm", "carton", "cpm"],
  own: "four programs of their own options",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && ABOUT_ITSELF.test(words[0] ?? "")) return [];
    const opened = namedFiles(args, context);
    if (words[0] === "exec") return [runsFrom("carton"), ...opened, ...runsInside(args.slice(1))];
    if (words.some((word) => ASKS.test(word ?? "")) && !words.includes(undefined))
      return [
        ...opened,
        ...talksTo(undefined).effects(
          {
            name,
            verb: "",
            words: args,
            operands: args,
            stdin,
            has: () => false,
            values: () => [],
          },
          context,
        ),
      ];
    return [
      ...opened,
      effect<"install">({
        kind: "install",
        manager: name,
        packages: words.flatMap((word) =>
          word === undefined || word.startsWith("-") ? [] : [word],
        ),
        runsScripts: true,
      }),
      ...runsFetched(name, args),
    ];
  },
});
