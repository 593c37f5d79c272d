// devcontainer: the container that a project describes for its developers; one of the commands that it names runs on this machine.
import { isObject, readJson } from "#base/json.ts";
import { literal } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { gain } from "../services/container-mounts.ts";
import { optionValues } from "../model/option-list.ts";
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { runsRecipe, usualFile } from "../projects/recipes.ts";
import { effect } from "../model/verbs.ts";

const FILES = [".devcontainer/devcontainer.json", ".devcontainer.json"];
const COMMANDS_MAX = 16;

export const devcontainer = projectProgram({
  names: ["devcontainer"],
  isReadOnly: ({ words }) =>
    /^(?:read-configuration|outdated|help)$/.test(operandsOf(words)[0] ?? ""),
  more: ({ args, words }, context) => {
    const [verb = "", second = ""] = operandsOf(words);
    if (second === "publish")
      return [
        effect<"publish">({
          kind: "publish",
          channel: "package",
          destination: undefined,
          refs: undefined,
        }),
      ];
    if (!/^(?:up|build|exec|run-user-commands|set-up)$/.test(verb)) return [];
    const [directory] = optionValues(args, "--workspace-folder");
    return described(usualFile({ usual: FILES, directory }, context).flatMap(({ texts }) => texts));
  },
});

/** What the description asks of this machine: a command that runs before the container is there, and rights. */
function described(texts: readonly string[]): readonly Consequence[] {
  return texts.flatMap((text) => {
    // Comments are allowed in this file.
    const file = readJson(text.replaceAll(/^[^\S\n\r]*\/\/.*$/gm, ""));
    if (!isObject(file)) return [];
    const given = file["runArgs"];
    const options = Array.isArray(given) ? given.map(String) : [];
    const isWide =
      file["privileged"] === true ||
      options.some((one) => /^--(?:privileged|pid=host|network=host|cap-add=\w+)$/.test(one)) ||
      JSON.stringify(file["mounts"] ?? "").includes("docker.sock");
    return [...(isWide ? [gain()] : []), ...shellOf(file["initializeCommand"])];
  });
}

/** A text, the words of a program, or a map of either. */
function shellOf(value: unknown): readonly Consequence[] {
  if (typeof value === "string") return [runsRecipe(value, undefined)];
  if (Array.isArray(value))
    return [{ kind: "run", argv: value.map((word) => literal(String(word))), isCovered: true }];
  return isObject(value) ? Object.values(value).slice(0, COMMANDS_MAX).flatMap(shellOf) : [];
}
