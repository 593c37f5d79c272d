// uptime: for how long the machine runs.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";

export const uptime: CommandModel = reporter(["uptime"], {
  style: flags("-p --pretty -s --since -h -V -c --container -r --raw"),
});
