// What an install by a lock file may ask of registries: the address of each file that it names, and descriptions of its packages.
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";
import type { LockedPackage } from "../effects/locks/locked-packages.ts";
import { isPublicNpm, type NpmRegistry } from "../effects/locks/npm-registries.ts";
import type { LockFormat } from "../facts/facts.ts";

/** Paths by host, each with the one spelling in which it goes out, so that none says anything by how it is written. */
export type RegistryFiles = ReadonlyMap<string, ReadonlyMap<string, string>>;

type Add = (host: string, path: string, sent?: string) => void;

const [NPM] = REGISTRY_HOSTS.npm;
const [PYPI] = REGISTRY_HOSTS.pypi;
const [PYPI_FILES] = REGISTRY_HOSTS.pypiFiles;
const [CRATES_INDEX] = REGISTRY_HOSTS.cratesIndex;
const [CRATES_FILES] = REGISTRY_HOSTS.cratesFiles;
/** WHY here, and no registry of the gateway: it asks the host of a module for whoever asks it, and these modules are named already. */
export const GO_PROXY = ["proxy", "golang", "org"].join(".");

const ADDRESS = /^https:\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::443)?(\/[\w.~@%+/-]+)$/i;
const NPM_FILE = /^\/(?:@[\w.~-]+\/)?[\w.~-]+\/-\/[\w.+~-]+\.tgz$/;
const PYPI_FILE = /^\/packages\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{60}\/[\w.+!-]+$/;

/** Works them out. `registries` are those of npm that were settled before; a package of another place is left out, and so refused. */
export function registryFiles(
  format: LockFormat,
  packages: readonly LockedPackage[],
  registries: readonly NpmRegistry[],
): RegistryFiles {
  const found = new Map<string, Map<string, string>>();
  const add: Add = (host, path, sent = path) => {
    if (path.includes("..") || path.includes("//")) return;
    const paths = found.get(host) ?? new Map<string, string>();
    found.set(host, paths.set(path, sent));
  };
  for (const one of packages)
    switch (format) {
      case "cargo":
        addCrate(one, add);
        break;
      case "go":
        addModule(one, add);
        break;
      case "uv":
        addWheel(one, add);
        break;
      default:
        addNpm(one, registries, add);
    }
  return found;
}

function addNpm(
  { name, version, address }: LockedPackage,
  registries: readonly NpmRegistry[],
  add: Add,
): void {
  const [scope, ...rest] = name.split("/");
  const asked = registries.find((one) => one.scope === scope && rest.length > 0);
  const usual = registries.find((one) => one.scope === undefined);
  const { host, base } = asked ?? usual ?? { host: NPM, base: "" };
  add(host, `${base}/${name}`, `${base}/${name.replace("/", "%2f")}`);
  if (address === undefined) {
    add(host, `${base}/${name}/-/${rest.at(-1) ?? scope ?? ""}-${version}.tgz`);
    return;
  }
  const [, written = "", path = ""] = ADDRESS.exec(address) ?? [];
  const place = written.toLowerCase();
  const isOfPublic = isPublicNpm(place);
  if (isOfPublic ? NPM_FILE.test(path) : registries.some((one) => one.host === place))
    add(place, path);
  // What lies at the public one is asked of the settings' own.
  if (isOfPublic && NPM_FILE.test(path) && host !== place) add(host, base + path);
}

/** https://doc.rust-lang.org/cargo/reference/registry-index.html#index-files */
function addCrate({ name, version }: LockedPackage, add: Add): void {
  const low = name.toLowerCase();
  const [one, two] = [low.slice(0, 2), low.slice(2, 4)];
  const folder =
    low.length < 3 ? String(low.length) : low.length === 3 ? `3/${low[0]}` : `${one}/${two}`;
  add(CRATES_INDEX, "/config.json");
  add(CRATES_INDEX, `/${folder}/${low}`);
  add(CRATES_FILES, `/crates/${name}/${name}-${version}.crate`);
  add(CRATES_FILES, `/crates/${name}/${version}/download`);
}

/** https://go.dev/ref/mod#goproxy-protocol: capitals are written small, behind a `!`. */
function addModule({ name, version }: LockedPackage, add: Add): void {
  const escaped = (text: string): string =>
    text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
  const isModOnly = version.endsWith("/go.mod");
  const path = `/${escaped(name)}/@v/${escaped(version.replace(/\/go\.mod$/, ""))}`;
  for (const end of isModOnly ? ["info", "mod"] : ["info", "mod", "zip"])
    add(GO_PROXY, `${path}.${end}`);
}

function addWheel({ name, address }: LockedPackage, add: Add): void {
  const [, host = "", path = ""] = ADDRESS.exec(address ?? "") ?? [];
  add(PYPI, `/simple/${name}/`);
  if (host !== PYPI_FILES || !PYPI_FILE.test(path)) return;
  add(host, path);
  // https://peps.python.org/pep-0658/
  if (path.endsWith(".whl")) add(host, `${path}.metadata`);
}
