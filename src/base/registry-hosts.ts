// Registries of packages that the gateway lets be read while an install is running: their hosts, by what is kept there.

/**
 * WHY these: each answers readings of packages by itself, and tells nobody else what was asked for. Go's module proxy and
 * Packagist ask other hosts in turn.
 */
export const REGISTRY_HOSTS = {
  npm: ["registry.npmjs.org", "registry.yarnpkg.com"],
  pypi: ["pypi.org"],
  pypiFiles: ["files.pythonhosted.org"],
  cratesIndex: ["index.crates.io"],
  cratesFiles: ["static.crates.io"],
  gems: ["rubygems.org", "index.rubygems.org"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** All of them. */
export const READING_REGISTRIES: readonly string[] = Object.values(REGISTRY_HOSTS).flat();

/** Where the gateway listens unless settings name another port. */
export const GATEWAY_PORT = 40_127;
