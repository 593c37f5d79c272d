// nl: prints its input with the lines numbered.
import { ownValue } from "#base/own-value.ts";
import { textOf } from "../../shell/values/text.ts";
import type { CommandModel, Invocation } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { linesOf, textOfLines } from "../bytes/lines.ts";
import { flags, taking } from "../model/option-list.ts";

export const nl: CommandModel = filter(
  ["nl", "gnl"],
  {
    body: taking("-b --body-numbering"),
    first: taking("-v --starting-line-number"),
    format: taking("-n --number-format"),
    increment: taking("-i --line-increment"),
    separator: taking("-s --number-separator"),
    width: taking("-w --number-width"),
    pages: taking(
      "-d --section-delimiter -f --footer-numbering -h --header-numbering -l --join-blank-lines",
    ),
    style: flags("-p --no-renumber"),
  },
  numbered,
);

/** The output for known text without logical pages. */
function numbered(text: string, { has, values }: Invocation): string | undefined {
  const valueOf = (option: string, usual: string): string | undefined =>
    has(option) ? textOf(values(option).at(-1) ?? []) : usual;
  const separator = valueOf("separator", "\t");
  const width = numberOf(valueOf("width", "6"));
  const first = numberOf(valueOf("first", "1"));
  const increment = numberOf(valueOf("increment", "1"));
  const pad = ownValue(PADDINGS, valueOf("format", "rn") ?? "");
  const body = valueOf("body", "t");
  if (separator === undefined || width === undefined || first === undefined) return undefined;
  if (increment === undefined || pad === undefined || has("pages") || has("style"))
    return undefined;
  if (!["a", "t", "n"].includes(body ?? "") || /\\:|[^\0-\x7f]/.test(text)) return undefined;
  let next = first;
  const blank = " ".repeat(width + separator.length);
  return textOfLines(
    linesOf(text).map((line) => {
      if (body === "n" || (body === "t" && line === "")) return blank + line;
      const number = pad(String(next), width);
      next += increment;
      return number + separator + line;
    }),
  );
}

const PADDINGS: Readonly<Record<string, (number: string, width: number) => string>> = {
  ln: (number, width) => number.padEnd(width),
  rn: (number, width) => number.padStart(width),
  rz: (number, width) => number.padStart(width, "0"),
};

/** A plain number of few digits. */
function numberOf(text: string | undefined): number | undefined {
  return /^\d{1,3}$/.test(text ?? "") ? Number(text) : undefined;
}
