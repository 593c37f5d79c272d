// A declared install rests on files that neither the session nor the call wrote: whatever may have changed them makes it a question.
import { linkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentFacts } from "#guard/effects/variables/inherited.ts";
import { writtenPlaces } from "#guard/effects/paths/written-places.ts";
import { judgedProject } from "../../../judged-project.ts";
import { judgeCommand } from "../../../judging.ts";
import { place } from "../locks/npm-project.ts";
import { DECLARED_FILES, declaredIn, manifest } from "./declared-project.ts";

const where = judgedProject();
const isDeclared = declaredIn(where);

const CHANGE = "--- a/package.json\n+++ b/package.json\n@@ -1 +1 @@\n-x\n+y\n";

describe("the call", () => {
  it.each([
    "echo evil >> requirements.txt && pip install -r requirements.txt",
    "echo evil > r.txt; pip install -r r.txt",
    "printf 'evil\\n' | tee -a requirements.txt; pip install -r requirements.txt",
    "sed -i 's/requests/evil/' requirements.txt && pip install -r requirements.txt",
    "cp /tmp/x requirements.txt && pip install -r requirements.txt",
    "mv other.txt requirements.txt; pip install -r requirements.txt",
    "ln -sf /tmp/x requirements.txt; pip install -r requirements.txt",
    "curl -o requirements.txt https://example.com/r.txt; pip install -r requirements.txt",
    "pip freeze > requirements.txt; pip install -r requirements.txt",
    "pip install -r requirements.txt; echo evil >> requirements.txt",
    "(sleep 1; echo evil >> requirements.txt) & pip install -r requirements.txt",
    "echo evil >> requirements.txt & pip install -r requirements.txt",
    "for i in 1 2; do pip install -r requirements.txt; echo evil >> requirements.txt; done",
    "echo evil >> requirements.txt; pip install -r requirements-dev.txt",
    "python3 -c \"open('requirements.txt','a').write('evil')\"; pip install -r requirements.txt",
    "python3 x.py > requirements.txt; pip install -r requirements.txt",
    "git checkout main && npm ci",
    "git checkout main -- package.json && npm install",
    "git pull && npm install",
    "git stash pop && npm install",
    "git merge main && pip install -r requirements.txt",
    "git apply change.diff && npm install",
    "patch -p1 < change.diff && npm install",
    "tar xf x.tar && npm install",
    "unzip -o x.zip && bundle install",
    "rsync -a /tmp/x/ . && cargo fetch",
    "npm pkg set dependencies.evil=1 && npm install",
    "npm install && npm pkg set dependencies.evil=1 && npm install",
    "jq '.dependencies.evil=\"1\"' package.json > t && mv t package.json && npm install",
    "npx json -I -f package.json -e 'this.dependencies.evil=1' && npm install",
    "node -e \"require('fs').writeFileSync('package.json', x)\" && npm install",
    "echo 'global=true' > .npmrc; npm install",
    "echo x > .pnpmfile.cjs; pnpm install",
    "echo x > pnpm-workspace.yaml; pnpm install",
    "echo x > .yarnrc.yml; yarn",
    "echo x > package-lock.json; npm ci",
    "cp /tmp/yarn.lock . ; yarn --frozen-lockfile",
    "echo x > ~/.npmrc; npm install",
    "mkdir -p ~/.config/pip && echo x > ~/.config/pip/pip.conf; pip install -r requirements.txt",
    "python3 -m venv .venv && echo x > .venv/pip.conf && .venv/bin/pip install -r requirements.txt",
    "echo 'x' >> Gemfile; bundle",
    "mkdir -p .bundle; echo 'BUNDLE_GEMFILE: x' > .bundle/config; bundle install",
    "echo x >> Cargo.toml; cargo fetch",
    "mkdir -p .cargo; echo x > .cargo/config.toml; cargo fetch",
    "echo x > setup.py; pip install -e .",
    "cat > pyproject.toml <<< x; uv sync",
    "echo x > uv.toml; uv sync",
    "uv add evil; uv sync",
    "npm install evil && npm install",
    "cd /tmp && echo '{}' > package.json && npm install",
    'mkdir new && echo \'{"dependencies":{"evil":"1"}}\' > new/package.json && cd new && npm install',
    "f=requirements.txt; echo evil >> $f; pip install -r $f",
    'echo evil >> "$F"; pip install -r requirements.txt',
    "cat <<< evil > requirements.txt && uv pip sync requirements.txt",
    "npx tsx -e \"require('fs').writeFileSync('package.json', x)\" && npm install",
    "npx esbuild x.js --outfile=package.json && npm install",
    "PYTHONPATH=x python3 -m pip install -r requirements.txt",
  ])("%s", async (command) => {
    expect(await isDeclared(command, { "change.diff": CHANGE })).toBe(false);
  });
});

describe("the session", () => {
  const wrote = async (command: string, ...paths: readonly string[]) =>
    isDeclared(
      command,
      {},
      {
        writtenPaths: new Set(
          paths.map((path) =>
            path.replace("~", where().home).replace(/^(?!\/)/, `${where().project}/`),
          ),
        ),
      },
    );

  it.each<[command: string, path: string]>([
    ["npm install", "package.json"],
    ["npm ci", "package-lock.json"],
    ["npm install", ".npmrc"],
    ["npm install", "Package.json"],
    ["npm install", "~/.npmrc"],
    ["npm install", ""],
    ["npm install", "/"],
    ["npm --prefix web install", "web/package.json"],
    ["npm --prefix web install", "package.json"],
    ["npm --prefix web install", "web/"],
    ["pnpm install", ".pnpmfile.cjs"],
    ["yarn", ".yarnrc.yml"],
    ["bun install", "bunfig.toml"],
    ["pip install -r requirements.txt", "requirements.txt"],
    ["pip install -r requirements-dev.txt", "requirements.txt"],
    ["pip install requests", "requirements.txt"],
    ["pip install -r requirements.txt", ".venv/pip.conf"],
    ["pip install -r requirements.txt", "~/.config/pip/pip.conf"],
    ["pip install -e .", "setup.cfg"],
    ["uv sync", "pyproject.toml"],
    ["uv sync", "uv.lock"],
    ["poetry install", "poetry.lock"],
    ["pipenv install", "Pipfile.lock"],
    ["bundle install", "Gemfile"],
    ["bundle install", "Gemfile.lock"],
    ["cargo fetch", "Cargo.toml"],
    ["cargo fetch", ".cargo/config.toml"],
    ["cargo update -p serde", "Cargo.lock"],
    ["pip install -r requirements.txt", "REQUIREMENTS.TXT"],
    ["npm --prefix web install", "Web/Package.json"],
    ["yarn", ".yarn/releases/yarn-4.9.1.cjs"],
    ["yarn", ".yarn/plugins/x.cjs"],
    ["python3 -m pip install -r requirements.txt", "pip.py"],
    ["python3 -m pip install -r requirements.txt", "pip/__main__.py"],
  ])("%s after %s was written", async (command, path) => {
    expect(await wrote(command, path)).toBe(false);
  });

  it.each<[command: string, path: string]>([
    ["npm install", "src/index.ts"],
    ["npm ci", "web/package.json"],
    ["pip install -r requirements.txt", "app/main.py"],
    ["pip install -e .", "app/main.py"],
    ["bundle install", "lib/x.rb"],
    ["cargo fetch", "src/"],
    ["npm install", "dist/"],
  ])("%s after %s was written stays declared", async (command, path) => {
    expect(await wrote(command, path)).toBe(true);
  });

  it("takes what is read through another name for written", async () => {
    const clear = place(where(), DECLARED_FILES);
    linkSync(join(where().project, "requirements.txt"), join(where().project, "other-name"));
    const { effects } = await judgeCommand(where(), "pip install -r requirements.txt");
    rmSync(join(where().project, "other-name"));
    clear();
    expect(effects.find(({ kind }) => kind === "install")).not.toHaveProperty("declared");
  });

  it("takes a new package of a repository of several for one that names something new", async () => {
    const files = { "package.json": manifest({ workspaces: ["packages/*"] }) };
    const writtenPaths = new Set([join(where().project, "packages/new/package.json")]);
    expect(await isDeclared("npm install", files)).toBe(true);
    expect(await isDeclared("npm install", files, { writtenPaths })).toBe(false);
  });

  it("takes a recipe of the session for what may set anything", async () => {
    const files = { Makefile: "deps:\n\tnpm ci\n" };
    const writtenPaths = new Set([join(where().project, "Makefile")]);
    expect(await isDeclared("make deps", files)).toBe(true);
    expect(await isDeclared("make deps", files, { writtenPaths })).toBe(false);
  });

  it("takes data that a program that builds may read for what names something", async () => {
    const files = { "setup.py": "setup(install_requires=open('needs.txt').read())\n" };
    const writtenPaths = new Set([join(where().project, "needs.txt")]);
    expect(await isDeclared("pip install .", files)).toBe(true);
    expect(await isDeclared("pip install .", files, { writtenPaths })).toBe(false);
  });

  it.each([
    '[tool.setuptools.dynamic]\ndependencies = { file = ["needs.list"] }',
    '[tool.setuptools.dynamic.optional-dependencies]\ndev = { file = "needs.list" }',
    '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["needs.list"]',
  ])("takes files by their names that settings give for what names something: %j", async (text) => {
    const files = {
      "pyproject.toml": `[project]\nname = "x"\ndynamic = ["dependencies"]\n\n${text}\n`,
      "needs.list": "requests\n",
    };
    const writtenPaths = new Set([join(where().project, "needs.list")]);
    expect(await isDeclared("pip install .", files)).toBe(true);
    expect(await isDeclared("pip install .", files, { writtenPaths })).toBe(false);
  });

  it.each(["npm install", "npm install express@latest", "npm ci && npm install --prefix web"])(
    "has nothing new in manifests after %s",
    async (command) => {
      const clear = place(where(), DECLARED_FILES);
      const { effects } = await judgeCommand(where(), command);
      clear();
      const places = writtenPlaces(effects, where().project);
      expect(places.filter((path) => path.endsWith(".json"))).toEqual([]);
    },
  );

  it.each([
    "npm install evil",
    "npm install && npm install evil",
    "npm install && npm pkg set dependencies.evil=1",
  ])("may have something new in manifests after %s", async (command) => {
    const clear = place(where(), DECLARED_FILES);
    const { effects } = await judgeCommand(where(), command);
    clear();
    expect(writtenPlaces(effects, where().project)).toContain(
      join(where().project, "package.json"),
    );
  });
});

describe("what the session was started with", () => {
  it.each<[name: string, expected: boolean]>([
    ["npm_config_cache", true],
    ["npm_config_global", false],
    ["npm_config_prefix", false],
  ])("%s", async (name, expected) => {
    const environment = environmentFacts({
      variables: new Map([[name, "/home/user/x"]]),
      withheld: new Set(),
      isExact: true,
    });
    expect(await isDeclared("npm ci", {}, { environment })).toBe(expected);
  });
});
