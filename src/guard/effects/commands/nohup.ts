// nohup: runs a program that outlives the terminal.
import type { CommandModel } from "../model/command-model.ts";
import { wrapper } from "../model/wrapper.ts";

export const nohup: CommandModel = wrapper("nohup", {});
