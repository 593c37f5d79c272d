// Names, versions and addresses as package managers of JavaScript write them: which of them mean a package of a registry.
import { isObject } from "#base/json.ts";

/** The registry that npm, pnpm and bun ask unless settings name another one. */
export const NPM_REGISTRY = `https://${["registry", "npmjs", "org"].join(".")}`;

const NAME = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~_-][\w.~-]*$/i;
/** Versions, ranges of them, and names of versions: nothing with a slash or a colon, which paths and addresses have. */
const RANGE = /^[\w.^~<>=*|+ ,()-]*$/;
const ADDRESS = /^https:\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::443)?\/[\w.~@%+/-]*$/i;
/** A digest of the kinds that managers check by: `sha512-…`, several of them separated by spaces. */
const DIGESTS = /^(?:sha(?:1|256|384|512)-[A-Za-z0-9+/]+={0,2}(?:\s+|$))+$/;
/** How deep sections of a manifest may lie in one another. */
const DEPTH_MAX = 8;

/** Sections of a manifest that name other packages, by what they may hold. */
const NAMING = [
  ...["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"],
  ...["overrides", "resolutions"],
];

/** Whether this is the name of a package, with or without its scope. */
export function isPackageName(name: string): boolean {
  return name.length <= 214 && NAME.test(name);
}

/** Whether a text is one digest or several. */
export function isDigest(value: unknown): boolean {
  return typeof value === "string" && value.length <= 2_048 && DIGESTS.test(value);
}

/** The registry of an address of a package, which must be reached in a way that proves who answers. */
export function registryOfAddress(address: unknown): string | undefined {
  if (typeof address !== "string" || address.includes("/../")) return undefined;
  const host = ADDRESS.exec(address)?.[1]?.toLowerCase();
  return host === undefined ? undefined : `https://${host}`;
}

/** Whether what is asked for is a version of a package of a registry: no path, no address, no repository. */
export function isRegistrySpec(spec: unknown): boolean {
  if (typeof spec !== "string" || spec.length > 1_000) return false;
  // Another package of the repository's own, or a version that its settings name.
  if (/^(?:workspace|catalog):[\w.^~*<>=-]*$/.test(spec)) return true;
  const alias = /^npm:(@?[^@]+)(?:@(.*))?$/.exec(spec);
  if (alias !== null) return isPackageName(alias[1] ?? "") && RANGE.test(alias[2] ?? "");
  return RANGE.test(spec);
}

/** Whether a manifest, or an entry of a lock file, names what it needs as packages of registries alone. */
export function namesRegistryOnly(manifest: Readonly<Record<string, unknown>>): boolean {
  return NAMING.every((key) => isSpecTree(manifest[key], 0));
}

/** A section: names to versions, where overrides may stand in one another and mean a name of the manifest with `$`. */
function isSpecTree(value: unknown, depth: number): boolean {
  if (value === undefined) return true;
  if (typeof value === "string") return isRegistrySpec(value) || /^\$[\w@/.~-]+$/.test(value);
  if (!isObject(value) || depth > DEPTH_MAX) return false;
  return Object.values(value).every((one) => isSpecTree(one, depth + 1));
}
