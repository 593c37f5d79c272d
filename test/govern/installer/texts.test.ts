// Definitions that others build from: what they pin, what is refused, and what ruby and a shell say of them.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { formulaText } from "#govern/installer/formula.ts";
import { runnerImage } from "#govern/installer/runner-image.ts";
import { debianVersion } from "#govern/installer/debian-package.ts";

const SHA = "ab".repeat(32);
const BASE = `node:22-bookworm-slim@sha256:${"0".repeat(64)}`;
const hasRuby = spawnSync("ruby", ["--version"]).status === 0;

describe("a formula", () => {
  const order = { url: "https://files.example.com/sallyport-1.0.0.tgz", sha256: SHA };
  test("is Ruby, and names the package by its digest", (ctx) => {
    if (!hasRuby) ctx.skip("ruby is not installed");
    const text = formulaText(order);
    expect(text).toContain(`sha256 "${SHA}"`);
    const read = spawnSync("ruby", ["-wc"], { input: text, encoding: "utf8" });
    expect([read.stdout.trim(), read.stderr]).toEqual(["Syntax OK", ""]);
  });
  test.each([
    "http://files.example.com/a.tgz",
    "https://user:pass@files.example.com/a.tgz",
    'https://files.example.com/a"#{x}.tgz',
    "https://files.example.com/a.tgz?token=x",
    "https://files.example.com/a.zip",
  ])("is not made for %s", (url) => {
    expect(() => formulaText({ ...order, url })).toThrow("`--url` is where");
  });
});

describe("an image for CI runners", () => {
  const order = { base: BASE, client: "2.1.328", sha256: SHA };
  test("is pinned, runs without rights and looks after its health", () => {
    const lines = runnerImage(order).split("\n");
    expect(lines[1]).toBe(`FROM ${BASE}`);
    expect(lines.findLast((line) => line.startsWith("USER "))).toBe("USER runner");
    expect(lines.filter((line) => line.startsWith("HEALTHCHECK "))).toHaveLength(1);
    expect(lines.join()).toContain(`${SHA}  /tmp/sallyport.tgz" | sha256sum --check`);
    expect(lines.join()).toContain("claude-code@2.1.328");
  });
  test("has commands that a shell can read", () => {
    const text = runnerImage(order).replaceAll("\\\n", " ");
    const commands = [...text.matchAll(/^RUN (.+)$/gm)].map(([, line = ""]) => line);
    expect(commands).toHaveLength(3);
    for (const line of commands)
      expect(spawnSync("/bin/sh", ["-n"], { input: line, encoding: "utf8" }).stderr).toBe("");
  });
  test.each([
    ["a base without its digest", { base: "node:22-bookworm-slim" }, "by its digest"],
    ["the placeholder", { base: "node:22-bookworm-slim@sha256:..." }, "by its digest"],
    ["a second line", { base: `${BASE}\nRUN x` }, "by its digest"],
    ["any client", { client: "latest" }, "exact version"],
  ])("is not made with %s", (_, changes, why) => {
    expect(() => runnerImage({ ...order, ...changes })).toThrow(why);
  });
});

test.each([
  ["1.2.3", 1, "1.2.3-1"],
  ["1.2.3-rc.1", 2, "1.2.3~rc.1-2"],
  ["1.2.3-a-b", 1, "1.2.3~a.b-1"],
])("version %s, package %i, is %s for Debian", (version, revision, wanted) => {
  expect(debianVersion({ version, revision })).toBe(wanted);
});
test.each(["", "1.2", "1.2.3+x", "1.2.3 ", "1.2.3\n"])("%j is no version", (version) => {
  expect(() => debianVersion({ version, revision: 1 })).toThrow("no version");
});
