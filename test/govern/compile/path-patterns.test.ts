// Globs in the forms that the client and its sandbox match: by the tables that were measured.
import { describe, expect, it } from "vitest";
import { rulePatterns } from "#govern/compile/path-patterns.ts";
import { sandboxPatterns } from "#guard/policy/sandbox-patterns.ts";

describe("patterns of rules", () => {
  it.each([
    [".env", "managed", ["**/.env", "//**/.env"]],
    ["**/.env", "managed", ["**/.env", "//**/.env"]],
    [".docker/config.json", "managed", ["**/.docker/config.json", "//**/.docker/config.json"]],
    ["/etc/shadow", "managed", ["//etc/shadow"]],
    ["/**", "managed", ["//**"]],
    ["~/.aws/**", "user", ["~/.aws/**"]],
    ["<project>/a/b", "managed", ["./a/b"]],
    ["<project>/a/b", "project", ["/a/b"]],
    ["<project>/README*", "project", ["/README*"]],
    ["<project>/**/.env", "user", ["**/.env"]],
  ] as const)("%s in %s settings is %j", (glob, scope, patterns) => {
    expect(rulePatterns(glob, scope)).toEqual({ kind: "patterns", patterns });
  });
  it.each([
    ["<project>/README*", "managed", "at every depth"],
    ["<project>", "managed", "without what is in it"],
    ["a(b).txt", "managed", "characters"],
    ["!x", "managed", "characters"],
    ["//x", "managed", "no path"],
  ] as const)("%s in %s settings has none: %s", (glob, scope, why) => {
    expect(rulePatterns(glob, scope)).toMatchObject({
      kind: "none",
      why: expect.stringContaining(why),
    });
  });
});

describe("patterns of the sandbox", () => {
  it.each([
    [".env", ["**/.env"]],
    ["~/.ssh/**", ["~/.ssh"]],
    ["/etc/shadow", ["/etc/shadow"]],
    ["<project>/**/.env", ["**/.env"]],
    ["<project>/.env", ["./.env"]],
    ["secrets/**", ["**/secrets"]],
  ] as const)("%s is %j", (glob, patterns) => {
    expect(sandboxPatterns(glob)).toEqual({ kind: "patterns", patterns });
  });
  it.each([
    ["/**", "what runs commands"],
    ["/**/.env", "from the root of the disk"],
    ["<project>", "work in the project"],
    ["<project>/**", "work in the project"],
  ])("%s has none: %s", (glob, why) => {
    expect(sandboxPatterns(glob)).toMatchObject({
      kind: "none",
      why: expect.stringContaining(why),
    });
  });
});
