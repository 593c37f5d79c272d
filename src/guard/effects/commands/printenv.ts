// printenv: the environment, or single variables by name.
import { hole, literal, textOf } from "../../shell/text.ts";
import { type CommandModel, command, prints, reads } from "../command-model.ts";
import { ABOUT, flags } from "../option-list.ts";

export const printenv: CommandModel = command({
  names: ["printenv"],
  options: { zero: flags("-0 --null"), about: ABOUT },
  effects: ({ operands }, context) => {
    const sources = [{ kind: "unknown" }] as const;
    if (operands.length === 0)
      return [reads(literal("/proc/self/environ")), prints([[hole("missing-fact", { sources })]])];
    const [first, ...others] = operands;
    const name = others.length > 0 ? undefined : textOf(first ?? []);
    const value = name === undefined ? undefined : context.variable(name);
    return [
      prints([
        ...(value ?? []).map((text) => [...text, ...literal("\n")]),
        [hole("missing-fact", { sources })],
      ]),
    ];
  },
});
