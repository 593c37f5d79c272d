// Files that git's settings include (git-config(1), `include.path`): who changes one of them changes the settings.
import { HOOK_NAMES } from "#guard/effects/paths/git-files.ts";
import { baseName, joinPath, parentPath } from "#base/path.ts";
import { realOf, realPathOrClean } from "../../../foundation/files/path-status.ts";
import { readRegularFileNow } from "../../../foundation/files/regular-file.ts";
import { createSeenTexts } from "../../../foundation/files/seen-texts.ts";
import { expandHome, parseConfig } from "./git-config.ts";
import { findRepository } from "./git-facts.ts";

const CONFIG_BYTES_MAX = 256 * 1024;
/** Files that are read for one answer; git's own bound of nesting is far below it. */
const FILES_MAX = 64;

/**
 * Files that some settings include, and those that these include, by their real paths; where one is not there yet, its place. WHY
 * whatever a condition says: another branch or directory is another day's work. `home` is what `~` means; without one such are left out.
 */
export function includedFiles(settings: readonly string[], home?: string): readonly string[] {
  const found = new Set<string>();
  const pending = [...settings];
  for (let at = 0; at < pending.length && at < FILES_MAX; at++) {
    const file = pending[at] ?? "";
    for (const value of seenIn(file)?.includes ?? []) {
      if (home === undefined && /^~(?:\/|$)/.test(value)) continue;
      const path = realPlace(expandHome(value, parentPath(file), home ?? ""));
      if (found.has(path)) continue;
      found.add(path);
      pending.push(path);
    }
  }
  return [...found];
}

/** Those of a project's repository and of the person's own settings, and hooks where they say that these lie. Throws never. */
export async function includedSettings(
  projectRoot: string,
  home: string,
): Promise<readonly string[]> {
  const layout = await findRepository(projectRoot);
  const own =
    layout === undefined || layout === "unknown"
      ? []
      : [joinPath(layout.shared, "config"), joinPath(layout.gitDirectory, "config.worktree")];
  const users = [".config/git/config", ".gitconfig"].map((name) => joinPath(home, name));
  const files = [...users, ...own];
  const hooks = files.flatMap((file) => seenIn(file)?.hooks ?? []).at(-1);
  const folder = hooks && realPlace(expandHome(hooks, projectRoot, home));
  return [
    ...includedFiles(files, home),
    ...(folder === undefined ? [] : HOOK_NAMES.map((name) => joinPath(folder, name))),
  ];
}

/** What the settings of a file include, and where they say that hooks lie, as it stands there. */
const seenIn = createSeenTexts((file): SeenSettings | undefined => {
  const read = readRegularFileNow(file, CONFIG_BYTES_MAX);
  const parsed = read?.complete === true ? parseConfig(new TextDecoder().decode(read.bytes)) : [];
  const valuesOf = (keys: RegExp): readonly string[] | undefined =>
    parsed?.flatMap(({ key, value }) => (keys.test(key) && value !== "" ? [value] : []));
  const includes = valuesOf(/^include(?:if\..*)?\.path$/s);
  return includes && { includes, hooks: valuesOf(/^core\.hookspath$/) ?? [] };
});

type SeenSettings = { readonly includes: readonly string[]; readonly hooks: readonly string[] };

function realPlace(path: string): string {
  return realOf(path) ?? joinPath(realPathOrClean(parentPath(path)), baseName(path));
}
