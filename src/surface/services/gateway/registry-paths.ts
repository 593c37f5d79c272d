// Which requests to a package registry only read it: the grammar of each registry's addresses, and nothing beside it.
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";

/** Characters of one path: the longest names that registries give out, twice in one address. */
const PATH_CHARS_MAX = 512;

/** Two dots in a row stand in no name and no version that a registry gives out, and climb in paths. */
const CLIMBING = "..";

/** npm's names, older ones in capitals too; what begins with `-` or `_` is no package but a service of the registry. */
const NPM_NAME = "[A-Za-z0-9~][A-Za-z0-9._~-]{0,213}";
/** `/` between scope and name is written plainly or as `%2f`, the only encoding that is taken at all. */
const NPM_SCOPED =
  "@[A-Za-z0-9~_-][A-Za-z0-9._~-]{0,213}(?:/|%2[fF])[A-Za-z0-9~_-][A-Za-z0-9._~-]{0,213}";
const NPM_PACKAGE = `(?:${NPM_NAME}|${NPM_SCOPED})`;
const NPM_VERSION = "[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}";
/** https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md */
const NPM = paths(
  `/${NPM_PACKAGE}`,
  `/${NPM_PACKAGE}/${NPM_VERSION}`,
  `/${NPM_PACKAGE}/-/[A-Za-z0-9~_][A-Za-z0-9._+~-]{0,249}\\.tgz`,
  `/-/npm/v1/attestations/${NPM_PACKAGE}@${NPM_VERSION}`,
  "/-/npm/v1/keys",
  "/-/ping",
);

const PYPI_NAME = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,212}[A-Za-z0-9])?";
/** https://peps.python.org/pep-0440/ with its epochs and local versions. */
const PYPI_VERSION = "[A-Za-z0-9][A-Za-z0-9.!+_-]{0,127}";
/** https://peps.python.org/pep-0503/ and https://docs.pypi.org/api/json/ */
const PYPI = paths(
  "/simple/",
  `/simple/${PYPI_NAME}/`,
  `/pypi/${PYPI_NAME}(?:/${PYPI_VERSION})?/json`,
);
/** By digest; `.metadata` is https://peps.python.org/pep-0658/. */
const PYPI_FILES = paths(
  "/packages/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{60}/[A-Za-z0-9_][A-Za-z0-9._!+-]{0,249}\\.(?:whl|zip|tgz|egg|tar\\.(?:gz|bz2|xz))(?:\\.metadata)?",
);

const CRATE = "[A-Za-z][A-Za-z0-9_-]{0,63}";
const CRATE_VERSION = "[0-9]{1,20}\\.[0-9]{1,20}\\.[0-9]{1,20}[A-Za-z0-9.+-]{0,100}";
/** https://doc.rust-lang.org/cargo/reference/registry-index.html#index-files: folders are the name's first letters. */
const CRATES_INDEX = paths(
  "/config\\.json",
  "/1/[a-z]",
  "/2/[a-z][a-z0-9_-]",
  "/3/(?<one>[a-z])/\\k<one>[a-z0-9_-]{2}",
  "/(?<first>[a-z][a-z0-9_-])/(?<second>[a-z0-9_-]{2})/\\k<first>\\k<second>[a-z0-9_-]{0,60}",
);
const CRATES_FILES = paths(
  `/crates/${CRATE}/${CRATE}-${CRATE_VERSION}\\.crate`,
  `/crates/${CRATE}/${CRATE_VERSION}/download`,
);

const GEM = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";
/** https://guides.rubygems.org/rubygems-org-compact-index-api/ and the older indexes of `gem` itself. */
const GEMS = paths(
  "/versions",
  "/names",
  `/info/${GEM}`,
  "/(?:latest_|prerelease_)?specs\\.4\\.8\\.gz",
  `/quick/Marshal\\.4\\.8/${GEM}\\.gemspec\\.rz`,
  `/gems/${GEM}\\.gem`,
);

const GRAMMAR_OF: Readonly<Record<keyof typeof REGISTRY_HOSTS, readonly RegExp[]>> = {
  npm: NPM,
  pypi: PYPI,
  pypiFiles: PYPI_FILES,
  cratesIndex: CRATES_INDEX,
  cratesFiles: CRATES_FILES,
  gems: GEMS,
};

/** By host. */
const GRAMMARS: ReadonlyMap<string, readonly RegExp[]> = new Map(
  (Object.keys(GRAMMAR_OF) as (keyof typeof GRAMMAR_OF)[]).flatMap((kind) =>
    REGISTRY_HOSTS[kind].map((host) => [host, GRAMMAR_OF[kind]] as const),
  ),
);

/**
 * Whether a request, by the path as it stands on the wire, reads packages of a registry and does nothing else. A query, a
 * fragment, an empty part, `..` and every encoding but that of a scope's slash are refused, for a path goes out as it came in.
 */
export function isReading(host: string, method: string, path: string): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  if (path.length > PATH_CHARS_MAX || path.includes(CLIMBING)) return false;
  return GRAMMARS.get(host)?.some((pattern) => pattern.test(path)) === true;
}

/** The hosts whose paths are known. */
export function registriesWithGrammar(): readonly string[] {
  return [...GRAMMARS.keys()];
}

function paths(...sources: readonly string[]): readonly RegExp[] {
  return sources.map((source) => new RegExp(`^${source}$`));
}
