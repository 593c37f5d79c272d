// Which registry an install asks: told where the call names it and the project says nothing else, and open otherwise.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { judgeCommand, makeProject } from "../../../judging.ts";

const project = makeProject();
afterAll(() => project.remove());
const written: string[] = [];
const put = (name: string, text: string) => {
  written.push(join(project.project, name));
  writeFileSync(join(project.project, name), text);
};
afterEach(() => {
  for (const path of written.splice(0)) rmSync(path);
});

const policy = parsePolicyPack(
  `id: one
version: "1"
title: One
automaticApproval: true
rules:
  - { id: a/only, verdict: deny, effects: [install], exceptRegistries: [npm.acme.example], reason: packages come from ours }
`,
  "one.yaml",
  { layer: "managed", source: NO_PACKS },
);
const isDenied = async (command: string) =>
  (await judgeCommand(project, command, { policy })).verdict === "deny";
const OURS = "https://npm.acme.example/";

describe("an install from this registry alone", () => {
  test.each([
    `npm install left-pad --registry ${OURS}`,
    `npm i --registry=${OURS} left-pad@1.3.0 -D`,
    `npm_config_registry=${OURS} npm ci`,
    `pnpm add left-pad --registry ${OURS}`,
    `pip install --index-url ${OURS}simple requests==2.31`,
    `pip install -i ${OURS} 'requests[socks]'`,
    `PIP_INDEX_URL=${OURS} pip download requests`,
  ])("%s goes on", async (command) => {
    expect(await isDenied(command)).toBe(false);
  });
  test.each([
    "npm install left-pad",
    "npm install left-pad --registry https://npm.other.example/",
    "npm install left-pad --registry http://npm.acme.example/",
    `npm install left-pad --registry ${OURS} --registry https://npm.other.example/`,
    "npm install left-pad --registry $WHERE",
    `npm install $WHAT --registry ${OURS}`,
    `npm install https://x.example/a.tgz --registry ${OURS}`,
    `npm install github:a/b --registry ${OURS}`,
    `npm install a/b --registry ${OURS}`,
    `npm install ./lib --registry ${OURS}`,
    `npm install @scope/a --registry ${OURS}`,
    `npm install left-pad --registry ${OURS} --prefix ../other`,
    `npm install left-pad --registry ${OURS} --@a:registry=https://npm.other.example/`,
    `npm install left-pad --registry ${OURS} --userconfig ./mine`,
    "pip install requests",
    `pip install -i ${OURS} --extra-index-url https://x.example requests`,
    `pip install -i ${OURS} -r requirements.txt`,
    `pip install -i ${OURS} git+https://x.example/a`,
    `pip install -i ${OURS} 'a @ https://x.example/a.whl'`,
    `pip install -i ${OURS} .`,
    `PIP_EXTRA_INDEX_URL=https://x.example pip install -i ${OURS} requests`,
    `pip install -i ${OURS} -f https://x.example requests`,
  ])("%s is refused", async (command) => {
    expect(await isDenied(command)).toBe(true);
  });
});

describe("what the project says beside it", () => {
  const install = `npm install left-pad --registry ${OURS}`;
  const locked = (place: string) => JSON.stringify({ packages: { a: { resolved: place } } });
  test.each<readonly [string, string, boolean]>([
    [".npmrc", "save-exact=true\n", false],
    [".npmrc", "@a:registry=https://x.example\n", true],
    [".npmrc", "registry=https://x.example\n", false],
    ["package.json", '{"dependencies":{"a":"^1.0.0"}}', false],
    ["package.json", '{"dependencies":{"a":"git+https://x.example/a"}}', true],
    ["package.json", '{"devDependencies":{"a":"b/c"}}', true],
    ["package.json", '{"dependencies":{"@s/a":"1"}}', true],
    ["package.json", '{"overrides":{"a":{"b":"1"}}}', true],
    ["package.json", "{", true],
    ["package-lock.json", locked(`${OURS}a/-/a.tgz`), false],
    ["package-lock.json", locked("https://x.example/a.tgz"), true],
    ["package-lock.json", locked("git+ssh://git@x.example/a.git"), true],
    ["yarn.lock", 'a@^1:\n  resolved "https://x.example/a.tgz#1"\n', true],
    ["pnpm-lock.yaml", "  resolution: {tarball: https://x.example/a.tgz}\n", true],
    [".yarnrc.yml", "npmScopes: {}\n", true],
    ["bunfig.toml", "[install]\n", true],
  ])("%s with %s", async (name, text, isRefused) => {
    put(name, text);
    expect(await isDenied(install)).toBe(isRefused);
  });
});
