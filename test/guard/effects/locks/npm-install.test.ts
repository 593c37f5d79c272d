// Installs with npm: what a lock file names comes without a question, and whatever may be more is asked about.
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentFacts } from "#guard/effects/variables/inherited.ts";
import { judgedProject } from "../../../judged-project.ts";
import { judgeCommand, plainShell } from "../../../judging.ts";
import {
  DIGEST,
  entry,
  manifest,
  NPM_FILES,
  npmLock,
  place,
  verdictsIn,
  type Files,
} from "./npm-project.ts";

const QUIET = "npm ci --ignore-scripts";
const where = judgedProject();

const verdictOf = verdictsIn(where);

const PATCH = "--- a/package-lock.json\n+++ b/package-lock.json\n@@ -1 +1 @@\n-x\n+y\n";

const WORKSPACES: Files = {
  "package.json": manifest({ workspaces: ["packages/*"] }),
  "packages/web/package.json": manifest({ name: "web" }),
  "package-lock.json": npmLock({
    "packages/web": { name: "web", version: "1.0.0", dependencies: { left: "^1.0.0" } },
    "node_modules/web": { resolved: "packages/web", link: true },
  }),
};

describe("what is locked is allowed", () => {
  it.each<[command: string, files?: Files]>([
    [QUIET],
    ["npm clean-install --ignore-scripts --no-audit --no-fund"],
    ["npm --silent ci --ignore-scripts --omit=dev"],
    ["npm ci --omit dev --loglevel error --ignore-scripts"],
    [`rm -rf node_modules && ${QUIET}`],
    [`${QUIET} && ls`],
    [`cd sub && cd .. && ${QUIET}`],
    [`CI=1 ${QUIET}`],
    [`x=1; export y=2; timeout 60 ${QUIET} | tail -5`],
    [`PUPPETEER_SKIP_DOWNLOAD=1 NODE_ENV=production ${QUIET}`],
    [QUIET, { ".npmrc": "save-exact=true\n# a comment\nfund = false\n" }],
    [QUIET, { ".npmrc": "registry=https://\x72egistry.npmjs.org/\n" }],
    [QUIET, { ".npmrc": "//\x72egistry.npmjs.org/:_authToken=${NPM_TOKEN}\n" }],
    [QUIET, { "~/.npmrc": "//\x72egistry.npmjs.org/:_authToken=planted\n" }],
    [QUIET, { "package.json": manifest({ scripts: { postinstall: "./setup.sh" } }) }],
    [
      QUIET,
      {
        "package-lock.json": npmLock({
          "node_modules/left": entry("left", { hasInstallScript: true }),
        }),
      },
    ],
    [
      QUIET,
      {
        "package-lock.json": npmLock(
          {},
          { lockfileVersion: 2, dependencies: { left: entry("left") } },
        ),
      },
    ],
    [
      QUIET,
      {
        "package-lock.json": npmLock({
          "node_modules/@a/b": entry("@a/b"),
          "node_modules/@a/b/node_modules/c": entry("c"),
        }),
      },
    ],
    [
      QUIET,
      {
        "package-lock.json": npmLock({
          "node_modules/left/node_modules/in": { version: "1.0.0", inBundle: true },
        }),
      },
    ],
    [QUIET, { "package-lock.json": `\uFEFF${npmLock()}` }],
    [QUIET, WORKSPACES],
  ])("%s %j", async (command, files) => {
    expect(await verdictOf(command, files)).toBe("allow");
  });

  it("takes away and puts back what lies in node_modules, and starts node", async () => {
    const clear = place(where(), NPM_FILES);
    const { effects } = await judgeCommand(where(), QUIET);
    clear();
    const path = join(where().project, "node_modules");
    const folder = { kind: "path", path, real: path };
    expect(effects).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: "write", target: { ...folder, reach: "tree" } }),
        expect.objectContaining({ kind: "delete", target: expect.objectContaining(folder) }),
        expect.objectContaining({ kind: "execute", program: "node", reach: "modelled" }),
      ]),
    );
  });
});

describe("what the command or its surroundings may change is asked about", () => {
  it.each<[command: string, files?: Files]>([
    ["npm ci left --ignore-scripts"],
    ["npm ci --ignore-scripts=false"],
    ["npm ci --ignore-scripts false", { "package.json": manifest({ scripts: { prepare: "x" } }) }],
    ["npm ci --ignore-scripts --no-ignore-scripts"],
    ["npm ci --ignore-scripts -g"],
    ["npm ci --ignore-scripts --global"],
    ["npm ci --ignore-scripts --location=global"],
    ["npm ci --ignore-scripts --prefix sub"],
    ["npm --prefix sub ci --ignore-scripts"],
    ["npm -C sub ci --ignore-scripts"],
    ["npm ci --ignore-scripts -w web"],
    ["npm ci --ignore-scripts --registry=https://registry.example/"],
    ["npm ci --ignore-scripts --registry https://\x72egistry.npmjs.org/"],
    ["npm ci --ignore-scripts --userconfig=other"],
    ["npm ci --ignore-scripts --script-shell=./x"],
    ["npm ci --ignore-scripts --install-links"],
    ["npm ci --ignore-scripts --cache=/etc/x"],
    [`npm ci --ignore-scripts $X`],
    [`npm ci $X`],
    [`cd sub && ${QUIET}`],
    [`cd "$X" && ${QUIET}`],
    [`npm_config_registry=https://registry.example ${QUIET}`],
    [`NPM_CONFIG_USERCONFIG=other ${QUIET}`],
    [`npm_config_ignore_scripts=false npm ci`],
    [`export npm_config_prefix=/x; ${QUIET}`],
    [`env npm_config_git=./x ${QUIET}`],
    [`PREFIX=/tmp/x ${QUIET}`],
    [`HOME=/tmp/x ${QUIET}`],
    [`export HOME=/tmp/x; ${QUIET}`],
    [`NODE_OPTIONS='--require ./x.js' ${QUIET}`],
    [`HTTPS_PROXY=http://example.com:8080 ${QUIET}`],
    [`https_proxy=http://example.com NODE_TLS_REJECT_UNAUTHORIZED=0 ${QUIET}`],
    [`export ALL_PROXY=socks5://example.com; ${QUIET}`],
    [`env SSL_CERT_FILE=./x.crt ${QUIET}`],
    [`export NODE_TLS_REJECT_UNAUTHORIZED=0; bash -c '${QUIET}'`],
    [`TMPDIR=/etc ${QUIET}`],
    [`ANYTHING=x ${QUIET}`],
    [`${QUIET} > package.json`],
    [`${QUIET} | tee package-lock.json`],
    [`echo left | xargs ${QUIET}`],
    [`trap 'cp a.txt package-lock.json' DEBUG; ${QUIET}`],
    [`cp sub/other.json package-lock.json && ${QUIET}`],
    [`echo '{}' > package-lock.json; ${QUIET}`],
    [`mv a.txt package.json; ${QUIET}`],
    [`ln -sf a.txt package-lock.json; ${QUIET}`],
    [`echo registry=https://registry.example > .npmrc; ${QUIET}`],
    [`sed -i s/a/b/ package-lock.json && ${QUIET}`],
    [`npm pkg set overrides.left=npm:right@1.0.0 && ${QUIET}`],
    [`npm install right; ${QUIET}`],
    [`tar xf a.tar && ${QUIET}`],
    [`git checkout main && ${QUIET}`],
    [`git pull && ${QUIET}`],
    [`git stash pop; ${QUIET}`],
    [`git apply a.patch; ${QUIET}`, { "a.patch": PATCH }],
    [`patch -p1 < a.patch; ${QUIET}`, { "a.patch": PATCH }],
    [`git apply a.patch; ${QUIET}`, { "a.patch": `${PATCH}${"# more\n".repeat(20_000)}` }],
    [`node build.js && ${QUIET}`],
    [`${QUIET} & cp a.txt package-lock.json`],
    [`for i in 1 2; do ${QUIET}; cp a.txt package-lock.json; done`],
    [`f() { ${QUIET}; }; echo x > package.json; f`],
    [`sudo ${QUIET}`],
  ])("%s", async (command, files) => {
    expect(["ask", "deny"]).toContain(await verdictOf(command, files));
  });
});

describe("what the files of the project may bring is asked about", () => {
  const locked = (packages: Readonly<Record<string, unknown>>, top = {}): Files => ({
    "package-lock.json": npmLock(packages, top),
  });
  const left = (change: Readonly<Record<string, unknown>>): Files =>
    locked({ "node_modules/left": entry("left", change) });
  const evil = { version: "1.0.0", integrity: DIGEST };
  it.each<[what: string, files: Files]>([
    [
      "an address that proves nothing",
      left({ resolved: "http://\x72egistry.npmjs.org/left/-/left-1.0.0.tgz" }),
    ],
    ["another registry", left({ resolved: "https://registry.example/left-1.0.0.tgz" })],
    [
      "a host that only begins like it",
      left({ resolved: "https://\x72egistry.npmjs.org.example.com/left.tgz" }),
    ],
    [
      "a host behind a name",
      left({ resolved: "https://\x72egistry.npmjs.org@example.com/left.tgz" }),
    ],
    ["a port of its own", left({ resolved: "https://\x72egistry.npmjs.org:8443/left.tgz" })],
    ["a repository", left({ resolved: "git+ssh://git@example.com/left.git#abc" })],
    ["a file", left({ resolved: "file:left.tgz" })],
    ["no address", left({ resolved: undefined })],
    ["no digest", left({ integrity: undefined })],
    ["a digest that is none", left({ integrity: "x" })],
    ["a key that leads out", locked({ "node_modules/../../x": evil })],
    ["a key with a backslash", locked({ "node_modules\\x": evil })],
    ["a link that leads out", locked({ "node_modules/x": { resolved: "../x", link: true } })],
    [
      "a link to nothing that is named",
      locked({ "node_modules/x": { resolved: "x", link: true } }),
    ],
    ["a package of its own with an address", locked({ "packages/x": entry("x") })],
    [
      "what a package names in a lock file of its own",
      left({ hasShrinkwrap: true, dependencies: { right: "*" } }),
    ],
    // Measured: npm takes the entry for the manifest, and runs what it says.
    ["scripts of its own", left({ scripts: { postinstall: "touch x" } })],
    ["something to build", left({ gypfile: true })],
    [
      "a bundled package in none",
      locked({ "node_modules/x": { version: "1.0.0", inBundle: true } }),
    ],
    ["a package that needs a repository", left({ dependencies: { x: "github:a/b" } })],
    [
      "a package that needs an address",
      left({ optionalDependencies: { x: "https://example.com/x.tgz" } }),
    ],
    ["a package that needs a shorthand of a repository", left({ peerDependencies: { x: "a/b" } })],
    ["an alias of no package", left({ dependencies: { x: "npm:../x@1" } })],
    ["version 1", locked({}, { lockfileVersion: 1 })],
    ["version 4", locked({}, { lockfileVersion: 4 })],
    ["no version", locked({}, { lockfileVersion: undefined })],
    [
      "version 2 with another old section",
      locked(
        {},
        {
          lockfileVersion: 2,
          dependencies: { left: { ...evil, resolved: "https://registry.example/l.tgz" } },
        },
      ),
    ],
    [
      "version 2 with a repository in the old section",
      locked(
        {},
        {
          lockfileVersion: 2,
          dependencies: { left: { version: "git+ssh://git@example.com/l.git" } },
        },
      ),
    ],
    ["text that is no JSON", { "package-lock.json": npmLock().slice(0, -1) }],
    [
      "a conflict of a merge",
      { "package-lock.json": `<<<<<<< HEAD\n${npmLock()}\n=======\n{}\n>>>>>>> x\n` },
    ],
    [
      "a key given twice",
      {
        "package-lock.json": npmLock().replace(
          '"packages":',
          '"packages":{},"packages":{"node_modules/x":{}},"\u0070ackages":{"node_modules/x":{"version":"1.0.0"}},"more":',
        ),
      },
    ],
    ["a list", { "package-lock.json": "[]" }],
    ["more than is read", { "package-lock.json": npmLock({}, { more: "x".repeat(5_000_000) }) }],
    ["a shrinkwrap", { "npm-shrinkwrap.json": npmLock() }],
    [
      "a manifest that names an address",
      { "package.json": manifest({ dependencies: { left: "https://example.com/left.tgz" } }) },
    ],
    [
      "a manifest that names a folder",
      { "package.json": manifest({ dependencies: { left: "file:../left" } }) },
    ],
    [
      "an override that names an address",
      { "package.json": manifest({ overrides: { a: { left: "https://example.com/l.tgz" } } }) },
    ],
    ["a manifest that is no JSON", { "package.json": "{" }],
    ["a registry in the project's settings", { ".npmrc": "registry=https://registry.example/\n" }],
    ["a registry of a scope", { ".npmrc": "@a:registry=https://registry.example/\n" }],
    ["a registry from a variable", { ".npmrc": "registry=${X}\n" }],
    [
      "a registry behind a carriage return",
      { ".npmrc": "color=true\rregistry=https://registry.example/\n" },
    ],
    ["a registry in quotes", { ".npmrc": '"registry"="https://registry.example/"\n' }],
    ["a program in the settings", { ".npmrc": "git=./x\n" }],
    ["options of node in the settings", { ".npmrc": "node-options=--require ./x.js\n" }],
    ["another cache", { ".npmrc": "cache=/etc/x\n" }],
    ["a section in the settings", { ".npmrc": "[x]\n" }],
    ["a registry in the person's settings", { "~/.npmrc": "registry=https://registry.example/\n" }],
    [
      "a workspace that names an address",
      {
        ...WORKSPACES,
        "packages/web/package.json": manifest({ dependencies: { a: "https://example.com/a.tgz" } }),
      },
    ],
  ])("%s", async (_, files) => {
    expect(await verdictOf(QUIET, files)).toBe("ask");
  });

  it.each(["package-lock.json", "package.json", ".npmrc"])(
    "written in the session: %s",
    async (name) => {
      const written = (path: string) => ({ writtenPaths: new Set([path]) });
      expect(await verdictOf(QUIET, {}, written(join(where().project, name)))).toBe("ask");
      expect(await verdictOf(QUIET, {}, written(`${where().project}/`))).toBe("ask");
    },
  );

  it("settings of a home that the session wrote", async () => {
    const writtenPaths = new Set([join(where().home, ".npmrc")]);
    expect(await verdictOf(QUIET, {}, { writtenPaths })).toBe("ask");
  });

  it("a package of the repository's own that the session wrote", async () => {
    const writtenPaths = new Set([join(where().project, "packages/web/package.json")]);
    expect(await verdictOf(QUIET, WORKSPACES, { writtenPaths })).toBe("ask");
  });

  it.each<[what: string, place: string]>([
    ["a manifest", "packages/new/package.json"],
    ["any file of a folder", "packages/new/"],
  ])("%s among the packages of the repository that the session wrote", async (_, path) => {
    const writtenPaths = new Set([join(where().project, path)]);
    expect(await verdictOf(QUIET, WORKSPACES, { writtenPaths })).toBe("ask");
    expect(await verdictOf(QUIET, {}, { writtenPaths })).toBe("allow");
  });

  it.each([
    `mkdir -p packages/new; echo '{}' > packages/new/package.json; ${QUIET}`,
    `cp -r src packages/new; ${QUIET}`,
    `tar xf a.tar -C packages; ${QUIET}`,
    `${QUIET} & echo '{}' > packages/new/package.json`,
  ])(
    "a manifest among the packages of the repository that the call writes: %s",
    async (command) => {
      expect(await verdictOf(command, WORKSPACES)).toBe("ask");
    },
  );

  it("a variable that the client inherits", async () => {
    const environment = environmentFacts({
      variables: new Map([["npm_config_registry", "https://registry.example"]]),
      withheld: new Set(),
      isExact: true,
    });
    expect(await verdictOf(QUIET, {}, { environment })).toBe("ask");
  });

  it("a proxy that was there before, and one that the call sets in its place", async () => {
    const value = "http://proxy.example:8080";
    const environment = environmentFacts({
      variables: new Map([["HTTPS_PROXY", value]]),
      withheld: new Set(),
      isExact: true,
    });
    expect(await verdictOf(QUIET, {}, { environment })).toBe("allow");
    const other = `export HTTPS_PROXY=http://example.com; ${QUIET}`;
    expect(await verdictOf(other, {}, { environment })).toBe("ask");
    const shell = plainShell("bash", { variables: new Map([["HTTPS_PROXY", value]]) });
    expect(await verdictOf(QUIET, {}, { shell })).toBe("allow");
    expect(await verdictOf(other, {}, { shell })).toBe("ask");
  });

  it("a package that a manifest above makes part of its own", async () => {
    const clear = place(where(), {
      "package.json": manifest({ workspaces: ["packages/*"] }),
      "packages/web/package.json": manifest({ name: "web" }),
      "packages/web/package-lock.json": npmLock(),
    });
    const cwd = join(where().project, "packages/web");
    expect((await judgeCommand(where(), QUIET, { cwd })).verdict).toBe("ask");
    clear();
    const plain = place(where(), {
      "packages/web/package.json": manifest({ name: "web" }),
      "packages/web/package-lock.json": npmLock(),
    });
    expect((await judgeCommand(where(), QUIET, { cwd })).verdict).toBe("allow");
    plain();
  });

  it.each<[what: string, put: (path: string, aside: string) => void]>([
    ["a link", (path, aside) => symlinkSync(aside, path)],
    ["a further name of another file", (path, aside) => linkSync(aside, path)],
    ["a folder", (path) => mkdirSync(path)],
    ["nothing", () => undefined],
  ])("a lock file that is %s", async (_, put) => {
    const clear = place(where(), NPM_FILES);
    const path = join(where().project, "package-lock.json");
    const aside = join(where().project, "aside.json");
    renameSync(path, aside);
    put(path, aside);
    expect((await judgeCommand(where(), QUIET)).verdict).toBe("ask");
    rmSync(path, { force: true, recursive: true });
    rmSync(aside);
    clear();
  });

  it("folders of packages that lie elsewhere", async () => {
    const clear = place(where(), NPM_FILES);
    const path = join(where().project, "node_modules");
    symlinkSync(join(where().root, "outside"), path);
    expect((await judgeCommand(where(), QUIET)).verdict).toBe("ask");
    rmSync(path);
    clear();
  });
});
