// gradle: tasks of a project in Java or Kotlin, whose build is a program.
import { reads } from "../model/consequences.ts";
import { foreignOrigin } from "../programs/external-code.ts";
import { optionValues } from "../model/option-list.ts";
import { projectProgram } from "../projects/project-program.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Options with which it looks at its own processes or itself. */
const LOOKS = /^(?:--status|--stop|-v|--version|-h|-\?|--help)$/;

export const gradle = projectProgram({
  names: ["gradle", "gradlew"],
  isReadOnly: ({ words }) => words.length === 1 && LOOKS.test(words[0] ?? ""),
  more: ({ args, name }, context) =>
    optionValues(
      args,
      "-I",
      "--init-script",
      "-b",
      "--build-file",
      "-c",
      "--settings-file",
    ).flatMap((path) => {
      const origin = foreignOrigin(path, (known) => context.below(known) !== undefined);
      return [
        ...(origin === "download" ? [] : [reads(path)]),
        ...(origin === undefined ? [] : [runsFrom(name, origin)]),
      ];
    }),
});
