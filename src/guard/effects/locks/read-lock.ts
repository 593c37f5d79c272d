// Reads lock files of package managers; whatever is not certain of one makes all of it unknown.
import { LOCK_BYTES_MAX } from "#base/limits.ts";
import type { LockFacts, LockFormat } from "../../facts/facts.ts";
import { lockedPackages } from "./locked-packages.ts";
import { readNpmLock } from "./npm-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { readYarnLock } from "./yarn-lock.ts";

/** Of formats that nobody needs to know more of: all that they name comes from the one public registry of their kind. */
const readNamed =
  (format: LockFormat) =>
  (text: string): LockFacts | undefined =>
    lockedPackages(format, text) && { registries: [], workspaces: [], complete: undefined };

const READERS: Readonly<Record<LockFormat, (text: string) => LockFacts | undefined>> = {
  npm: readNpmLock,
  pnpm: readPnpmLock,
  yarn: readYarnLock,
  cargo: readNamed("cargo"),
  go: readNamed("go"),
  uv: readNamed("uv"),
};

/** What the text of a lock file says; undefined where not all of it is a package of a registry with its digest. */
export function readLock(format: LockFormat, text: string): LockFacts | undefined {
  return text.length > LOCK_BYTES_MAX ? undefined : READERS[format](text);
}
