// The hook as a process: standard input to one answer on standard output, or a refusal.
import { Failure } from "#base/failure.ts";
import { refuse } from "./fail-closed.ts";
import { type HookRun, runHook } from "./run-hook.ts";
import { writeWhole } from "./write-whole.ts";

const UNRECORDED =
  "the call was judged and could not be recorded, so it is refused; check the disk of the data directory";

/** Answers the event on standard input. The process was armed to fail closed before; code 0 is set when all is said. */
export async function runHookProcess(run: Omit<HookRun, "environment" | "input">): Promise<void> {
  try {
    const outcome = await runHook({ ...run, environment: process.env, input: process.stdin });
    if (outcome.kind === "refused") refuse(outcome.reason);
    await writeWhole(outcome.text);
    // WHY only now: a slow disk must not hold up a refusal, and a disk that fails after all still blocks the call.
    if (!(await outcome.recorded)) refuse(UNRECORDED);
  } catch (cause) {
    if (cause instanceof Failure) refuse(cause.message);
    throw cause;
  }
  process.exitCode = 0;
}
