// Which machine this is, as far as files tell: a lock in a directory that several machines share must name its own.
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { bootId } from "./boot.ts";
import { readSystemFile } from "./system.ts";

const MACHINE_ID_FILES = ["/etc/machine-id", "/var/lib/dbus/machine-id"] as const;

/** This machine, 16 hex characters: a digest of its machine id, or of its name where it has none. */
export function hostId(): string {
  const id =
    MACHINE_ID_FILES.map((file) => readSystemFile(file)?.trim()).find(Boolean) ??
    `name:${hostname()}`;
  return createHash("sha256").update(`sallyport/host/v1\0${id}`).digest("hex").slice(0, 16);
}

/** The name of this machine, as it says itself. */
export function hostName(): string {
  return hostname();
}

/**
 * Whether a lock that names `host` and `boot` is another machine's: whether its process lives cannot be told from here.
 * A lock without a host is an old one of this machine.
 */
export function isElsewhere(lock: {
  readonly host: string | undefined;
  readonly boot: string | undefined;
}): boolean {
  if (lock.host === undefined || lock.host === hostId()) return false;
  const boot = bootId();
  return boot === "" || lock.boot === undefined || !boot.startsWith(lock.boot);
}

/** What to say of it: who has the directory, and what a person does. `lock` is the lock's file. */
export function elsewhereMessage(directory: string, lock: string): string {
  return (
    `\`${directory}\` is in use by another machine; give each machine a directory of its own with ` +
    `\`SALLYPORT_HOME\`, or remove \`${lock}\` when that machine is gone`
  );
}
