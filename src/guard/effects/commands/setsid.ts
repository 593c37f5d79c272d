// setsid: runs a program in a session of its own.
import { type CommandModel, flag } from "../model/command-model.ts";
import { wrapper } from "../model/wrapper.ts";

export const setsid: CommandModel = wrapper("setsid", {
  style: flag("-c", "-f", "-w", "--ctty", "--fork", "--wait"),
});
