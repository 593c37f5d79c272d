// Where package managers keep what contained calls bring, and the variables that tell them so and whom to trust.

/**
 * Below the project of a session. WHY not below the home: what one project's contained code writes there would be read by
 * installs of every other one, outside of the sandbox too where programs of the client heed the same variables.
 */
export const CONTAINED_CACHES = ".cache/sallyport/contained";

/** A cache: the variable that names it, its folder below `CONTAINED_CACHES`, and in which projects it is named. */
export type ContainedCache = {
  readonly variable: string;
  readonly folder: string;
  /** Only where the project has this file: elsewhere npm warns of a setting that it does not know. */
  readonly withFile?: string;
  readonly withoutFile?: string;
  /** Not where the person's home has this: it holds what works already, which the variable would hide. */
  readonly unlessHome?: string;
};

/** The caches of the package managers whose registries the gateway lets be read. */
export const CACHES: readonly ContainedCache[] = [
  { variable: "npm_config_cache", folder: "npm" },
  { variable: "npm_config_store_dir", folder: "pnpm", withFile: "pnpm-lock.yaml" },
  { variable: "npm_config_cache_dir", folder: "pnpm-metadata", withFile: "pnpm-lock.yaml" },
  { variable: "pnpm_config_store_dir", folder: "pnpm", withFile: "pnpm-lock.yaml" },
  { variable: "pnpm_config_cache_dir", folder: "pnpm-metadata", withFile: "pnpm-lock.yaml" },
  // WHY not in a project of yarn 2 and later: its own folder of packages, which may be committed, would no longer count.
  { variable: "YARN_CACHE_FOLDER", folder: "yarn", withoutFile: ".yarnrc.yml" },
  { variable: "YARN_GLOBAL_FOLDER", folder: "yarn-global", withFile: ".yarnrc.yml" },
  { variable: "BUN_INSTALL_CACHE_DIR", folder: "bun" },
  { variable: "PIP_CACHE_DIR", folder: "pip" },
  { variable: "UV_CACHE_DIR", folder: "uv" },
  { variable: "PDM_CACHE_DIR", folder: "pdm" },
  { variable: "PIPENV_CACHE_DIR", folder: "pipenv" },
  // Environments of a project that exist lie below the default one.
  {
    variable: "POETRY_CACHE_DIR",
    folder: "poetry",
    unlessHome: ".cache/pypoetry/virtualenvs",
  },
  { variable: "BUNDLE_USER_CACHE", folder: "bundle" },
  // Crates that were brought already are built without a network.
  { variable: "CARGO_HOME", folder: "cargo", unlessHome: ".cargo/registry" },
];

/**
 * By which programs are told a file of authorities: node and bun, npm and its relatives, openssl and uv, pip, requests and
 * poetry, cargo. WHY npm beside node: a file that `.npmrc` names stands in place of node's.
 */
export const TRUSTING: readonly string[] = [
  ...["NODE_EXTRA_CA_CERTS", "npm_config_cafile", "SSL_CERT_FILE", "PIP_CERT"],
  ...["REQUESTS_CA_BUNDLE", "CARGO_HTTP_CAINFO"],
];

/** The same, with curl beside other programs, git where it was built with GnuTLS, and the AWS tools, which read none of those. */
export const TRUSTING_ALL: readonly string[] = [
  ...[...TRUSTING, "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "AWS_CA_BUNDLE"],
];

/** Variables that say again what the client says to all programs, above a proxy that a person's own files name. */
export const PROXIED: readonly (readonly [name: string, from: string])[] = [
  ["npm_config_https_proxy", "HTTPS_PROXY"],
  ["npm_config_proxy", "HTTP_PROXY"],
  ["PIP_PROXY", "HTTPS_PROXY"],
  ["CARGO_HTTP_PROXY", "HTTPS_PROXY"],
];

const OF_CONTAINED: ReadonlySet<string> = new Set([
  ...TRUSTING,
  ...PROXIED.map(([name]) => name),
  ...CACHES.map(({ variable }) => variable),
]);

/** Whether contained commands may have this variable with another value than the client's own environment. */
export function isContainedVariable(name: string): boolean {
  return OF_CONTAINED.has(name);
}
