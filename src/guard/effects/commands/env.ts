// env: runs a program in a changed environment, or prints the environment.
import {
  EMPTY,
  dropKnown,
  knownPrefix,
  literal,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  command,
  type Consequence,
  flag,
  valued,
} from "../model/command-model.ts";
import { printsEnvironment } from "../variables/environment.ts";

export const env: CommandModel = command({
  names: ["env"],
  optionsEnd: "first-operand",
  options: {
    clear: flag("-i", "-", "--ignore-environment"),
    unset: valued("-u", "--unset"),
    directory: valued("-C", "--chdir"),
    split: valued("-S", "--split-string"),
    zero: flag("-0", "--null"),
    style: flag("-v", "--debug", "--list-signal-handling", "--help", "--version"),
    signals: {
      names: ["--block-signal", "--default-signal", "--ignore-signal"],
      value: "optional",
    },
  },
  effects: ({ operands, values, has }, context) => {
    const environment = new Map<string, TextSet>();
    const removed = values("unset").map(textOf);
    const [[split], [directory]] = [values("split"), values("directory")];
    const around = {
      ...(has("clear") ? { isCleared: true as const } : {}),
      without: removed.filter((name) => name !== undefined),
      ...(directory === undefined ? {} : { directory }),
    };
    const unknown = removed.includes(undefined) ? [anyVariable] : [];
    // WHY before the operands: what was split stands in front of them, so none of them sets a variable by itself.
    if (split !== undefined) return [...unknown, ...runSplit(split, operands, around)];
    let at = operands[0] !== undefined && textOf(operands[0]) === "-" ? 1 : 0;
    for (; at < operands.length; at += 1) {
      const word = operands[at] ?? [];
      const name = /^([^=]*)=/.exec(knownPrefix(word))?.[1];
      if (name === undefined) break;
      environment.set(name, [dropKnown(word, name.length + 1)]);
    }
    const argv = operands.slice(at);
    if (argv.length === 0)
      return [...printsEnvironment(has("style") ? undefined : context.consumer, has("zero"))];
    return [...unknown, { kind: "run", argv, environment, ...around }];
  },
});

const anyVariable: Consequence = {
  kind: "unknown",
  reason: "dynamic-command",
  detail: "a variable is removed whose name is not known",
};

/** `-S` splits much as the shell does; quotes and escapes are read the same way for our purpose. */
function runSplit(
  split: Text,
  rest: readonly Text[],
  around: {
    readonly isCleared?: true;
    readonly directory?: Text;
    readonly without: readonly string[];
  },
): ReturnType<CommandModel["effects"]> {
  const known = textOf(split);
  const words =
    known === undefined || /["'\\$]/.test(known)
      ? undefined
      : known.trim().split(/\s+/).map(literal);
  // WHY by this program again: options and variables may stand in what was split.
  if (words !== undefined)
    return [{ kind: "run", argv: [literal("env"), ...words, ...rest], ...around }];
  if (rest.length > 0)
    return [
      { kind: "unknown", reason: "dynamic-command", detail: "a split string with arguments" },
    ];
  return [
    { kind: "script", texts: known === undefined ? EMPTY : [split], positional: [] },
    ...(known === undefined
      ? [
          {
            kind: "unknown" as const,
            reason: "dynamic-command" as const,
            detail: "a split string that is not known",
          },
        ]
      : []),
  ];
}
