// turbo and lerna: scripts of the packages of a repository, and what lerna hands to a registry.
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { saysSo } from "../projects/releases.ts";
import { effect, egress } from "../model/verbs.ts";
import { runsWorkspaceScripts } from "../packages/workspace-scripts.ts";

/** Verbs of turbo that are no names of scripts. */
const OWN =
  /^(?:run|watch|bin|boundaries|completion|daemon|gen|generate|get-mfe-port|info|link|login|logout|ls|prune|query|scan|telemetry|unlink|devtools|docs|clone|config)$/;

export const turbo = projectProgram({
  names: ["turbo", "lerna"],
  isReadOnly: ({ name, words }) =>
    /^(?:ls|list|la|ll|info|bin|completion)$/.test(operandsOf(words)[0] ?? "") ||
    (name === "turbo" &&
      words.some((word) => /^--(?:dry|dry-run|graph)(?:=.*)?$/.test(word ?? ""))),
  more: ({ name, args, words }, context) => {
    const end = words.indexOf("--");
    const [verb = "", ...rest] = operandsOf(end < 0 ? words : words.slice(0, end));
    const given = end < 0 ? [] : args.slice(end + 1);
    if (name === "lerna" && verb === "exec")
      return [
        {
          kind: "run",
          argv: end < 0 ? args.slice(words.indexOf(verb) + 1) : given,
          isCovered: true,
        },
      ];
    const scripts =
      verb === "run" || verb === "watch"
        ? rest
        : name === "turbo" && !OWN.test(verb)
          ? [verb, ...rest]
          : [];
    return [
      ...saysSo(scripts),
      ...(scripts.length > 0 ? runsWorkspaceScripts(name, scripts, given, context) : []),
      // `lerna version` makes a commit and a tag and pushes both, unless told otherwise.
      ...(name === "lerna" && verb === "version" && !words.includes("--no-push")
        ? [
            effect<"publish">({
              kind: "publish",
              channel: "git",
              destination: undefined,
              refs: undefined,
            }),
          ]
        : []),
      ...(name === "turbo" && /^(?:login|logout|link|unlink|scan)$/.test(verb)
        ? [egress("vercel.com")]
        : []),
    ];
  },
});
