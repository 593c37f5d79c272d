// whoami: the name of the user.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";

export const whoami: CommandModel = reporter(["whoami", "logname"], {}, "[!-]*");
