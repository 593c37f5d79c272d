// `node:fs/promises` with a count of every step that changes the disk: at the step that is named, the process is killed.
import { type FileHandle, open as openFile } from "node:fs/promises";
import * as files from "node:fs/promises";

export * from "node:fs/promises";

/** The step at which to die, from 1 on; 0 for never. `torn`: a step that writes leaves half of its bytes first. */
const dieAt = Number(process.env["DIE_AT"] ?? 0);
const isTorn = process.env["TORN"] === "1";
let steps = 0;

/** Steps so far. */
export const countedSteps = (): number => steps;

/** Whether this is the step at which the process ends. */
export function isLastStep(): boolean {
  steps += 1;
  return steps === dieAt;
}

/** Whether a step that writes leaves half of its bytes first. */
export const isTornStep = (): boolean => isTorn;

/** Ends the process at once: nothing after it runs. */
export function dieNow(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}

function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}

async function step<Result>(work: () => Promise<Result>): Promise<Result> {
  return isLastStep() ? die() : work();
}

/** The arguments of a write that leaves half of its bytes, at the place where the whole was to go. */
function half([bytes, offset, length, ...place]: readonly unknown[]): readonly unknown[] {
  if (typeof offset === "number" && typeof length === "number")
    return [bytes, offset, Math.floor(length / 2), ...place];
  const whole = typeof bytes === "string" ? Buffer.from(bytes) : (bytes as Uint8Array);
  return [whole.subarray(0, Math.floor(whole.length / 2))];
}

const WRITES = ["write", "writeFile", "appendFile"] as const;
const OTHERS = ["writev", "sync", "datasync", "truncate", "chmod"] as const;

/** Opens a file; its own steps are counted too. Opening counts where it may make the file. */
export async function open(...args: Parameters<typeof openFile>): Promise<FileHandle> {
  const [, flags] = args;
  const isReading = flags === undefined || flags === "r" || typeof flags === "number";
  const handle = isReading ? await openFile(...args) : await step(() => openFile(...args));
  const own = handle as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  for (const name of [...WRITES, ...OTHERS]) {
    const original = own[name]?.bind(handle);
    if (original === undefined) continue;
    own[name] = async (...given) => {
      if (!isLastStep()) return original(...given);
      if (isTorn && WRITES.some((one) => one === name)) await original(...half(given));
      return die();
    };
  }
  return handle;
}

export const rename = (...args: Parameters<typeof files.rename>) =>
  step(() => files.rename(...args));
export const unlink = (...args: Parameters<typeof files.unlink>) =>
  step(() => files.unlink(...args));
export const link = (...args: Parameters<typeof files.link>) => step(() => files.link(...args));
export const mkdir = ((...args: Parameters<typeof files.mkdir>) =>
  step(() => files.mkdir(...args))) as typeof files.mkdir;
export const rm = (...args: Parameters<typeof files.rm>) => step(() => files.rm(...args));
export const truncate = (...args: Parameters<typeof files.truncate>) =>
  step(() => files.truncate(...args));
