// Path patterns of the client's rules: four anchors, then gitignore. Compiled once to a test of absolute paths.
import { compileGlob, escapeGlob } from "#base/glob.ts";
import type { RuleList } from "./stack.ts";

/** Where patterns begin: of one slash, of a tilde, and without either. */
export type PatternPlaces = {
  readonly root: string;
  readonly home: string;
  /** The project, and for rules that restrict the directories added to it. */
  readonly directories: readonly string[];
};

/**
 * A test of absolute, clean paths. `//x` is absolute, `~/x` below home, `/x` below the root of the settings file, anything
 * else below the working directories. Case does not count. A pattern that negates matches nothing.
 */
export function compilePathRule(
  pattern: string,
  places: PatternPlaces,
  list: RuleList,
): (path: string) => boolean {
  const { bases, rest } = anchorOf(pattern, places);
  if (pattern.startsWith("!") || rest === "/" || rest === "") return () => false;
  const tests = bases.map((base) => compileBelow(base, rest, list));
  return (path) => tests.some((test) => test(path));
}

/** A test of paths below one directory. */
function compileBelow(base: string, rest: string, list: RuleList): (path: string) => boolean {
  const written = rest.replace(/^(?:\.\/)+/, "");
  // WHY: only rules that restrict lose the stars at their end, and with them the slash that ties them to their base.
  const whole = list === "allow" ? written : written.replace(/\/\*\*$/, "") || "**";
  const isFolder = whole.endsWith("/");
  const inside = whole.replace(/^\/+/, "").replace(/\/+$/, "");
  if (inside === "") return () => false;
  // WHY: as in gitignore a pattern with a slash before its end begins at its base, one without at any depth below it.
  const isAnchored = whole.replace(/\/+$/, "").includes("/") || inside === "**";
  const start = base === "/" ? "" : escapeGlob(base);
  const glob = `${start}/${isAnchored ? "" : "**/"}${inside}`;
  const self = compileGlob(glob, { ignoreCase: true });
  const below = compileGlob(`${glob}/**`, { ignoreCase: true });
  return (path) => (!isFolder && self(path)) || below(path);
}

function anchorOf(
  pattern: string,
  places: PatternPlaces,
): { bases: readonly string[]; rest: string } {
  if (pattern.startsWith("//")) return { bases: ["/"], rest: pattern.slice(1) };
  if (pattern === "~" || pattern.startsWith("~/")) {
    return { bases: [places.home], rest: pattern.slice(1) };
  }
  if (pattern.startsWith("/")) return { bases: [places.root], rest: pattern };
  return { bases: places.directories, rest: pattern };
}
