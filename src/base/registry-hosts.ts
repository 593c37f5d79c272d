// Registries of packages that the gateway lets be read while an install is running, by host.

/**
 * WHY these: each answers readings of packages by itself, and tells nobody else what was asked for. Go's module proxy and
 * Packagist ask other hosts in turn.
 */
export const READING_REGISTRIES: readonly string[] = [
  ...["registry.npmjs.org", "registry.yarnpkg.com"],
  ...["pypi.org", "files.pythonhosted.org"],
  ...["index.crates.io", "static.crates.io"],
  ...["rubygems.org", "index.rubygems.org"],
];

/** Where the gateway listens unless settings name another port. */
export const GATEWAY_PORT = 40_127;
