// sbt, mill and lein: builds of projects in Scala and Clojure, which are programs.
import type { Consequence } from "../model/command-model.ts";
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { effect } from "../model/verbs.ts";

export const sbt = projectProgram({
  names: ["sbt", "sbtn", "mill", "lein", "boot", "clj", "clojure"],
  isReadOnly: ({ name, words }) =>
    name === "lein" && /^(?:version|help|classpath-help|show-profiles)$/.test(words[0] ?? ""),
  more: ({ name, words }): readonly Consequence[] => {
    const [verb = ""] = operandsOf(words);
    const brings =
      (name === "lein" && /^(?:deps|upgrade|new)$/.test(verb)) ||
      (name === "sbt" && verb === "new");
    return [
      ...(brings
        ? [
            effect<"install">({
              kind: "install",
              manager: name,
              packages: operandsOf(words).slice(1),
              runsScripts: true,
            }),
          ]
        : []),
    ];
  },
});
