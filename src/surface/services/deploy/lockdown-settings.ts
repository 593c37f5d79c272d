// What a lockdown puts into the client's managed settings beside everything else there, and takes out again byte for byte.
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { textDigest } from "#govern/deploy/deployment.ts";
import { writeAll } from "#govern/deploy/write-all.ts";
import { readBelow, removeFolderIfEmpty } from "#govern/settings/deploy.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { loadCatalogue } from "../../foundation/product/shipped-data.ts";
import type { MachinePlaces } from "./deployment-plan.ts";

/** WHY this name: lists of all drop-ins are united, and of other values the last file's counts. */
const NAME = "99-sallyport-lockdown.json";

const keptSchema = v.strictObject({
  path: v.string(),
  digest: v.string(),
  /** Folders that were made for it, the innermost first. */
  folders: v.array(v.string()),
});

/** What became of the file. `foreign`: another lies in its place, or it was changed since; nobody touched that. */
export type LockdownSettings = {
  readonly path: string;
  readonly state: "written" | "there" | "removed" | "missing" | "no-rights" | "foreign";
};

/** Settings that refuse every tool that the client has, and every one of an MCP server. */
export function lockdownText(): string {
  const deny = [...loadCatalogue().tools.map(({ name }) => name), "mcp__*"];
  const permissions = { deny, disableBypassPermissionsMode: "disable" };
  return `${JSON.stringify({ permissions }, null, 2)}\n`;
}

/** Writes the file as the administrator; for others it says where it would lie. Throws a Failure `settings-file`. */
export async function putLockdownSettings(
  machine: MachinePlaces,
  directories: Directories,
  user: number | undefined = userId(),
): Promise<LockdownSettings> {
  const path = placeIn(machine);
  if (user !== ADMINISTRATOR) return { path, state: "no-rights" };
  const text = lockdownText();
  const before = await readBelow(machine.root, path);
  if (before !== undefined) return { path, state: before.text === text ? "there" : "foreign" };
  const folders = [dirname(path), machine.directory].filter((folder) => !existsSync(folder));
  const change = { path, before, after: { text, mode: 0o644 } };
  await writeAll([change], { root: machine.root, isShared: true });
  if (existsSync(directories.root)) {
    const kept = { path, digest: textDigest(text), folders };
    writePrivateFile(directories.lockdownSettings, `${JSON.stringify(kept)}\n`);
  }
  return { path, state: "written" };
}

/** Takes it out again with the folders that were made for it. Throws a Failure `settings-file`. */
export async function takeLockdownSettings(
  machine: MachinePlaces,
  directories: Directories,
  user: number | undefined = userId(),
): Promise<LockdownSettings> {
  const path = placeIn(machine);
  if (!existsSync(path)) {
    forget(directories);
    return { path, state: "missing" };
  }
  if (user !== ADMINISTRATOR) return { path, state: "no-rights" };
  const now = await readBelow(machine.root, path);
  const kept = keptIn(directories);
  // WHY also without a record: the administrator's own data directory need not be the one that it was written from.
  const isOurs =
    now !== undefined &&
    (now.text === lockdownText() || (kept?.path === path && kept.digest === textDigest(now.text)));
  if (!isOurs) return { path, state: "foreign" };
  await writeAll([{ path, before: now, after: undefined }], {
    root: machine.root,
    isShared: true,
  });
  const made = [dirname(path), machine.directory].filter((one) => kept?.folders.includes(one));
  for (const folder of made) await removeFolderIfEmpty(folder);
  forget(directories);
  return { path, state: "removed" };
}

function placeIn({ directory }: MachinePlaces): string {
  return join(directory, "managed-settings.d", NAME);
}

function keptIn({ lockdownSettings }: Directories): v.InferOutput<typeof keptSchema> | undefined {
  try {
    const text = readPrivateFile(lockdownSettings, { secret: true });
    return text === undefined ? undefined : v.parse(keptSchema, JSON.parse(text));
  } catch (cause) {
    // What cannot be read tells of no folder that was made.
    if (cause instanceof Failure || cause instanceof SyntaxError || v.isValiError(cause))
      return undefined;
    throw cause;
  }
}

function forget({ lockdownSettings }: Directories): void {
  rmSync(lockdownSettings, { force: true });
}
