// The programs that the client's sandbox is made of: where they stand, and whether nobody but the administrator can change them.
import { type BigIntStats, lstatSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { isWithin, parentPath } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import { ADMINISTRATOR } from "#platform/user.ts";

/** Directories of a system that its package manager fills. WHY a list: for the administrator every file is one of their own. */
const SYSTEM_DIRECTORIES: readonly string[] = [
  ...["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/lib", "/usr/libexec"],
  ...["/nix/store", "/run/current-system", "/snap"],
];
const DIRECTORIES_MAX = 256;

/** A program: its real path, and what tells it from another one in its place. */
export type SandboxProgram = { readonly path: string; readonly identity: string };

/** Where the client finds a program: at `fixed`, or the first of that name on its `PATH`. A string says what is wrong. */
export function findSandboxProgram(
  name: string,
  fixed: string | undefined,
  path: string | undefined,
): SandboxProgram | string {
  const found = fixed ?? onPath(name, path);
  if (found === undefined) return `\`${name}\` is not on the client's \`PATH\``;
  if (!found.startsWith("/"))
    return `\`${name}\` is looked for in a directory that is not absolute`;
  try {
    return trusted(name, realpathSync.native(found));
  } catch {
    return `\`${printable(found)}\` cannot be looked at`;
  }
}

/** The first entry of that name, whatever it is; a relative directory in front of it is given as it is. */
function onPath(name: string, path: string | undefined): string | undefined {
  for (const directory of (path ?? "").split(":").slice(0, DIRECTORIES_MAX)) {
    if (!directory.startsWith("/")) return directory;
    const file = join(directory, name);
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) return file;
  }
  return undefined;
}

function trusted(name: string, path: string): SandboxProgram | string {
  const status = statSync(path, { bigint: true });
  const isSystem = SYSTEM_DIRECTORIES.some((directory) => isWithin(directory, path));
  if (!isSystem || !status.isFile())
    return `\`${name}\` is \`${printable(path)}\`, which is no program of the system`;
  for (let at = path; at !== "/"; at = parentPath(at)) {
    if (!isAdministrators(statSync(at, { bigint: true })))
      return `\`${printable(at)}\` can be changed by others than the administrator`;
  }
  const { dev, ino, size, mtimeNs, ctimeNs } = status;
  return { path, identity: [path, dev, ino, size, mtimeNs, ctimeNs].join(":") };
}

/** Whether nobody but the administrator may change it. */
export function isAdministrators({ uid, mode }: BigIntStats): boolean {
  return uid === BigInt(ADMINISTRATOR) && (mode & 0o022n) === 0n;
}
