// Paths with `..` in them as the kernel walks them: behind a link it leads above the place where the link leads.
import { escapeGlob, hasMagic, unescapeGlob } from "#base/glob.ts";
import { cleanPath } from "#base/path.ts";
import type { FactAnswer, FactQuery } from "../../facts/facts.ts";

type Ask = (query: FactQuery) => FactAnswer | undefined;

/** A step up that is a whole part of a path. */
const UP = /\/\.\.(?=\/|$)/g;

/** Whether a path holds a step up. */
export function leadsUp(path: string): boolean {
  return path.includes("/..") && path.search(UP) >= 0;
}

/** An absolute path in front of its last step up, and what follows it; undefined without one. */
export function splitAtLastUp(path: string): readonly [before: string, after: string] | undefined {
  const at = [...path.matchAll(UP)].at(-1)?.index;
  return at === undefined ? undefined : [path.slice(0, at), path.slice(at + "/..".length)];
}

/**
 * The same place without a step up, clean. Where facts do not tell what lies in front of the steps, they are removed as
 * text, which is right where no link is on the way.
 */
export function withoutUps(path: string, ask: Ask): string {
  // A part that is not known stands for several names.
  const split = leadsUp(path) && !path.includes("\0") ? splitAtLastUp(path) : undefined;
  if (split === undefined) return cleanPath(path);
  const [before, after] = split;
  const above = ask({ kind: "path", path: `${before}/..` });
  return cleanPath(above?.kind === "path" ? `${above.real}/${after}` : path);
}

/** The same for an absolute glob: its steps up in front of the first wildcard; undefined where one stands behind it. */
export function globWithoutUps(glob: string, ask: Ask): string | undefined {
  if (!leadsUp(glob)) return glob;
  const parts = glob.split("/");
  const first = parts.findIndex((part) => hasMagic(part));
  const plain = parts.slice(0, first < 0 ? undefined : first);
  const rest = first < 0 ? [] : parts.slice(first);
  if (rest.includes("..")) return undefined;
  const base = withoutUps(plain.map((part) => unescapeGlob(part)).join("/") || "/", ask);
  return [base === "/" ? "" : escapeGlob(base), ...rest].join("/") || "/";
}
