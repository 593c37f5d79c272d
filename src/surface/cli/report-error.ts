// What a command that failed says, and the exit codes.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Terminal } from "./terminal.ts";

/** What the process tells whoever started it. Commands may add codes of their own and document them in their help. */
export const exitCodes = {
  done: 0,
  /** The command did its work and found something: a fault in the log, a bad line, a question answered with no. */
  found: 1,
  /** It could not do its work: wrong usage, bad configuration, a missing file. */
  unusable: 2,
  /** A defect of ours (EX_SOFTWARE). */
  defect: 70,
} as const;

/** Says in one line what went wrong, and gives the exit code. The stack is shown only with `SALLYPORT_DEBUG`. */
export function reportError(
  error: unknown,
  terminal: Terminal,
  environment: NodeJS.ProcessEnv,
): number {
  const debug = environment["SALLYPORT_DEBUG"];
  const hasStack = debug !== undefined && debug !== "" && debug !== "0";
  if (error instanceof Failure || isUsageError(error)) {
    const place = error instanceof Failure ? placeText(error) : "";
    terminal.warn(`sallyport: ${place}${printable(stripColour(error.message))}`);
    if (hasStack) terminal.warn(String(error.stack));
    return exitCodes.unusable;
  }
  terminal.warn(
    "sallyport: this is a defect of sallyport; run it again with `SALLYPORT_DEBUG=1` and report what it prints",
  );
  if (hasStack) terminal.warn(error instanceof Error ? String(error.stack) : String(error));
  return exitCodes.defect;
}

/** The library's own error for a missing or wrong argument. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && error.name === "CLIError";
}

function placeText({ at }: Failure): string {
  if (at === undefined) return "";
  const parts = [at.file, at.line, at.column].filter((part) => part !== undefined);
  return `${printable(parts.join(":"))}: `;
}

/** The text without the colours of a library. */
export function stripColour(text: string): string {
  return text.replace(/\u001B\[\d+m/g, "");
}
