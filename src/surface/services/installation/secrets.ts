// The secrets of one installation, each in a file of its own that only its user reads.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { createPrivateFile, readPrivateFile } from "../../foundation/files/private-file.ts";

type SecretName = "install" | "operator" | "telemetry";

/**
 * A secret of this installation, 64 hex characters. `install` proves that a daemon is ours; `operator` lets a person
 * follow decisions; `telemetry` lets the client hand in its telemetry, and nothing else. All of them are readable by every process of the same user, the agent's included, until a managed install
 * gives the daemon a user of its own.
 */
export function readSecret(directories: Directories, name: SecretName): string {
  const path = secretPath(directories, name);
  const text = readPrivateFile(path, { secret: true })?.trim();
  if (text === undefined || !/^[0-9a-f]{64}$/.test(text)) {
    throw new Failure("install", `\`${path}\` is missing or damaged; run \`sallyport init\` again`);
  }
  return text;
}

/** Makes the secret where there is none yet. */
export function ensureSecret(directories: Directories, name: SecretName): void {
  const path = secretPath(directories, name);
  if (readPrivateFile(path, { secret: true }) !== undefined) return;
  createPrivateFile(path, `${randomBytes(32).toString("hex")}\n`);
}

function secretPath(directories: Directories, name: SecretName): string {
  return join(directories.keys, `${name}.secret`);
}
