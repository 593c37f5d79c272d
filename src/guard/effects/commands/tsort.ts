// tsort: orders pairs.
import { type CommandModel } from "../command-model.ts";
import { filter } from "../filter.ts";
import { flags } from "../option-list.ts";

export const tsort: CommandModel = filter(["tsort"], {
  style: flags("-w"),
});
