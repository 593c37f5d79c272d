// tty: the name of the terminal.
import { type CommandModel } from "../command-model.ts";
import { reporter } from "../filter.ts";
import { flags } from "../option-list.ts";

export const tty: CommandModel = reporter(["tty"], {
  style: flags("-s --silent --quiet"),
});
