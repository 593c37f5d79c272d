// Rules over package.json, its lock and what is installed, and over registers that must name every file of a folder.

type Versions = Readonly<Record<string, string>>;
/** The parts of package.json that the rules read. */
export type Manifest = { readonly dependencies?: Versions; readonly devDependencies?: Versions };
/** The part of package-lock.json that the rules read: install path to what is installed there. */
export type Lock = {
  readonly packages?: Readonly<
    Record<
      string,
      { version?: string; resolved?: string; integrity?: string; optionalDependencies?: Versions }
    >
  >;
};

const exactVersion = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** Every dependency is an exact version, the lock holds that version, and so does node_modules (`installed`). */
export function versionFaults(
  manifest: Manifest,
  lock: Lock,
  installed: (name: string) => string | undefined,
): readonly string[] {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  return Object.entries(wanted).flatMap(([name, version]) => {
    if (!exactVersion.test(version)) return [`${name}: \`${version}\` is not an exact version`];
    const locked = lock.packages?.[`node_modules/${name}`]?.version;
    if (locked !== version) return [`${name}: ${version} is wanted and ${locked ?? "none"} locked`];
    const found = installed(name);
    return found === version
      ? []
      : [`${name}: ${version} is wanted and ${found ?? "none"} installed`];
  });
}

/** Every locked package has an integrity, names no host to fetch it from, and all that it may bring is locked too. */
export function lockFaults(lock: Lock): readonly string[] {
  const entries = Object.entries(lock.packages ?? {})
    .filter(([path]) => path !== "")
    .flatMap(([path, entry]) => [
      ...(entry.integrity === undefined ? [`${path} has no integrity`] : []),
      ...(entry.resolved === undefined ? [] : [`${path} names the host it came from`]),
    ]);
  return [...entries, ...missingFromLock(lock)];
}

/**
 * Optional dependencies that the lock does not hold: binaries of other platforms, mostly. `npm ci` of npm 10 and 11 refuses
 * such a lock ("Missing: ... from lock file"), and a machine of that platform could not install at all.
 */
function missingFromLock(lock: Lock): readonly string[] {
  const packages = lock.packages ?? {};
  return Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {})
      .filter((name) => !foldersAbove(path).some((folder) => isLocked(packages[folder + name])))
      .map((name) => `${path} wants ${name}, which is not locked`),
  );
}

function isLocked(entry: { version?: string; integrity?: string } | undefined): boolean {
  return entry?.version !== undefined && entry.integrity !== undefined;
}

/** The folders in which node looks for what a package wants, the nearest first. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/node_modules/");
  const nested = parts.map(
    (_, index) => `${parts.slice(0, parts.length - index).join("/node_modules/")}/node_modules/`,
  );
  return [...(path === "" ? [] : nested), "node_modules/"];
}

/** Files beside an index.ts that the index does not import. Paths are relative to the repository. */
export function unregisteredFiles(
  paths: readonly string[],
  folder: string,
  indexText: string,
): readonly string[] {
  return paths.filter((path) => {
    if (!path.startsWith(`${folder}/`) || !path.endsWith(".ts")) return false;
    const name = path.slice(folder.length + 1);
    return name !== "index.ts" && !name.includes("/") && !indexText.includes(`"./${name}"`);
  });
}
