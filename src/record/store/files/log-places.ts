// What may lie in a log directory beside its tiles; whatever else does is none of the log.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  CHECKPOINT_PATH,
  PRUNED_PATH,
  UNFINISHED_PREFIX,
  WITNESSED_PATH,
} from "../../log/layout.ts";
import { hasCode } from "./private-files.ts";

const FILES: ReadonlySet<string> = new Set([CHECKPOINT_PATH, PRUNED_PATH, WITNESSED_PATH, "lock"]);
const FOLDERS: Readonly<Record<string, RegExp>> = {
  journal: /^\d{16}\.journal(?:\.damaged-\d+)?$/,
  keys: /^\d{3}$/,
};

/** Paths in the log directory that are neither tiles, which the verifier looks at, nor known. Locks that pass are none. */
export async function* findStrays(directory: string): AsyncGenerator<string> {
  for (const item of await entriesOf(directory)) {
    const { name } = item;
    if (name.startsWith(UNFINISHED_PREFIX) || name.startsWith("lock.stale-")) continue;
    if (!item.isDirectory()) {
      if (!FILES.has(name)) yield name;
      continue;
    }
    if (name === "tile") continue;
    const known = Object.hasOwn(FOLDERS, name) ? FOLDERS[name] : undefined;
    for (const inside of await entriesOf(join(directory, name))) {
      const isUnfinished = inside.name.startsWith(UNFINISHED_PREFIX);
      if (!isUnfinished && (inside.isDirectory() || known?.test(inside.name) !== true))
        yield `${name}/${inside.name}`;
    }
  }
}

async function entriesOf(directory: string) {
  return readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
}
