// paste: puts lines of files beside each other.
import { EMPTY, literal, type TextSet, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Invocation, ModelContext } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { filter, inputsOf, isFile } from "../model/filter.ts";
import { linesOf } from "../bytes/lines.ts";
import { flags, taking } from "../model/option-list.ts";

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\", "0": "" };

const single = filter(
  ["paste"],
  {
    between: taking("-d --delimiters"),
    serial: flags("-s --serial"),
    style: flags("-z --zero-terminated"),
  },
  (text, { has, values, operands }) => {
    if (has("style") || operands.length > 1) return undefined;
    if (!has("serial")) return text === "" || text.endsWith("\n") ? text : `${text}\n`;
    const [given] = values("between");
    const between = delimitersOf(given === undefined ? "\t" : textOf(given));
    if (between === undefined) return undefined;
    const joined = linesOf(text).map((line, at) =>
      at === 0 ? line : `${between[(at - 1) % between.length] ?? ""}${line}`,
    );
    return `${joined.join("")}\n`;
  },
);

export const paste: CommandModel = {
  ...single,
  effects: (invocation, context) => {
    const found = single.effects(invocation, context);
    const output = besideEachOther(invocation, context);
    return output === undefined
      ? found
      : found.map((one) => (one.kind === "output" ? prints(output) : one));
  },
};

/** Lines of several files whose text is known, one of each in a line; undefined for any other call. */
function besideEachOther(
  { has, values, operands, stdin, uncertain }: Invocation,
  context: ModelContext,
): TextSet | undefined {
  if (operands.length < 2 || has("style") || has("serial") || uncertain) return undefined;
  const [given] = values("between");
  const between = delimitersOf(given === undefined ? "\t" : textOf(given));
  // Several files that are all the input share its lines.
  if (between === undefined || operands.filter((path) => !isFile(path)).length > 1)
    return undefined;
  const columns = operands.map((path) => {
    const [text, ...others] = inputsOf([path], stdin ?? EMPTY, context).texts;
    const value = text === undefined || others.length > 0 ? undefined : textOf(text);
    return value === undefined ? undefined : linesOf(value);
  });
  const known = columns.filter((column) => column !== undefined);
  if (known.length < columns.length) return undefined;
  const count = Math.max(...known.map(({ length }) => length));
  const lines = Array.from({ length: count }, (_, row) =>
    known
      .map(
        (column, at) =>
          (at === 0 ? "" : (between[(at - 1) % between.length] ?? "")) + (column[row] ?? ""),
      )
      .join(""),
  );
  return [literal(lines.map((line) => `${line}\n`).join(""))];
}

/** What stands between lines, one after the other; undefined where it is not known or not plain. */
function delimitersOf(list: string | undefined): readonly string[] | undefined {
  if (list === undefined) return undefined;
  if (list === "") return [""];
  if (!/^(?:[\x20-\x5b\x5d-\x7e\t\n]|\\[nt\\0])+$/.test(list)) return undefined;
  return (list.match(/\\.|[^\\]/gs) ?? []).map((one) =>
    one.startsWith("\\") ? (ESCAPES[one.slice(1)] ?? "") : one,
  );
}
