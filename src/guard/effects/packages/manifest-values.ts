// Version and name of a package in its manifest, where a command prints one of them to name a file by it.
import { escapeGlob } from "#base/glob.ts";
import { isObject, readJson } from "#base/json.ts";
import { hole, sourcesOf, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";

/** Values that a file name can hold as they are: neither a slash nor two dots in a row. */
const PLAIN = /^(?!.*\.\.)[A-Za-z0-9][\w.+-]{0,60}$/;

/**
 * What is printed of the entry `key` of the JSON object at `path`: a text that looks like the value and still comes from
 * the file. Undefined where the value is not certain.
 */
export function manifestValue(path: Text, key: string, context: ModelContext): TextSet | undefined {
  if (key !== "version" && key !== "name") return undefined;
  const values = context.textAt(path).map((text) => {
    const manifest = readJson(textOf(text) ?? "");
    const value = isObject(manifest) ? manifest[key] : undefined;
    return typeof value === "string" && PLAIN.test(value) ? value : undefined;
  });
  const sources = sourcesOf(context.contentOf(path));
  const likes = values.flatMap((value) => (value === undefined ? [] : [escapeGlob(value)]));
  if (likes.length === 0 || likes.length < values.length) return undefined;
  return likes.map((like) => [hole("unmodelled", { like, sources, splits: false })]);
}

/** `require("./package.json").version`, which `node -p` prints. */
export function manifestAsked(
  code: string,
): { readonly path: string; readonly key: string } | undefined {
  const [, , path, key] =
    /^\s*require\((['"`])((?:\.{1,2}\/)+(?:[\w-]+\/)*package\.json)\1\)\.(version|name);?\s*$/.exec(
      code,
    ) ?? [];
  return path === undefined || key === undefined ? undefined : { path, key };
}
