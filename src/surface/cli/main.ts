#!/usr/bin/env node
// The program `sallyport`: hands the command line over and turns its outcome into an exit code.
import { openTerminal } from "./terminal.ts";
import { runCommandLine } from "./command-line.ts";

// A reader that goes away (`sallyport log tail | head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const code = await runCommandLine(process.argv.slice(2), openTerminal(), process.env);
if (code !== undefined) process.exitCode = code;
