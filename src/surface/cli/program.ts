// The command line as a process: its words in, an exit code out.

/** Runs the command line of this process and sets its exit code. */
export async function runProgram(args: readonly string[]): Promise<void> {
  // A reader that goes away (`sallyport log tail | head`) is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
  const { openTerminal } = await import("../foundation/terminal/terminal.ts");
  const { runCommandLine } = await import("./command-line.ts");
  const code = await runCommandLine(args, openTerminal(), process.env);
  // A hook that ends with any other code than 0 or 2 lets the call run.
  if (code !== undefined) process.exitCode = args[0] === "hook" && code !== 0 ? 2 : code;
}
