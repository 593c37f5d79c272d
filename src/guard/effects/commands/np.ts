// np, release-it, tbump, cargo-release, gh-pages and others: one call that makes a version of the project and hands it out.
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { published } from "../projects/releases.ts";
import { effect } from "../model/verbs.ts";

/** Words with which nothing leaves this machine. */
const DRY =
  /^(?:--preview|--dry-run(?:=true)?|--dry|--only-version|--release-version|--changelog)$/;
/** The same, for programs that only push. */
const NO_PUSH = /^(?:--no-push|-n)$/;
/** Programs that only make a commit and a tag here. */
const LOCAL = new Set([
  "bump2version",
  "bumpversion",
  "standard-version",
  "cz",
  "commitizen",
  "bump-my-version",
  "svu",
  "gitversion",
]);

export const np = projectProgram({
  names: [
    "np",
    "release-it",
    "tbump",
    "cargo-release",
    "gh-pages",
    "release-please",

    "bumpp",
    ...LOCAL,
  ],
  isReadOnly: ({ name, words }) => /^(?:svu|gitversion)$/.test(name) && !words.includes("--push"),
  more: ({ name, words }) => {
    if (LOCAL.has(name) || words.some((word) => DRY.test(word ?? ""))) return [];
    // This one tries unless it is told to do it.
    if (name === "cargo-release" && !words.some((word) => /^(?:-x|--execute)$/.test(word ?? "")))
      return [];
    const isPush = /^(?:gh-pages|tbump|bumpp)$/.test(name);
    if (isPush && words.some((word) => NO_PUSH.test(word ?? ""))) return [];
    if (isPush || (name === "release-please" && operandsOf(words).length > 0))
      return [
        effect<"publish">({
          kind: "publish",
          channel: "git",
          destination: undefined,
          refs: undefined,
        }),
      ];
    return [published()];
  },
});
