// The daemon as this process's whole purpose: signals, words on standard error, an exit code.
import { Failure } from "#base/failure.ts";
import { onEndRequest, untilAskedToEnd } from "#platform/signals.ts";
import { STRANGER_EXIT_CODE } from "../services/daemon-process/stranger.ts";
import type { Install } from "../services/installation/install.ts";
import { keepHeapSmall, tidyHeapAtRest } from "../foundation/process/heap.ts";
import { type RunOptions, runDaemon } from "./run-daemon.ts";

/** It could not be done. */
const FAILED_EXIT_CODE = 2;
/** Runs the daemon until SIGTERM or SIGINT and returns the exit code: 0 for an orderly end or one that ran already. */
export async function runInForeground(
  install: Install,
  optionsFor: (say: (line: string) => void) => RunOptions,
): Promise<number> {
  keepHeapSmall();
  tidyHeapAtRest();
  // WHY: closing the terminal that started it must not leave sessions without a daemon.
  onEndRequest(["hang-up"], () => undefined);
  const asked = untilAskedToEnd();
  const say = (line: string) => void process.stderr.write(`sallyport daemon: ${line}\n`);
  try {
    const outcome = await runDaemon(install, optionsFor(say));
    if (outcome.kind === "already") {
      say(`runs already (process ${outcome.pid})`);
      return 0;
    }
    say(`listens on 127.0.0.1:${outcome.port}, data in ${install.directories.root}`);
    await asked;
    await outcome.stop();
    return 0;
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    say(cause.message);
    return cause.code === "stranger" ? STRANGER_EXIT_CODE : FAILED_EXIT_CODE;
  }
}
