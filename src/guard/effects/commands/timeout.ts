// timeout: runs a program for a limited time.
import { type CommandModel, flag, valued } from "../model/command-model.ts";
import { wrapper } from "../model/wrapper.ts";

export const timeout: CommandModel = wrapper(
  "timeout",
  {
    limits: valued("-k", "-s", "--kill-after", "--signal"),
    style: flag("-v", "-f", "-p", "--preserve-status", "--foreground", "--verbose"),
  },
  1,
);
