// printenv: the environment, or single variables by name.
import { isSecretVariable } from "#base/secret-variables.ts";
import { SECRET_VARIABLE, hole, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { printsEnvironment } from "../variables/environment.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const printenv: CommandModel = command({
  names: ["printenv"],
  options: { zero: flags("-0 --null"), about: ABOUT },
  effects: ({ operands, has }, context) => {
    const isSecret = operands.some((word) => {
      const name = textOf(word);
      return name === undefined || isSecretVariable(name);
    });
    const sources = [isSecret ? SECRET_VARIABLE : ({ kind: "unknown" } as const)];
    if (operands.length === 0) return printsEnvironment(context.consumer, has("zero"));
    const [first, ...others] = operands;
    const name = others.length > 0 ? undefined : textOf(first ?? []);
    const value = name === undefined ? undefined : context.valuesOf(name);
    return [
      prints([
        ...(value ?? []).map((text) => [...text, ...literal("\n")]),
        [hole("missing-fact", { sources })],
      ]),
    ];
  },
});
