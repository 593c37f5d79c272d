// seq: numbers, one below the other.
import { hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT, DIGITS, flags, taking } from "../model/option-list.ts";

/** Numbers that are written out; of longer rows only the shape is known. */
const NUMBERS_MAX = 200;

export const seq: CommandModel = command({
  names: ["seq", "gseq"],
  options: {
    format: taking("-f --format"),
    separator: taking("-s --separator -t --terminator"),
    width: flags("-w --equal-width"),
    // A negative number looks like these.
    digits: DIGITS,
    about: ABOUT,
  },
  effects: ({ operands, has, values }) => {
    const [format] = values("format");
    const line = format === undefined ? undefined : lineOf(textOf(format));
    if (line !== undefined) return [prints([line, [hole("unmodelled")]])];
    if (has("format") || has("separator")) return [prints([[hole("unmodelled")]])];
    const numbers = operands.map((word) => {
      const value = textOf(word);
      return value !== undefined && /^-?\d{1,9}$/.test(value) ? Number(value) : undefined;
    });
    const row = has("width") || has("digits") ? undefined : rowOf(numbers);
    return [prints([row === undefined ? [hole("unmodelled", { like: "[-0-9]*" })] : literal(row)])];
  },
});

function rowOf(numbers: readonly (number | undefined)[]): string | undefined {
  const last = numbers.at(-1);
  const first = numbers.length > 1 ? numbers[0] : 1;
  const step = numbers.length > 2 ? numbers[1] : 1;
  if (last === undefined || first === undefined || step === undefined || step === 0)
    return undefined;
  const count = Math.floor((last - first) / step) + 1;
  if (count > NUMBERS_MAX) return undefined;
  return Array.from({ length: Math.max(0, count) }, (_, at) => `${first + at * step}\n`).join("");
}

/** A line of a format with its one number. */
function lineOf(format: string | undefined): Text | undefined {
  const [before, after, ...more] = format?.split(/%[-+ #0']*[\d.]*[aefgAEFG]/) ?? [];
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  const number = hole("unmodelled", { like: "[-+0-9.e]*", splits: false });
  return [...literal(before), number, ...literal(`${after}\n`)];
}
