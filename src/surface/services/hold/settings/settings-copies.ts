// Settings of the client and of git as a held call sees them: without the tokens of our hooks, and without what git logs in with.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, type Stats } from "node:fs";
import { join } from "node:path";
import { dropOldest } from "#base/drop-oldest.ts";
import type { Stream } from "#guard/hold/views/disguise.ts";
import { gitSettingsView } from "#guard/hold/views/git-view.ts";
import { hideTokens } from "#govern/settings/hook-entries.ts";
import { writeOwnFile } from "../../../foundation/files/own-file.ts";
import { statusAt } from "../../../foundation/files/picture.ts";

/** A file of settings, and what stands for it: a copy, or nothing at all where none can be made. */
export type SettingsCopy = { readonly path: string; readonly from: string | undefined };

/** Of a larger file nothing is shown. */
const BYTES_MAX = 1_048_576;
/** Files that are remembered: four of each project. */
const FILES_MAX = 256;

/**
 * Makes copies in a folder, and makes one again when its file changed.
 * WHY: `grep -r Authorization .` prints the token of our hooks otherwise, and with it anybody invents events; `git remote -v` the password
 * of an address.
 */
export function createSettingsCopies(
  folder: string,
  stream: Stream,
): (paths: readonly string[], ofGit: readonly string[]) => readonly SettingsCopy[] {
  const known = new Map<
    string,
    { readonly state: string; readonly copy: SettingsCopy | undefined }
  >();
  const copyOf = (path: string, status: Stats, isOfGit: boolean): SettingsCopy | undefined => {
    if (!status.isFile() || status.size > BYTES_MAX) return { path, from: undefined };
    const text = readFileSync(path, "utf8");
    const shown = isOfGit ? gitSettingsView(text, stream) : hideTokens(text);
    if (shown === text) return undefined;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const from = join(folder, createHash("sha256").update(path).digest("hex").slice(0, 24));
    writeOwnFile(from, shown, 0o600);
    return { path, from };
  };
  return (paths, ofGit) =>
    [...paths, ...ofGit].flatMap((path, at) => {
      const status = statusAt(path);
      // WHY not a link: these are real paths, so it leads nowhere, and nothing can be mounted on it.
      if (status === undefined || status.isDirectory() || status.isSymbolicLink()) return [];
      const state = `${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`;
      const before = known.get(path);
      if (before?.state === state) return before.copy ?? [];
      let copy: SettingsCopy | undefined;
      try {
        copy = copyOf(path, status, at >= paths.length);
      } catch {
        copy = { path, from: undefined };
      }
      known.set(path, { state, copy });
      dropOldest(known, FILES_MAX);
      return copy ?? [];
    });
}
