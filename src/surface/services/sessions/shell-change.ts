// What became of the snapshot of the user's shell between two calls of a session: it is read again for each.

/** `changed`: a file says something else. `gone`: there is none any more, so that start-up files are read in every call. */
export type ShellChange = "changed" | "gone";

/** Files remembered; a session has one, and those of other sessions that began at the same time. */
const FILES_MAX = 16;

/** What is remembered after a call, and what happened since the one before. */
export type ShellMemory = {
  readonly files: ReadonlyMap<string, string>;
  readonly change: ShellChange | undefined;
};

/**
 * Compares the snapshots of a call with those of earlier ones, digest by file. WHY a file that is gone beside others tells
 * nothing: it was that of another session.
 */
export function rememberShell(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): ShellMemory {
  if (now.size === 0) return before.size === 0 ? same(before) : { files: now, change: "gone" };
  const isNew = ([file, digest]: readonly [string, string]): boolean => before.get(file) !== digest;
  const differing = [...now].filter(isNew);
  if (differing.length === 0) return same(before);
  const files = new Map([...before, ...now].slice(-FILES_MAX));
  const isChanged = differing.some(([file]) => before.has(file));
  return { files, change: isChanged ? "changed" : undefined };
}

function same(files: ReadonlyMap<string, string>): ShellMemory {
  return { files, change: undefined };
}
