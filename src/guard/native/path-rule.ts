// Path patterns of the client's rules: four anchors, then gitignore. Compiled once to a test of absolute paths.
import { compileGlob, escapeGlob } from "#base/glob.ts";
import type { RuleList } from "./stack.ts";

/** Where patterns begin: of one slash, of a tilde, and without either. */
export type PatternPlaces = {
  readonly root: string;
  readonly home: string;
  readonly cwd: string;
};

/**
 * A test of absolute, clean paths. `//x` is absolute, `~/x` below home, `/x` below the root of the settings file, anything
 * else below the working directory. Case does not count. A pattern that negates matches nothing.
 */
export function compilePathRule(
  pattern: string,
  places: PatternPlaces,
  list: RuleList,
): (path: string) => boolean {
  const { base, rest } = anchorOf(pattern, places);
  if (pattern.startsWith("!") || rest === "/" || rest === "") return () => false;
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

function anchorOf(pattern: string, places: PatternPlaces): { base: string; rest: string } {
  if (pattern.startsWith("//")) return { base: "/", rest: pattern.slice(1) };
  if (pattern === "~" || pattern.startsWith("~/")) {
    return { base: places.home, rest: pattern.slice(1) };
  }
  if (pattern.startsWith("/")) return { base: places.root, rest: pattern };
  return { base: places.cwd, rest: pattern };
}
