// uptime: for how long the machine runs.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags } from "../option-list.ts";

export const uptime: CommandModel = reporter(["uptime"], {
  style: flags("-p --pretty -s --since -h -V -c --container -r --raw"),
});
