// Edits of a labelled case: a file of any of its trees written anew, values of JSON joined.
import type { PostureCase } from "./case.ts";

type Trees = Pick<PostureCase, "files" | "home" | "managed">;

/** Writes a file of a case, whichever of its trees it is in. */
export function written(one: PostureCase, path: string, change: (before: string | undefined) => string | undefined): PostureCase {
  const [tree, own]: readonly [keyof Trees, string] = path.startsWith("~/")
    ? ["home", path.slice(2)]
    : path.startsWith("/") ? ["managed", path.replace("/etc/claude-code/", "")] : ["files", path];
  const { [own]: before, ...others } = one[tree];
  const made = change(before);
  const modes = tree === "home" ? `~/${own}` : own;
  const isScript = made?.startsWith("#!") === true;
  return {
    ...one,
    [tree]: made === undefined ? others : { ...one[tree], [own]: made },
    modes: { ...one.modes, [modes]: one.modes[modes] ?? (isScript ? "0755" : "0644") },
  };
}

type Json = { [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Objects by member, lists behind each other; another value takes the place of the one before, and null takes it away. */
export function joined(before: unknown, more: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(more)) return [...new Set([...before, ...more])];
  if (!isObject(before) || !isObject(more)) return more;
  const all: Json = { ...before };
  for (const [key, value] of Object.entries(more)) {
    if (value === null) delete all[key];
    else all[key] = joined(before[key], value);
  }
  return all;
}
