// A rule of a policy as rules of the client: what is written, and what is said not to be.
import { describe, expect, it } from "vitest";
import { nativeRulesFor } from "#govern/compile/permission-rules.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";

const nobody = { changed: [], read: [] };
function rule(when: Condition, verdict: Rule["verdict"] = "deny"): Rule {
  return { id: "x/y", verdict, when, reason: "because", instead: undefined };
}
const rulesOf = (when: Condition, verdict?: Rule["verdict"]) =>
  nativeRulesFor(rule(when, verdict), "managed", nobody);

describe("a rule that restricts", () => {
  it.each<[string, Condition, readonly string[]]>([
    ["X.71 a path", { effects: ["read"], paths: ["/etc/shadow"] }, ["Read(//etc/shadow)"]],
    ["X.7 a write", { effects: ["write", "delete"], paths: ["~/x"] }, ["Edit(~/x)"]],
    ["both", { effects: ["read", "write"], paths: ["~/x"] }, ["Read(~/x)", "Edit(~/x)"]],
    [
      "X.34 a host",
      { effects: ["egress"], hosts: ["*.evil.example"] },
      ["WebFetch(domain:*.evil.example)"],
    ],
    ["every host", { effects: ["egress"] }, ["WebFetch", "WebSearch"]],
    ["a program", { effects: ["execute"], programs: ["nc"] }, ["Bash(nc:*)"]],
    [
      "X.15 several commands",
      {
        effects: ["execute"],
        commands: [
          { words: ["curl"], exact: false },
          { words: ["git", "push"], exact: true },
        ],
      },
      ["Bash(curl:*)", "Bash(git push)"],
    ],
    [
      "X.31 tools of MCP servers",
      { effects: ["unknown"], mcp: ["github/delete_repo", "files", "*/send"] },
      ["mcp__github__delete_repo", "mcp__files__*"],
    ],
    [
      "a server",
      {
        effects: [
          "read",
          "write",
          "delete",
          "execute",
          "install",
          "egress",
          "history",
          "publish",
          "deploy",
        ],
        tools: ["mcp__fake", "mcp__fake__*"],
      },
      ["mcp__fake", "mcp__fake__*"],
    ],
  ])("%s", (_, when, rules) => {
    expect(rulesOf(when).rules).toEqual(rules);
    expect(rulesOf(when).extent).not.toBe("none");
  });

  it.each<[string, Condition, string]>([
    ["deleting alone", { effects: ["delete"], paths: ["/**"] }, "no rule that means deleting"],
    [
      "one way of writing",
      { effects: ["write"], operations: ["append"], paths: ["~/x"] },
      "one way of writing",
    ],
    ["a mode", { effects: ["read"], modes: ["plan"] }, "the permission mode"],
    ["a branch", { effects: ["read"], branches: ["main"] }, "the branch"],
    ["a time", { effects: ["read"], hours: [{ days: [1], start: 0, end: 1 }] }, "the time"],
    ["contents", { effects: ["write"], detectors: ["private-key"] }, "what the call holds"],
    ["what is sent", { effects: ["egress"], carriesNothing: false }, "what is sent"],
    ["every host but some", { effects: ["egress"], exceptHosts: ["loopback"] }, "no exceptions"],
    ["a word for hosts", { effects: ["egress"], hosts: ["loopback"] }, "a word of the policy"],
    [
      "where code is from",
      { effects: ["execute"], origins: ["download"] },
      "where code comes from",
    ],
    ["the unknown", { effects: ["unknown"] }, "no rule for this effect"],
    ["a branch of a remote", { effects: ["publish"], refs: ["main"] }, "which branch"],
    ["a remote", { effects: ["publish"], exceptRemotes: ["a.example"] }, "which remote"],
    [
      "all but some MCP servers",
      { effects: ["unknown"], mcp: ["*"], exceptMcp: ["github"] },
      "no exceptions for MCP tools",
    ],
    ["a tool and an effect", { effects: ["write"], tools: ["Bash"] }, "together with an effect"],
  ])("%s has none and says why", (_, when, why) => {
    const { rules, extent, left } = rulesOf(when);
    expect({ rules, extent }).toEqual({ rules: [], extent: "none" });
    expect(left.join("; ")).toContain(why);
  });

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    [
      "a name that is excepted elsewhere is refused in the project alone",
      ["*.p12"],
      ["/etc/ssl/certs/**"],
      ["Read(**/*.p12)"],
    ],
    [
      "a name in full is refused everywhere",
      [".env"],
      ["/etc/ssl/certs/**"],
      ["Read(**/.env)", "Read(//**/.env)"],
    ],
    ["a name of which some are excepted has none", [".env.*"], [".env.example"], []],
    ["a name that is excepted in the project has none", [".npmrc"], ["<project>/.npmrc"], []],
    ["a directory is refused whole", ["~/.aws/**"], ["*.pub"], ["Read(~/.aws/**)"]],
    ["unless the exception names it", ["~/.ssh/**"], ["~/.ssh/known_hosts"], []],
    ["everything but the project has none", ["/**"], ["<project>/**"], []],
  ])("with exceptions: %s", (_, paths, exceptPaths, rules) => {
    expect(rulesOf({ effects: ["read"], paths, exceptPaths }).rules).toEqual(rules);
  });

  it("keeps our own files and the client's from the tools that write, and our keys from those that read", () => {
    const own = { changed: ["/var/lib/sallyport/**"], read: ["/var/lib/sallyport/keys/**"] };
    const { rules } = nativeRulesFor(rule({ effects: ["tamper"] }), "managed", own);
    expect(rules).toEqual(
      expect.arrayContaining([
        "Edit(~/.claude/settings.json)",
        "Edit(//var/lib/sallyport/**)",
        "Read(//var/lib/sallyport/keys/**)",
      ]),
    );
  });
});

describe("a rule that allows", () => {
  it("is written where it allows no more than the policy", () => {
    const exact = {
      effects: ["execute"],
      commands: [{ words: ["git", "status"], exact: true }],
    } as const;
    expect(rulesOf(exact, "allow").rules).toEqual(["Bash(git status)"]);
    expect(rulesOf({ effects: ["egress"], hosts: ["a.example"] }, "allow").rules).toEqual([
      "WebFetch(domain:a.example)",
    ]);
  });
  it.each<[string, Condition]>([
    [
      "the beginning of a command",
      { effects: ["execute"], commands: [{ words: ["git", "push"], exact: false }] },
    ],
    ["a path", { effects: ["read"], paths: ["<project>/**"] }],
    [
      "a host, of data that is not seen",
      { effects: ["egress"], hosts: ["a.example"], carriesNothing: true },
    ],
    ["a host beside other effects", { effects: ["egress", "write"], hosts: ["a.example"] }],
  ])("is not written for %s", (_, when) => {
    expect(rulesOf(when, "allow")).toMatchObject({ rules: [], extent: "none" });
  });
});
