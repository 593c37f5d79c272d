// What `sallyport status` says of where the log lies: who else may read it, whether sessions write around it, and where its copy is.
import { statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { RetentionOrder } from "#govern/retention/retention-order.ts";
import { privacyProblem } from "#platform/ownership.ts";
import { viewLog } from "#record/store/log-view.ts";
import { entriesOf } from "../../foundation/files/folder-listing.ts";
import { repositoryAround } from "../archive/repository-around.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openRetentionFile } from "../exceptions/retention-file.ts";
import type { Finding } from "../../foundation/terminal/finding.ts";

/** Newest entries among which the last archive is looked for. */
const TAIL_ENTRIES = 5_000;
const FILES_MAX = 20_000;
const SILENT_MS_MAX = 3 * 86_400_000;

type Around = {
  readonly directories: Directories;
  readonly nowMs: number;
  ours(words: string): string;
};

/** Whether the data directory lies where sessions write, or where others may read. */
export function checkLogPlace({ directories }: Pick<Around, "directories">): Finding {
  const { root } = directories;
  const repository = repositoryAround(root);
  if (repository !== undefined)
    return {
      level: "found",
      text: `the data directory lies in the repository \`${printable(repository)}\`, where sessions write and what lies there may be committed`,
      repair: "SALLYPORT_HOME=/a/folder/outside sallyport init",
    };
  const open = firstOpenFile(directories);
  if (open !== undefined)
    return {
      level: "found",
      text: `others may read \`${printable(open)}\``,
      repair: `chmod -R go= ${root}`,
    };
  return { level: "ok", text: "0700, files 0600, outside of every repository" };
}

/** The first file or folder of the record that is not its owner's alone; links are not followed. */
function firstOpenFile(directories: Directories): string | undefined {
  const waiting = [directories.log, directories.keys, directories.spool, directories.sessions];
  let seen = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) continue;
    if (privacyProblem(status, "none") !== undefined) return path;
    if (!status.isDirectory()) continue;
    for (const item of entriesOf(path)) {
      seen += 1;
      if (seen > FILES_MAX) return undefined;
      if (!item.isSymbolicLink()) waiting.push(join(path, item.name));
    }
  }
  return undefined;
}

/** Where the copy of the log is: archived where, up to which entry, when; or that there is none. */
export async function checkLogCopy({ directories, nowMs, ours }: Around): Promise<Finding> {
  const repair = ours("log archive --to PLACE");
  try {
    const order = openRetentionFile(directories).current();
    const last = await lastArchive(directories);
    if (last === undefined)
      return order === undefined
        ? { level: "note", text: `none; the log is on this machine alone (\`${repair}\`)` }
        : missing(order, { nowMs, repair });
    const { isFailed, isRemote, end, timeMs } = last;
    const at = new Date(timeMs).toISOString();
    const place = isRemote ? "in a bucket" : "in a folder, which may be of this machine";
    const named = order === undefined ? "" : ` (${printable(order.archive)})`;
    if (isFailed)
      return { level: "found", text: `the last archive failed at ${at}${named}`, repair };
    const text = `entries up to ${end - 1} ${place}${named}, archived at ${at}`;
    const isSilent = order?.isDaily === true && nowMs - timeMs > SILENT_MS_MAX;
    return isSilent ? { level: "found", text, repair } : { level: "ok", text };
  } catch (cause) {
    const text = cause instanceof Failure ? printable(cause.message) : "it cannot be read";
    return { level: "found", text, repair: ours("log verify") };
  }
}

/** A copy was ordered and there is none lately. */
function missing(
  { archive, isDaily, createdMs }: RetentionOrder,
  { nowMs, repair }: { readonly nowMs: number; readonly repair: string },
): Finding {
  const text = `${printable(archive)} is to have one, and nothing was archived lately`;
  return isDaily && nowMs - createdMs > SILENT_MS_MAX
    ? { level: "found", text, repair }
    : { level: "note", text: `${text} (\`${repair}\`)` };
}

type LastArchive = {
  readonly isFailed: boolean;
  readonly isRemote: boolean;
  readonly end: number;
  readonly timeMs: number;
};

async function lastArchive({ log, keys }: Directories): Promise<LastArchive | undefined> {
  const view = await viewLog(log, keys).catch((cause: unknown) => {
    if (cause instanceof Failure && cause.code === "log-missing") return undefined;
    throw cause;
  });
  if (view === undefined) return undefined;
  const size = await view.size();
  let last: LastArchive | undefined;
  for await (const { leaf } of view.leaves(Math.max(0, size - TAIL_ENTRIES), size)) {
    if (leaf.kind === "fault" || leaf.metadata["kind"] !== "archive") continue;
    const { what, where, end } = leaf.metadata;
    last = {
      isFailed: what === "failed",
      isRemote: where === "s3",
      timeMs: leaf.timeMs,
      end: typeof end === "number" ? end : 0,
    };
  }
  return last;
}
