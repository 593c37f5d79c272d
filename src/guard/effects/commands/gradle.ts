// gradle: tasks of a project in Java or Kotlin, whose build is a program.
import { reads } from "../command-model.ts";
import { optionValues } from "../option-list.ts";
import { projectProgram } from "../project-program.ts";

/** Options with which it looks at its own processes or itself. */
const LOOKS = /^(?:--status|--stop|-v|--version|-h|-\?|--help)$/;

export const gradle = projectProgram({
  names: ["gradle", "gradlew"],
  looks: ({ words }) => words.length === 1 && LOOKS.test(words[0] ?? ""),
  more: ({ args }) =>
    optionValues(args, "-I", "--init-script", "-b", "--build-file", "-c", "--settings-file").map(
      (path) => reads(path),
    ),
});
