// Trees with directories that their own user may not enter or change: programs close some in what they keep, the kernel one in each overlay.
import { spawn, spawnSync, type SpawnOptions } from "node:child_process";
import { rmSync } from "node:fs";

/**
 * WHY as an administrator of a namespace: of the user's own files nothing is closed to that one, and everything else is. Where
 * none can be made, the directories are opened one by one.
 */
const REMOVE =
  'unshare --user --map-root-user -- rm -rf -- "$0" 2>/dev/null || { chmod -R u+rwx -- "$0"; rm -rf -- "$0"; } 2>/dev/null';
const OPTIONS: SpawnOptions = { cwd: "/", env: { PATH: "/usr/bin:/bin" }, stdio: "ignore" };
/** What is not gone by then is told of as what cannot be removed. */
const REMOVE_MS_MAX = 60_000;

/** Removes a tree, or nothing where there is none. Throws the system's error where something of it stays. */
export function removeTree(path: string): void {
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  try {
    remove();
  } catch {
    spawnSync("/bin/sh", ["-c", REMOVE, path], { ...OPTIONS, timeout: REMOVE_MS_MAX });
    remove();
  }
}

/** The same without anybody waiting, and without a word where something stays. */
export function removeTreeLater(path: string): void {
  const child = spawn("/bin/sh", ["-c", REMOVE, path], { ...OPTIONS, detached: true });
  child.on("error", () => undefined);
  child.unref();
}
