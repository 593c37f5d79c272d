// tty: the name of the terminal.
import type { CommandModel } from "../model/command-model.ts";
import { reporter } from "../model/filter.ts";
import { flags } from "../model/option-list.ts";

export const tty: CommandModel = reporter(["tty"], {
  style: flags("-s --silent --quiet"),
});
