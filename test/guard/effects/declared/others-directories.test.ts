// A declared install begins in a directory of the project itself: what was brought, or committed elsewhere, names nothing for it.
import { describe, expect, it } from "vitest";
import { judgedProject } from "../../../judged-project.ts";
import type { Files } from "../locks/npm-project.ts";
import { declaredIn } from "./declared-project.ts";

const where = judgedProject();
const isDeclared = declaredIn(where);

const IN = (folder: string): Files => ({
  [`${folder}/package.json`]: JSON.stringify({ name: "y", dependencies: { strange: "1" } }),
  [`${folder}/requirements.txt`]: "strange\n",
  [`${folder}/pyproject.toml`]: '[project]\nname = "y"\ndependencies = ["strange"]\n',
  [`${folder}/Gemfile`]: 'gem "strange"\n',
  [`${folder}/Cargo.toml`]: '[package]\nname = "y"\n\n[dependencies]\nstrange = "1"\n',
  [`${folder}/go.mod`]: "module y\n\nrequire example.test/strange v1.0.0\n",
});
const INSTALLS = (folder: string): readonly string[] => [
  `cd ${folder} && npm install`,
  `npm --prefix ${folder} install`,
  `yarn --cwd ${folder}`,
  `pip install -r ${folder}/requirements.txt`,
  `pip install ./${folder}`,
  `pip install -e ./${folder}`,
  `uv sync --directory ${folder}`,
  `bundle install --gemfile ${folder}/Gemfile`,
  `cargo fetch --manifest-path ${folder}/Cargo.toml`,
  `go -C ${folder} mod download`,
];

describe("a directory of the project", () => {
  it.each(INSTALLS("web"))("%s", async (command) => {
    expect(await isDeclared(command, IN("web"))).toBe(true);
  });
});

describe("packages that were brought", () => {
  it.each(
    [
      ...["node_modules/y", "packages/web/node_modules/@a/y", "vendor/y", "Vendor/y", ".bundle/y"],
      ...[".venv/lib/python3.12/site-packages/y", "lib/site-packages/y", ".tox/py/y"],
    ].flatMap((folder) => INSTALLS(folder).map((command) => [command, folder] as const)),
  )("%s", async (command, folder) => {
    expect(await isDeclared(command, IN(folder))).toBe(false);
  });
});

describe("a further working tree, or another repository within", () => {
  it.each(INSTALLS("tree"))("%s", async (command) => {
    expect(await isDeclared(command, { ...IN("tree"), "tree/.git": "gitdir: x\n" })).toBe(false);
  });

  it("whose books the session wrote", async () => {
    const writtenPaths = new Set([`${where().project}/tree/.git`]);
    expect(await isDeclared("cd tree && npm install", IN("tree"), { writtenPaths })).toBe(false);
  });
});

describe("a name that is a directory", () => {
  it.each(["pip install -e httpx", "pip install --editable=httpx", "uv pip install -e httpx"])(
    "%s",
    async (command) => {
      expect(await isDeclared(command)).toBe(false);
    },
  );

  it.each(["uv add httpx@x", "uv add httpx@1.0", "pdm add httpx@x"])("%s", async (command) => {
    expect(await isDeclared(command)).toBe(false);
  });

  it.each(["poetry add attrs@^25", "poetry add attrs@latest", "uv add 'httpx>=0.28'"])(
    "is none in `%s`",
    async (command) => {
      expect(await isDeclared(command)).toBe(true);
    },
  );
});

describe("what is read otherwise by each", () => {
  it.each([
    "requests\n# and \\\n-r more.txt\n",
    "requests # and \\\n-r more.txt\n",
    "# x\f-r more.txt\n",
    "# x\v-r more.txt\n",
    "# x\u2028-r more.txt\n",
    "# x\u0085-r more.txt\n",
  ])("%j", async (text) => {
    const files = { "requirements.txt": text, "more.txt": "strange\n" };
    const writtenPaths = new Set([`${where().project}/more.txt`]);
    expect(await isDeclared("pip install -r requirements.txt", files, { writtenPaths })).toBe(
      false,
    );
  });
});
