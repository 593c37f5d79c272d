// pnpm-lock.yaml as pnpm 8 to 10 write it, read line by line in exactly that form; any other line makes it unknown.
// Format: https://github.com/pnpm/spec/blob/master/lockfile/9.0.md
import { LOCK_PACKAGES_MAX } from "#base/limits.ts";
import type { LockFacts } from "../../facts/facts.ts";
import { isDigest, isPackageName } from "./registry-names.ts";

/** Sections that say what is meant, and bring nothing themselves: each package stands in `packages`. */
const SECTIONS =
  /^(?:settings|catalogs|overrides|importers|dependencies|devDependencies|optionalDependencies|packages|snapshots):$/;
const VERSION = /^lockfileVersion: '(?:6\.\d|9\.0)'$/;
/** `  name@1.0.0:`, in version 6 with a slash in front and the packages it was put together with behind. */
const PACKAGE = /^ {2}'?\/?((?:@[^/@]+\/)?[^/@]+)@\d[\w.+-]*(?:\([\w.+@/()-]*\))?'?:$/;
const RESOLUTION = /^ {4}resolution: \{integrity: ([\w+/=-]+)\}$/;
const DESCRIBING =
  /^ {4}(?:engines|hasBin|requiresBuild|cpu|os|libc|deprecated|peerDependencies|peerDependenciesMeta|optional|dev|dependencies|optionalDependencies|transitivePeerDependencies|bundledDependencies):/;
const DEEPER = /^ {6}/;
/** `  packages/web:`, a package of the repository's own. */
const IMPORTER = /^ {2}'?([\w@.~+/-]+)'?:(?: \{\})?$/;

/** Reads the text of a lock file; undefined where something of it is not a package of a registry with its digest. */
export function readPnpmLock(text: string): LockFacts | undefined {
  const sections = new Set<string>();
  const workspaces: string[] = [];
  let section = "";
  let count = 0;
  let isOpen = false;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    if (!line.startsWith(" ")) {
      if (isOpen || sections.has(line)) return undefined;
      if (!VERSION.test(line) && !SECTIONS.test(line)) return undefined;
      section = line;
      sections.add(line);
    } else if (section === "importers:") {
      const folder = /^ {2}\S/.test(line) ? IMPORTER.exec(line)?.[1] : ".";
      if (folder === ".") continue;
      if (folder === undefined || folder.split("/").some(isUp)) return undefined;
      workspaces.push(folder);
    } else if (section === "packages:") {
      const name = PACKAGE.exec(line)?.[1];
      const digest = RESOLUTION.exec(line)?.[1];
      if (name !== undefined) {
        if (isOpen || !isPackageName(name) || (count += 1) > LOCK_PACKAGES_MAX) return undefined;
        isOpen = true;
      } else if (digest !== undefined) {
        if (!isOpen || !isDigest(digest)) return undefined;
        isOpen = false;
      } else if (!DESCRIBING.test(line) && !DEEPER.test(line)) return undefined;
    }
  }
  const isWhole = !isOpen && [...sections].some((line) => VERSION.test(line));
  return isWhole ? { registries: [], workspaces, complete: undefined } : undefined;
}

function isUp(part: string): boolean {
  return part === "" || part === "." || part === ".." || part === "node_modules";
}
