// The daemon as it is bundled into `dist/daemon-program.cjs`: one file with compiled code starts in half the time of hundreds.
import { dataDirectory } from "../directories.ts";
import { openTerminal } from "../cli/terminal.ts";
import { reportError } from "../cli/report-error.ts";
import { runHere, type RunProgram } from "./run-here.ts";

declare const provide: (run: RunProgram) => void;

provide(async (root) => {
  try {
    return await runHere(root ?? dataDirectory());
  } catch (error) {
    return reportError(error, openTerminal(), { environment: process.env, asJson: false });
  }
});
