// Logins in files of programs, with what their views have in their place.
import { expect, test } from "vitest";
import { fileLogins, loginVariables, shownVariable } from "#guard/hold/keys/program-logins.ts";

const VALUE = "aB3dE6gH9jK2mN5pQ8sT";
const SHOWN = "zY7wV4uT1rP8oM5lK2iH";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.each<[string, string, string, readonly string[]]>([
  [
    "/h/.config/gh/hosts.yml",
    `github.com:\n    users:\n        me:\n            oauth_token: ${VALUE}\n    user: me\n`,
    VALUE,
    ["api.github.com", "uploads.github.com", "github.com"],
  ],
  [
    "/h/.config/gh/hosts.yml",
    `github.com:\n    oauth_token: "${VALUE}"\n`,
    VALUE,
    [...["api.github.com", "uploads.github.com", "github.com"]],
  ],
  ["/h/.config/gh/hosts.yml", `ghe.acme.test:\n    oauth_token: ${VALUE}\n`, "", []],
  [
    "/h/.config/glab-cli/config.yml",
    `hosts:\n    gitlab.com:\n        token: ${VALUE}\n`,
    VALUE,
    ["gitlab.com"],
  ],
  ["/h/.npmrc", `//npm.acme.test/own/:_authToken=${VALUE}\n`, VALUE, ["npm.acme.test"]],
  ["/h/.npmrc", `_authToken=${VALUE}\n`, "", []],
  [
    "/h/.docker/config.json",
    `{"auths":{"https://index.docker.io/v1/":{"auth":"LOGIN"},"host:5000":{"auth":"LOGIN"}}}`,
    `me:${VALUE}`,
    ["registry-1.docker.io", "auth.docker.io"],
  ],
  ["/h/.docker/config.json", `{"auths":`, "", []],
  ["/h/.docker/config.json", "null", "", []],
])("%s: %s", (path, written, value, hosts) => {
  const text = written.replaceAll("LOGIN", base64(`me:${VALUE}`));
  const view = written.replaceAll("LOGIN", base64(`me:${SHOWN}`)).replaceAll(VALUE, SHOWN);
  const found = fileLogins(path, text, view);
  expect(found.map(({ host }) => host)).toEqual(hosts);
  for (const one of found)
    expect([one.value, one.shown]).toEqual([value, value.replace(VALUE, SHOWN)]);
});

test("variables are those of programs, those that a command names, and those that a file names", () => {
  const names = (programs: readonly string[], command: string, npmrc = ""): readonly string[] =>
    loginVariables(programs, { command, npmrc }).map(({ name }) => name);
  expect(names(["gh"], "")).toEqual(["GH_TOKEN", "GITHUB_TOKEN"]);
  expect(names(["curl"], "curl $GITHUB_TOKENS $GH_TOKEN")).toEqual(["GH_TOKEN"]);
  expect(names(["npm"], "", "//npm.acme.test/:_authToken=${MINE}\n")).toEqual(["MINE"]);
  expect(names(["curl"], "", "//npm.acme.test/:_authToken=${MINE}\n")).toEqual([]);
});

test("a variable is shown as its shell makes it, or left alone where that cannot be told", () => {
  expect(shownVariable(["ghp", "aB3-dE6gH9jK2m~"].join("_"))).toBe("ghp_xX0-xX0xX0xX0xx");
  for (const value of [
    "short",
    "/a/path/that/is/one",
    "https://a:b@host.example/x",
    "a b c d e f g h",
  ])
    expect(shownVariable(value)).toBeUndefined();
});
