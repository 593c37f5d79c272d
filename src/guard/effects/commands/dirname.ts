// dirname: a path without its last part.
import { hole, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT, flags } from "../model/option-list.ts";

export const dirname: CommandModel = command({
  names: ["dirname"],
  hasHarmlessOptions: true,
  options: { zero: flags("-z --zero"), about: ABOUT },
  effects: ({ operands, has }) => {
    const values = operands.map((path) => textOf(path));
    if (has("zero") || values.some((value) => value === undefined))
      return [prints([[hole("unmodelled")]])];
    return [prints([literal(values.map((value) => `${withoutLast(value ?? "")}\n`).join(""))])];
  },
});

function withoutLast(path: string): string {
  const plain = path.replace(/(?<=.)\/+$/, "");
  const at = plain.lastIndexOf("/");
  if (at < 0) return ".";
  return plain.slice(0, at).replace(/(?<=.)\/+$/, "") || "/";
}
