// sleep: waits and does nothing else.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";

export const sleep: CommandModel = reporter(["sleep", "usleep"], {});
