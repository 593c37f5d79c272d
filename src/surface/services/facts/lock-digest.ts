// The digest of a lock file's text, by which it is known again when what it names is read.
import { createHash } from "node:crypto";

/** Hex SHA-256. */
export function digestOfLock(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
