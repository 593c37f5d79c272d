// Small private files: read within a bound, and only where nobody else could have written or read them.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import { openFlags } from "#platform/open-flags.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { createPrivateFile, errorCode, writePrivateFile } from "#platform/private-file.ts";

/** The one writer of such files, beside their reader. */
export { createPrivateFile, errorCode, writePrivateFile };

/** Bytes of a private file that are read; ours hold a few kilobytes. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The text of a file, or undefined when there is none. Never follows a symlink and never waits for a FIFO. Throws a
 * Failure when it cannot be read, is larger than 4 MiB, or (with `secret`) is not ours or others can read it.
 */
export function readPrivateFile(path: string, options: { secret: boolean }): string | undefined {
  const descriptor = openForReading(path);
  if (descriptor === undefined) return undefined;
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile() || status.size > FILE_BYTES_MAX) {
      throw new Failure("private-file", `\`${path}\` is not a small plain file; move it away`);
    }
    if (options.secret && privacyProblem(status, "none") !== undefined) {
      throw new Failure(
        "private-file",
        `\`${path}\` holds a secret and others may read it; remove it and run \`sallyport init\``,
      );
    }
    const bytes = Buffer.alloc(status.size);
    const read = readSync(descriptor, bytes, 0, bytes.length, 0);
    return bytes.subarray(0, read).toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}

function openForReading(path: string): number | undefined {
  try {
    return openSync(path, openFlags.read);
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return undefined;
    throw new Failure("private-file", `cannot read \`${path}\`; check its owner and rights`, {
      cause,
    });
  }
}
