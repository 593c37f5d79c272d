// Writing evidence to a new file, for the person alone.
import { writeFile } from "node:fs/promises";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";

/** Writes text or bytes to a file that is not there yet. WHY never over another: what replaced one could be the loss of evidence. */
export async function writeNewFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content, { mode: 0o600, flag: "wx" }).catch((cause: unknown) => {
    throw new Failure(
      "usage",
      `cannot make \`${printable(path)}\`: name a new file in a directory that you can write`,
      { cause },
    );
  });
}
