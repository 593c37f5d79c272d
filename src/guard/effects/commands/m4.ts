// m4: expands macros; a text of it is a program that may read files and run commands.
import { EMPTY, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { inputsOf, madeOf } from "../model/filter.ts";
import { shellRuns } from "../model/shell-code.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runsFrom } from "../projects/project-scripts.ts";

export const m4: CommandModel = command({
  names: ["m4", "gm4"],
  options: {
    state: role("input", taking("-R --reload-state")),
    frozen: role("output", taking("-F --freeze-state -o --error-output")),
    defined: taking("-D --define"),
    debug: role("output", maybeTaking("--debugfile")),
    folders: taking("-I --include"),
    choice: taking(
      "-U --undefine -H --hashsize -L --nesting-limit -l --arglength -t --trace -B -N -S",
    ),
    glued: maybeTaking("-d --debug --warn-macro-sequence"),
    style: flags(
      "-E --fatal-warnings -i --interactive -e -P --prefix-builtins -Q --quiet --silent -s --synclines -g --gnu -G --traditional",
    ),
    about: ABOUT,
  },
  effects: ({ operands, stdin, values, has }, context) => {
    if (has("about")) return [];
    const { opened, texts } = inputsOf(operands, stdin, context);
    const known = [...texts, ...values("defined")].map((text) => textOf(text));
    const isInput = operands.length === 0;
    return [
      ...opened,
      runsFrom("m4", isInput && known.every((text) => text !== undefined) ? "inline" : "project"),
      ...known.flatMap((text): readonly Consequence[] =>
        text === undefined ? [] : plainCalls(text),
      ),
      prints(madeOf(texts.length === 0 ? EMPTY : texts)),
    ];
  },
});

/** What stands plainly in the text: commands for the shell and files that are taken in. */
function plainCalls(text: string): readonly Consequence[] {
  const found: Consequence[] = [];
  for (const [, name = "", argument = ""] of text.matchAll(
    /\b(?:m4_)?(e?syscmd|s?include|undivert)\(\s*`?([^)']*)/g,
  ))
    found.push(...(name.endsWith("syscmd") ? shellRuns(argument) : [reads(literal(argument))]));
  return found;
}
