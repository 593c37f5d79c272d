// How far a command is that takes its time, on standard error: one line now and then, for a person and for a page.
import { monotonicMs } from "#platform/monotonic.ts";

const EVERY_MS = 250;

export const progressOption = {
  progress: {
    type: "boolean",
    description: "say on standard error how far it is",
  },
} as const;

/** What hears of the progress, over `what`; nothing where it was not asked for. */
export function progressOf(
  args: { readonly progress?: boolean | undefined },
  what = "entries",
): { readonly onProgress?: (done: number, of: number) => void } {
  if (args.progress !== true) return {};
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    onProgress(done, of) {
      const nowMs = monotonicMs();
      if (nowMs - lastMs < EVERY_MS && done < of) return;
      lastMs = nowMs;
      process.stderr.write(`sallyport: ${done} of ${of} ${what}\n`);
    },
  };
}
