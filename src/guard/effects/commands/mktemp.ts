// mktemp: makes an empty file or directory of a new name and prints it.
import { append, EMPTY, hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

/** At least three of these stand for the part that mktemp makes up. */
const PLACEHOLDER = "X".repeat(3);

export const mktemp: CommandModel = command({
  names: ["mktemp", "gmktemp"],
  options: {
    directory: flags("-d --directory"),
    dry: flags("-u --dry-run"),
    place: taking("-p"),
    placeLong: maybeTaking("--tmpdir"),
    suffix: taking("--suffix"),
    inTemporary: flags("-t"),
    style: flags("-q --quiet"),
    about: ABOUT,
  },
  effects: ({ operands, has, values }, context) => {
    const [template] = operands;
    const inTemporary =
      template === undefined || has("inTemporary") || has("place") || has("placeLong");
    const [given] = [...values("place"), ...values("placeLong")];
    const [variable, ...others] = context.variable("TMPDIR") ?? [];
    const usual =
      others.length > 0 ? undefined : variable === undefined ? literal("/tmp") : variable;
    const folder = given !== undefined && given.length > 0 ? given : usual;
    const name = named(template ?? literal(`tmp.${PLACEHOLDER}`), values("suffix")[0] ?? []);
    const path = !inTemporary
      ? name
      : folder === undefined
        ? [hole("unmodelled")]
        : append(append(folder, literal("/")), name);
    const printed = prints([append(path, literal("\n"))]);
    return has("dry") ? [printed] : [writes(path, "create", { content: EMPTY }), printed];
  },
});

/** The template with something in place of its last row of X. */
function named(template: Text, suffix: Text): Text {
  const text = textOf(template);
  const part = hole("unmodelled", { splits: false, like: "*", made: true });
  const at = text === undefined ? -1 : text.lastIndexOf(PLACEHOLDER);
  if (text === undefined || at < 0) return [hole("unmodelled")];
  const start = text.slice(0, at).replace(/X+$/, "");
  return append(append(append(literal(start), [part]), literal(text.slice(at + 3))), suffix);
}
