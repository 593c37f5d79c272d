// mvn and mvnd: the phases and goals of a project in Java, which run its plugins, and what a goal is told to start.
import { append, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { optionValues } from "../model/option-list.ts";
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { effect } from "../model/verbs.ts";

/** Options with which it only says something of itself. */
const LOOKS = /^(?:-v|--version|-h|--help)$/;

export const mvn = projectProgram({
  names: ["mvn", "mvnw", "mvnd"],
  isReadOnly: ({ words }) => words.some((word) => LOOKS.test(word ?? "")),
  more: ({ args, words }) => {
    const goals = operandsOf(words);
    const brings = goals.some(
      (goal) => /^(?:[\w.-]*:)*(?:get|copy)$/.test(goal) && /dependency/.test(goal),
    );
    return [
      ...optionValues(
        args,
        "-s",
        "--settings",
        "-gs",
        "--global-settings",
        "-t",
        "--toolchains",
        "-f",
        "--file",
      ).map((path) => reads(path)),
      ...(goals.some((goal) => /(?:^|:)exec:exec$/.test(goal)) ? started(args) : []),
      ...(brings
        ? [
            effect<"install">({
              kind: "install",
              manager: "mvn",
              packages: propertyOf(args, "artifact").map((word) => textOf(word) ?? "?"),
              runsScripts: false,
            }),
          ]
        : []),
    ];
  },
});

/** The program of `exec:exec`. */
function started(args: readonly Text[]): readonly Consequence[] {
  const [program] = propertyOf(args, "exec.executable");
  if (program === undefined) return [];
  const [line = []] = propertyOf(args, "exec.args");
  return [
    {
      kind: "script",
      texts: [append(append(program, literal(" ")), line)],
      positional: [],
      isCovered: true,
    },
  ];
}

/** Values of `-Dname=value`. */
function propertyOf(args: readonly Text[], name: string): readonly Text[] {
  return optionValues(args, `-D${name}`, `--define=${name}`);
}
