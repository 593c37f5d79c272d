// rev: prints each line backwards.
import type { CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";

export const rev: CommandModel = filter(
  ["rev"],
  { style: flags("-h -V -0 --zero") },
  (text, { has }) =>
    has("style")
      ? undefined
      : text
          .split("\n")
          .map((line) => [...line].reverse().join(""))
          .join("\n"),
);
