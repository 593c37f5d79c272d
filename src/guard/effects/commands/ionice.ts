// ionice: runs a program at another disk priority.
import { type CommandModel, flag, valued } from "../model/command-model.ts";
import { wrapper } from "../model/wrapper.ts";

export const ionice: CommandModel = wrapper("ionice", {
  classes: valued("-c", "-n", "-p", "--class", "--classdata"),
  style: flag("-t", "--ignore"),
});
