// An answer on standard output, all of it.
import { writeSync } from "node:fs";

const PAUSE_MS = 2;

/** Writes all of it: an answer that is cut off would be taken for none. */
export async function writeWhole(text: string): Promise<void> {
  const bytes = Buffer.from(text, "utf8");
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written);
    } catch (cause) {
      // A pipe that its reader made non-blocking may be full for a moment.
      if (!(cause instanceof Error && "code" in cause && cause.code === "EAGAIN")) throw cause;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
