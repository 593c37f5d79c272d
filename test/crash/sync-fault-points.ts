// `node:fs` with the same count of steps that change the disk as `fault-points.ts` keeps for `node:fs/promises`.
import * as files from "node:fs";
import { dieNow, isLastStep, isTornStep } from "./fault-points.ts";

export * from "node:fs";

function step<Given extends readonly unknown[], Result>(
  work: (...given: Given) => Result,
): (...given: Given) => Result {
  return (...given) => {
    if (isLastStep()) dieNow();
    return work(...given);
  };
}

/** Opening counts where it may make the file; the numbers that our own readers pass never do. */
export const openSync: typeof files.openSync = (path, flags, mode) => {
  const isReading = flags === undefined || flags === "r" || typeof flags === "number";
  if (!isReading && isLastStep()) dieNow();
  return files.openSync(path, flags, mode);
};

/** What goes to the terminal or to a pipe changes no disk. */
const STANDARD = 2;

export const writeSync = ((file: number, bytes: Uint8Array | string, ...rest: never[]): number => {
  if (file > STANDARD && isLastStep()) {
    const whole = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    if (isTornStep()) files.writeSync(file, whole.subarray(0, Math.floor(whole.length / 2)));
    dieNow();
  }
  return files.writeSync(file, bytes as Uint8Array, ...rest);
}) as typeof files.writeSync;

export const fsyncSync = step(files.fsyncSync);
export const renameSync = step(files.renameSync);
export const linkSync = step(files.linkSync);
export const unlinkSync = step(files.unlinkSync);
export const rmSync = step(files.rmSync);
export const rmdirSync = step(files.rmdirSync);
export const mkdirSync = step(files.mkdirSync) as typeof files.mkdirSync;
export const writeFileSync = step(files.writeFileSync);
