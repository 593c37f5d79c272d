// Addresses that an install by a lock file may ask for, worked out of the file: these and no others.
import { describe, expect, it } from "vitest";
import { GO_PROXY, registryFiles } from "#guard/hold/registry-files.ts";
import { lockedPackages } from "#guard/effects/locks/locked-packages.ts";
import { askedNpmRegistries } from "#guard/effects/locks/npm-registries.ts";
import { REGISTRY_HOSTS } from "#base/registry-hosts.ts";
import type { LockFormat } from "#guard/facts/facts.ts";
import { DIGEST, entry, npmLock } from "../effects/locks/npm-project.ts";

const [NPM] = REGISTRY_HOSTS.npm;
const [PYPI] = REGISTRY_HOSTS.pypi;
const [WHEELS] = REGISTRY_HOSTS.pypiFiles;
const [INDEX] = REGISTRY_HOSTS.cratesIndex;
const [CRATES] = REGISTRY_HOSTS.cratesFiles;

/** What may be asked, `host/path` each, with what goes out where that is written otherwise. */
function asked(format: LockFormat, text: string, settings = "", ofProject = ""): readonly string[] {
  const packages = lockedPackages(format, text);
  const registries = askedNpmRegistries(settings, ofProject);
  if (packages === undefined || registries === undefined) return ["unknown"];
  return [...registryFiles(format, packages, registries)]
    .flatMap(([host, paths]) =>
      [...paths].map(([path, sent]) => `${host}${path}${sent === path ? "" : ` as ${sent}`}`),
    )
    .sort();
}

describe("npm", () => {
  it("asks for files and descriptions of what is locked", () => {
    expect(asked("npm", npmLock({ "node_modules/@a/b": entry("@a/b") }))).toEqual([
      `${NPM}/@a/b as /@a%2fb`,
      `${NPM}/@a/b/-/b-1.0.0.tgz`,
      `${NPM}/left`,
      `${NPM}/left/-/left-1.0.0.tgz`,
    ]);
  });
  it("asks the person's own registry where they say so", () => {
    const scoped = npmLock({ "node_modules/@a/b": entry("@a/b") });
    expect(asked("npm", scoped, "@a:registry=https://npm.acme.example/base/\n")).toEqual([
      "npm.acme.example/base/@a/b as /base/@a%2fb",
      "npm.acme.example/base/@a/b/-/b-1.0.0.tgz",
      `${NPM}/@a/b/-/b-1.0.0.tgz`,
      `${NPM}/left`,
      `${NPM}/left/-/left-1.0.0.tgz`,
    ]);
  });
  it.each([
    ["registry=http://npm.acme.example/"],
    ["registry=https://npm.acme.example:8443/"],
    ["registry=https://user:word@npm.acme.example/"],
    ["registry=https://npm.acme.example/../"],
    ["registry=https://npm.acme.example/?a=b"],
  ])("knows nothing of a registry such as %s", (line) => {
    expect(asked("npm", npmLock(), line)).toEqual(["unknown"]);
  });
  it("takes no registry from the project alone", () => {
    const line = "registry=https://npm.evil.example/";
    expect(asked("npm", npmLock(), "", line)).toEqual(["unknown"]);
    expect(asked("npm", npmLock(), "@x:registry=https://npm.evil.example/a", line)).not.toEqual([
      "unknown",
    ]);
  });
  it.each([
    "https://evil.example/left/-/left-1.0.0.tgz",
    `https://${NPM}/-/npm/v1/keys`,
    `https://${NPM}/left/-/left.tgz.exe`,
    `https://${NPM}//left/-/left-1.0.0.tgz`,
  ])("does not ask for %s", (resolved) => {
    expect(asked("npm", npmLock({ "node_modules/left": entry("left", { resolved }) }))).toEqual([
      `${NPM}/left`,
    ]);
  });
});

it("pnpm asks for files by name and version", () => {
  const lock = `lockfileVersion: '9.0'\n\npackages:\n\n  '@a/b@1.2.0':\n    resolution: {integrity: ${DIGEST}}\n\n  left@1.0.0(right@2.0.0):\n    resolution: {integrity: ${DIGEST}}\n\nsnapshots:\n\n  left@1.0.0: {}\n`;
  expect(asked("pnpm", lock)).toEqual([
    `${NPM}/@a/b as /@a%2fb`,
    `${NPM}/@a/b/-/b-1.2.0.tgz`,
    `${NPM}/left`,
    `${NPM}/left/-/left-1.0.0.tgz`,
  ]);
});

it("yarn asks for the files that it resolved", () => {
  const lock = `# yarn lockfile v1\n\n\n"@a/b@^1.0.0":\n  version "1.2.0"\n  resolved "https://${NPM}/@a/b/-/b-1.2.0.tgz#0123456789abcdef"\n  integrity ${DIGEST}\n`;
  expect(asked("yarn", lock)).toEqual([`${NPM}/@a/b as /@a%2fb`, `${NPM}/@a/b/-/b-1.2.0.tgz`]);
});

describe("cargo", () => {
  const crate = (name: string, source = "registry+https://github.com/rust-lang/crates.io-index") =>
    `version = 4\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n\n[[package]]\nname = "${name}"\nversion = "1.0.2"\nsource = "${source}"\nchecksum = "${"a".repeat(64)}"\n`;
  it.each([
    ["a", "1/a"],
    ["Ab", "2/ab"],
    ["abc", "3/a/abc"],
    ["Serde_json", "se/rd/serde_json"],
  ])("asks for %s in its folder of the index", (name, folder) => {
    expect(asked("cargo", crate(name))).toEqual(
      [
        `${INDEX}/config.json`,
        `${INDEX}/${folder}`,
        `${CRATES}/crates/${name}/${name}-1.0.2.crate`,
        `${CRATES}/crates/${name}/1.0.2/download`,
      ].sort(),
    );
  });
  it.each(["git+https://evil.example/a", "registry+https://evil.example/index"])(
    "knows nothing of a file with a crate of %s",
    (source) => {
      expect(asked("cargo", crate("abc", source))).toEqual(["unknown"]);
    },
  );
});

describe("go", () => {
  const sum = `h1:${"A".repeat(43)}=`;
  it("asks the proxy for modules and for go.mod of others", () => {
    const lock = `example.com/Big/x v1.0.0 ${sum}\nexample.com/Big/x v0.9.0/go.mod ${sum}\n`;
    expect(asked("go", lock)).toEqual(
      ["v1.0.0.info", "v1.0.0.mod", "v1.0.0.zip", "v0.9.0.info", "v0.9.0.mod"]
        .map((file) => `${GO_PROXY}/example.com/!big/x/@v/${file}`)
        .sort(),
    );
  });
  it.each([`example.com/../x v1.0.0 ${sum}\n`, "example.com/x v1.0.0 h1:short\n", "nonsense\n"])(
    "knows nothing of %s",
    (lock) => {
      expect(asked("go", lock)).toEqual(["unknown"]);
    },
  );
});

describe("uv", () => {
  const path = `/packages/ab/cd/${"0".repeat(60)}/tiny-1.0.0-py3-none-any.whl`;
  const lock = (registry: string, host: string) =>
    `version = 1\n\n[[package]]\nname = "tiny"\nversion = "1.0.0"\nsource = { registry = "${registry}" }\nwheels = [\n    { url = "https://${host}${path}", hash = "sha256:${"a".repeat(64)}", size = 1 },\n]\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\nsource = { editable = "." }\n`;
  it("asks for its files, what describes them, and their list", () => {
    expect(asked("uv", lock(`https://${PYPI}/simple`, WHEELS))).toEqual(
      [`${PYPI}/simple/tiny/`, `${WHEELS}${path}`, `${WHEELS}${path}.metadata`].sort(),
    );
  });
  it("knows nothing of other indexes, nor of files elsewhere", () => {
    expect(asked("uv", lock("https://evil.example/simple", WHEELS))).toEqual(["unknown"]);
    expect(asked("uv", lock(`https://${PYPI}/simple`, "evil.example"))).toEqual(["unknown"]);
  });
});
