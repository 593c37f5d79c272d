// The register of guarded projects on disk: read whole, changed by one process at a time.
import { rmSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "#base/failure.ts";
import {
  formatProjectRegister,
  type ProjectRegister,
  parseProjectRegister,
} from "#govern/settings/project-register.ts";
import {
  createPrivateFile,
  readPrivateFile,
  writePrivateFile,
} from "../../foundation/files/private-file.ts";

const LOCK_ATTEMPTS = 50;
const LOCK_PAUSE_MS = 100;
/** A lock older than this belongs to a process that died: changing the register takes milliseconds. */
const LOCK_STALE_MS = 30_000;

/** The register as it is now. Throws a Failure when it is damaged or others can read it. */
export function readProjectRegister(file: string): ProjectRegister {
  return parseProjectRegister(readPrivateFile(file, { secret: true }), file);
}

/** Changes the register; two changes at once are made one after the other. */
export async function changeProjectRegister(
  file: string,
  change: (projects: ProjectRegister) => ProjectRegister,
): Promise<void> {
  const lock = `${file}.lock`;
  await takeLock(lock);
  try {
    writePrivateFile(file, formatProjectRegister(change(readProjectRegister(file))));
  } finally {
    rmSync(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<void> {
  for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt += 1) {
    if (createPrivateFile(lock, `${process.pid}\n`)) return;
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > LOCK_STALE_MS) rmSync(lock, { force: true });
    else await pause(LOCK_PAUSE_MS);
  }
  throw new Failure("project-register", `\`${lock}\` stays taken; remove it if nothing is running`);
}
