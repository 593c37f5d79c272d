// A probe that is run inside of something else: a program that is given the command, and prints what the probe prints.
import { execFile } from "node:child_process";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { parseProbeReport, type ProbeReport } from "#govern/sandbox/probe-report.ts";
import { ownCommand } from "../../foundation/product/own-command.ts";

/** The probe itself takes some seconds; what it runs in may have to be made first. */
const INSIDE_MS_MAX = 60_000;
const OUTPUT_BYTES_MAX = 8 * 1024 * 1024;

/** Runs it. Throws a Failure where nothing was run, it did not end, or what it printed is no report. */
export function probeInside(
  program: string,
  words: readonly string[],
  directory: string,
): Promise<ProbeReport> {
  return new Promise((settle, reject) => {
    const bounds = { timeout: INSIDE_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX, cwd: directory } as const;
    const command = [...ownCommand(), "sandbox", "probe", "--json", ...words];
    execFile(program, command, { ...bounds, killSignal: "SIGKILL" }, (error, printed, said) => {
      try {
        settle(parseProbeReport(printed));
      } catch (cause) {
        const why = said.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
        const ended = error?.killed === true ? "it did not end within a minute" : printable(why);
        reject(
          cause instanceof Failure && ended !== ""
            ? new Failure("probe-report", `${cause.message} (it said: ${ended})`, { cause })
            : cause,
        );
      }
    });
  });
}
