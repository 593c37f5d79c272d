// cut: parts of lines.
import type { CommandModel, Invocation } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { textOf } from "../../shell/values/text.ts";
import { filter, firstWords } from "../model/filter.ts";
import { linesOf, textOfLines } from "../bytes/lines.ts";
import { flags, taking } from "../model/option-list.ts";

/** So many ranges of one list are followed. */
const RANGES_MAX = 64;

const plain = filter(
  ["cut"],
  {
    fields: taking("-f --fields"),
    characters: taking("-b --bytes -c --characters"),
    delimiter: taking("-d --delimiter"),
    output: taking("--output-delimiter"),
    style: flags("-n -s --only-delimited -z --zero-terminated"),
    complement: flags("--complement"),
  },
  cutText,
);

/** `cut -d: -f1` of lines that are known to begin with such a word. */
export const cut: CommandModel = {
  ...plain,
  effects: (invocation, context) => {
    const found = plain.effects(invocation, context);
    const { operands, stdin, has, values } = invocation;
    const isFirst = textOf(values("fields")[0] ?? []) === "1" && values("fields").length === 1;
    const others = ["style", "complement", "output", "characters"].some((one) => has(one));
    if (!isFirst || others || operands.length > 0 || stdin === undefined) return found;
    const words = firstWords(stdin, textOf(values("delimiter")[0] ?? []) ?? "");
    return words === undefined ? found : [prints(words)];
  },
};

/** The output for known input, for a list of ranges and no change of what stands between. */
function cutText(text: string, { has, values }: Invocation): string | undefined {
  // Characters above 0x7f are several bytes.
  if (/[^\0-\x7f]/.test(text) || has("style") || has("output")) return undefined;
  const list = textOf(values("fields")[0] ?? values("characters")[0] ?? []) ?? "";
  const isListed = takenBy(list);
  if (isListed === undefined) return undefined;
  const isTaken = (position: number): boolean => isListed(position) !== has("complement");
  if (has("characters"))
    return textOfLines(
      linesOf(text).map((line) => [...line].filter((_, at) => isTaken(at + 1)).join("")),
    );
  const delimiter = textOf(values("delimiter")[0] ?? [{ kind: "text", text: "\t" }]);
  if (delimiter === undefined || delimiter.length !== 1) return undefined;
  return textOfLines(
    linesOf(text).map((line) =>
      line.includes(delimiter)
        ? line
            .split(delimiter)
            .filter((_, at) => isTaken(at + 1))
            .join(delimiter)
        : line,
    ),
  );
}

/** Whether a list like `1,3-5,8-` takes a position, counted from 1; undefined for what is no such list. */
function takenBy(list: string): ((position: number) => boolean) | undefined {
  const ranges = list.split(",", RANGES_MAX + 1).map((part) => {
    const found = /^(\d{1,6})?(-)?(\d{1,6})?$/.exec(part);
    if (found === null || part === "" || part === "-") return undefined;
    const first = Number(found[1] ?? 1);
    const last = found[2] === undefined ? first : Number(found[3] ?? Number.POSITIVE_INFINITY);
    return first < 1 || last < first ? undefined : { first, last };
  });
  const known = ranges.filter((range) => range !== undefined);
  if (known.length < ranges.length || known.length > RANGES_MAX) return undefined;
  return (position) => known.some(({ first, last }) => first <= position && position <= last);
}
