// What the system lets a user watch of the disk.
import { readSystemFile } from "./system.ts";

/** A limit of inotify(7), by its file; 0 where the system does not tell. */
export function watchLimit(name: "max_user_watches" | "max_queued_events"): number {
  return Number(readSystemFile(`/proc/sys/fs/inotify/${name}`)) || 0;
}
