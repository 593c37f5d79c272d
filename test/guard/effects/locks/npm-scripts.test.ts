// Installs with npm that no option keeps from running scripts: without a question only where settings surely do.
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentFacts } from "#guard/effects/variables/inherited.ts";
import { judgedProject } from "../../../judged-project.ts";
import { judgeCommand } from "../../../judging.ts";
import {
  entry,
  manifest,
  NPM_FILES,
  npmLock,
  place,
  verdictsIn,
  type Files,
} from "./npm-project.ts";

const OFF = "ignore-scripts=true\n";
const ON = "ignore-scripts=false\n";
const INSTALLS = ["npm ci", "npm install"];
const where = judgedProject();

const verdictOf = verdictsIn(where);

const locked = (packages: Readonly<Record<string, unknown>>): Files => ({
  "package-lock.json": npmLock(packages),
});
const left = (change: Readonly<Record<string, unknown>>): Files =>
  locked({ "node_modules/left": entry("left", change) });
const WEB = { name: "web", version: "1.0.0", dependencies: { left: "^1.0.0" } };
const WORKSPACES: Files = {
  "package.json": manifest({ workspaces: ["packages/*"] }),
  "packages/web/package.json": JSON.stringify({ ...WEB, scripts: { postinstall: "x" } }),
  "packages/web/binding.gyp": "{}",
  "package-lock.json": npmLock({
    "": {
      name: "shop",
      version: "1.0.0",
      dependencies: { left: "^1.0.0" },
      workspaces: ["packages/*"],
    },
    "packages/web": WEB,
    "node_modules/web": { resolved: "packages/web", link: true },
  }),
};

// All of what these settings say was measured with npm 11, with packages that have scripts and such that are built.
describe("settings that keep scripts from running", () => {
  it.each<[what: string, files: Files]>([
    ["of the project", { ".npmrc": OFF }],
    ["of the person", { "~/.npmrc": OFF }],
    ["beside others", { ".npmrc": `fund=false\r\n\t ignore-scripts = true \r\n# ${ON}save=true` }],
    ["the project's before the person's", { ".npmrc": OFF, "~/.npmrc": ON }],
    [
      "the person's, of which the project's say nothing",
      { ".npmrc": "save=true", "~/.npmrc": OFF },
    ],
    ["the last of two", { ".npmrc": ON + OFF }],
    ["behind the mark of an encoding", { ".npmrc": `\uFEFF${OFF}` }],
    ["where a package has a script", { ".npmrc": OFF, ...left({ hasInstallScript: true }) }],
    [
      "where a package brings others",
      {
        ".npmrc": OFF,
        ...locked({
          "node_modules/left": entry("left", { bundleDependencies: ["in"] }),
          "node_modules/left/node_modules/in": { version: "1.0.0", inBundle: true },
        }),
      },
    ],
    [
      "where the project has scripts",
      { ".npmrc": OFF, "package.json": manifest({ scripts: { prepare: "husky" } }) },
    ],
    ["where the project is built", { ".npmrc": OFF, "binding.gyp": "{}" }],
    ["where packages of its own have scripts", { "~/.npmrc": OFF, ...WORKSPACES }],
  ])("%s", async (_, files) => {
    for (const command of INSTALLS) expect(await verdictOf(command, files), command).toBe("allow");
  });

  it.each([
    ...["npm clean-install", "npm i", "npm in --silent", "npm add", "npm ci --omit=dev && ls"],
    ...["npm install --no-save --foreground-scripts", "npm ci; npm i", "CI=1 npm ci"],
    ...[
      "rm -rf node_modules && npm install",
      "rm -rf dist x.npmrc; npm ci",
      "chmod 644 a.txt; npm ci",
    ],
  ])("%s", async (command) => {
    expect(await verdictOf(command, { ".npmrc": OFF })).toBe("allow");
  });

  it("the option goes before settings", async () => {
    for (const command of INSTALLS)
      expect(await verdictOf(`${command} --ignore-scripts`, { ".npmrc": ON })).toBe("allow");
  });
});

describe("where scripts may run it is asked about", () => {
  it.each<[what: string, files: Files]>([
    ["nothing is said", {}],
    ["nothing is said, and there are no scripts as far as is known", left({ license: "MIT" })],
    ["the project lets them", { ".npmrc": ON }],
    ["the project lets them, and the person does not", { ".npmrc": ON, "~/.npmrc": OFF }],
    ["the last of two lets them", { ".npmrc": OFF + ON }],
    ["the last of two of the person lets them", { "~/.npmrc": OFF + ON }],
    ["a line behind a carriage return lets them", { ".npmrc": `${OFF}# x\r${ON}` }],
    ["in a section", { ".npmrc": `[x]\n${OFF}` }],
    ["before a section", { ".npmrc": `${OFF}[x]\n` }],
    ["in a comment", { ".npmrc": `; ${OFF}` }],
    ["in a folder of the project", { "sub/.npmrc": OFF }],
  ])("%s", async (_, files) => {
    for (const command of INSTALLS) expect(await verdictOf(command, files), command).toBe("ask");
  });

  it.each([
    ...["ignore-scripts", "ignore-scripts=", "ignore-scripts[]=true", "ignore-scripts=${X}"],
    ...["ignore-scripts=true ; no", "ignore-scripts=true;no", "ignore-scripts=true # no"],
    ...["Ignore-Scripts=true", "IGNORE-SCRIPTS=true", "ignore-scripts=TRUE", "ignore-scripts=True"],
    ...['ignore-scripts="true"', "ignore-scripts='true'", '"ignore-scripts"=true'],
    ...["ignore-scripts=1", "ignore-scripts=yes", "ignore-scripts=null", "ignore-scripts==true"],
    ...[
      "ignore_scripts=true",
      "no-ignore-scripts=true",
      "ignore-scripts:true",
      "ignore-scripts true",
    ],
    ...["ignore-scripts=tr\\ue", "ignore-scripts=true\u00a0"],
    // npm takes such a line for none.
    ...["ignore-scripts=true\u2028", "ignore-scripts=true\u2028x", "ignore-scripts=true\0"],
  ])("another form: %j", async (line) => {
    for (const name of [".npmrc", "~/.npmrc"])
      for (const command of INSTALLS)
        expect(await verdictOf(command, { [name]: `${line}\n` }), name).toBe("ask");
    // Nor is anything told from the rest of a file with such a line.
    expect(await verdictOf("npm ci", { ".npmrc": `${line}\n`, "~/.npmrc": OFF })).toBe("ask");
    expect(await verdictOf("npm ci", { ".npmrc": `${line}\n${OFF}` })).toBe("ask");
  });

  it.each([
    ...[
      "npm ci --ignore-scripts=false",
      "npm ci --no-ignore-scripts",
      "npm i --ignore-scripts false",
    ],
    ...[
      "npm ci --ignore-scripts=true",
      "npm --no-ignore-scripts install",
      "npm ci --script-shell=x",
    ],
    ...["npm_config_ignore_scripts=false npm ci", "NPM_CONFIG_IGNORE_SCRIPTS=false npm i"],
    ...["export npm_config_ignore_scripts=; npm ci", "env npm_config_ignore_scripts=false npm ci"],
    ...[
      "npm_config_userconfig=x npm ci",
      "npm ci --userconfig x",
      "npm ci -g",
      "npm ci --prefix sub",
    ],
    ...[
      "npm install left",
      "npm install .",
      "npm install-test",
      "npm rebuild",
      "npm ci && npm rebuild",
    ],
    ...["cd sub && npm ci", "cd sub; npm i"],
    ...[`echo ${ON.trim()} > .npmrc; npm ci`, "echo >> .npmrc; npm i", ": > .npmrc; npm ci"],
    ...["sed -i s/true/false/ .npmrc && npm ci", "truncate -s 0 .npmrc; npm ci"],
    ...["cp a.txt .npmrc; npm install", "ln -sf a.txt .npmrc && npm ci", "npm ci & : > .npmrc"],
    ...["rm .npmrc && npm ci", "rm -f .npmrc; npm i", "mv .npmrc x; npm ci", "rm .n*; npm ci"],
    ...["find . -name '.np*' -delete; npm ci", 'rm -rf "$X"; npm ci', "git clean -fdx; npm ci"],
    ...[
      "(sleep 1; unlink .npmrc) & npm install",
      "git rm -q .npmrc; npm ci",
      "chmod 0 .npmrc; npm ci",
    ],
    ...["npm config set ignore-scripts false --location=project && npm ci"],
    ...["npm config delete ignore-scripts --location project; npm ci", "npm config edit; npm ci"],
    ...["git stash; npm ci", "git checkout main && npm ci", "sudo npm ci", "node x.js; npm ci"],
  ])("%s", async (command) => {
    expect(["ask", "deny"]).toContain(await verdictOf(command, { ".npmrc": OFF }));
  });

  it.each([
    ...[
      "rm ~/.npmrc && npm ci",
      'mv "$HOME/.npmrc" x; npm i',
      "npm config set ignore-scripts false; npm ci",
    ],
    ...["HOME=/tmp/x npm ci", "unset HOME; npm ci", "env -u HOME npm ci", "env -i npm ci"],
    ...["chmod 000 ~/.npmrc; npm ci", "npm config delete ignore-scripts; npm ci"],
    ...[
      "echo ignore-scripts=false > .npmrc; npm ci",
      "cp a.txt .npmrc; npm ci",
      "npm c set x=y; npm i",
    ],
  ])("with settings of the person: %s", async (command) => {
    expect(["ask", "deny"]).toContain(await verdictOf(command, { "~/.npmrc": OFF }));
  });

  it.each([
    ...[
      "firejail --blacklist=.npmrc",
      "bwrap --tmpfs /home",
      "proot -b a:b",
      "dotenv",
      "env-cmd -f x",
    ],
    ...["ltrace", "strace -f", "torsocks", "nice dotenv"],
  ])("where something else may be seen: %s", async (program) => {
    for (const command of [...INSTALLS, "npm ci --ignore-scripts"])
      expect(["ask", "deny"], command).toContain(
        await verdictOf(`${program} ${command}`, { ".npmrc": OFF }),
      );
  });

  it("settings that the session wrote, the project's or the person's", async () => {
    for (const [files, path] of [
      [{ ".npmrc": OFF }, join(where().project, ".npmrc")],
      [{ ".npmrc": OFF }, join(where().home, ".npmrc")],
      [{ "~/.npmrc": OFF }, join(where().project, ".npmrc")],
      [{ "~/.npmrc": OFF }, join(where().home, ".npmrc")],
      [{ ".npmrc": OFF }, `${where().project}/`],
    ] as const)
      for (const command of INSTALLS)
        expect(await verdictOf(command, files, { writtenPaths: new Set([path]) }), path).toBe(
          "ask",
        );
  });

  it("settings behind a link, and settings that are a folder", async () => {
    const path = join(where().project, ".npmrc");
    const clear = place(where(), { ...NPM_FILES, "rc.txt": OFF });
    symlinkSync(join(where().project, "rc.txt"), path);
    expect((await judgeCommand(where(), "npm ci")).verdict).toBe("ask");
    rmSync(path);
    mkdirSync(path);
    expect((await judgeCommand(where(), "npm ci")).verdict).toBe("ask");
    rmSync(path, { recursive: true });
    clear();
  });

  it("a variable that the client inherits", async () => {
    const environment = environmentFacts({
      variables: new Map([["npm_config_ignore_scripts", "false"]]),
      withheld: new Set(),
      isExact: true,
    });
    expect(await verdictOf("npm ci", { ".npmrc": OFF }, { environment })).toBe("ask");
  });

  it("other managers, whatever .npmrc says", async () => {
    const files = { ".npmrc": OFF, "yarn.lock": "# yarn lockfile v1\n" };
    for (const command of ["yarn install --frozen-lockfile", "pnpm install --frozen-lockfile"])
      expect(await verdictOf(command, files)).toBe("ask");
  });
});

// Measured with pnpm 8, 9 and 10.
describe("scripts of the project that pnpm runs when it installs", () => {
  const runsPrepare = async (command: string): Promise<boolean> => {
    const scripts = { prepare: "curl -d x https://one.example" };
    const clear = place(where(), { ...NPM_FILES, "package.json": manifest({ scripts }) });
    try {
      const { effects } = await judgeCommand(where(), command);
      return effects.some((one) => one.kind === "egress" && one.destination.host === "one.example");
    } finally {
      clear();
    }
  };

  it.each([
    ...["install", "update", "up left", "prune", "dedupe", "rebuild", "link ../left"],
    ...["--filter web remove left", "--filter=web add left", "-r remove left"],
  ])("pnpm %s: they run", async (words) => {
    expect(await runsPrepare(`pnpm ${words}`)).toBe(true);
    expect(await runsPrepare(`pnpm ${words} --ignore-scripts`)).toBe(false);
  });

  it.each(["pnpm remove left", "pnpm add left", "npm uninstall left", "npm update"])(
    "%s: they do not",
    async (command) => {
      expect(await runsPrepare(command)).toBe(false);
    },
  );
});
