// skaffold, tilt, garden, devspace and okteto: projects that are built and brought to a cluster while somebody works on them.
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { effect, toAccount } from "../model/verbs.ts";

/** Verbs with which nothing reaches the cluster. */
const LOCAL =
  /^(?:build|render|diagnose|schema|test|config|init|inspect|lint|fix|filter|version|help|completion|doctor|verify-install|alpha|list|options|plugins|util|validate|analytics|docs)$/;
const LOOKS = /^(?:version|help|completion|options|schema)$/;

export const skaffold = projectProgram({
  names: ["skaffold", "tilt", "garden", "devspace", "okteto", "draft"],
  isReadOnly: ({ words }) => LOOKS.test(words[0] ?? ""),
  more: ({ name, words }) => {
    const [verb = "dev"] = operandsOf(words);
    const asks = /^(?:get|logs|describe|status|dump|top|ps|snapshot|ui|port-forward)$/.test(verb);
    if (LOCAL.test(verb)) return [];
    return [
      toAccount(),
      ...(asks
        ? []
        : [
            effect<"deploy">({
              kind: "deploy",
              system: "kubernetes",
              operation: `${name} ${verb}`,
            }),
          ]),
    ];
  },
});
