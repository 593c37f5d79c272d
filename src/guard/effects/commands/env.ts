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
    let at = operands[0] !== undefined && textOf(operands[0]) === "-" ? 1 : 0;
    for (; at < operands.length; at += 1) {
      const word = operands[at] ?? [];
      const name = /^([^=]*)=/.exec(knownPrefix(word))?.[1];
      if (name === undefined) break;
      environment.set(name, [dropKnown(word, name.length + 1)]);
    }
    const argv = operands.slice(at);
    const [split] = values("split");
    const [directory] = values("directory");
    if (split !== undefined) return runSplit(split, argv);
    if (argv.length === 0)
      return [...printsEnvironment(has("style") ? undefined : context.consumer, has("zero"))];
    return [
      ...(removed.includes(undefined) ? [anyVariable] : []),
      {
        kind: "run",
        argv,
        environment,
        ...(has("clear") ? { isCleared: true as const } : {}),
        without: removed.filter((name) => name !== undefined),
        ...(directory === undefined ? {} : { directory }),
      },
    ];
  },
});

const anyVariable: Consequence = {
  kind: "unknown",
  reason: "dynamic-command",
  detail: "a variable is removed whose name is not known",
};

/** `-S` splits much as the shell does; quotes and escapes are read the same way for our purpose. */
function runSplit(split: Text, rest: readonly Text[]): ReturnType<CommandModel["effects"]> {
  const known = textOf(split);
  const words =
    known === undefined || /["'\\$]/.test(known)
      ? undefined
      : known.trim().split(/\s+/).map(literal);
  if (words !== undefined) return [{ kind: "run", argv: [...words, ...rest] }];
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
