// nice: runs a program at another priority.
import { type CommandModel, flag, valued } from "../command-model.ts";
import { wrapper } from "../wrapper.ts";

export const nice: CommandModel = wrapper("nice", {
  adjustment: valued("-n", "--adjustment"),
  digits: flag(..."0123456789".split("").map((digit) => `-${digit}`)),
});
