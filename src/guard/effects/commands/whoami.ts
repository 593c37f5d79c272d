// whoami: the name of the user.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";

export const whoami: CommandModel = reporter(["whoami", "logname"], {}, "[!-]*");
