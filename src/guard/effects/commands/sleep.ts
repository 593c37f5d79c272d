// sleep: waits and does nothing else.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";

export const sleep: CommandModel = reporter(["sleep", "usleep"], {});
