// Scripts of the packages of a repository of many: what turbo, nx, lerna and the package managers run in each of them.
import { literal, type Text } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { runsScripts } from "../projects/project-scripts.ts";

/** Where packages usually are, and how many of them are looked at. */
const PLACES = ["packages/*", "apps/*", "libs/*", "services/*"];
const PACKAGES_MAX = 12;

/** Consequences of running scripts by name in the root and in the packages of the repository. */
export function runsWorkspaceScripts(
  program: string,
  names: readonly string[],
  args: readonly Text[],
  context: ModelContext,
): readonly Consequence[] {
  const call = { program, file: "package.json", names, args };
  return [undefined, ...packagesIn(context)].flatMap((directory) =>
    runsScripts({ ...call, directory }, context),
  );
}

function packagesIn(context: ModelContext): readonly Text[] {
  // WHY: all are asked for before any is used, so that the facts of all come at once.
  const found = PLACES.map((place) => context.matches(`${place}/package.json`));
  return found
    .flatMap((paths) => paths ?? [])
    .slice(0, PACKAGES_MAX)
    .map((path) => literal(path.replace(/\/package\.json$/, "")));
}
