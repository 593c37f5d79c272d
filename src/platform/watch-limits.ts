// What the system lets a user watch of the disk, and where it tells all of it.
import { statfsSync } from "node:fs";
import { readSystemFile } from "./system.ts";

/** A limit of inotify(7), by its file; 0 where the system does not tell. */
export function watchLimit(name: "max_user_watches" | "max_queued_events"): number {
  return Number(readSystemFile(`/proc/sys/fs/inotify/${name}`)) || 0;
}

/** Disks of this machine, by their number in statfs(2): ext4, btrfs, xfs, tmpfs, overlayfs, f2fs, zfs and bcachefs. */
const TELLING = new Set([
  0xef53, 0x9123683e, 0x58465342, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1, 0xca451a4e,
]);

/** Whether each change below a path is one of this kernel's: of what lies on a network or behind a program inotify(7) misses some. */
export function tellsChanges(path: string): boolean {
  try {
    return TELLING.has(statfsSync(path).type);
  } catch {
    return false;
  }
}
