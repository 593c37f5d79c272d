// The packages that a lock file names, one by one: what an install by it may ask registries for.
import { isObject, readJson } from "#base/json.ts";
import { LOCK_BYTES_MAX, LOCK_PACKAGES_MAX } from "#base/limits.ts";
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";
import type { LockFormat } from "../../facts/facts.ts";
import { readNpmLock } from "./npm-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { isPackageName } from "./registry-names.ts";
import { readYarnLock } from "./yarn-lock.ts";

/** One of them. `address`: where the lock file says that it lies; without one its registry's own rule says it. */
export type LockedPackage = {
  readonly name: string;
  readonly version: string;
  readonly address?: string;
};

type Packages = readonly LockedPackage[] | undefined;

const READERS: Readonly<Record<LockFormat, (text: string) => Packages>> = {
  npm: packagesOfNpm,
  pnpm: packagesOfPnpm,
  yarn: packagesOfYarn,
  cargo: packagesOfCargo,
  go: modulesOfGo,
  uv: filesOfUv,
};

/** All of them; undefined where something of the file is no package of a registry with its digest, or there are too many. */
export function lockedPackages(format: LockFormat, text: string): Packages {
  const found = text.length > LOCK_BYTES_MAX ? undefined : READERS[format](text);
  return found !== undefined && found.length <= LOCK_PACKAGES_MAX ? found : undefined;
}

function packagesOfNpm(text: string): Packages {
  const lock = readNpmLock(text) === undefined ? undefined : readJson(text);
  if (!isObject(lock) || !isObject(lock["packages"])) return undefined;
  return Object.entries(lock["packages"]).flatMap(([key, entry]) => {
    if (!isObject(entry) || entry["link"] === true) return [];
    const {
      name = key
        .split("/node_modules/")
        .at(-1)
        ?.replace(/^node_modules\//, ""),
    } = entry;
    const { version, resolved: address } = entry;
    const isFetched = typeof address === "string" && typeof version === "string";
    return isFetched && typeof name === "string" && isPackageName(name)
      ? [{ name, version, address }]
      : [];
  });
}

const OF_PNPM = /^ {2}'?\/?((?:@[^/@]+\/)?[^/@]+)@(\d[\w.+-]*)(?:\([\w.+@/()-]*\))?'?:$/;

function packagesOfPnpm(text: string): Packages {
  if (readPnpmLock(text) === undefined) return undefined;
  const lines = text.split("\n");
  const begin = lines.indexOf("packages:");
  const end = lines.findIndex((line, at) => at > begin && /^\S/.test(line));
  return lines.slice(begin, end < 0 ? undefined : end).flatMap((line) => {
    const [, name, version] = OF_PNPM.exec(line) ?? [];
    return begin < 0 || name === undefined || version === undefined ? [] : [{ name, version }];
  });
}

const OF_YARN =
  /^ {2}version "([^"]+)"\n(?: {2}(?!resolved ).*\n)* {2}resolved "([^"#]+)(?:#[0-9a-f]+)?"$/gm;
/** The name stands in front of the file's in each address of a registry. */
const NAME_IN_ADDRESS = /^https:\/\/[^/]+\/(?:[^@]*\/)?((?:@[^/]+\/)?[^/@]+)\/-\/[^/]+$/;

function packagesOfYarn(text: string): Packages {
  if (readYarnLock(text) === undefined) return undefined;
  const found = Array.from(text.matchAll(OF_YARN), ([, version = "", address = ""]) => {
    const name = NAME_IN_ADDRESS.exec(address)?.[1] ?? "";
    return { name, version, address };
  });
  return found.every(({ name }) => isPackageName(name)) ? found : undefined;
}

const CRATE = /^[A-Za-z][\w-]{0,63}$/;
const CRATE_VERSION = /^\d{1,20}\.\d{1,20}\.\d{1,20}[\w.+-]{0,100}$/;
/** https://doc.rust-lang.org/cargo/reference/source-replacement.html: the two ways to name the public registry. */
const OF_CRATES_IO =
  /^(?:registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index|sparse\+https:\/\/index\.crates\.io\/)$/;

/** Only version 3 and later holds digests beside their packages. */
function packagesOfCargo(text: string): Packages {
  if (!/^version = [34]$/m.test(text)) return undefined;
  const found: LockedPackage[] = [];
  for (const block of text.split(/^\[\[package\]\]$/m).slice(1)) {
    const said = (key: string): string | undefined =>
      new RegExp(`^${key} = "([^"\\\\]*)"$`, "m").exec(block)?.[1];
    const [name = "", version = "", source] = [said("name"), said("version"), said("source")];
    // A crate of the project itself.
    if (source === undefined) continue;
    const isLocked = OF_CRATES_IO.test(source) && /^[0-9a-f]{64}$/.test(said("checksum") ?? "");
    if (!isLocked || !CRATE.test(name) || !CRATE_VERSION.test(version)) return undefined;
    found.push({ name, version });
  }
  return found;
}

/** https://go.dev/ref/mod#go-sum-files: a module's own line, and one of its go.mod, which is needed of more versions. */
const OF_GO =
  /^((?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}(?:\/[\w.~-]+)*) (v\d[\w.+-]*)(\/go\.mod)? h1:[A-Za-z0-9+/]{43}=$/i;

function modulesOfGo(text: string): Packages {
  const found: LockedPackage[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, name, version, isModOnly] = OF_GO.exec(line) ?? [];
    if (name === undefined || version === undefined || line.includes("..")) return undefined;
    found.push({ name, version: isModOnly === undefined ? version : `${version}/go.mod` });
  }
  return found;
}

const PYPI = `https://${REGISTRY_HOSTS.pypi[0]}/simple`;
const PYPI_FILE = new RegExp(
  `^https://${REGISTRY_HOSTS.pypiFiles[0].replaceAll(".", "\\.")}/[\\w./+!-]+$`,
);
const UV_NAME = /^[a-z0-9](?:[a-z0-9-]{0,212}[a-z0-9])?$/;

const UV_HASH = /^, hash = "sha256:[0-9a-f]{64}"/;

/** One entry for each file; a package that comes from elsewhere makes all of it unknown. */
function filesOfUv(text: string): Packages {
  if (!/^version = 1$/m.test(text)) return undefined;
  const found: LockedPackage[] = [];
  for (const block of text.split(/^\[\[package\]\]$/m).slice(1)) {
    const name = /^name = "([^"]*)"$/m.exec(block)?.[1] ?? "";
    const version = /^version = "([^"]*)"$/m.exec(block)?.[1] ?? "";
    const source = /^source = \{ (\w+) = "([^"]*)" \}$/m.exec(block);
    if (!UV_NAME.test(name)) return undefined;
    if (source !== null && /^(?:virtual|editable|directory)$/.test(source[1] ?? "")) continue;
    if (source?.[1] !== "registry" || source[2] !== PYPI) return undefined;
    for (const [, address = "", rest = ""] of block.matchAll(/\{ url = "([^"]*)"([^}]*)\}/g)) {
      const isLocked = PYPI_FILE.test(address) && UV_HASH.test(rest);
      if (!isLocked) return undefined;
      found.push({ name, version, address });
    }
  }
  return found;
}
