// Databases that a session made for itself: whether nothing else listens at a port of its own.
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { isWithin } from "#base/path.ts";
import { installedProgram, processDirectory, processesHolding } from "#platform/processes.ts";

/** Servers that work in the directory of their data, each with a file that is there from the first and never written anew. */
const SERVERS: ReadonlyMap<string, string> = new Map([
  ["postgres", "PG_VERSION"],
  ["mysqld", "ibdata1"],
  ["mariadbd", "ibdata1"],
]);

/**
 * Whether all processes that hold these sockets are servers of databases, installed on this machine, whose data lie in the project
 * and were made after `sinceMs`: then whatever becomes of the data, the session made them. False where that cannot be told.
 */
export function isOwnDatabase(
  sockets: readonly string[],
  { root, sinceMs }: { readonly root: string; readonly sinceMs: number },
): boolean {
  const holders = sockets.length === 0 ? [] : processesHolding(sockets);
  return holders.length > 0 && holders.every((pid) => isOf(pid));

  function isOf(pid: number): boolean {
    const program = installedProgram(pid);
    const mark = program === undefined ? undefined : SERVERS.get(basename(program));
    const directory = processDirectory(pid);
    if (mark === undefined || directory === undefined || !isWithin(root, directory)) return false;
    try {
      // WHY the time of its making: any other time of a file can be set.
      return statSync(join(directory, mark)).birthtimeMs >= sinceMs;
    } catch {
      return false;
    }
  }
}
