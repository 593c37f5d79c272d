// The start of this machine: which one it was, and how long ago.
import { uptime } from "node:os";
import { readSystemFile } from "./system.ts";

/** Another text after each start of the machine; empty where the system has none. */
export function bootId(): string {
  return readSystemFile("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/** Milliseconds since the machine started, which nobody can set back. */
export function upMs(): number {
  return uptime() * 1_000;
}
