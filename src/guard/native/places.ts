// Where a path lies, as the client sees it: working directories, protected files, what is too dangerous to remove.
import { isWithin, joinPath, parentPath } from "#base/path.ts";
import { isClientProtected } from "../effects/paths/client-protected.ts";
import type { CompiledRule, NativeSession } from "./session.ts";
import type { NativeDisk } from "./stack.ts";

/** The paths that rules are held against: the path itself, and what it leads to. */
export function pathForms(path: string, disk: NativeDisk): readonly string[] {
  const real = disk.realPath(path);
  return real === undefined || real === path ? [path] : [path, real];
}

/** An absolute path for what a tool was given. */
export function absolutePath(path: string, cwd: string, home: string): string {
  if (path === "~") return home;
  return path.startsWith("~/") ? joinPath(home, path.slice(2)) : joinPath(cwd, path);
}

/** The first rule that speaks of one of the paths. */
export function ruleOnAny(
  rules: readonly CompiledRule[],
  paths: readonly string[],
): CompiledRule | undefined {
  return rules.find(({ matchesPath }) => matchesPath !== undefined && paths.some(matchesPath));
}

/** The first rule that speaks of all of the paths. */
export function ruleOnAll(
  rules: readonly CompiledRule[],
  paths: readonly string[],
): CompiledRule | undefined {
  return rules.find(({ matchesPath }) => matchesPath !== undefined && paths.every(matchesPath));
}

/** Whether all of the paths lie in the working directories. */
export function areInside(session: NativeSession, paths: readonly string[]): boolean {
  return paths.every((path) => session.directories.some((directory) => isWithin(directory, path)));
}

/** Whether the client asks before it writes there, whatever the allow rules say. */
export function isProtected(paths: readonly string[]): boolean {
  return paths.some(isClientProtected);
}

/** Whether removing the path could delete far more than anybody meant. */
export function isDangerousToRemove(session: NativeSession, path: string, cwd: string): boolean {
  const target = path.replace(/\/\*+$/, "") || "/";
  if (target === "/" || (parentPath(target) === "/" && target !== "/tmp")) return true;
  return [...session.directories, session.home, cwd].some((directory) =>
    isWithin(target, directory),
  );
}
