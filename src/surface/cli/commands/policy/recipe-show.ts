// `sallyport recipe list` and `show`: which hooks there are by name, and what each is: natively, and as a script.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { editDistance } from "#base/edit-distance.ts";
import { printable, printableJson } from "#base/printable.ts";
import type { Recipe } from "#govern/recipe/recipe.ts";
import { scriptOf } from "#govern/recipe/script.ts";
import { loadRecipes } from "../../../foundation/product/shipped-data.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** `sallyport recipe list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "The recipes, one a line.\n\n  sallyport recipe list\n  sallyport recipe list --json",
  },
  args: jsonOption,
  async run({ args }) {
    const recipes = loadRecipes();
    const lines = recipes.map(({ id, title, items }) => ({ id, title, items }));
    if (args.json === true) return print(printableJson(lines));
    const width = Math.max(...recipes.map(({ id }) => id.length));
    await print(recipes.map(({ id, title }) => `${id.padEnd(width)}  ${title}`).join("\n"));
  },
});

/** `sallyport recipe show`. */
export const showCommand = defineCommand({
  meta: {
    name: "show",
    description: `What a recipe does, what does the same natively, and its script

  sallyport recipe show block-credential-files
  sallyport recipe show validate-bash --script > .claude/hooks/validate-bash.sh`,
  },
  args: {
    name: { type: "positional", required: true, description: "a recipe of `recipe list`" },
    script: { type: "boolean", description: "print the script and nothing else" },
    ...jsonOption,
  },
  async run({ args }) {
    const recipe = recipeCalled(args.name);
    if (args.script === true) return print(scriptOf(recipe).trimEnd());
    if (args.json === true) return print(printableJson({ ...recipe, text: scriptOf(recipe) }));
    await print(recipeText(recipe));
  },
});

/** The recipe of a name. Throws a Failure that says the nearest one. */
export function recipeCalled(name: string): Recipe {
  const recipes = loadRecipes();
  const found = recipes.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const near = recipes.find(({ id }) => editDistance(id, name) <= 3)?.id;
  const advice =
    near === undefined ? "`sallyport recipe list` names them" : `did you mean \`${near}\`?`;
  throw new Failure("usage", `there is no recipe \`${printable(name)}\`; ${advice}`);
}

function recipeText({ id, title, description, items, native, script }: Recipe): string {
  const rules = native.rules.length === 0 ? "" : `: rules ${native.rules.join(", ")}`;
  const hooks = script.hooks.map(({ event, matcher }) => `${event} ${matcher ?? "*"}`);
  return [
    `${id}: ${title}`,
    "",
    description,
    "",
    "natively",
    ...(native.policy === undefined ? [] : [`  policy ${native.policy}${rules}`]),
    ...(native.command === undefined ? [] : [`  ${native.command}`]),
    `  ${native.how}`,
    "",
    "as a script",
    `  called on ${hooks.join(", ")}`,
    `  ${script.limits}`,
    `  sallyport recipe install ${id}`,
    "",
    `requirements: ${items.join(", ")}`,
  ].join("\n");
}
