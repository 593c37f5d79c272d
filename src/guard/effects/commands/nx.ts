// nx: targets of the projects of a repository, by their files and by their scripts.
import { literal } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { nxCommands } from "../languages/formats/nx-targets.ts";
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { runsRecipe } from "../projects/recipes.ts";
import { saysSo } from "../projects/releases.ts";
import { runsWorkspaceScripts } from "../packages/workspace-scripts.ts";

/** Verbs that are no names of targets. */
const OWN =
  /^(?:add|affected|configure-ai-agents|connect|connect-to-nx-cloud|daemon|exec|fix-ci|format(?::\w+)?|g|generate|graph|dep-graph|import|init|list|login|logout|mcp|migrate|new|print-affected|record|register|release|repair|report|reset|run|run-many|show|start-ci-run|sync(?::check)?|view-logs|watch|workspace-lint)$/;
const FILES_MAX = 12;

export const nx = projectProgram({
  names: ["nx"],
  isReadOnly: ({ words }) => /^(?:report|list)$/.test(operandsOf(words)[0] ?? ""),
  more: ({ name, args, words }, context) => {
    const targets = targetsOf(words);
    const directories = projectsIn(context);
    return [
      ...saysSo(targets),
      ...runsWorkspaceScripts(name, targets, [], context),
      ...directories.flatMap((directory) =>
        targets.flatMap((target) => targetIn(directory, target, context)),
      ),
      ...(operandsOf(words)[0] === "exec" && words.includes("--")
        ? [{ kind: "run", argv: args.slice(words.indexOf("--") + 1), isCovered: true } as const]
        : []),
    ];
  },
});

/** `nx build web`, `nx run web:build:production`, `nx run-many -t lint test`. */
function targetsOf(words: readonly (string | undefined)[]): readonly string[] {
  const [verb = "", second = ""] = operandsOf(words);
  if (verb === "run") return [second.split(":")[1] ?? ""].filter((one) => one !== "");
  if (!OWN.test(verb)) return verb === "" ? [] : [verb.split(":").at(-1) ?? verb];
  return words.flatMap((word, at) => {
    const glued = /^(?:--targets?|-t)=(.*)$/.exec(word ?? "")?.[1];
    if (glued !== undefined) return glued.split(",");
    if (!/^(?:--targets?|-t)$/.test(word ?? "")) return [];
    const end = words.findIndex((one, index) => index > at && (one ?? "-").startsWith("-"));
    return words.slice(at + 1, end < 0 ? undefined : end).flatMap((one) => (one ?? "").split(","));
  });
}

function projectsIn(context: ModelContext): readonly string[] {
  const found = ["*/project.json", "*/*/project.json"].map((glob) => context.matches(glob));
  return ["project.json", ...found.flatMap((paths) => paths ?? [])].slice(0, FILES_MAX);
}

/** Commands run in the root unless the target says otherwise. */
function targetIn(file: string, target: string, context: ModelContext): readonly Consequence[] {
  const code = context.isFile(literal(file)) ? context.codeAt(literal(file)) : undefined;
  return (code?.texts ?? [])
    .flatMap((text) => nxCommands(text, target))
    .map((text) => runsRecipe(text, undefined));
}
