#!/usr/bin/env node
// The program `sallyport`: hands the command line over and turns its outcome into an exit code.
import { openTerminal } from "./terminal.ts";
import { runCommandLine } from "./command-line.ts";

// A reader that goes away (`sallyport log tail | head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const args = process.argv.slice(2);
const code = await runCommandLine(args, openTerminal(), process.env);
// A hook that ends with any other code than 0 or 2 lets the call run.
if (code !== undefined) process.exitCode = args[0] === "hook" && code !== 0 ? 2 : code;
