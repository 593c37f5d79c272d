// The list of what git leaves alone in a repository, as calls see it beside the client's folder that was made for them.
import { createHash } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPath } from "#base/path.ts";
import type { HoldProfile } from "#guard/hold/profile.ts";
import { type OpenDirectory, openBelow } from "#platform/open-below.ts";
import { openFlags } from "#platform/open-flags.ts";
import { isThere } from "../../../foundation/files/path-status.ts";
import { writeOwnFile } from "../../../foundation/files/own-file.ts";
import { gitDirectoryOf } from "../places/git-places.ts";

const BYTES_MAX = 65_536;

/**
 * A copy of that list with the folder in it, kept in `directory`; nothing where git needs none. WHY: `git stash -u` and `git clean -d` take
 * empty directories away, and end with 1 where one is a mount.
 */
export function leftAlone(
  folder: string,
  { directory, isSeen }: { readonly directory: string; readonly isSeen: (path: string) => boolean },
): HoldProfile["own"] {
  let place: OpenDirectory | undefined;
  let file: number | undefined;
  try {
    let root = parentPath(folder);
    while (root !== "/" && !isThere(join(root, ".git"))) root = parentPath(root);
    const books = gitDirectoryOf(root, join(root, ".git"));
    const pattern = folder.slice(root.length);
    if (books === undefined || !isSeen(books) || !/^[\w./@+-]+$/.test(pattern)) return [];
    // WHY so: code of the session may have put a link there, and the copy would show what lies behind it.
    place = openBelow(books, ["info"]);
    file = openSync(place.at("exclude"), openFlags.read);
    const { size, nlink } = fstatSync(file);
    if (size > BYTES_MAX || nlink !== 1) return [];
    const text = `${readFileSync(file, "utf8")}\n${pattern}/\n`;
    const from = join(directory, createHash("sha256").update(text).digest("hex").slice(0, 24));
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!isThere(from)) writeOwnFile(from, text, 0o600);
    return [{ from, to: join(books, "info", "exclude"), isWritable: false }];
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
    place?.close();
  }
}
