// tac: prints lines in reverse order.
import { textOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { selection } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const tac: CommandModel = selection(
  ["tac"],
  { separator: taking("-s --separator"), style: flags("-b --before -r --regex") },
  (text, { has, values }) =>
    has("separator") || has("style")
      ? separated(text, has("style") ? undefined : textOf(values("separator").at(-1) ?? []))
      : [(text.match(/[^\n]*\n|[^\n]+$/g) ?? []).reverse().join("")],
);

/** Records that end in a separator, the last first; undefined where it is not known. */
function separated(text: string, separator: string | undefined): readonly string[] | undefined {
  if (separator === undefined || separator === "") return undefined;
  const records = text.split(separator);
  const ended = records.map((record, at) =>
    at < records.length - 1 ? record + separator : record,
  );
  return [ended.reverse().join("")];
}
