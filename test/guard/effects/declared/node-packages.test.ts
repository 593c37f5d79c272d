// Installs with npm, pnpm, yarn and bun: declared where manifests of the project name all that comes, and in no other form.
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeProject, type TestProject } from "../../../judging.ts";
import type { Files } from "../locks/npm-project.ts";
import { declaredIn, manifest } from "./declared-project.ts";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
});
afterAll(() => {
  where.remove();
});
const isDeclared = declaredIn(() => where);

const WORKSPACES: Files = {
  "package.json": manifest({ workspaces: ["packages/*"] }),
  "packages/api/package.json": JSON.stringify({ name: "api", dependencies: { express: "^5" } }),
};

describe("declared", () => {
  it.each<[command: string, files?: Files]>([
    ["npm install"],
    ["npm i"],
    ["npm ci"],
    ["npm install --no-audit --no-fund --legacy-peer-deps"],
    ["npm ci --omit=dev"],
    ["npm ci --omit dev --loglevel error"],
    ["npm update"],
    ["npm update express vitest"],
    ["npm install express"],
    ["npm install express@5.1.0 @acme/ui@latest"],
    ["npm i -D vitest@^3.2"],
    ["npm install --save-exact express@latest"],
    ["npm dedupe"],
    ["npm rebuild"],
    ["npm rebuild esbuild"],
    ["npm install --dry-run"],
    ["npm install --package-lock-only"],
    ["npm --prefix web install"],
    ["npm install --prefix=./web"],
    ["cd web && npm install react@19.1.0"],
    ["CI=1 NODE_ENV=production npm ci"],
    ["timeout 300 npm ci 2>&1 | tail -5"],
    ["rm -rf node_modules && npm install && npm test"],
    ["npm run build && npm install"],
    ["npm ci && npm ci --prefix web"],
    ["bash -c 'npm install'"],
    ["pnpm install"],
    ["pnpm i --frozen-lockfile"],
    ["pnpm up vitest --latest"],
    ["pnpm -C web install"],
    ["yarn"],
    ["yarn install --immutable"],
    ["yarn --frozen-lockfile --network-timeout 100000"],
    ["yarn add express@latest"],
    ["yarn upgrade vitest --latest"],
    ["yarn --cwd web"],
    ["bun install"],
    ["bun install --frozen-lockfile"],
    ["bun add -d vitest"],
    ["npm install", WORKSPACES],
    ["npm install --workspaces --include-workspace-root", WORKSPACES],
    ["npm ci -w api", WORKSPACES],
    ["cd packages/api && npm install", WORKSPACES],
    ["pnpm -r install", { "pnpm-workspace.yaml": "packages:\n  - packages/*\n" }],
    ["pnpm --filter web install", { "pnpm-workspace.yaml": "packages:\n  - web\n" }],
    ["npm install", { "package.json": manifest({ dependencies: { lib: "file:./web" } }) }],
    [
      "npm install",
      { "package.json": manifest({ overrides: { qs: { "side-channel": "1.1.0" } } }) },
    ],
    ["npm install", { ".npmrc": "registry=https://registry.example\n" }],
    ["npm ci", { "package-lock.json": "x".repeat(200_000) }],
    [
      "npm update",
      { "package.json": manifest({ devDependencies: { a: "latest", b: "workspace:*" } }) },
    ],
  ])("%s %j", async (command, files) => {
    expect(await isDeclared(command, files)).toBe(true);
  });
});

describe("names something else, so that a person is asked", () => {
  it.each([
    "npm install evil",
    "npm i evil",
    "npm add evil",
    "npm install Express",
    "npm install expres",
    "npm install EXPRESS",
    "npm install express evil",
    "npm install evil express",
    "npm install express@npm:evil@1",
    "npm install express@npm:evil",
    "npm install old",
    "npm install evil@npm:express",
    "npm install express@github:evil/express",
    "npm install express@https://example.com/x.tgz",
    "npm install express@file:../evil",
    "npm install express@git+ssh://git@github.com/evil/express.git",
    "npm install acme/ui",
    "npm install @acme/ui2",
    "npm install @acme",
    "npm install ./evil",
    "npm install /tmp/evil",
    "npm install ../outside",
    "npm install .",
    "npm install ./express.tgz",
    "npm install https://example.com/express.tgz",
    "npm install git+https://github.com/evil/x.git",
    "npm install --package-lock-only evil",
    "npm install --no-save evil",
    "npm install --force evil",
    "npm install --save-dev -- evil",
    "npm install -- express",
    "npm install --dry-run=false evil",
    "npm install -g express",
    "npm install --global express",
    "npm install --glob express",
    "npm install --location=global express",
    "npm install --location global",
    "npm install -g",
    "npm i -gD vitest",
    "npm install --registry=https://registry.example",
    "npm install --registry https://registry.example express",
    "npm install --userconfig /tmp/npmrc",
    "npm install --globalconfig=/tmp/npmrc",
    "npm install --prefix /tmp/x",
    "npm install --prefix ../outside",
    "npm install --prefix ~/x",
    "npm install --prefix web --prefix /tmp",
    "npm --prefix=/ install",
    "npm install --workspace=api evil",
    "npm install -w api express",
    "npm install --workspace=../outside",
    "npm install --workspace=/tmp/evil",
    "npm install --install-links --before=2020-01-01",
    "npm install --script-shell=/tmp/sh",
    "npm install --cache=/tmp/evil --offline",
    "npm install --omit evil",
    "npm install $NAME",
    'npm install "$(cat names.txt)"',
    "npm install $(cat names.txt)",
    "npm install express$X",
    "npm install {express,evil}",
    "x='express evil'; npm install $x",
    "npm install `echo evil`",
    "echo evil | xargs npm install",
    "npm link",
    "npm link evil",
    "npm update evil",
    "npm update -g",
    "npm ci evil --global",
    "npm exec evil",
    "npx evil",
    "npm init evil",
    "npm audit fix",
    "npm rebuild ../evil",
    "pnpm add evil",
    "pnpm install evil",
    "pnpm add -g express",
    "pnpm add -w evil",
    "pnpm -w add evil",
    "pnpm add --filter web express",
    "pnpm update 'ev*'",
    "pnpm install --config.registry=https://registry.example",
    "pnpm install --dir /tmp/x",
    "pnpm -C ../outside install",
    "pnpm install --global-dir /tmp/x",
    "pnpm install --virtual-store-dir=/tmp/x",
    "pnpm install --store-dir /tmp/evil",
    "pnpm dlx evil",
    "pnpm create evil",
    "pnpm import",
    "yarn add evil",
    "yarn add express@npm:evil",
    "yarn add file:../evil",
    "yarn global add express",
    "yarn install --modules-folder /tmp/x",
    "yarn --cwd /tmp/x",
    "yarn install --use-yarnrc /tmp/yarnrc",
    "yarn upgrade --scope @evil",
    "yarn set version berry",
    "yarn dlx evil",
    "yarn link evil",
    "bun add evil",
    "bun install evil",
    "bun add -g express",
    "bun install --registry https://registry.example",
    "bun install --cwd /tmp/x",
    "bun install -c /tmp/bunfig.toml",
    "bunx evil",
  ])("%s", async (command) => {
    expect(await isDeclared(command)).toBe(false);
  });
});

describe("variables, places and programs around it, so that a person is asked", () => {
  it.each([
    "npm_config_global=true npm install",
    "NPM_CONFIG_GLOBAL=true npm install",
    "npm_config_prefix=/tmp/x npm install",
    "npm_config_location=global npm install",
    "npm_config_registry=https://registry.example npm install",
    "npm_config_userconfig=/tmp/npmrc npm install",
    "npm_config_package=evil npm install",
    "export npm_config_global=true; npm install",
    "npm_config_global=true; export npm_config_global; npm ci",
    "export npm_config_$X=true; HOME=/tmp/x npm install",
    "HOME=/tmp/x npm install",
    "export npm_config_$X=true; npm install",
    "export $X; npm install",
    "export $(cat vars.txt); npm install",
    'declare -x "$Y=1"; npm install',
    "read npm_config_global <<< true; export npm_config_global; npm install",
    "printf -v npm_config_global true; export npm_config_global; npm install",
    'env "$X" npm install',
    "env $(cat vars.txt) npm install",
    "npm() { command npm install evil; }; npm install",
    "hash -p /tmp/evil npm; npm install",
    "export HOME=/tmp/x; npm ci",
    "YARN_RC_FILENAME=/tmp/x yarn install",
    "YARN_PLUGINS=/tmp/evil.cjs yarn",
    "BUN_CONFIG_REGISTRY=https://registry.example bun install",
    "COREPACK_NPM_REGISTRY=https://registry.example pnpm install",
    "XDG_CONFIG_HOME=/tmp/x pnpm install",
    "env npm_config_prefix=/tmp npm install",
    "cd /tmp && npm install",
    "cd ../outside && npm install",
    "cd out && npm install",
    "cd $DIR && npm install",
    "cd src && cd ../.. && npm install",
    "pushd /tmp; npm install",
    "(cd /tmp/x && npm ci)",
    "env -C /tmp npm install",
    "chroot /tmp/x npm install",
    "docker run --rm node npm install",
    "ssh host npm install",
    "proxychains npm install",
    "dotenv -- npm install",
    "unshare -r npm install",
    "firejail npm ci",
    "pnpm -r exec npm install",
    "pnpm --filter web exec npm install",
    "npm --prefix /tmp/x exec -- npm install",
    "bundle exec npm install",
    "uv --directory /tmp run npm install",
    "python3 -c \"import subprocess; subprocess.run(['npm','install'], cwd='/tmp/x')\"",
    "node -e \"require('child_process').execSync('npm install', {cwd: '/tmp/x'})\"",
    "perl -e \"chdir '/tmp'; system('npm install')\"",
    "find . -name package.json -execdir npm install \\;",
    "cross-env npm_config_global=true npm install",
    "corepack pnpm install",
    "npx npm@10 install",
  ])("%s", async (command) => {
    expect(await isDeclared(command)).toBe(false);
  });
});

describe("manifests that name what is not the project's or a registry's, so that a person is asked", () => {
  const withDependency = (spec: string): Files => ({
    "package.json": manifest({ dependencies: { x: spec } }),
  });
  it.each<[what: string, files: Files]>([
    ["a repository", withDependency("github:evil/x")],
    ["a repository by its short name", withDependency("evil/x")],
    ["an address of git", withDependency("git+https://github.com/evil/x.git")],
    ["an archive", withDependency("https://example.com/x.tgz")],
    ["an archive by http", withDependency("http://example.com/x.tgz")],
    ["a folder outside", withDependency("file:../outside")],
    ["a folder of the machine", withDependency("link:/tmp/x")],
    ["a folder of the home", withDependency("file:~/x")],
    ["a number", { "package.json": manifest({ dependencies: { x: 1 } }) }],
    ["no map", { "package.json": "[]" }],
    ["no JSON", { "package.json": "{" }],
    ["nothing", { "package.json": "" }],
    ["too much", { "package.json": manifest({ description: "x".repeat(70_000) }) }],
    ["an override elsewhere", { "package.json": manifest({ overrides: { x: "evil/x" } }) }],
    ["a resolution elsewhere", { "package.json": manifest({ resolutions: { x: "evil/x" } }) }],
    [
      "a package of its own that does",
      {
        ...WORKSPACES,
        "packages/api/package.json": JSON.stringify({ dependencies: { x: "evil/x" } }),
      },
    ],
    ["a package of its own that is broken", { ...WORKSPACES, "packages/api/package.json": "{" }],
  ])("%s", async (_, files) => {
    expect(await isDeclared("npm install", files)).toBe(false);
  });

  it("reads a manifest through no link", async () => {
    mkdirSync(join(where.root, "outside/app"), { recursive: true });
    symlinkSync(join(where.root, "outside/app"), join(where.project, "app"));
    try {
      expect(await isDeclared("cd app && npm install")).toBe(false);
    } finally {
      rmSync(join(where.project, "app"));
    }
  });
});
