// `sallyport recipe install` and `uninstall`: a recipe's script and its entries, shown as a diff before they are written.
import { isAbsolute } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { MANAGED_DIRECTORY } from "#govern/settings/managed-directory.ts";
import { thisSystem } from "#platform/system.ts";
import {
  carryOutRecipe,
  planInstallation,
  planRemovalOf,
  type RecipePlace,
  type RecipePlan,
} from "../../../services/recipe/place-recipe.ts";
import {
  type ChangeRequest,
  changeRequest,
  seekConsent,
} from "../../../foundation/terminal/consent.ts";
import { consentOptions } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { recipeCalled } from "./recipe-show.ts";

const placeOptions = {
  name: { type: "positional", required: true, description: "a recipe of `recipe list`" },
  directory: { type: "positional", required: false, default: ".", description: "the repository" },
  managed: {
    type: "boolean",
    description: "for the whole machine: into the client's managed folder, as its administrator",
  },
  ...consentOptions,
} as const;

/** `sallyport recipe install`. */
export const installCommand = defineCommand({
  meta: {
    name: "install",
    description: `Write a recipe's script to .claude/hooks and its entries to .claude/settings.json, after showing both

  sallyport recipe install block-credential-files          show the change, ask, make it
  sallyport recipe install audit-tool-use --records /var/log/agents --yes
  sudo sallyport recipe install validate-bash --managed    for everybody on this machine

Hooks of a repository are its own to change: whoever wants them firm takes \`--managed\`, or \`sallyport init\`.`,
  },
  args: {
    ...placeOptions,
    records: {
      type: "string",
      valueHint: "DIR",
      description: "where a recipe that records writes (default /var/log/claude-code)",
    },
  },
  async run({ args }) {
    if (args.records !== undefined && !isAbsolute(args.records))
      throw new Failure("usage", "`--records` is an absolute folder; correct it");
    const recipe = recipeCalled(args.name);
    const plan = await planInstallation(recipe, placeOf(args), args.records);
    await change(changeRequest(args, openTerminal()), plan, {
      done: "installed",
      json: args.json === true,
      recipe: recipe.id,
    });
  },
});

/** `sallyport recipe uninstall`. */
export const uninstallCommand = defineCommand({
  meta: {
    name: "uninstall",
    description: `Take a recipe's script and entries out again; what somebody changed since stays

  sallyport recipe uninstall block-credential-files`,
  },
  args: placeOptions,
  async run({ args }) {
    const recipe = recipeCalled(args.name);
    const plan = await planRemovalOf(recipe, placeOf(args));
    await change(changeRequest(args, openTerminal()), plan, {
      done: "taken out",
      json: args.json === true,
      recipe: recipe.id,
    });
  },
});

async function change(
  request: ChangeRequest,
  plan: RecipePlan,
  how: { readonly done: string; readonly json: boolean; readonly recipe: string },
): Promise<void> {
  const nothing = plan.changes.length === 0;
  if (nothing) for (const note of plan.notes) request.terminal.print(`note: ${printable(note)}`);
  const consent = nothing ? "nothing to do" : await seekConsent(request, plan);
  if (consent === "given") await carryOutRecipe(plan);
  const outcome = consent === "given" ? how.done : consent;
  const files = plan.changes.map(({ path }) => path);
  const { diff } = plan;
  const words = outcome === "planned" ? undefined : `${outcome}: ${how.recipe}`;
  await tell(how, { outcome, recipe: how.recipe, files, diff }, words);
  if (consent === "declined") process.exitCode = exitCodes.found;
}

function placeOf(args: {
  readonly directory: string;
  readonly managed?: boolean | undefined;
}): RecipePlace {
  if (args.managed !== true) return { kind: "repository", directory: args.directory };
  if (args.directory !== ".") return { kind: "managed", directory: args.directory };
  const system = thisSystem();
  if (system === "windows" || system === "other")
    throw new Failure("recipe", "scripts are for Linux and macOS; name a folder to make them for");
  return { kind: "managed", directory: MANAGED_DIRECTORY[system === "macos" ? "macos" : "linux"] };
}
