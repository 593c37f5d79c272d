// Credentials of package registries and of image registries. Made of data/detectors/credentials/package-registries.yaml by `npm run detectors`: change that file, never this one.
import { detectorsOf } from "../../declaration/detector-row.ts";

export const packageRegistries = detectorsOf([
  { kind: "issued", id: "npm-access-token", title: "an access token of npm", keywords: ["npm_"], form: "npm_[A-Za-z0-9]{36}", longest: 40, check: "crc32-base62" },
  { kind: "issued", id: "npm-legacy-token", title: "an access token of npm in its older form", keywords: ["_authtoken"], form: "_authToken\\s{0,3}=\\s{0,3}[\"']?(?<value>[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})", longest: 54 },
  { kind: "issued", id: "pypi-api-token", title: "an API token of PyPI", keywords: ["pypi-ageichlwas5vcmc"], form: "pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,500}", longest: 520 },
  { kind: "issued", id: "testpypi-api-token", title: "an API token of TestPyPI", keywords: ["pypi-agendgvzdc5wexbplm9yzw"], form: "pypi-AgENdGVzdC5weXBpLm9yZw[A-Za-z0-9_-]{50,500}", longest: 527 },
  { kind: "issued", id: "rubygems-api-key", title: "an API key of RubyGems", keywords: ["rubygems_"], form: "rubygems_[a-f0-9]{48}", longest: 57 },
  { kind: "issued", id: "nuget-api-key", title: "an API key of NuGet", keywords: ["oy2"], form: "oy2[a-z0-9]{43}", longest: 46 },
  { kind: "issued", id: "crates-io-token", title: "an API token of crates.io", keywords: ["cio"], form: "cio[A-Za-z0-9]{32}", longest: 35 },
  { kind: "issued", id: "docker-hub-personal-token", title: "a personal access token of Docker Hub", keywords: ["dckr_pat_"], form: "dckr_pat_[A-Za-z0-9_-]{27}", longest: 36 },
  { kind: "issued", id: "docker-hub-organization-token", title: "an organization access token of Docker Hub", keywords: ["dckr_oat_"], form: "dckr_oat_[A-Za-z0-9_-]{32}", longest: 41 },
  { kind: "issued", id: "jfrog-api-key", title: "an API key of Artifactory", keywords: ["akcp"], form: "AKCp[A-Za-z0-9]{69}", longest: 73 },
  { kind: "issued", id: "jfrog-reference-token", title: "a reference token of the JFrog Platform", keywords: ["cmvmdgtuo"], form: "cmVmdGtuO[A-Za-z0-9+/]{54,60}={0,2}", longest: 71 },
  { kind: "issued", id: "clojars-deploy-token", title: "a deploy token of Clojars", keywords: ["clojars_"], form: "CLOJARS_[a-f0-9]{60}", longest: 68 },
  { kind: "named", id: "cloudsmith-api-key", title: "an API key of Cloudsmith", keywords: ["cloudsmith"], form: "[a-f0-9]{40}", longest: 40 },
  { kind: "issued", id: "packagist-token", title: "an authentication token of Private Packagist", keywords: ["packagist_"], form: "packagist_[a-z]{3}_[a-f0-9]{68}", longest: 82 },
  { kind: "named", id: "hex-api-key", title: "an API key of Hex", keywords: ["hex_api_key", "hexpm"], form: "[a-f0-9]{32}", longest: 32 },
  { kind: "named", id: "anaconda-token", title: "a token of Anaconda.org", keywords: ["anaconda"], form: "[a-z]{2}-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}", longest: 39 },
  { kind: "named", id: "quay-robot-token", title: "a token of a robot account of Quay", keywords: ["quay"], form: "[A-Z0-9]{64}", longest: 64 },
]);
