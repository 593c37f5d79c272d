// `sallyport privacy inventory`: what lies where, how old, who may read it, and whether the disk under it is encrypted.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import { type InventoryItem, takeInventory } from "../../../services/privacy/inventory.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { placesOf } from "../../log/personal-places.ts";

/** `sallyport privacy inventory`. */
export const inventoryCommand = defineCommand({
  meta: {
    name: "inventory",
    description: `the client's memory, transcripts and caches, our own data, engram and Obsidian: files, bytes, days, rights, encryption

\`encrypted\` and \`not encrypted\` are what the system says of the disk; \`unknown\` says why. Files that
are \`sealed\` sallyport itself encrypts, whatever the disk does.

  sallyport privacy inventory
  sallyport privacy inventory --json`,
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const items = takeInventory(placesOf(args));
    if (items.some(({ open }) => open > 0)) process.exitCode = 1;
    if (args.json === true) {
      await print(printableJson(items));
      return;
    }
    for (const item of items) await print(lineOf(item, Date.now()));
    if (items.length === 0) await print("nothing of the client or of sallyport is here");
  },
});

const DAY_MS = 86_400_000;

function lineOf(item: InventoryItem, nowMs: number): string {
  const { owner, what, path, files, bytes, oldestMs, newestMs, open, sealed, disk } = item;
  const age =
    oldestMs === undefined || newestMs === undefined
      ? "-"
      : `${Math.floor((nowMs - newestMs) / DAY_MS)} to ${Math.floor((nowMs - oldestMs) / DAY_MS)} days old`;
  const readers = open === 0 ? "for the owner alone" : `${open} that others may read`;
  const state = disk.state.replace("-", " ");
  return [
    `${owner}: ${what}  ${printable(path)}`,
    `  ${files} files, ${bytes} bytes, ${age}; ${readers}; ${sealed ? "sealed; " : ""}disk ${state} (${printable(disk.by)})`,
  ].join("\n");
}
