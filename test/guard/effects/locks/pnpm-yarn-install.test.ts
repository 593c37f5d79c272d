// Installs with pnpm and yarn: what a lock file names comes without a question, and whatever may be more is asked about.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeCommand, makeProject, type TestProject } from "../../../judging.ts";
import { madeUpMachine } from "../../../made-up-machine.ts";
import { DIGEST, manifest, place } from "./npm-project.ts";

let where: TestProject;
let made: TestProject;
let parent: string;
// WHY not where other tests have their projects: yarn reads settings of all directories above, and there a person's may lie.
beforeAll(() => {
  made = makeProject();
  parent = realpathSync(mkdtempSync(join(tmpdir(), "locks-")));
  const project = join(parent, "project");
  mkdirSync(project);
  const answer = madeUpMachine([made.root, parent], { home: made.home });
  const session = { ...made.session, projectRoot: project };
  where = { ...made, root: parent, project, session, answer };
});
afterAll(() => {
  made.remove();
  rmSync(parent, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

async function verdictOf(command: string, files: Files, options = {}): Promise<string> {
  const clear = place(where, files);
  try {
    return (await judgeCommand(where, command, options)).verdict;
  } finally {
    clear();
  }
}

describe("pnpm", () => {
  const QUIET = "pnpm install --frozen-lockfile --ignore-scripts";
  const lines = (packages: string, rest = "snapshots:\n\n  left@1.0.0: {}\n"): string =>
    `lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n\nimporters:\n\n  .:\n    dependencies:\n      left:\n        specifier: ^1.0.0\n        version: 1.0.0\n\npackages:\n\n${packages}\n${rest}`;
  const LEFT = `  left@1.0.0:\n    resolution: {integrity: ${DIGEST}}\n    engines: {node: '>=18'}\n    hasBin: true\n`;
  const SCOPED = `  '@a/b@2.0.0-rc.1':\n    resolution: {integrity: ${DIGEST}}\n    peerDependencies:\n      left: ^1.0.0\n`;
  const OLD = `lockfileVersion: '6.0'\n\ndependencies:\n  left:\n    specifier: ^1.0.0\n    version: 1.0.0\n\npackages:\n\n  /left@1.0.0(right@2.0.0):\n    resolution: {integrity: ${DIGEST}}\n    dev: false\n`;
  const FILES = { "package.json": manifest(), "pnpm-lock.yaml": lines(LEFT) };

  it.each<[command: string, files?: Files]>([
    [QUIET],
    ["pnpm i --ignore-scripts --frozen-lockfile --prod"],
    [QUIET, { "pnpm-lock.yaml": lines(`${LEFT}\n${SCOPED}`) }],
    [QUIET, { "pnpm-lock.yaml": OLD }],
    [QUIET, { "package.json": manifest({ pnpm: { onlyBuiltDependencies: ["left"] } }) }],
    [QUIET, { "~/.config/pnpm/rc": "save-exact=true\n" }],
  ])("allowed: %s %j", async (command, files) => {
    expect(await verdictOf(command, { ...FILES, ...files })).toBe("allow");
  });

  it.each<[command: string, files?: Files]>([
    ["pnpm install --frozen-lockfile"],
    ["pnpm install --ignore-scripts"],
    ["pnpm install"],
    [`${QUIET} --no-frozen-lockfile`],
    [`${QUIET} --fix-lockfile`],
    [`${QUIET} -C sub`],
    [`${QUIET} -r`],
    [`${QUIET} -g`],
    [`${QUIET} --config.git-shallow-hosts=x`],
    [`pnpm_config_registry=https://registry.example ${QUIET}`],
    [`XDG_CONFIG_HOME=/tmp/x ${QUIET}`],
    [`echo x >> pnpm-lock.yaml; ${QUIET}`],
    [`pnpm config set registry https://registry.example; ${QUIET}`],
    [QUIET, { ".pnpmfile.cjs": "module.exports = {};" }],
    [QUIET, { ".pnpmfile.mjs": "export {};" }],
    [QUIET, { "pnpm-workspace.yaml": "configDependencies:\n  x: 1.0.0+sha512-x\n" }],
    [QUIET, { ".npmrc": "pnpmfile=other.cjs\n" }],
    [QUIET, { ".npmrc": "//\x72egistry.npmjs.org/:tokenHelper=/tmp/x\n" }],
    [QUIET, { "~/.config/pnpm/rc": "global-pnpmfile=/tmp/x.cjs\n" }],
    [QUIET, { "package.json": manifest({ packageManager: "pnpm@9.0.0" }) }],
    [QUIET, { "package.json": manifest({ devEngines: { packageManager: { name: "pnpm" } } }) }],
    [QUIET, { "package.json": manifest({ pnpm: { configDependencies: { x: "1" } } }) }],
    [QUIET, { "package.json": manifest({ pnpm: { patchedDependencies: { x: "x.patch" } } }) }],
    [
      QUIET,
      { "package.json": manifest({ pnpm: { overrides: { left: "https://example.com/l.tgz" } } }) },
    ],
  ])("asked: %s %j", async (command, files) => {
    expect(await verdictOf(command, { ...FILES, ...files })).toBe("ask");
  });

  it.each<[what: string, text: string]>([
    ["a package without a digest", lines("  left@1.0.0:\n    hasBin: true\n")],
    [
      "an address",
      lines(
        `  left@1.0.0:\n    resolution: {integrity: ${DIGEST}, tarball: https://example.com/l.tgz}\n`,
      ),
    ],
    [
      "a key that is an address",
      lines(`  left@https://example.com/l.tgz:\n    resolution: {integrity: ${DIGEST}}\n`),
    ],
    ["a repository", lines("  left@1.0.0:\n    resolution: {commit: abc, repo: x, type: git}\n")],
    ["a folder", lines("  left@file:x:\n    resolution: {directory: x, type: directory}\n")],
    ["two resolutions", lines(`${LEFT}    resolution: {tarball: https://example.com/l.tgz}\n`)],
    ["a resolution in quotes", lines(`${LEFT}    "resolution": {tarball: x}\n`)],
    ["a merged map", lines(`${LEFT}    <<: *x\n`)],
    ["a name of its own", lines(`${LEFT}    name: right\n`)],
    ["packages given twice", lines(LEFT, `packages:\n\n${LEFT}`)],
    ["a section that is not known", lines(LEFT, "patchedDependencies:\n  left: x\n")],
    ["a second document", lines(LEFT, "---\npackages: {}\n")],
    ["a package of the repository above", lines(LEFT).replace("  .:\n", "  ../x:\n")],
    ["another version", lines(LEFT).replace("9.0", "5.4")],
    ["nothing", ""],
    ["carriage returns", lines(LEFT).replaceAll("\n", "\r\n")],
  ])("asked: a lock file with %s", async (_, text) => {
    expect(await verdictOf(QUIET, { ...FILES, "pnpm-lock.yaml": text })).toBe("ask");
  });
});

describe("yarn 1", () => {
  const QUIET = "yarn install --frozen-lockfile --ignore-scripts";
  const lines = (entries: string): string =>
    `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n\n${entries}`;
  const found = (key: string, name: string, more = ""): string =>
    `${key}:\n  version "1.0.0"\n  resolved "https://\x72egistry.yarnpkg.com/${name}/-/x-1.0.0.tgz#0a1b"\n  integrity ${DIGEST}\n${more}\n`;
  const LEFT = found("left@^1.0.0, left@~1.0.0", "left", '  dependencies:\n    "@a/b" "1 || 2"\n');
  const SCOPED = found('"@a/b@1 || 2"', "@a/b");
  const FILES = { "package.json": manifest(), "yarn.lock": lines(SCOPED + LEFT) };

  it.each<[command: string, files?: Files]>([
    [QUIET],
    ["yarn install --frozen-lockfile --ignore-scripts --non-interactive"],
    [QUIET, { "package.json": manifest({ packageManager: "yarn@1.22.22" }) }],
    [QUIET, { "~/.yarnrc": "# yarn\n\nlastUpdateCheck 1700000000000\n" }],
  ])("allowed: %s %j", async (command, files) => {
    expect(await verdictOf(command, { ...FILES, ...files })).toBe("allow");
  });

  it.each<[command: string, files?: Files]>([
    ["yarn"],
    ["yarn install --frozen-lockfile"],
    ["yarn install --ignore-scripts"],
    ["yarn install --immutable --mode=skip-build"],
    [`${QUIET} --modules-folder /tmp/x`],
    [`${QUIET} --use-yarnrc x`],
    [`yarn --cwd sub install --frozen-lockfile --ignore-scripts`],
    [`YARN_YARN_PATH=./x.js ${QUIET}`],
    [`echo 'yarn-path "./x.js"' > .yarnrc; ${QUIET}`],
    [`git checkout main; ${QUIET}`],
    [QUIET, { ".yarnrc": 'yarn-path "./x.js"\n' }],
    [QUIET, { ".yarnrc": 'registry "https://registry.example"\n' }],
    [QUIET, { ".yarnrc.yml": "yarnPath: ./x.js\n" }],
    [QUIET, { "../.yarnrc": 'yarn-path "./x.js"\n' }],
    [QUIET, { "../.yarnrc.yml": "yarnPath: ./x.js\n" }],
    [QUIET, { "../.npmrc": "registry=https://registry.example\n" }],
    [QUIET, { "package.json": manifest({ packageManager: "yarn@4.0.0" }) }],
    [QUIET, { "package.json": manifest({ workspaces: ["packages/*"] }) }],
    [QUIET, { "package.json": manifest({ installConfig: { pnp: true } }) }],
    [QUIET, { "package.json": manifest({ resolutions: { left: "https://example.com/l.tgz" } }) }],
  ])("asked: %s %j", async (command, files) => {
    expect(await verdictOf(command, { ...FILES, ...files })).toBe("ask");
  });

  it.each<[what: string, text: string]>([
    ["a need that it does not name", lines(LEFT)],
    [
      "another registry",
      lines(SCOPED + LEFT.replace("\x72egistry.yarnpkg.com", "registry.example")),
    ],
    ["no proof of who answers", lines(SCOPED + LEFT.replace("https", "http"))],
    ["no digest", lines(SCOPED + LEFT.replace(/ {2}integrity.*\n/, ""))],
    ["no address", lines(SCOPED + LEFT.replace(/ {2}resolved.*\n/, ""))],
    ["two addresses", lines(SCOPED + LEFT.replace(/( {2}resolved.*\n)/, "$1$1"))],
    [
      "a key that is an address",
      lines(SCOPED + LEFT.replace("left@^1.0.0", '"left@https://example.com/l.tgz"')),
    ],
    ["a key that is a repository", lines(SCOPED + LEFT.replace("left@^1.0.0", "left@a/b"))],
    ["a key given twice", lines(SCOPED + SCOPED + LEFT)],
    ["a conflict of a merge", lines(`<<<<<<< HEAD\n${SCOPED}=======\n>>>>>>> x\n${LEFT}`)],
    ["no head", SCOPED + LEFT],
    ["the form of yarn 2", `__metadata:\n  version: 8\n`],
  ])("asked: a lock file with %s", async (_, text) => {
    expect(await verdictOf(QUIET, { ...FILES, "yarn.lock": text })).toBe("ask");
  });

  it("asked: settings above that the session wrote", async () => {
    const writtenPaths = new Set([join(where.root, ".yarnrc")]);
    expect(await verdictOf(QUIET, FILES, { writtenPaths })).toBe("ask");
  });
});

describe("what is named instead of a refused install", () => {
  const pnpm = `lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\npackages:\n\n  left@1.0.0:\n    resolution: {integrity: ${DIGEST}}\n`;
  it.each<[command: string, files: Files, instead: string | undefined]>([
    ["pnpm install", { "pnpm-lock.yaml": pnpm }, "pnpm install --frozen-lockfile --ignore-scripts"],
    [
      "yarn install",
      { "yarn.lock": "# yarn lockfile v1\n\n" },
      "yarn install --frozen-lockfile --ignore-scripts",
    ],
    ["pnpm install", { "pnpm-lock.yaml": pnpm, ".pnpmfile.cjs": "" }, undefined],
    [
      "yarn install",
      { "yarn.lock": "# yarn lockfile v1\n\n", ".yarnrc": 'yarn-path "./x.js"\n' },
      undefined,
    ],
  ])("%s %j", async (command, files, instead) => {
    const clear = place(where, { "package.json": manifest(), ...files });
    const { alternative } = await judgeCommand(where, command);
    clear();
    expect(alternative?.command).toBe(instead);
  });
});
