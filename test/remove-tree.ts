// Clears away what a test left, closed directories too: an ordinary user has to open them first.
import { chmodSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Removes a tree, whatever rights its directories have. */
export function removeTree(path: string): void {
  const open = (directory: string): void => {
    if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    chmodSync(directory, 0o700);
    for (const name of readdirSync(directory)) open(join(directory, name));
  };
  open(path);
  rmSync(path, { recursive: true, force: true });
}
