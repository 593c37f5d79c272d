// paste: puts lines of files beside each other.
import { textOf } from "../../shell/text.ts";
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { linesOf } from "../lines.ts";
import { flags, taking } from "../option-list.ts";

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\", "0": "" };

export const paste: CommandModel = filter(
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

/** What stands between lines, one after the other; undefined where it is not known or not plain. */
function delimitersOf(list: string | undefined): readonly string[] | undefined {
  if (list === undefined) return undefined;
  if (list === "") return [""];
  if (!/^(?:[\x20-\x5b\x5d-\x7e\t\n]|\\[nt\\0])+$/.test(list)) return undefined;
  return (list.match(/\\.|[^\\]/gs) ?? []).map((one) =>
    one.startsWith("\\") ? (ESCAPES[one.slice(1)] ?? "") : one,
  );
}
