// Compilers and language tools of which only the questions about themselves are modelled: all else may run code.
import { EMPTY, textOf } from "../../shell/text.ts";
import { type CommandModel, command, prints } from "../command-model.ts";
import { madeOf } from "../filter.ts";

const ABOUT_ITSELF = /^(?:--version|-version|-V|--help)$/;

export const compilers: CommandModel = command({
  names: [
    "gcc",
    "g++",
    "cc",
    "c++",
    "clang",
    "clang++",
    "rustc",
    "java",
    "javac",
    "cmake",
    "ninja",
  ],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }) => {
    const [only, ...more] = args.map((word) => textOf(word));
    const asks = more.length === 0 && only !== undefined && ABOUT_ITSELF.test(only);
    return [
      ...(asks
        ? []
        : [
            {
              kind: "effect" as const,
              effect: {
                kind: "execute" as const,
                program: name,
                origin: "system" as const,
                reach: "unbounded" as const,
              },
            },
          ]),
      prints(madeOf(EMPTY)),
    ];
  },
});
