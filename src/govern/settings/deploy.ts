// Reads and writes settings files on disk: never through a link, never half, never over somebody's edit.
import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, realpath, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { Failure } from "#base/failure.ts";
import { errorCode } from "#platform/private-file.ts";
import { openFlags } from "#platform/open-flags.ts";
import { userId } from "#platform/user.ts";

/** A file as it was read: `mode` are its permission bits. Undefined where there is no file. */
export type StoredFile = { readonly text: string; readonly mode: number };

/** Bytes of a settings file that are read. */
const FILE_BYTES_MAX = 1024 * 1024;

/**
 * Reads a text file below `root` (absolute, symlinks resolved). Undefined when it does not exist. Throws a Failure when
 * the file or a folder on the way is a symlink or another user's, when it is no plain file, is larger than 1 MiB, or is not UTF-8.
 */
export async function readBelow(root: string, path: string): Promise<StoredFile | undefined> {
  await refuseLinks(root, path);
  const handle = await open(path, openFlags.read).catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return undefined;
    throw failure(`cannot read \`${path}\`; check its owner and rights`, cause);
  });
  if (handle === undefined) return undefined;
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw failure(`\`${path}\` is not a plain file; move it away`);
    if (status.size > FILE_BYTES_MAX) throw failure(`\`${path}\` is larger than 1 MiB`);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      await handle.readFile(),
    );
    return { text, mode: status.mode & 0o777 };
  } catch (cause) {
    if (cause instanceof TypeError) throw failure(`\`${path}\` is not UTF-8 text`, cause);
    throw cause;
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file below `root`, so that a reader or a crash sees the old text or the new one. `expected` is what was
 * read before: when somebody wrote in between, nothing is changed and a Failure says so. A new file gets `mode`, else 0600,
 * an old one keeps its own. `text` undefined removes the file.
 */
export async function replaceBelow(
  root: string,
  path: string,
  change: {
    readonly expected: StoredFile | undefined;
    readonly text: string | undefined;
    readonly mode?: number;
  },
): Promise<void> {
  const { expected, text, mode } = change;
  if (text !== undefined) await makeFolders(root, dirname(path));
  const now = await readBelow(root, path);
  if (now?.text !== expected?.text) {
    throw failure(`\`${path}\` was changed meanwhile; nothing was written: run the command again`);
  }
  try {
    if (text === undefined) await rm(path, { force: true });
    else await writeWhole(path, text, expected?.mode ?? mode ?? 0o600);
    await syncFolder(dirname(path));
  } catch (cause) {
    throw failure(`cannot write \`${path}\`; check the disk and its rights`, cause);
  }
}

/** Removes a folder when nothing is in it. */
export async function removeFolderIfEmpty(path: string): Promise<void> {
  await rmdir(path).catch((cause: unknown) => {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(errorCode(cause) ?? "")) throw cause;
  });
}

/** The real path of a project's folder. Throws a Failure when there is none. */
export async function realFolder(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if ((await lstat(real)).isDirectory()) return real;
  } catch (cause) {
    throw failure(`there is no folder \`${path}\`; name a project that exists`, cause);
  }
  throw failure(`\`${path}\` is not a folder; name a project's folder`);
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const temporary = await writeBeside(path, text, mode);
  try {
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** Writes a new file beside `path`, safe on disk and ready to take its place, and gives its name. */
export async function writeBeside(path: string, text: string, mode: number): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.chmod(mode);
    await handle.sync();
    await handle.close();
    return temporary;
  } catch (cause) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw cause;
  }
}

async function makeFolders(root: string, folder: string): Promise<void> {
  if (folder === root) return;
  await refuseLinks(root, folder);
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw failure(`cannot create \`${folder}\`; check the disk and its rights`, cause);
  }
}

/** Every step from the root to the path is looked at itself, so that no link leads out of the project. */
export async function refuseLinks(root: string, path: string): Promise<void> {
  const inside = relative(root, path);
  if (inside === "" || inside === ".." || inside.startsWith(`..${sep}`)) {
    throw failure(`\`${path}\` lies outside \`${root}\``);
  }
  let place = root;
  for (const step of inside.split(sep)) {
    place = join(place, step);
    const status = await lstat(place).catch(() => undefined);
    if (status === undefined) return;
    if (status.isSymbolicLink()) {
      throw failure(`\`${place}\` is a symlink; put a real file or folder there first`);
    }
    const uid = userId();
    if (uid !== undefined && status.uid !== uid) {
      throw failure(`\`${place}\` belongs to another user; change it as its owner`);
    }
  }
}

/** Makes a change of names in a folder safe on disk. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function failure(message: string, cause?: unknown): Failure<"settings-file"> {
  return new Failure("settings-file", message, { cause });
}
