// `sallyport policy list`: the packs that ship, by what they are for.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { PACK_KINDS, type PackKind } from "#govern/library/pack-schema.ts";
import { listPacks } from "../../../services/policy/policy-source.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";

const HEADINGS: Readonly<Record<PackKind, string>> = {
  profile: "profiles, to choose as they are",
  overlay: "overlays of regulations, to choose or to extend",
  tier: "tiers of repositories",
  role: "roles of people",
  source: "published rules, with the meaning that they were written for",
  part: "parts, for policies of your own to extend",
};

export const listCommand = defineCommand({
  meta: {
    name: "list",
    description:
      "The packs that ship with sallyport, for `init --profile` and for `extends` in a policy of your own. Example: sallyport policy list --json",
  },
  args: jsonOption,
  async run({ args }) {
    await print(args.json === true ? printableJson(listPacks()) : textOfPacks());
  },
});

/** The packs in groups, one line each. */
export function textOfPacks(): string {
  const packs = listPacks();
  const width = Math.max(...packs.map(({ name }) => name.length));
  return PACK_KINDS.map((kind) => {
    const group = packs.filter((pack) => pack.kind === kind);
    const lines = group.map(({ name, title, alsoCalled }) => {
      const others = alsoCalled.length === 0 ? "" : ` (also called ${alsoCalled.join(", ")})`;
      return `  ${name.padEnd(width)}  ${printable(title)}${others}`;
    });
    return [HEADINGS[kind], ...lines].join("\n");
  }).join("\n\n");
}
