// dc: calculates; a line that begins a command with `!` goes to the shell.
import { EMPTY, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { codeFrom, madeOf } from "../model/filter.ts";
import { unbounded } from "../languages/interpret.ts";
import { shellRuns } from "../model/shell-code.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const dc: CommandModel = command({
  names: ["dc", "gdc"],
  options: {
    expression: taking("-e --expression"),
    file: taking("-f --file"),
    style: flags("-x --extended-register -i --interactive -R -P -q --quiet"),
    choice: taking("-I --ibase -O --obase -S --scale -E --seed"),
    about: ABOUT,
  },
  effects: ({ operands, values, has, stdin }, context) => {
    if (has("about")) return [];
    const files = [...values("file"), ...operands];
    const isInput = values("expression").length === 0 && files.length === 0;
    const programs: readonly Text[] = [
      ...values("expression"),
      ...files.flatMap((path) => codeFrom(path, stdin, context)),
      ...(isInput ? (stdin ?? EMPTY) : []),
    ];
    return [
      ...files.map((path) => reads(path)),
      ...programs.flatMap(commandsIn),
      prints(madeOf(EMPTY)),
    ];
  },
});

/** Commands for the shell: the rest of a line behind `!`, unless it compares. */
function commandsIn(program: Text): readonly Consequence[] {
  const text = textOf(program);
  if (text === undefined) return unbounded("unknown", "dc");
  // What is put together of texts, or comes in, may be run by `x`, `?` and comparisons: here is none of them.
  const isPlain = /^(?:[\d\sA-F._+\-*/%~^|vdrRcfpnzZXkKiIoOsl]|![^\n]*(?:\n|$))*$/.test(text);
  return [
    ...[...text.matchAll(/!(?![<>=])([^\n]*)/g)].flatMap(([, line = ""]) =>
      shellRuns(line.replace(/\]\s*x.*$/, "")),
    ),
    ...(isPlain ? [] : unbounded("inline", "dc")),
  ];
}
