// The packages that the typical repository has installed, and the lock files that say so, for each manager of packages.
import { createHash } from "node:crypto";

const NPM = "\x72egistry.npmjs.org";
const YARN = "\x72egistry.yarnpkg.com";

/** A package with its version, and the programs that it brings by their names. */
type Package = { readonly name: string; readonly version: string; readonly programs: readonly string[] };

const DEPENDENCIES = packages("express@5.1.0");

/**
 * What teams that write JavaScript have beside their code. WHY whole: whoever types `npx jest` has it installed, and a corpus
 * without it would measure how packages are fetched. The lock files agree with the manifests, so that the corpora measure
 * installs by a lock file as well.
 */
const DEVELOPMENT = packages(`
  @babel/cli@7.28.3 babel
  @biomejs/biome@2.2.5 biome
  @changesets/cli@2.29.7 changeset
  @commitlint/cli@20.1.0 commitlint
  @graphql-codegen/cli@6.0.0 graphql-codegen gql-gen
  @playwright/test@1.56.0 playwright
  @swc/cli@0.7.8 swc
  @tailwindcss/cli@4.1.14 tailwindcss
  c8@10.1.3 c8
  concurrently@9.2.1 concurrently conc
  cross-env@10.1.0 cross-env cross-env-shell
  cypress@15.4.0 cypress
  depcheck@1.4.7 depcheck
  dotenv-cli@10.0.0 dotenv
  dpdm@3.14.0 dpdm
  drizzle-kit@0.31.5 drizzle-kit
  esbuild@0.25.10 esbuild
  eslint@9.37.0 eslint
  http-server@14.1.1 http-server
  husky@9.1.7 husky
  jest@30.2.0 jest
  jscodeshift@17.3.0 jscodeshift
  json-server@0.17.4 json-server
  knex@3.1.0 knex
  knip@5.64.2 knip
  lerna@9.0.0 lerna
  license-checker@25.0.1 license-checker
  lint-staged@16.2.3 lint-staged
  madge@8.0.0 madge
  markdownlint-cli@0.45.0 markdownlint
  mocha@11.7.4 mocha
  next@15.5.4 next
  nodemon@3.1.10 nodemon
  npm-check-updates@18.3.1 ncu npm-check-updates
  npm-run-all@4.1.5 npm-run-all run-s run-p
  nx@21.6.4 nx
  nyc@17.1.0 nyc
  openapi-typescript@7.9.1 openapi-typescript
  pm2@6.0.13 pm2
  prettier@3.6.2 prettier
  prisma@6.17.0 prisma
  rimraf@6.0.1 rimraf
  rollup@4.52.4 rollup
  semantic-release@24.2.9 semantic-release
  serve@14.2.5 serve
  size-limit@11.2.0 size-limit
  storybook@9.1.10 storybook
  stylelint@16.25.0 stylelint
  ts-node@10.9.2 ts-node
  tsup@8.5.0 tsup
  tsx@4.20.6 tsx
  turbo@2.5.8 turbo
  typedoc@0.28.13 typedoc
  typescript@5.9.3 tsc tsserver
  vite@7.1.9 vite
  vitest@3.2.4 vitest
  wait-on@9.0.1 wait-on
  webpack@5.102.0 webpack
  webpack-cli@6.0.1 webpack-cli
`);

const INSTALLED = [...DEPENDENCIES, ...DEVELOPMENT];

function packages(lines: string): readonly Package[] {
  return lines.trim().split("\n").map((line) => {
    const [full = "", ...programs] = line.trim().split(" ");
    const at = full.lastIndexOf("@");
    return { name: full.slice(0, at), version: full.slice(at + 1), programs };
  });
}

const ranges = (some: readonly Package[]) => Object.fromEntries(some.map(({ name, version }) => [name, `^${version}`]));

/** The sections of the manifest that name packages. */
export const NEEDED = { dependencies: ranges(DEPENDENCIES), devDependencies: ranges(DEVELOPMENT) };

/** Made up, and the same each time. */
function digest(algorithm: "sha256" | "sha512", text: string, encoding: "hex" | "base64"): string {
  return createHash(algorithm).update(text).digest(encoding);
}

const integrity = ({ name, version }: Package): string => `sha512-${digest("sha512", `${name}@${version}`, "base64")}`;
const archive = ({ name, version }: Package, host: string): string => `https://${host}/${name}/-/${name.replace(/^.*\//, "")}-${version}.tgz`;
const quoted = (text: string): string => (text.startsWith("@") ? `'${text}'` : text);

/** The lock files of three managers of JavaScript for a manifest of this name and version, and what npm keeps in `node_modules`. */
export function lockFiles(name: string, version: string): Readonly<Record<string, string>> {
  const isForWork = (one: Package): boolean => DEVELOPMENT.includes(one);
  const entries = Object.fromEntries(
    INSTALLED.map((one) => [
      `node_modules/${one.name}`,
      { version: one.version, resolved: archive(one, NPM), integrity: integrity(one), ...(isForWork(one) ? { dev: true } : {}), ...bins(one) },
    ]),
  );
  const head = { name, version, lockfileVersion: 3, requires: true };
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  const importer = (some: readonly Package[]): string =>
    some.map((one) => `      ${quoted(one.name)}:\n        specifier: ^${one.version}\n        version: ${one.version}\n`).join("");
  const each = (line: (one: Package) => string): string => INSTALLED.map(line).join("\n");
  return {
    "package-lock.json": json({ ...head, packages: { "": { name, version, ...NEEDED }, ...entries } }),
    "node_modules/.package-lock.json": json({ ...head, packages: entries }),
    "pnpm-lock.yaml": [
      "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\n",
      `importers:\n\n  .:\n    dependencies:\n${importer(DEPENDENCIES)}    devDependencies:\n${importer(DEVELOPMENT)}\n`,
      `packages:\n\n${each((one) => `  ${quoted(`${one.name}@${one.version}`)}:\n    resolution: {integrity: ${integrity(one)}}\n`)}\n`,
      `snapshots:\n\n${each((one) => `  ${quoted(`${one.name}@${one.version}`)}: {}\n`)}`,
    ].join(""),
    "yarn.lock": `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n\n${each((one) => {
      const key = `${one.name}@^${one.version}`;
      const place = `${archive(one, YARN)}#${digest("sha256", key, "hex").slice(0, 40)}`;
      return `${one.name.startsWith("@") ? `"${key}"` : key}:\n  version "${one.version}"\n  resolved "${place}"\n  integrity ${integrity(one)}\n`;
    })}`,
  };
}

function bins({ programs }: Package): { readonly bin?: Readonly<Record<string, string>> } {
  return programs.length === 0 ? {} : { bin: Object.fromEntries(programs.map((program) => [program, `bin/${program}.js`])) };
}

/** What lies in `node_modules`: manifests, programs, and the links by which these are found. */
export function installedFiles(): { readonly files: Readonly<Record<string, string>>; readonly programs: readonly string[]; readonly links: Readonly<Record<string, string>> } {
  const files: Record<string, string> = {};
  const programs: string[] = [];
  const links: Record<string, string> = {};
  for (const one of INSTALLED) {
    const { name, version } = one;
    const folder = `node_modules/${name}`;
    files[`${folder}/package.json`] = `${JSON.stringify({ name, version, ...bins(one) })}\n`;
    for (const program of one.programs) {
      programs.push(`${folder}/bin/${program}.js`);
      links[`node_modules/.bin/${program}`] = `../${name}/bin/${program}.js`;
    }
  }
  return { files, programs, links };
}

const dotenv = { archive: "python_dotenv-1.1.1", digest: digest("sha256", "python-dotenv", "hex") };

/** Manifests and lock files of other languages, each with a package or two, which agree. */
export const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nitoa = "1"\nserde = "1"\n',
  "Cargo.lock": `# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4\n\n[[package]]\nname = "itoa"\nversion = "1.0.15"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${digest("sha256", "itoa", "hex")}"\n\n[[package]]\nname = "serde"\nversion = "1.0.228"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${digest("sha256", "serde", "hex")}"\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\ndependencies = [\n "itoa",\n "serde",\n]\n`,
  Gemfile: 'source "https://rubygems.org"\n\ngem "rake"\n',
  "Gemfile.lock": "GEM\n  remote: https://rubygems.org/\n  specs:\n    rake (13.3.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rake\n\nBUNDLED WITH\n   2.6.9\n",
  "composer.json": '{\n    "require": {\n        "psr/log": "^3.0"\n    }\n}\n',
  "composer.lock": `${JSON.stringify({ "content-hash": digest("sha256", "composer", "hex").slice(0, 32), packages: [{ name: "psr/log", version: "3.0.2", type: "library" }], "packages-dev": [], "minimum-stability": "stable" }, undefined, 4)}\n`,
  "go.mod": "module example.test/shop\n\ngo 1.23\n\nrequire github.com/google/uuid v1.6.0\n",
  "go.sum": `github.com/google/uuid v1.6.0 h1:${digest("sha256", "uuid", "base64")}\ngithub.com/google/uuid v1.6.0/go.mod h1:${digest("sha256", "uuid/go.mod", "base64")}\n`,
  "pyproject.toml": '[project]\nname = "shop"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["python-dotenv>=1.0"]\n\n[project.optional-dependencies]\ndev = ["ruff>=0.13"]\n\n[tool.poetry]\npackage-mode = false\n',
  "uv.lock": `version = 1\nrevision = 3\nrequires-python = ">=3.11"\n\n[[package]]\nname = "python-dotenv"\nversion = "1.1.1"\nsource = { registry = "https://pypi.org/simple" }\nwheels = [\n    { url = "https://files.pythonhosted.org/packages/5f/ed/${dotenv.archive}-py3-none-any.whl", hash = "sha256:${dotenv.digest}", size = 20556 },\n]\n\n[[package]]\nname = "ruff"\nversion = "0.14.0"\nsource = { registry = "https://pypi.org/simple" }\nwheels = [\n    { url = "https://files.pythonhosted.org/packages/a1/b2/ruff-0.14.0-py3-none-any.whl", hash = "sha256:${digest("sha256", "ruff", "hex")}", size = 12500000 },\n]\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\nsource = { virtual = "." }\ndependencies = [\n    { name = "python-dotenv" },\n]\n\n[package.optional-dependencies]\ndev = [\n    { name = "ruff" },\n]\n\n[package.metadata]\nrequires-dist = [\n    { name = "python-dotenv", specifier = ">=1.0" },\n    { name = "ruff", marker = "extra == 'dev'", specifier = ">=0.13" },\n]\nprovides-extras = ["dev"]\n`,
  "poetry.lock": `# This file is automatically @generated by Poetry 2.2.1 and should not be changed by hand.\n\n[[package]]\nname = "python-dotenv"\nversion = "1.1.1"\ndescription = "Read key-value pairs from a .env file"\noptional = false\npython-versions = ">=3.9"\ngroups = ["main"]\nfiles = [\n    {file = "${dotenv.archive}-py3-none-any.whl", hash = "sha256:${dotenv.digest}"},\n]\n\n[[package]]\nname = "ruff"\nversion = "0.14.0"\ndescription = "A linter"\noptional = true\npython-versions = ">=3.7"\ngroups = ["main"]\nmarkers = "extra == \\"dev\\""\nfiles = [\n    {file = "ruff-0.14.0-py3-none-any.whl", hash = "sha256:${digest("sha256", "ruff", "hex")}"},\n]\n\n[extras]\ndev = ["ruff"]\n\n[metadata]\nlock-version = "2.1"\npython-versions = ">=3.11"\ncontent-hash = "${digest("sha256", "poetry", "hex")}"\n`,
};
