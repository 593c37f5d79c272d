// What packages of an npm lock file need: whether all of it is in there, so that npm resolves nothing anew.
import { isObject, type JsonRecord } from "#base/json.ts";
import { isInRange } from "./versions.ts";

/** Sections of a manifest that npm compares with what the lock file says of the same package. */
const COMPARED = [
  ...["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"],
  ...["peerDependenciesMeta", "bundleDependencies", "bundledDependencies", "acceptDependencies"],
];
const IN_MODULES = "/node_modules/";
const MODULES = "node_modules/";

/**
 * What a manifest, or the entry of the same package in a lock file, says that it needs, as a text that is the same exactly
 * where both say the same.
 */
export function needsOf(manifest: JsonRecord, folder: string): string {
  // Others find a package of the repository's own by its name and version.
  const named =
    folder === "" ? [manifest["workspaces"]] : [nameOf(manifest, folder), manifest["version"]];
  return JSON.stringify([...COMPARED.map((key) => manifest[key]), ...named].map(ordered));
}

/** The name that a package of the repository's own has, which may be that of its folder. */
function nameOf({ name }: JsonRecord, folder: string): string {
  if (typeof name === "string") return name;
  const [above = "", last = ""] = folder.split("/").slice(-2);
  return last === "" ? above : above.startsWith("@") ? `${above}/${last}` : last;
}

/** Names in their order, and nothing where there are none. WHY not for lists: npm reads those in the order in which they stand. */
function ordered(value: unknown): unknown {
  if (!isObject(value)) return Array.isArray(value) && value.length === 0 ? null : (value ?? null);
  const names = Object.keys(value).sort();
  return names.length === 0 ? null : names.map((name) => [name, ordered(value[name])]);
}

/** Whether everything that an entry needs is there where npm looks for it, in a version that fits. */
export function isComplete(packages: JsonRecord): boolean {
  if (!Object.hasOwn(packages, "")) return false;
  const own = Object.keys(packages).filter((key) => key !== "" && !key.includes(MODULES));
  // WHY: in one another they would be looked through in an order of their own.
  if (own.some((one) => own.some((other) => other.startsWith(`${one}/`)))) return false;
  return Object.entries(packages).every(([key, entry]) => {
    if (!isObject(entry)) return false;
    if (entry["link"] === true) return true;
    if (own.includes(key) && !isLinked(key, entry, packages)) return false;
    return needed(entry, key).every((one) => isThere(one, key, packages));
  });
}

/** Whether a package of the repository's own stands among the others, which is how npm knows it. */
function isLinked(folder: string, entry: JsonRecord, packages: JsonRecord): boolean {
  const key = `${MODULES}${nameOf(entry, folder)}`;
  const link = Object.hasOwn(packages, key) ? packages[key] : undefined;
  return isObject(link) && link["link"] === true && link["resolved"] === folder;
}

type Need = {
  readonly name: string;
  readonly range: unknown;
  readonly isPeer: boolean;
  /** Nothing is fetched for it where it is missing. */
  readonly mayMiss: boolean;
};

function needed(entry: JsonRecord, key: string): readonly Need[] {
  const isOwn = !`/${key}`.includes(IN_MODULES);
  const meta = isObject(entry["peerDependenciesMeta"]) ? entry["peerDependenciesMeta"] : {};
  const sections = ["dependencies", "optionalDependencies", ...(isOwn ? ["devDependencies"] : [])];
  return [
    ...sections.flatMap((section) =>
      pairs(entry[section]).map(([name, range]) => ({
        name,
        range,
        isPeer: false,
        mayMiss: false,
      })),
    ),
    ...pairs(entry["peerDependencies"]).map(([name, range]) => {
      const about = meta[name];
      const mayMiss = isObject(about) && about["optional"] === true;
      return { name, range, isPeer: true, mayMiss };
    }),
  ];
}

function pairs(section: unknown): readonly (readonly [string, unknown])[] {
  return isObject(section) ? Object.entries(section) : [];
}

function isThere(
  { name, range, isPeer, mayMiss }: Need,
  from: string,
  packages: JsonRecord,
): boolean {
  if (typeof range !== "string") return false;
  for (const folder of foldersFrom(from)) {
    const key = `${folder}${folder === "" ? "" : "/"}${MODULES}${name}`;
    const found = Object.hasOwn(packages, key) ? packages[key] : undefined;
    if (found === undefined) continue;
    // What others are to share may not lie inside of the package that needs it.
    const isShared = !isPeer || folder !== from || !`/${from}`.includes(IN_MODULES);
    return isShared && fits(found, range, packages);
  }
  return mayMiss;
}

/** Where a package looks for others: in itself, then in those that it lies in, in the end in the project. */
function foldersFrom(key: string): readonly string[] {
  const folders = [key];
  for (let at = key; at !== ""; ) {
    const end = `/${at}`.lastIndexOf(IN_MODULES);
    at = end === -1 ? "" : at.slice(0, Math.max(0, end - 1));
    folders.push(at);
  }
  return folders;
}

function fits(found: unknown, range: string, packages: JsonRecord): boolean {
  if (!isObject(found)) return false;
  const { resolved } = found;
  const isLink = found["link"] === true;
  const entry = isLink && typeof resolved === "string" ? packages[resolved] : found;
  const version = isObject(entry) ? entry["version"] : undefined;
  const [, wanted = "*"] = /^npm:@?[^@]+(?:@(.*))?$/.exec(range) ?? [undefined, range];
  if (wanted === "" || wanted === "*") return true;
  // A name that a registry gives to versions: any version that came from one is taken.
  if (/^(?:latest|next)$/.test(wanted)) return !isLink && typeof resolved === "string";
  return typeof version === "string" && isInRange(version, wanted);
}
