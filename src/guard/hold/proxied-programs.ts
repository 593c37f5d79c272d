// Programs that obey a proxy which variables name, and the hosts that package managers ask where a call names none.

import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";

/** How a program is told of a proxy, and which hosts it may ask. `~/` is the home, other places lie below the project. */
export type ProxiedProgram = {
  /** Variables that stand above its own files, beside the usual ones. */
  readonly told?: readonly string[];
  /** Hosts that it asks unless its settings name others. */
  readonly asks?: readonly string[];
  /** Files that may name other hosts. */
  readonly settings?: readonly string[];
  /** Variables of the person's shell that may name other hosts. */
  readonly variables?: readonly string[];
  /** Hosts from which install scripts of well-known packages fetch what they are built from. */
  readonly builds?: readonly string[];
};

/**
 * Where well-known packages fetch their binaries while they are installed. WHY github.com among them: most of them publish
 * there. WHY no shared store of a cloud: anybody has a place there to send something to.
 */
const NODE_BUILDS = [
  ...["nodejs.org", "github.com", "cdn.playwright.dev", "playwright.download.prss.microsoft.com"],
  ...["binaries.prisma.sh", "download.cypress.io", "cdn.cypress.io", "downloads.sentry-cdn.com"],
];
const NODE_VARIABLES = ["npm_config_registry", "NPM_CONFIG_REGISTRY", "YARN_NPM_REGISTRY_SERVER"];
const NODE_TOLD = ["npm_config_proxy", "npm_config_https_proxy"];
const NPM: ProxiedProgram = {
  told: NODE_TOLD,
  asks: REGISTRY_HOSTS.npm,
  settings: ["~/.npmrc", ".npmrc", "/etc/npmrc", "package-lock.json", "npm-shrinkwrap.json"],
  variables: NODE_VARIABLES,
  builds: NODE_BUILDS,
};
const PYPI = [...REGISTRY_HOSTS.pypi, ...REGISTRY_HOSTS.pypiFiles];
const PYTHON_VARIABLES = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_INDEX"];
const PYTHON_SETTINGS = [
  ...["~/.config/pip/pip.conf", "~/.pip/pip.conf", "/etc/pip.conf", "~/.config/uv/uv.toml"],
  ...["uv.toml", "pyproject.toml", "requirements.txt", "uv.lock", "poetry.lock"],
];
const PYTHON: ProxiedProgram = {
  asks: PYPI,
  settings: PYTHON_SETTINGS,
  variables: [...PYTHON_VARIABLES, "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL"],
};
const RUBY: ProxiedProgram = {
  asks: REGISTRY_HOSTS.gems,
  settings: ["~/.gemrc", "~/.bundle/config", ".bundle/config", "Gemfile", "Gemfile.lock"],
};

const PROGRAMS: Readonly<Record<string, ProxiedProgram>> = {
  curl: {},
  wget: {},
  git: {},
  gh: {},
  kubectl: {},
  helm: {},
  terraform: {},
  tofu: {},
  aws: {},
  npm: NPM,
  pnpm: { ...NPM, settings: [...(NPM.settings ?? []), "pnpm-workspace.yaml", "pnpm-lock.yaml"] },
  yarn: {
    ...NPM,
    told: [...NODE_TOLD, "YARN_HTTP_PROXY", "YARN_HTTPS_PROXY"],
    asks: [...REGISTRY_HOSTS.npm, "repo.yarnpkg.com"],
    settings: [
      ...["~/.npmrc", ".npmrc", "~/.yarnrc", ".yarnrc"],
      ...["~/.yarnrc.yml", ".yarnrc.yml", "yarn.lock"],
    ],
  },
  pip: { ...PYTHON, told: ["PIP_PROXY"] },
  uv: { ...PYTHON, builds: ["github.com"] },
  poetry: PYTHON,
  twine: { ...PYTHON, asks: ["upload.pypi.org"], settings: ["~/.pypirc"] },
  cargo: {
    told: ["CARGO_HTTP_PROXY"],
    asks: [...REGISTRY_HOSTS.cratesIndex, ...REGISTRY_HOSTS.cratesFiles, "crates.io"],
    settings: ["~/.cargo/config.toml", "~/.cargo/config", ".cargo/config.toml", "Cargo.lock"],
  },
  go: {
    asks: ["proxy.golang.org", "sum.golang.org", "go.dev"],
    settings: ["~/.config/go/env"],
    variables: ["GOPROXY", "GOSUMDB"],
  },
  gem: RUBY,
  bundle: RUBY,
  skopeo: {
    asks: [
      ...["registry-1.docker.io", "auth.docker.io", "ghcr.io", "quay.io", "gcr.io"],
      ...["mcr.microsoft.com", "public.ecr.aws", "nvcr.io"],
    ],
  },
};

/** Programs that obey the usual variables, in both cases. */
export const PROXY_VARIABLES = ["http_proxy", "https_proxy", "all_proxy"] as const;

/** Hosts to which others lead: kept by the same people, or named by them for what they keep. */
const LEADS_TO: Readonly<Record<string, readonly string[]>> = {
  "github.com": [
    ...["api.github.com", "uploads.github.com", "codeload.github.com", "raw.githubusercontent.com"],
    ...["objects.githubusercontent.com", "release-assets.githubusercontent.com"],
    ...["github-cloud.githubusercontent.com", "media.githubusercontent.com", "lfs.github.com"],
  ],
  "ghcr.io": ["pkg-containers.githubusercontent.com"],
  "registry-1.docker.io": ["production.cloudflare.docker.com"],
  "quay.io": ["cdn01.quay.io", "cdn02.quay.io", "cdn03.quay.io"],
  "gitlab.com": ["cdn.artifacts.gitlab-static.net"],
  "pypi.org": ["files.pythonhosted.org"],
  "crates.io": ["index.crates.io", "static.crates.io"],
  "rubygems.org": ["index.rubygems.org"],
  "huggingface.co": ["cdn-lfs.huggingface.co", "cdn-lfs.hf.co", "cas-bridge.xethub.hf.co"],
  "golang.org": ["go.dev"],
  "go.dev": ["dl.google.com"],
  "sh.rustup.rs": ["static.rust-lang.org"],
  "download.cypress.io": ["cdn.cypress.io"],
};

/** What is known of a program, by its name without a directory; undefined for one of which nobody knows that it obeys a proxy. */
export function proxiedProgram(program: string): ProxiedProgram | undefined {
  const name = program.replace(/^(pip)[\d.]*$/, "$1");
  return Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
}

/** The hosts to which a host's own answers lead, itself left out. */
export function leadsTo(host: string): readonly string[] {
  const bare = host.replace(/^www\./, "");
  const twin = bare === host ? `www.${host}` : bare;
  return [twin, ...(Object.hasOwn(LEADS_TO, bare) ? (LEADS_TO[bare] ?? []) : [])];
}
