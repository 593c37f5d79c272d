// stdbuf: runs a program with other buffering.
import { type CommandModel, valued } from "../model/command-model.ts";
import { wrapper } from "../model/wrapper.ts";

export const stdbuf: CommandModel = wrapper("stdbuf", {
  modes: valued("-i", "-o", "-e", "--input", "--output", "--error"),
});
