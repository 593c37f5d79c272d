// nice: runs a program at another priority.
import { type CommandModel, flag, valued } from "../model/command-model.ts";
import { wrapper } from "../model/wrapper.ts";

export const nice: CommandModel = wrapper("nice", {
  adjustment: valued("-n", "--adjustment"),
  digits: flag(..."0123456789".split("").map((digit) => `-${digit}`)),
});
