// The daemon as it is started by itself: of the parts that were built, in place of a command.
import { reportError } from "../foundation/terminal/report-error.ts";
import { openTerminal } from "../foundation/terminal/terminal.ts";
import { dataDirectory } from "../foundation/files/directories.ts";
import { runHere } from "./run-here.ts";

/** Runs the daemon of a data directory, by default the user's; gives the exit code and never throws. */
export async function runDaemonProgram(root: string | undefined): Promise<number> {
  try {
    return await runHere(root ?? dataDirectory());
  } catch (error) {
    return reportError(error, openTerminal(), { environment: process.env, asJson: false });
  }
}
