// basename: the last part of a path.
import { append, baseOf, EMPTY, hole, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const basename: CommandModel = command({
  names: ["basename"],
  hasHarmlessOptions: true,
  options: {
    many: flags("-a --multiple"),
    suffix: taking("-s --suffix"),
    zero: flags("-z --zero"),
    about: ABOUT,
  },
  effects: ({ operands, has, values }) => {
    const many = has("many") || has("suffix");
    const names = many ? operands : operands.slice(0, 1);
    const suffix = textOf(values("suffix").at(-1) ?? (many ? [] : (operands[1] ?? [])));
    const bases = names.map((name) => {
      const value = textOf(name);
      return value === undefined || suffix === undefined ? undefined : lastPart(value, suffix);
    });
    const [only, ...others] = names;
    if (only !== undefined && others.length === 0 && suffix === "" && textOf(only) === undefined)
      return [prints([append(baseOf(only), literal("\n"))])];
    if (bases.some((base) => base === undefined) || has("zero"))
      return [prints([[hole("unmodelled", { like: "*" }), ...literal("\n")]])];
    return [prints(bases.length === 0 ? EMPTY : [literal(`${bases.join("\n")}\n`)])];
  },
});

function lastPart(path: string, suffix: string): string {
  const base =
    path === ""
      ? ""
      : (path
          .replace(/(?<=[^/])\/+$/, "")
          .split("/")
          .pop() ?? "");
  const name = base === "" && path !== "" ? "/" : base;
  return suffix !== "" && name.endsWith(suffix) && name !== suffix
    ? name.slice(0, -suffix.length)
    : name;
}
