// Ending closed: once armed, every way to end without an answer ends with exit code 2, which blocks the call.

import { secondsNamed, waitsOf } from "#base/waits.ts";
import { onEndRequest } from "#platform/signals.ts";

// WHY not imported: in a module of its own kind each import of a built-in loads all that it could ever lend.
const { writeSync } = process.getBuiltinModule("node:fs");

/** How long the client waits, as the entry that it starts this process by says; then an older one lets the call run. */
function clientSeconds(): number {
  const at = process.argv.findIndex((word) => word === "--waits" || word === "--shared");
  return secondsNamed(at < 0 ? undefined : process.argv[at + 1]);
}

/**
 * The code that blocks. WHY not for events that are only recorded (`--watched`): a Stop that is blocked goes on for ever,
 * so there the code is one that the client shows and passes over.
 */
function refusalCode(): number {
  return process.argv.includes("--watched") ? 1 : 2;
}

/** Ends the process with the code that blocks and the reason on standard error, where the client takes it from for the agent. */
export function refuse(reason: string): never {
  try {
    writeSync(2, `sallyport: ${reason.replace(/^sallyport: /, "")}\n`);
  } catch {
    // Nobody reads it; the code alone blocks.
  }
  process.exit(refusalCode());
}

const FAULT = "the hook failed, so the call is refused; a person looks with `sallyport log tail`";

/** Arms the process. The blocking code is what it ends with from here on, unless an answer was written whole. */
export function failClosed(): void {
  process.exitCode = refusalCode();
  process.on("uncaughtException", () => refuse(FAULT));
  process.on("unhandledRejection", () => refuse(FAULT));
  onEndRequest(["end", "hang-up"], (signal) =>
    refuse(`the hook was ended by ${signal}, so the call is refused`),
  );
  const late = "the hook did not come to its end, so the call is refused; try it again";
  setTimeout(() => refuse(late), waitsOf(clientSeconds()).answerMs).unref();
}
