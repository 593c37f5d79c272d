// nohup: runs a program that outlives the terminal.
import { type CommandModel } from "../command-model.ts";
import { wrapper } from "../wrapper.ts";

export const nohup: CommandModel = wrapper("nohup", {});
