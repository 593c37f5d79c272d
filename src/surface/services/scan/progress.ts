// How far a long scan is, on one line of the terminal that is written again and again.
import { monotonicMs } from "#platform/monotonic.ts";
import type { ScanReport } from "#assure/scan/scan-finding.ts";

/** Milliseconds between two lines. */
const PACE_MS = 100;
const BAR_CHARS = 24;

/** Told after each file; `clear` takes the line away. */
export type Progress = { step(share?: number): void; clear(): void };

/**
 * Progress on standard error if that is a terminal, else none. `counts` are asked for each line; a step's `share`, from 0 to 1,
 * draws a bar where the whole is known.
 */
export function openProgress(counts: () => ScanReport["looked"], isWanted: boolean): Progress {
  const { stderr } = process;
  if (!isWanted || !stderr.isTTY) return { step: () => undefined, clear: () => undefined };
  let last = 0;
  return {
    step(share) {
      const now = monotonicMs();
      if (now - last < PACE_MS) return;
      last = now;
      const { files, blobs, commits, bytes } = counts();
      const bar = share === undefined ? "" : `${barOf(share)} `;
      const amount = `${files + blobs + commits} looked at, ${(bytes / 1e6).toFixed(0)} MB`;
      stderr.write(`\r\u001B[K${bar}${amount}`);
    },
    clear: () => void stderr.write("\r\u001B[K"),
  };
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_CHARS);
  const percent = String(Math.round(share * 100)).padStart(3);
  return `[${"#".repeat(full)}${"-".repeat(BAR_CHARS - full)}] ${percent} %`;
}
