// What a call takes away of a project that is too large for a copy: said before it runs, because nothing could bring it back.
import { readdirSync, type Dirent } from "node:fs";
import { isWithin } from "#base/path.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { isCovered, statusAt, UNDO_BOUNDS } from "./project-state.ts";

/** Entries that are looked at for one call. */
const ENTRIES_MAX = 512;

/** Files of the project, by their paths in it, that a call deletes and of which no copy is made. */
export function notCopied(root: string, effects: readonly Effect[]): readonly string[] {
  const found = new Set<string>();
  let left = ENTRIES_MAX;
  const look = (path: string): void => {
    const own = path.slice(root.length + 1);
    if ((left -= 1) < 0 || !isWithin(root, path) || !(own === "" || isCovered(own))) return;
    const status = statusAt(path);
    if (status?.isFile() === true && status.size > UNDO_BOUNDS.fileBytes) found.add(own);
    if (status?.isDirectory() === true)
      for (const { name } of entriesOf(path)) look(`${path}/${name}`);
  };
  for (const effect of effects) {
    if (effect.kind === "history")
      for (const file of effect.lost?.files ?? []) look(`${root}/${file.replace(/\/$/, "")}`);
    else if (effect.kind === "delete" && effect.target.kind === "path") look(effect.target.real);
  }
  return [...found];
}

function entriesOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
