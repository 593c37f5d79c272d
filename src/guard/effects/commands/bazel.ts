// bazel, buck2, pants and scons: builds whose rules are programs of the project.
import { literal } from "../../shell/values/text.ts";
import { deletes } from "../model/consequences.ts";
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { effect } from "../model/verbs.ts";

/** What is asked of the server of the build alone. */
const LOOKS = /^(?:version|help|license|dump|canonicalize-flags)$/;

export const bazel = projectProgram({
  names: ["bazel", "bazelisk", "buck2", "buck", "pants", "scons"],
  isReadOnly: ({ name, words }) =>
    name.startsWith("bazel") &&
    LOOKS.test(operandsOf(words)[0] ?? "") &&
    words[0] === operandsOf(words)[0],
  more: ({ words }) => {
    const [verb = "", ...targets] = operandsOf(words);
    // Rules that push an image or apply a description say so in the name of the target.
    const isDeploy =
      verb === "run" &&
      targets.some((one) => /[.:_](?:apply|deploy|push|publish|release)$/.test(one));
    return [
      ...(isDeploy
        ? [
            effect<"deploy">({
              kind: "deploy",
              system: "the project's target",
              operation: targets[0] ?? "",
            }),
          ]
        : []),
      ...(verb === "clean" && words.includes("--expunge")
        ? [deletes(literal("bazel-out"), "tree")]
        : []),
    ];
  },
});
