// `npm install` without a package: what it brings is what is locked where the lock file holds all and agrees with the manifests; else it is asked about.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentFacts } from "#guard/effects/variables/inherited.ts";
import { writtenPlaces } from "#guard/effects/paths/written-places.ts";
import { judgedProject } from "../../../judged-project.ts";
import { judgeCommand } from "../../../judging.ts";
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

const QUIET = "npm install --ignore-scripts";
const where = judgedProject();

type Record_ = Readonly<Record<string, unknown>>;

const verdictOf = verdictsIn(where);

const ROOT = { name: "shop", version: "1.0.0", dependencies: { left: "^1.0.0" } };
/** A lock file and a manifest that say the same of the project. */
const both = (said: Record_, packages: Record_ = {}): Files => ({
  "package.json": manifest(said),
  "package-lock.json": npmLock({ "": { ...ROOT, ...said }, ...packages }),
});
const locked = (packages: Record_, top = {}): Files => ({
  "package-lock.json": npmLock(packages, top),
});
const left = (change: Record_, more: Record_ = {}): Files =>
  locked({ "node_modules/left": entry("left", change), ...more });

const WEB = { name: "web", version: "1.0.0", dependencies: { left: "^1.0.0" } };
const LINK = { "node_modules/web": { resolved: "packages/web", link: true } };
const workspaces = (patterns: unknown = ["packages/*"], packages: Record_ = {}): Files => ({
  ...both({ workspaces: patterns }, { "packages/web": WEB, ...LINK, ...packages }),
  "packages/web/package.json": JSON.stringify(WEB),
});

describe("what is locked is allowed", () => {
  it.each<[command: string, files?: Files]>([
    [QUIET],
    ["npm i --ignore-scripts"],
    ["npm in --silent --ignore-scripts"],
    ["npm add --ignore-scripts"],
    ["npm i --no-audit --no-fund --prefer-offline --loglevel=error --ignore-scripts"],
    ["npm install --no-save --foreground-scripts --ignore-scripts"],
    ["npm install --omit=dev --ignore-scripts"],
    [`rm -rf node_modules && ${QUIET}`],
    [`${QUIET} && ls; npm i --ignore-scripts`],
    [`rm -rf node_modules packages/*/node_modules && ${QUIET}`],
    [`find . -name node_modules -prune -exec rm -rf {} + ; ${QUIET}`],
    [QUIET, { ".npmrc": "save-exact=true\nlegacy-peer-deps=true\n" }],
    [QUIET, { "yarn.lock": "# yarn lockfile v1\n\n" }],
    [
      QUIET,
      both({ devDependencies: { right: "~1.0.0" } }, { "node_modules/right": entry("right") }),
    ],
    [QUIET, both({ dependencies: { left: "1" }, devDependencies: {} })],
    [
      QUIET,
      both(
        { optionalDependencies: { right: "1.0.0" } },
        { "node_modules/right": entry("right", { optional: true, os: ["win32"] }) },
      ),
    ],
    [QUIET, left({ dependencies: { right: "^1.0.0" } }, { "node_modules/right": entry("right") })],
    [
      QUIET,
      left(
        { dependencies: { right: "^2.0.0" } },
        {
          "node_modules/right": entry("right"),
          "node_modules/left/node_modules/right": entry("right", { version: "2.1.0" }),
        },
      ),
    ],
    [
      QUIET,
      left({
        peerDependencies: { right: "1" },
        peerDependenciesMeta: { right: { optional: true } },
      }),
    ],
    [
      QUIET,
      both(
        { dependencies: { l: "npm:left@^1.0.0" } },
        { "node_modules/l": entry("left", { name: "left" }) },
      ),
    ],
    [QUIET, both({ dependencies: { left: "latest" } })],
    [QUIET, workspaces()],
    [QUIET, workspaces(["packages/web"])],
    [QUIET, workspaces({ packages: ["./packages/*/"] })],
    [
      QUIET,
      {
        ...both(
          { workspaces: ["packages/*"] },
          {
            "packages/ui": { name: "@shop/ui", version: "2.0.0" },
            "node_modules/@shop/ui": { resolved: "packages/ui", link: true },
            "packages/web": { version: "1.0.0", dependencies: { "@shop/ui": "^2.0.0" } },
            ...LINK,
          },
        ),
        "packages/ui/package.json": JSON.stringify({ name: "@shop/ui", version: "2.0.0" }),
        "packages/web/package.json": JSON.stringify({
          ...WEB,
          dependencies: { "@shop/ui": "^2.0.0" },
        }),
      },
    ],
  ])("%s %j", async (command, files) => {
    expect(await verdictOf(command, files)).toBe("allow");
  });

  it("writes the lock files again, which leaves nothing behind that the session would have written", async () => {
    const clear = place(where(), { ...NPM_FILES, "yarn.lock": "" });
    const { effects } = await judgeCommand(where(), QUIET);
    const more = await judgeCommand(where(), `${QUIET} && npm pkg set overrides.left=1.0.0`);
    clear();
    for (const name of ["package-lock.json", "yarn.lock"]) {
      const target = expect.objectContaining({ path: join(where().project, name) });
      expect(effects).toContainEqual(
        expect.objectContaining({ kind: "write", mode: "change", target }),
      );
    }
    expect(writtenPlaces(effects, where().project)).toEqual([]);
    expect(writtenPlaces(more.effects, where().project)).toContain(
      join(where().project, "package-lock.json"),
    );
  });

  it("takes away and puts back what lies in node_modules", async () => {
    const clear = place(where(), NPM_FILES);
    const { effects } = await judgeCommand(where(), QUIET);
    clear();
    const path = join(where().project, "node_modules");
    const target = expect.objectContaining({ path, reach: "tree" });
    expect(effects).toContainEqual(expect.objectContaining({ kind: "write", target }));
    expect(effects).toContainEqual(expect.objectContaining({ kind: "delete" }));
  });
});

describe("what the command or its surroundings may change is asked about", () => {
  it.each<[command: string, files?: Files]>([
    ["npm install left --ignore-scripts"],
    ["npm install . --ignore-scripts"],
    ["npm install ./sub --ignore-scripts"],
    ["npm i right --no-save --ignore-scripts"],
    ["npm install --save-dev --ignore-scripts"],
    ["npm install --force --ignore-scripts"],
    ["npm install -f --ignore-scripts"],
    ["npm install -g --ignore-scripts"],
    ["npm install --no-package-lock --ignore-scripts"],
    ["npm install --package-lock=false --ignore-scripts"],
    ["npm install --package-lock-only --ignore-scripts"],
    ["npm install --lockfile-version=1 --ignore-scripts"],
    ["npm install --prefer-dedupe --ignore-scripts"],
    ["npm install --install-strategy=nested --ignore-scripts"],
    ["npm install --before=2020-01-01 --ignore-scripts"],
    ["npm install --prefix sub --ignore-scripts"],
    ["npm install -w web --ignore-scripts"],
    ["npm install --registry=https://registry.example/ --ignore-scripts"],
    ["npm install --script-shell=./x --ignore-scripts"],
    ["npm install --ignore-scripts=false"],
    ["npm install --foreground-scripts=./x --ignore-scripts"],
    ["npm install $X --ignore-scripts"],
    ["npm ci --ignore-scripts --no-save --save"],
    ["npm update --ignore-scripts"],
    ["npm dedupe --ignore-scripts"],
    ["npm install-test --ignore-scripts"],
    [`cd sub && ${QUIET}`],
    [`npm_config_package_lock=false ${QUIET}`],
    [`npm_config_registry=https://registry.example ${QUIET}`],
    [`export npm_config_lockfile_version=1; ${QUIET}`],
    [`HOME=/tmp/x ${QUIET}`],
    [`NODE_OPTIONS='--require ./x.js' ${QUIET}`],
    [`echo package-lock=false > .npmrc; ${QUIET}`],
    [`echo '{}' > package.json; ${QUIET}`],
    [`npm pkg set dependencies.right=^1.0.0 && ${QUIET}`],
    [`npm pkg delete dependencies.left && ${QUIET}`],
    [`npm install right && ${QUIET}`],
    [`rm package-lock.json && ${QUIET}`],
    [`rm -rf node_modules package-lock.json && ${QUIET}`],
    [`mv package-lock.json x && ${QUIET}`],
    [`rm *.json; ${QUIET}`],
    [`git clean -fdx && ${QUIET}`],
    [`git rm -q package-lock.json; ${QUIET}`],
    [`find . -name '*lock*' -delete; ${QUIET}`],
    [`rm -rf "$X" && ${QUIET}`],
    [`(sleep 1; unlink package-lock.json) & ${QUIET}`],
    [`git checkout main && ${QUIET}`],
    [`git pull && ${QUIET}`],
    [`${QUIET} & cp a.txt package-lock.json`],
    [`${QUIET} > package.json`],
    [`sudo ${QUIET}`],
  ])("%s", async (command, files) => {
    expect(["ask", "deny"]).toContain(await verdictOf(command, files));
  });

  it("a lock file or a manifest that the session wrote", async () => {
    for (const name of ["package-lock.json", "package.json", ".npmrc"]) {
      const writtenPaths = new Set([join(where().project, name)]);
      expect(await verdictOf(QUIET, {}, { writtenPaths }), name).toBe("ask");
    }
  });

  it("a variable that the client inherits", async () => {
    const environment = environmentFacts({
      variables: new Map([["npm_config_package_lock", "false"]]),
      withheld: new Set(),
      isExact: true,
    });
    expect(await verdictOf(QUIET, {}, { environment })).toBe("ask");
  });
});

describe("where something would be resolved anew it is asked about", () => {
  it.each<[what: string, files: Files]>([
    ["a manifest that names more", { "package.json": manifest({ devDependencies: { x: "1" } }) }],
    ["a manifest that names less", { "package.json": manifest({ dependencies: {} }) }],
    [
      "a manifest with another range, which the version fits",
      { "package.json": manifest({ dependencies: { left: "1.x" } }) },
    ],
    [
      "the same in another section",
      { "package.json": manifest({ dependencies: {}, devDependencies: { left: "^1.0.0" } }) },
    ],
    ["a peer more", { "package.json": manifest({ peerDependencies: { left: "^1.0.0" } }) }],
    [
      "an override, which the lock file does not tell",
      { "package.json": manifest({ overrides: { left: "1.0.0" } }) },
    ],
    ["both say what the version does not fit", both({ dependencies: { left: "^1.1.0" } })],
    ["both name what is not there", both({ devDependencies: { right: "^1.0.0" } })],
    ["an optional package that is not there", both({ optionalDependencies: { right: "1" } })],
    ["a need that is not there", left({ dependencies: { right: "^1.0.0" } })],
    ["an optional need that is not there", left({ optionalDependencies: { right: "1" } })],
    ["a peer that is not there", left({ peerDependencies: { right: "1" } })],
    [
      "a peer in another version",
      left(
        { peerDependencies: { right: "2" }, peerDependenciesMeta: { right: { optional: true } } },
        { "node_modules/right": entry("right") },
      ),
    ],
    [
      "a peer inside of the package that needs it",
      left(
        { peerDependencies: { right: "1" } },
        { "node_modules/left/node_modules/right": entry("right") },
      ),
    ],
    [
      "a need that lies in another package",
      left(
        { dependencies: { right: "1" } },
        {
          "node_modules/other": entry("other"),
          "node_modules/other/node_modules/right": entry("right"),
        },
      ),
    ],
    [
      "a need that a nearer version hides",
      left(
        { dependencies: { right: "1" } },
        {
          "node_modules/right": entry("right"),
          "node_modules/left/node_modules/right": entry("right", { version: "2.0.0" }),
        },
      ),
    ],
    ["a version that is none", left({ version: "x" })],
    ["no version", left({ version: undefined })],
    ["a version before a release", left({ version: "1.1.0-rc.1" })],
    ["an alias of another version", both({ dependencies: { left: "npm:right@^2.0.0" } })],
    ["a name of a version that may be anything", both({ dependencies: { left: "my-tag" } })],
    ["a form of other managers", both({ dependencies: { left: "workspace:*" } })],
    ["a catalogue", both({ dependencies: { left: "catalog:x" } })],
    ["a package without an entry for the project", locked({ "": undefined })],
    ["nothing at all", { "package-lock.json": '{"lockfileVersion":3,"packages":{}}' }],
    [
      "version 1",
      locked(
        {},
        { lockfileVersion: 1, dependencies: { left: entry("left") }, packages: undefined },
      ),
    ],
    ["what a package names in a lock file of its own", left({ hasShrinkwrap: true })],
    ["scripts in an entry", left({ scripts: { install: "x" } })],
    ["versions that are accepted besides", left({ acceptDependencies: { x: "1" } })],
    ["no digest", left({ integrity: undefined })],
    ["a digest that is none", left({ integrity: DIGEST.slice(8) })],
    ["another registry", left({ resolved: "https://registry.example/left-1.0.0.tgz" })],
    ["a repository", left({ resolved: "git+ssh://git@example.com/left.git#abc" })],
    ["a lock file that is not heeded", { ".npmrc": "package-lock=false\n" }],
    ["a lock file of another form", { ".npmrc": "lockfile-version=1\n" }],
    ["a registry in the settings", { ".npmrc": "registry=https://registry.example/\n" }],
    ["settings of the person", { "~/.npmrc": "package-lock = false\n" }],
    ["a shrinkwrap", { "npm-shrinkwrap.json": npmLock() }],
  ])("%s", async (_, files) => {
    expect(await verdictOf(QUIET, files)).toBe("ask");
  });

  it.each<[what: string, files: Files]>([
    [
      "one that is not locked",
      {
        ...workspaces(),
        "packages/api/package.json": JSON.stringify({ dependencies: { x: "1" } }),
      },
    ],
    [
      "one that needs more",
      {
        ...workspaces(),
        "packages/web/package.json": JSON.stringify({ ...WEB, dependencies: { right: "1" } }),
      },
    ],
    [
      "one for whose work more is needed",
      {
        ...workspaces(),
        "packages/web/package.json": JSON.stringify({ ...WEB, devDependencies: { right: "1" } }),
      },
    ],
    [
      "one with another name",
      { ...workspaces(), "packages/web/package.json": JSON.stringify({ ...WEB, name: "web2" }) },
    ],
    [
      "one with another version",
      {
        ...workspaces(),
        "packages/web/package.json": JSON.stringify({ ...WEB, version: "2.0.0" }),
      },
    ],
    [
      "one whose needs are locked and not there",
      {
        ...workspaces(["packages/*"], { "packages/web": { ...WEB, devDependencies: { x: "1" } } }),
        "packages/web/package.json": JSON.stringify({ ...WEB, devDependencies: { x: "1" } }),
      },
    ],
    [
      "one that does not stand among the others",
      workspaces(["packages/*"], { "node_modules/web": entry("web") }),
    ],
    ["one that is locked and elsewhere", workspaces(["apps/*"])],
    ["one that is left out", workspaces(["packages/*", "!packages/web"])],
    ["places of any depth", workspaces(["packages/**"])],
    ["a pattern with choices", workspaces(["{packages,apps}/*"])],
    ["a place above", workspaces(["packages/*", "../other"])],
    ["what is no list", workspaces("packages/*")],
    [
      "one inside of another",
      {
        ...workspaces(["packages/*", "packages/web/sub"], {
          "packages/web/sub": { name: "sub", version: "1.0.0" },
          "node_modules/sub": { resolved: "packages/web/sub", link: true },
        }),
        "packages/web/sub/package.json": JSON.stringify({ name: "sub", version: "1.0.0" }),
      },
    ],
    [
      "places that only the manifest names",
      { ...workspaces(), "package.json": manifest({ workspaces: ["packages/*", "apps/*"] }) },
    ],
  ])("packages of the repository: %s", async (_, files) => {
    expect(await verdictOf(QUIET, files)).toBe("ask");
    for (const name of Object.keys(files).filter((one) => one.startsWith("packages/")))
      rmSync(join(where().project, name), { force: true });
  });
});
