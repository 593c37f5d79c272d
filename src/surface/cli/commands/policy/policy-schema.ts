// `sallyport policy schema`: the form of policy files and site parameters, for editors that check what is written.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import { packageRoot } from "../../../foundation/product/product.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

/** What files a person writes, by the name of the schema of each. */
export const SCHEMAS = ["policy", "site"] as const;

/** The text of a schema that ships. */
export function schemaText(name: (typeof SCHEMAS)[number]): string {
  return readFileSync(join(packageRoot(), "data/schema", `${name}.schema.json`), "utf8");
}

export const schemaCommand = defineCommand({
  meta: {
    name: "schema",
    description: `Prints the JSON Schema of policy files (or of the parameters that \`policy compile --site\` takes), so that an editor knows it.
Keep it beside the policy, and name it in the policy's first line:

  sallyport policy schema > policy.schema.json
  # yaml-language-server: $schema=policy.schema.json        the first line of policy.yaml`,
  },
  args: {
    name: {
      type: "enum",
      options: [...SCHEMAS],
      default: "policy",
      description: "of which files",
    },
  },
  async run({ args }) {
    await print(schemaText(args.name).trimEnd());
  },
});
