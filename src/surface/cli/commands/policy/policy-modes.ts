// `sallyport policy modes`: the client's permission modes, what each leaves to whom, and which one is for what.
import { defineCommand } from "citty";
import { printableJson } from "#base/printable.ts";
import { modesPage } from "#govern/settings/modes-page.ts";
import { loadCatalogue } from "../../../foundation/product/shipped-data.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

export const modesCommand = defineCommand({
  meta: {
    name: "modes",
    description: `Says what each permission mode of the client leaves to whom, and which one is for what. Writes nothing.

  sallyport policy modes
  sallyport policy modes --markdown > docs/reference/modes.md
  sallyport policy modes --json`,
  },
  args: {
    markdown: { type: "boolean", description: "the page of the reference" },
    ...jsonOption,
  },
  async run({ args }) {
    const catalogue = loadCatalogue();
    const { modes, invented_modes: invented, client } = catalogue;
    if (args.json === true) return print(printableJson({ client, modes, invented }));
    if (args.markdown === true) return print(modesPage(catalogue).trimEnd());
    const lines = modes.flatMap(
      ({ name, aka, security, edits, commands, rest, use, sallyport }) => [
        `${[name, ...aka].join(" = ")}  (security: ${security})`,
        `  edits      ${edits}`,
        `  commands   ${commands}`,
        `  the rest   ${rest}`,
        `  sallyport  ${sallyport}`,
        `  for        ${use}`,
      ],
    );
    const no = invented.map(({ name, instead }) => `no mode: ${name}: ${instead}`);
    return print([...lines, ...no].join("\n"));
  },
});
