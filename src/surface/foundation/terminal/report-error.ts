// What a command that failed says, and the exit codes.
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { DAMAGED } from "../product/parts.ts";
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

/**
 * Says in one line on standard error what went wrong, and gives the exit code; `asJson` says it on standard output too, for
 * a program that reads what it asked for as JSON. The stack is shown only with `SALLYPORT_DEBUG`.
 */
export function reportError(
  error: unknown,
  terminal: Terminal,
  to: { readonly environment: NodeJS.ProcessEnv; readonly asJson: boolean },
): number {
  const told = toldOf(error);
  terminal.warn(`sallyport: ${told.place}${printable(told.message)}`);
  const debug = to.environment["SALLYPORT_DEBUG"];
  if (debug !== undefined && debug !== "" && debug !== "0")
    terminal.warn(error instanceof Error ? String(error.stack) : String(error));
  if (to.asJson) {
    const { code, message, at, exitCode } = told;
    terminal.print(printableJson({ error: { code, message, ...at, exitCode } }));
  }
  return told.exitCode;
}

function toldOf(error: unknown) {
  if (error instanceof Failure) {
    const { code, message, at } = error;
    return {
      code,
      message: stripColour(message),
      at,
      place: placeText(error),
      exitCode: exitCodes.unusable,
    };
  }
  if (isDamage(error))
    return {
      code: "program-damaged",
      message: error.message,
      place: "",
      exitCode: exitCodes.unusable,
    };
  if (isUsageError(error))
    return {
      code: "usage",
      message: stripColour(error.message),
      place: "",
      exitCode: exitCodes.unusable,
    };
  const refused = refusedBySystem(error);
  if (refused !== undefined)
    return { code: "system", message: refused, place: "", exitCode: exitCodes.unusable };
  const message =
    "this is a defect of sallyport; run it again with `SALLYPORT_DEBUG=1` and report what it prints";
  return { code: "defect", message, place: "", exitCode: exitCodes.defect };
}

/** What the system says no to, by its code. What else it may say is a defect of ours until somebody knows better. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "you may not; check its rights",
  EPERM: "you may not; check its rights",
  EROFS: "the disk can only be read",
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is used up",
  ENOTDIR: "what should be a folder is none",
  EISDIR: "it is a folder",
  ENOENT: "there is no such file or folder",
  EEXIST: "it is there already",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
};

/** The words for a file that the system does not let us use. WHY no defect: it is the person who can mend it. */
function refusedBySystem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const reason = code !== undefined && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  if (reason === undefined || path === undefined) return undefined;
  return `cannot use \`${path}\`: ${reason}`;
}

/** A part of the program that is missing or changed, which shows when something of it is needed. */
function isDamage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === DAMAGED;
}

/** The library's own error for a missing or wrong argument. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && error.name === "CLIError";
}

/** Where a failure stands, as `file:line:column: `; empty where nothing says it. */
export function placeText({ at }: Failure): string {
  if (at === undefined) return "";
  const parts = [at.file, at.line, at.column].filter((part) => part !== undefined);
  return `${printable(parts.join(":"))}: `;
}

/** The text without the colours of a library. */
function stripColour(text: string): string {
  return text.replace(/\u001B\[\d+m/g, "");
}
