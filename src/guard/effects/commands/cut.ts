// cut: parts of lines.
import { type CommandModel, type Invocation } from "../command-model.ts";
import { textOf } from "../../shell/text.ts";
import { filter } from "../filter.ts";
import { linesOf, textOfLines } from "../lines.ts";
import { flags, taking } from "../option-list.ts";

export const cut: CommandModel = filter(
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

/** The output for known input, for one range and no change of what stands between. */
function cutText(text: string, { has, values }: Invocation): string | undefined {
  // Characters above 0x7f are several bytes.
  if (/[^\0-\x7f]/.test(text) || has("style") || has("complement") || has("output"))
    return undefined;
  const list = textOf(values("fields")[0] ?? values("characters")[0] ?? []) ?? "";
  const range = /^(\d{1,6})?(-)?(\d{1,6})?$/.exec(list);
  if (range === null || list === "" || list === "-") return undefined;
  const first = Number(range[1] ?? 1);
  const last = range[2] === undefined ? first : Number(range[3] ?? Number.POSITIVE_INFINITY);
  if (has("characters"))
    return textOfLines(linesOf(text).map((line) => line.slice(first - 1, last)));
  const delimiter = textOf(values("delimiter")[0] ?? [{ kind: "text", text: "\t" }]);
  if (delimiter === undefined || delimiter.length !== 1) return undefined;
  return textOfLines(
    linesOf(text).map((line) =>
      line.includes(delimiter)
        ? line
            .split(delimiter)
            .slice(first - 1, last)
            .join(delimiter)
        : line,
    ),
  );
}
