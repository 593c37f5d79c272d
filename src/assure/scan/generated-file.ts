// Files that no person wrote line by line, by their path: what stands beside a name in one is no password.
import { fileNature } from "#guard/content/detection/file-nature.ts";

/** What made a file: a bundler, a package manager, or somebody else whose work was put there whole. */
export const GENERATED_AS = ["minified", "lock file", "vendored"] as const;
export type GeneratedAs = (typeof GENERATED_AS)[number];

const MINIFIED = /(?:[.-]min|\.bundle|\.chunk)\.(?:[cm]?js|css)$/i;
/** What others wrote and a package manager or a person put there whole. */
const VENDORED =
  /(?:^|\/)(?:node_modules|bower_components|site-packages|\.yarn\/(?:releases|plugins|cache|sdks)|vendor\/(?:bundle|cache|github\.com)|third[-_]?party|\.venv|venv|Pods|Carthage)\//i;

/**
 * What made the file at `path`; undefined where a person may have written it. WHY by the path alone: a line that says so is written by
 * whoever writes the file, and stands above settings of people as well. WHY no source maps, snapshots and recordings: they hold what
 * somebody wrote, or what a program really sent, passwords included.
 */
export function generatedAs(path: string): GeneratedAs | undefined {
  if (isVendored(path)) return "vendored";
  if (MINIFIED.test(path)) return "minified";
  return fileNature(path).isLock ? "lock file" : undefined;
}

/** Whether others wrote the file, and it lies here as a copy. */
export function isVendored(path: string): boolean {
  return VENDORED.test(path);
}
