// Whether this process runs in a container, as far as the system tells.
import { existsSync } from "node:fs";
import { readSystemFile } from "./system.ts";

/** Files that Docker and Podman put into every container, and names that runtimes give control groups. */
export function isContainer(): boolean {
  if (existsSync("/.dockerenv") || existsSync("/run/.containerenv")) return true;
  return /docker|containerd|kubepods|libpod|lxc/.test(readSystemFile("/proc/1/cgroup") ?? "");
}
