// What a call with installs may have read for it, by its lock files and the person's settings as they are when it is held.
import { join } from "node:path";
import { LOCK_BYTES_MAX } from "#base/limits.ts";
import { parentPath } from "#base/path.ts";
import { lockedPackages } from "#guard/effects/locks/locked-packages.ts";
import { askedNpmRegistries } from "#guard/effects/locks/npm-registries.ts";
import { registryFiles, type RegistryFiles } from "#guard/hold/registry-files.ts";
import type { ExactLock } from "#guard/vocabulary/effect.ts";
import { digestOfLock } from "../../facts/lock-digest.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { type Logins, npmLogins } from "./npm-logins.ts";

/** What may be read, and with which logins. */
export type ReadForCall = { readonly files: RegistryFiles; readonly logins: Logins };

const SETTINGS_BYTES_MAX = 256 * 1024;

/** Works it out; undefined where a lock file names nothing, or is not the one that was judged, or settings cannot be read as they were. Never rejects. */
export async function readForCall(
  locks: readonly ExactLock[],
  home: string,
): Promise<ReadForCall | undefined> {
  const ofPerson = await textOf(join(home, ".npmrc"), SETTINGS_BYTES_MAX);
  const all = new Map<string, Map<string, string>>();
  for (const { path, format, digest } of locks) {
    const text = await textOf(path, LOCK_BYTES_MAX);
    if (digestOfLock(text) !== digest) return undefined;
    const ofProject = await textOf(join(parentPath(path), ".npmrc"), SETTINGS_BYTES_MAX);
    const packages = lockedPackages(format, text);
    const registries = askedNpmRegistries(ofPerson, ofProject);
    if (packages === undefined || registries === undefined) return undefined;
    for (const [host, paths] of registryFiles(format, packages, registries))
      all.set(host, new Map([...(all.get(host) ?? []), ...paths]));
  }
  // What brings nothing reads nothing.
  return all.size === 0 ? undefined : { files: all, logins: npmLogins(ofPerson) };
}

/** WHY empty where it cannot be read: then it names nothing, and what it would have named is refused. */
async function textOf(path: string, bytesMax: number): Promise<string> {
  const start = await readRegularFile(path, bytesMax);
  return start?.complete === true ? new TextDecoder().decode(start.bytes) : "";
}
