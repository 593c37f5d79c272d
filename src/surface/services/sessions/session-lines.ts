// The file that the client gives a session's start: what stands in it begins each of the session's Bash calls, and no other program sees it.
import { closeSync, lstatSync, openSync, readdirSync, realpathSync, writeSync } from "node:fs";
import { join } from "node:path";
import { cleanPath, isWithin, parentPath } from "#base/path.ts";
import { SENT_ENTRIES_MAX } from "#base/limits.ts";
import { openFlags } from "#platform/open-flags.ts";
import { readTextSync } from "../../foundation/files/text-file.ts";

const FOLDER = "session-env";
const FILE = /^[^/]+\/[^/]+\.sh$/;

/**
 * Adds lines to it; none of them may fail, because the client's own follow. `file` is what the client names; only one in its own
 * folder is written. False where that was not possible. Never throws.
 */
export function addSessionLines(
  file: string | undefined,
  configDirectory: string,
  lines: string,
): boolean {
  const folder = join(configDirectory, FOLDER);
  if (file === undefined || file !== cleanPath(file) || !isWithin(folder, file)) return false;
  if (!FILE.test(file.slice(folder.length + 1))) return false;
  try {
    const session = parentPath(file);
    // WHY: a folder that is a link would take the lines elsewhere.
    const own = join(realpathSync.native(configDirectory), session.slice(configDirectory.length));
    if (realpathSync.native(session) !== own) return false;
    const descriptor = openSync(file, openFlags.append, 0o600);
    try {
      writeSync(descriptor, lines);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch {
    return false;
  }
}

/** Whether lines stand in one of the files of a session. Never throws. */
export function hasSessionLines(
  configDirectory: string,
  sessionId: string,
  lines: string,
): boolean {
  if (sessionId.includes("/") || sessionId.startsWith(".")) return false;
  const folder = join(configDirectory, FOLDER, sessionId);
  try {
    return (
      readdirSync(folder)
        .slice(0, SENT_ENTRIES_MAX)
        .map((name) => join(folder, name))
        // WHY: what has the name of a file may be a pipe that nobody writes to.
        .some((path) => lstatSync(path).isFile() && readTextSync(path)?.includes(lines) === true)
    );
  } catch {
    return false;
  }
}
