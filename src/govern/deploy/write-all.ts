// Writes several files as one: all of them or none, never through a link and never over what somebody changed meanwhile.
import { chmod, lstat, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "#base/failure.ts";
import {
  readBelow,
  refuseLinks,
  removeFolderIfEmpty,
  type StoredFile,
  syncFolder,
  writeBeside,
} from "#govern/settings/deploy.ts";

/** A file to be written, or to be removed where `after` is undefined. Paths are absolute. */
export type FileChange = {
  readonly path: string;
  /** As it was when the change was shown to a person. */
  readonly before: StoredFile | undefined;
  readonly after: StoredFile | undefined;
};

export type WriteOptions = {
  /** Real path of the directory below which everything lies. */
  readonly root: string;
  /** What counts for others too: folders that others may write are refused, and new ones are readable by all. */
  readonly isShared: boolean;
};

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes all changes. Throws a Failure `settings-file` for a link, another owner, a folder that others may write, or a file
 * that is not as it was shown: then nothing is changed. When the disk fails in the middle, what was written is put back.
 */
export async function writeAll(
  changes: readonly FileChange[],
  options: WriteOptions,
): Promise<void> {
  const made: string[] = [];
  const staged = new Map<FileChange, string>();
  const done: FileChange[] = [];
  try {
    for (const change of changes) await requireUnchanged(change, options);
    for (const change of changes) {
      if (change.after === undefined) continue;
      made.push(...(await makeFolder(dirname(change.path), options)));
      staged.set(change, await writeBeside(change.path, change.after.text, change.after.mode));
    }
    for (const change of changes) {
      await requireUnchanged(change, options);
      const temporary = staged.get(change);
      if (temporary === undefined) await rm(change.path, { force: true });
      else await rename(temporary, change.path);
      done.push(change);
      staged.delete(change);
    }
    for (const folder of foldersOf(changes)) await syncFolder(folder);
  } catch (cause) {
    for (const temporary of staged.values()) await rm(temporary, { force: true });
    await putBack(done);
    for (const folder of made.toReversed()) await removeFolderIfEmpty(folder);
    if (cause instanceof Failure) throw cause;
    throw fault(`the files cannot be written, so none was${placeOf(cause)}`, cause);
  }
}

/** Folders that hold the files, each once. */
function foldersOf(changes: readonly FileChange[]): readonly string[] {
  const written = changes.filter(({ before, after }) => before ?? after);
  return [...new Set(written.map(({ path }) => dirname(path)))];
}

async function requireUnchanged(
  { path, before }: FileChange,
  options: WriteOptions,
): Promise<void> {
  const now = await readBelow(options.root, path);
  if (now?.text !== before?.text || now?.mode !== before?.mode)
    throw fault(`\`${path}\` was changed meanwhile, so nothing is written; run the command again`);
  if (options.isShared) await refuseOpenFolders(dirname(path), options.root);
}

/** WHY: who may write a folder may put another file in the place of ours. */
async function refuseOpenFolders(folder: string, root: string): Promise<void> {
  for (let place = folder; place.length > root.length; place = dirname(place)) {
    const status = await lstat(place).catch(() => undefined);
    if (status !== undefined && (status.mode & WRITABLE_BY_OTHERS) !== 0)
      throw fault(`others may write \`${place}\`; run \`chmod go-w\` on it first`);
  }
}

/** Makes a folder and those above it, and gives the new ones, the outermost first. */
async function makeFolder(folder: string, options: WriteOptions): Promise<readonly string[]> {
  await refuseLinks(options.root, `${folder}/file`);
  if ((await lstat(folder).catch(() => undefined)) !== undefined) return [];
  const above = await makeFolder(dirname(folder), options);
  // WHY not recursive: the rights of each are given outright, whatever the mask of the process is.
  await mkdir(folder);
  await chmod(folder, options.isShared ? 0o755 : 0o700);
  return [...above, folder];
}

/** Puts files back as they were, the last one first. */
async function putBack(done: readonly FileChange[]): Promise<void> {
  for (const { path, before } of done.toReversed()) {
    if (before === undefined) await rm(path, { force: true });
    else await rename(await writeBeside(path, before.text, before.mode), path);
  }
}

function fault(message: string, cause?: unknown): Failure<"settings-file"> {
  return new Failure("settings-file", message, { cause });
}

function placeOf(error: unknown): string {
  const { code, path } = Object(error) as { readonly code?: unknown; readonly path?: unknown };
  if (typeof path !== "string") return "; check the disk and its rights";
  return `; check the rights of \`${path}\` (${String(code)})`;
}
