// Accounts that have no socket yet ask for one by a file of their own: the kernel says whose it is.
import { lstatSync, readdirSync, renameSync, unlinkSync, watch } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { knockFolder, type MachineFolders } from "./places.ts";

/** Who asked. `gid` is a group that the account is in. */
export type Knock = { readonly uid: number; readonly gid: number };

/** WHY beside the watch: a watch may miss what comes in a burst. */
const LOOK_MS = 1_000;

/** Tells of each account that asks; the function ends it. */
export function followKnocks(folders: MachineFolders, knocked: (knock: Knock) => void): () => void {
  const folder = knockFolder(folders);
  const look = (): void => {
    for (const knock of takeKnocks(folders)) knocked(knock);
  };
  const watcher = watch(folder, look);
  watcher.on("error", () => undefined);
  const timer = setInterval(look, LOOK_MS);
  look();
  return () => {
    watcher.close();
    clearInterval(timer);
  };
}

/** Takes the files away and says whose they were. What is no file of one name proves nothing. */
export function takeKnocks(folders: MachineFolders): readonly Knock[] {
  const folder = knockFolder(folders);
  const found = new Map<number, Knock>();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    try {
      const status = lstatSync(path);
      if (status.isFile() && status.nlink === 1)
        found.set(status.uid, { uid: status.uid, gid: status.gid });
      // WHY no walk into a folder of somebody else's: it may be swapped for a link on the way.
      if (status.isDirectory())
        renameSync(path, join(folders.run, "trash", randomBytes(8).toString("hex")));
      else unlinkSync(path);
    } catch {
      // It was taken away meanwhile.
    }
  }
  return [...found.values()];
}
