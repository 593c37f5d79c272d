// package-lock.json of npm 7 and later: what it brings, where it is certain.
// Format: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
import { isObject, type JsonRecord, readJson } from "#base/json.ts";
import { LOCK_PACKAGES_MAX } from "#base/limits.ts";
import type { LockFacts } from "../../facts/facts.ts";
import { isComplete, needsOf } from "./npm-needs.ts";
import {
  isDigest,
  isPackageName,
  isRegistrySpec,
  namesRegistryOnly,
  registryOfAddress,
} from "./registry-names.ts";

/**
 * What an entry may say. WHY no more: npm takes an entry for the manifest of its package. Measured: scripts that stand in it
 * run, and what a package keeps in a lock file of its own (`hasShrinkwrap`) comes without being named here.
 */
const SAID: ReadonlySet<string> = new Set([
  ...["name", "version", "resolved", "integrity", "link", "license", "engines", "bin", "funding"],
  ...["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"],
  ...["peerDependenciesMeta", "bundleDependencies", "workspaces", "os", "cpu", "libc"],
  ...["dev", "optional", "devOptional", "peer", "extraneous", "inBundle"],
  ...["hasInstallScript", "deprecated", "ideallyInert"],
]);

/** How deep the section of npm 6 may be nested. */
const DEPTH_MAX = 64;

/** Reads the text of a lock file; undefined where something of it is not a package of a registry with its digest. */
export function readNpmLock(text: string): LockFacts | undefined {
  const lock = readJson(text);
  // WHY not version 1: it says too little, so npm asks the registry what it left out.
  if (!isObject(lock) || (lock["lockfileVersion"] !== 2 && lock["lockfileVersion"] !== 3))
    return undefined;
  const packages = lock["packages"];
  if (!isObject(packages)) return undefined;
  const entries = Object.entries(packages);
  if (entries.length > LOCK_PACKAGES_MAX) return undefined;
  const found: Found = { registries: new Set(), workspaces: new Set() };
  if (!entries.every(([key, entry]) => isObject(entry) && takes(key, entry, packages, found)))
    return undefined;
  // npm 6 reads this section and no other.
  if (!isOldSection(lock["dependencies"], found, { depth: 0, isBundle: false })) return undefined;
  const folders = ["", ...found.workspaces].filter((folder) => Object.hasOwn(packages, folder));
  const needs = folders.map((folder) => {
    const entry = packages[folder];
    return [folder, isObject(entry) ? needsOf(entry, folder) : ""] as const;
  });
  return {
    registries: [...found.registries],
    workspaces: [...found.workspaces],
    complete: isComplete(packages) ? { needs: Object.fromEntries(needs) } : undefined,
  };
}

type Found = {
  readonly registries: Set<string>;
  readonly workspaces: Set<string>;
};

/** Whether an entry is certain; what it says is added to `found`. */
function takes(key: string, entry: JsonRecord, packages: JsonRecord, found: Found): boolean {
  if (!namesRegistryOnly(entry) || !Object.keys(entry).every((one) => SAID.has(one))) return false;
  const { resolved, link, inBundle, integrity } = entry;
  const folder = folderOf(key);
  if (folder === undefined) return false;
  if (folder.isOwn) {
    if (resolved !== undefined || link !== undefined) return false;
    if (key !== "") found.workspaces.add(key);
    return true;
  }
  if (link !== undefined) {
    const isOwn = typeof resolved === "string" && folderOf(resolved)?.isOwn === true;
    return link === true && isOwn && Object.hasOwn(packages, resolved);
  }
  // It comes inside of the package that it lies in, which has a digest.
  if (inBundle === true && resolved === undefined && integrity === undefined)
    return folder.isInPackage;
  const registry = registryOfAddress(resolved);
  if (registry === undefined || !isDigest(integrity)) return false;
  found.registries.add(registry);
  return true;
}

/** What a key names: a folder of the repository's own, or a package below some `node_modules`. */
function folderOf(
  key: string,
): { readonly isOwn: boolean; readonly isInPackage: boolean } | undefined {
  if (key === "") return { isOwn: true, isInPackage: false };
  const [own = "", ...packages] = `/${key}`.split("/node_modules/");
  const parts = own.split("/").slice(1);
  if (!parts.every((part) => /^(?!\.{1,2}$)[\w.@ ~+-]+$/.test(part) && part !== "node_modules"))
    return undefined;
  if (!packages.every(isPackageName)) return undefined;
  return { isOwn: packages.length === 0, isInPackage: packages.length > 1 };
}

function isOldSection(
  section: unknown,
  found: Found,
  { depth, isBundle }: { readonly depth: number; readonly isBundle: boolean },
): boolean {
  if (section === undefined) return true;
  if (!isObject(section) || depth > DEPTH_MAX) return false;
  return Object.entries(section).every(([name, entry]) => {
    if (!isPackageName(name) || !isObject(entry)) return false;
    const { version, resolved, integrity, bundled, dependencies } = entry;
    const below = { depth: depth + 1, isBundle: true };
    if (!isOldSection(dependencies, found, below)) return false;
    // A package of the repository's own: a link, of which the other section says where it leads.
    if (typeof version === "string" && version.startsWith("file:"))
      return found.workspaces.has(version.slice("file:".length));
    if (!isRegistrySpec(version)) return false;
    if (bundled === true && resolved === undefined && isBundle) return true;
    const registry = registryOfAddress(resolved);
    if (registry === undefined || !isDigest(integrity)) return false;
    found.registries.add(registry);
    return true;
  });
}
