// The source files of one language below a folder, as formatters look for them.
import { escapeGlob } from "#base/glob.ts";
import { hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";

/** Files that are named one by one; of more only the pattern is told. */
const FILES_MAX = 48;

/**
 * All files with an extension (`go`) below `root`: by name where they can be told, else as a pattern. Hidden folders of
 * the working directory are left out: what git and others keep there is no source, and what does not parse is not written.
 */
export function sourcesBelow(
  root: Text,
  extension: string,
  context: ModelContext,
): readonly Text[] {
  const path = textOf(root)?.replace(/\/+$/, "");
  const isHere = path === "" || path === ".";
  const prefix = path === undefined ? undefined : isHere ? "" : `${escapeGlob(path)}/`;
  const isBelow = path !== undefined && !/^[/~]|(?:^|\/)\.\.(?:\/|$)/.test(path);
  const found = isBelow ? context.matches(`${prefix}**/*.${extension}`) : undefined;
  if (found !== undefined && found.length <= FILES_MAX) return found.map(literal);
  if (isHere)
    return [`[!.]*.${extension}`, `[!.]*/**/*.${extension}`].map((like) => [
      hole("dynamic-path", { like, splits: false }),
    ]);
  const below = hole("dynamic-path", { like: `**/*.${extension}`, splits: false });
  return [[...(path === undefined ? root : literal(path)), ...literal("/"), below]];
}
