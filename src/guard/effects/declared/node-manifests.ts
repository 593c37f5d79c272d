// What manifests of packages of JavaScript name: packages of a registry, packages of the repository itself, or something else.
import { isObject, type JsonRecord, readJson } from "#base/json.ts";
import { joinPath, isWithin } from "#base/path.ts";
import { itemsOf, readYaml, valueAt } from "../languages/formats/yaml.ts";
import { isPackageName, isRegistrySpec } from "../locks/registry-names.ts";
import type { LookedAt } from "./looked-at.ts";

const SECTIONS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
/** Sections that say another version, or another package, for what is named. */
const REPLACING = ["overrides", "resolutions"];
/** How deep those lie in one another. */
const DEPTH_MAX = 6;
/** A path in front of which a manager is told that it is one. */
const LOCAL = /^(?:file|link|portal):(\.{0,2}[\w@./-]+)$/;
/** Versions and ranges: what is asked of the registry by the package's own name. */
const RANGE = /^[\w.^~<>=*|+ -]*$/;
/** Folders of packages of the repository: what stands for any folder means one level. */
const MEMBERS = /^[\w@.-]+(?:\/(?:[\w@.-]+|\*))*\/?$|^\*$/;

/** Files by which managers of JavaScript are told what to bring, in any directory. */
export const NODE_FILES =
  /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|pnpm-workspace\.yaml|\.pnpmfile\.c?m?js|\.npmrc|\.yarnrc(?:\.ya?ml)?|\.pnp\.c?js|bunfig\.toml)$/i;

/** Whether a manifest names packages of a registry or of the project alone; `locals`: whether it names some of the project. */
function namesOwnOnly(
  manifest: JsonRecord,
  directory: string,
  root: string,
): { readonly isPlain: boolean; readonly hasLocals: boolean } {
  let hasLocals = false;
  const isOwn = (value: unknown, depth: number): boolean => {
    if (value === undefined) return true;
    if (isObject(value))
      return depth < DEPTH_MAX && Object.values(value).every((one) => isOwn(one, depth + 1));
    if (typeof value !== "string") return false;
    const path = LOCAL.exec(value)?.[1];
    if (path === undefined) return isRegistrySpec(value) || /^\$[\w@/.~-]+$/.test(value);
    hasLocals = true;
    return isWithin(root, joinPath(directory, path));
  };
  const isPlain = [...SECTIONS, ...REPLACING].every((key) => isOwn(manifest[key], 0));
  const { pnpm } = manifest;
  return {
    isPlain: isPlain && isOwn(isObject(pnpm) ? pnpm["overrides"] : undefined, 0),
    hasLocals,
  };
}

/** Names that a manifest gives a version of the registry, by that version. */
function rangesOf(manifest: JsonRecord): ReadonlySet<string> {
  return new Set(
    SECTIONS.flatMap((key) => {
      const section = manifest[key];
      if (!isObject(section)) return [];
      return Object.entries(section).flatMap(([name, range]) =>
        typeof range === "string" && RANGE.test(range) && isPackageName(name) ? [name] : [],
      );
    }),
  );
}

/** What the manifests of a directory and those around it say; undefined where any of them leaves a doubt. */
export function nodeProject(
  directory: string,
  looked: LookedAt,
): { readonly names: ReadonlySet<string> } | undefined {
  const folders = looked.upwards(directory);
  const seen = folders.map((folder) => looked.read(joinPath(folder, "package.json")));
  const spaces = folders.map((folder) => looked.read(joinPath(folder, "pnpm-workspace.yaml")));
  const areLocksFine = looked.areUntouched(folders, LOCKS);
  const isFine = [...seen, ...spaces].every((one) => one !== undefined) && areLocksFine;
  if (!isFine || folders.length === 0) return undefined;
  const manifests = seen.map((one) =>
    one === undefined || one === "missing" ? one : (readJson(one.text) ?? "broken"),
  );
  const nearest = manifests.find((one) => one !== "missing");
  if (!isObject(nearest)) return undefined;
  let isDeep = false;
  for (const [at, manifest] of manifests.entries()) {
    if (manifest === "missing") continue;
    const folder = folders[at] ?? "/";
    if (!isObject(manifest)) return undefined;
    const own = namesOwnOnly(manifest, folder, looked.root);
    if (!own.isPlain) return undefined;
    const members = [...membersOf(manifest["workspaces"]), ...membersOfPnpm(spaces[at])];
    if (own.hasLocals || members.length > 0) isDeep = true;
    if (!areMembersPlain(folder, members, looked)) return undefined;
  }
  const top = isDeep ? looked.root : directory;
  return looked.mayHaveWritten(NODE_FILES, top, isDeep) ? undefined : { names: rangesOf(nearest) };
}

const LOCKS = [
  ...["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"],
  ...["bun.lock", "bun.lockb"],
];

function membersOf(workspaces: unknown): readonly string[] {
  const list: unknown = isObject(workspaces) ? workspaces["packages"] : workspaces;
  return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
}

function membersOfPnpm(seen: ReturnType<LookedAt["read"]>): readonly string[] {
  if (seen === undefined || seen === "missing") return [];
  const list = itemsOf(valueAt(readYaml(seen.text), "packages"));
  // WHY one at least: the file alone makes a repository of several.
  return [".", ...list.flatMap((one) => (typeof one === "string" ? [one] : []))];
}

/** WHY not of folders at any depth: those would have to be looked for everywhere; whether one was written is asked all the same. */
function areMembersPlain(directory: string, members: readonly string[], looked: LookedAt): boolean {
  const patterns = members
    .filter((one) => one !== "." && MEMBERS.test(one.replace(/^\.\//, "")))
    .map((one) => `${one.replace(/^\.\//, "").replace(/\/$/, "")}/package.json`);
  const found = patterns.map((pattern) => looked.matching(directory, pattern));
  if (found.includes(undefined)) return false;
  const paths = [...new Set(found.flatMap((one) => one ?? []))];
  return paths
    .map((path) => [path, looked.read(path)] as const)
    .every(([path, seen]) => {
      if (seen === undefined || seen === "missing") return false;
      const manifest = readJson(seen.text);
      const folder = path.slice(0, -"/package.json".length);
      return isObject(manifest) && namesOwnOnly(manifest, folder, looked.root).isPlain;
    });
}
