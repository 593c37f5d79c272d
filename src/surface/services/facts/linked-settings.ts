// Files that are the client's settings because a link leads to them from where it looks: what is known of those by name is not known of these.
import { readlinkSync } from "node:fs";
import { joinPath } from "#base/path.ts";
import { realOf } from "../../foundation/files/path-status.ts";
import { statusAt } from "../../foundation/files/picture.ts";

const NAMES = ["settings.json", "settings.local.json"];

/** Of folders of the client's: where such links lead, real paths; where nothing lies yet, the place that a link names. */
export function linkedSettings(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => settingsLinks(folder)).map(({ to }) => to);
}

/** The links themselves, with where each leads. */
export function settingsLinks(
  folder: string,
): readonly { readonly path: string; readonly to: string }[] {
  return NAMES.flatMap((name) => {
    const path = joinPath(folder, name);
    try {
      if (statusAt(path)?.isSymbolicLink() !== true) return [];
      return [{ path, to: realOf(path) ?? joinPath(folder, readlinkSync(path)) }];
    } catch {
      return [];
    }
  });
}
