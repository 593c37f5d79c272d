// stdbuf: runs a program with other buffering.
import { type CommandModel, valued } from "../command-model.ts";
import { wrapper } from "../wrapper.ts";

export const stdbuf: CommandModel = wrapper("stdbuf", {
  modes: valued("-i", "-o", "-e", "--input", "--output", "--error"),
});
