// Paths in the client's rules as globs of ours.
import type { Rule } from "#guard/policy/policy.ts";

/** Directories at the root of a machine: a path that begins with one was meant from there, whatever the client makes of it. */
const ROOTS =
  /^\/(?:bin|boot|dev|etc|home|lib|media|mnt|opt|private|proc|root|run|sbin|srv|sys|tmp|usr|var|Users|Volumes|Applications|Library|System)(?:\/|$)/;

/**
 * The globs of a path in a rule: `//x` from the root, `~/x` from the home, `/x` and `./x` from the project, and else at any
 * depth of it. A restricting rule that begins with one slash means the root as well; undefined for a path that means nothing.
 */
export function nativePaths(text: string, verdict: Rule["verdict"]): readonly string[] | undefined {
  const path = text.trim();
  if (path === "" || path.startsWith("!")) return undefined;
  if (path.startsWith("//")) return withContents(path.slice(1));
  if (path.startsWith("~/")) return withContents(path);
  if (path.startsWith("./")) return withContents(`<project>/${path.slice(2)}`);
  if (path.startsWith("/")) {
    const inProject = withContents(`<project>${path}`);
    if (verdict === "allow") return inProject;
    return ROOTS.test(path) ? [...withContents(path), ...inProject] : inProject;
  }
  const anywhere = path.replace(/^(?:\*\*\/)+/, "");
  // What allows stays in the project; what restricts means the name wherever it is.
  return withContents(verdict === "allow" ? `<project>/**/${anywhere}` : `/**/${anywhere}`);
}

/** A path and what lies below it, if it is a directory: a name with a wildcard may be one too. */
function withContents(path: string): readonly string[] {
  const clean = path.length > 1 ? path.replace(/\/+$/, "") : path;
  return clean.endsWith("/**") ? [clean] : [clean, `${clean}/**`];
}
