// entr: runs a command when one of the files that come in by name changes.
import { EMPTY, literal, textOf } from "../../shell/values/text.ts";
import { replaceIn } from "../../shell/values/text-changes.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { counts } from "../model/consequences.ts";
import { runsInShell } from "../model/filter.ts";
import { linesOf } from "../bytes/lines.ts";
import { flags } from "../model/option-list.ts";

export const entr: CommandModel = command({
  names: ["entr"],
  optionsEnd: "first-operand",
  options: { shell: flags("-s"), style: flags("-a -c -d -n -p -r -x -z -cc -dd -h") },
  effects: ({ operands, has, stdin }) => {
    const [first = []] = operands;
    if (operands.length === 0) return [];
    // `/_` stands for the file that changed.
    const files = (stdin ?? EMPTY).flatMap((text) => {
      const known = textOf(text);
      return known === undefined ? [text] : linesOf(known).slice(0, 8).map(literal);
    });
    // They are opened to be watched; nothing of them is shown.
    const watched = files.map((file) => counts(file));
    if (has("shell")) return [...watched, runsInShell(first)];
    const names =
      operands.some((word) => textOf(word) === "/_") && files.length > 0 ? files : [literal("/_")];
    return [
      ...watched,
      ...names.map(
        (file): Consequence => ({
          kind: "run",
          argv: operands.map((word) =>
            textOf(word) === "/_" ? file : replaceIn(word, "/_", file),
          ),
        }),
      ),
    ];
  },
});
