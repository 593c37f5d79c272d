// cpan, cpanm and carton: Perl modules that come with scripts of their own, and programs that run with those of the project.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { runsFetched } from "../network/package-source.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect, namedFiles, talksTo } from "../model/verbs.ts";

/** The model of a program that brings modules; `asks`: options with which it only asks about some. */
function bringing(names: readonly string[], asks: string): CommandModel {
  return command({
    names,
    // What is brought runs scripts of its own, whatever else is said.
    hasOtherOptions: true,
    options: {
      asks: flags(asks),
      kept: taking(
        "-L --local-lib-contained --local-lib --mirror --save-dists --from -M --cpanfile",
      ),
      program: { names: ["exec"], value: "required", words: "to-end" },
      about: flags("-v -V --version -h --help"),
    },
    effects: (invocation, context) => {
      const { name, args, operands, has, values, stdin } = invocation;
      const [verb = ""] = operands.map((word) => textOf(word));
      if (operands.length === 0 && has("about") && !has("program")) return [];
      if (operands.length === 1 && ABOUT_ITSELF.test(verb)) return [];
      const opened = namedFiles(args, context);
      if (has("program")) return [runsFrom("carton"), ...opened, ...runsInside(values("program"))];
      const isKnown = args.every((word) => textOf(word) !== undefined);
      if (isKnown && (has("asks") || operands.some((word) => ASKS.test(textOf(word) ?? ""))))
        return [
          ...opened,
          ...talksTo(undefined).effects(
            { ...invocation, verb: "", words: args, operands: args, has: () => false, stdin },
            context,
          ),
        ];
      return [
        ...opened,
        effect<"install">({
          kind: "install",
          manager: name,
          packages: operands.flatMap((word) => textOf(word) ?? []),
          runsScripts: true,
        }),
        ...runsFetched(name, args),
      ];
    },
  });
}

const ABOUT_ITSELF = /^(?:help|version)$/;
const ASKS = /^(?:tree|list|show|check)$/;

export const cpan: CommandModel = bringing(["cpan"], "-D -O -l -A -C -a");

/** `-l` is where what is brought goes. */
export const cpanm: CommandModel = bringing(
  ["cpanm", "carton", "cpm"],
  "--info --showdeps --scandeps",
);
