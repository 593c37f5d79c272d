// tsort: orders pairs.
import { type CommandModel } from "../model/command-model.ts";
import { filter } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";

export const tsort: CommandModel = filter(["tsort"], {
  style: flags("-w"),
});
