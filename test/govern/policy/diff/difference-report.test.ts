// What is told of two policies: which effects change verdict, by which rules, with a command that shows it.
import { describe, expect, it } from "vitest";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { comparePolicies } from "#govern/policy/diff/compare.ts";
import { type DifferenceReport, reportDifference } from "#govern/policy/diff/difference-report.ts";
import { compareStrictness } from "#govern/policy/diff/strictness.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

function policyOf(rules: readonly string[], lists = "", automaticApproval = true): Policy {
  const text = [
    ...[
      "id: p",
      'version: "1"',
      "title: t",
      `automaticApproval: ${automaticApproval}`,
      lists,
      "rules:",
    ],
    ...rules.map((rule, index) => `  - { id: r/r${index}, reason: x, ${rule} }`),
  ].join("\n");
  return parsePolicyPack(text, "p.yaml", { layer: "user", source: NO_PACKS });
}

function reportOf(first: Policy, second: Policy): DifferenceReport {
  return reportDifference(comparePolicies(first, second), [first, second]);
}

/** Each difference in one line: what, from which verdict to which. */
function linesOf({ differences }: DifferenceReport): readonly string[] {
  return differences.map(({ what, only, before, after }) =>
    [`${what}: ${before} -> ${after}`, ...only].join(", "),
  );
}

const READ = "verdict: allow, effects: [read], paths: ['<project>/**']";

describe("a difference is found", () => {
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    [
      "by a path that one rule more denies",
      [READ],
      [READ, "verdict: deny, effects: [read], paths: ['<project>/a/*.key']"],
      ["read of `<project>/a/file.key`: allow -> deny"],
    ],
    [
      "by an exception that is left out",
      ["verdict: deny, effects: [write], paths: ['/etc/**'], exceptPaths: ['/etc/x']"],
      ["verdict: deny, effects: [write], paths: ['/etc/**']"],
      ["write (change, create, append, tracked, cache, worktree) of `/etc/x`: abstain -> deny"],
    ],
    [
      "in one mode only",
      ["verdict: deny, effects: [delete]"],
      [
        "verdict: deny, effects: [delete], modes: [default, plan, auto, dontAsk, acceptEdits, unknown]",
      ],
      ["delete of a place that is not known: deny -> abstain, in mode bypassPermissions"],
    ],
    [
      "by tool and mode together",
      ["verdict: ask, effects: [install]"],
      [
        "verdict: ask, effects: [install]",
        "verdict: deny, effects: [install], tools: [mcp__*], modes: [plan]",
      ],
      ["install (unlocked, declared, locked): ask -> deny, through mcp__x, in mode plan"],
    ],
    [
      "on a branch and at a time",
      ["verdict: deny, effects: [publish], branches: ['release/*']"],
      [
        "verdict: deny, effects: [publish], branches: ['release/*'], hours: ['Mon-Fri 08:00-18:00']",
      ],
      [
        "publish (git, package, release) of work: deny -> abstain, on weekday 1 at minute 0 of the day, on branch release/x",
      ],
    ],
    [
      "by references that no one rule allows together",
      ["verdict: allow, effects: [publish], refs: [a, b]"],
      [
        "verdict: allow, effects: [publish], refs: [a]",
        "verdict: allow, effects: [publish], refs: [b]",
      ],
      ["publish (git, package, release) of a, b: allow -> abstain"],
    ],
    [
      "by a sub-domain",
      ["verdict: deny, effects: [egress], hosts: ['*.example']"],
      ["verdict: deny, effects: [egress], hosts: ['*.example'], exceptHosts: ['*.a.example']"],
      ["egress to `host.a.example`: deny -> abstain"],
    ],
    [
      "by a spelling of a command line",
      ["verdict: ask, effects: [execute], commands: ['rm -f *']"],
      ["verdict: ask, effects: [execute], commands: ['rm --force *']"],
      ["running `rm -f`: ask -> abstain"],
    ],
    [
      "by what a command that is allowed does",
      ["verdict: allow, effects: [install], commands: ['npm ci']"],
      ["verdict: allow, effects: [install], commands: ['npm ci:*']"],
      ["install (unlocked, declared, locked) by `npm ci another`: abstain -> allow"],
    ],
    [
      "by a tree that only one wildcard takes whole",
      ["verdict: allow, effects: [delete], paths: ['/srv/a/**']"],
      ["verdict: allow, effects: [delete], paths: ['/srv/a/*', '/srv/a/*/**']"],
      ["delete of `/srv/a/x` and all below it: allow -> abstain"],
    ],
    [
      "by a link between places that no one rule allows",
      ["verdict: allow, effects: [read], paths: ['/a/**', '/b/**']"],
      [
        "verdict: allow, effects: [read], paths: ['/a/**']",
        "verdict: allow, effects: [read], paths: ['/b/**']",
      ],
      ["read of `/a/x` (a link to `/b/x`): allow -> abstain"],
    ],
    [
      "where the project lies outside of the home",
      ["verdict: allow, effects: [read], paths: ['~/**', '<project>/**']"],
      ["verdict: allow, effects: [read], paths: ['~/**']"],
      [
        "read of `<project>/x`: allow -> abstain",
        "read of `<project>/x` and all below it: allow -> abstain",
      ],
    ],
  ])("%s", (_, first, second, expected) => {
    const told = linesOf(reportOf(policyOf(first), policyOf(second)));
    expect(told).toEqual(expect.arrayContaining([expected[0]]));
    // Nothing is told of what the rules do not touch.
    const kinds = new Set(told.map((line) => line.split(/[ :]/)[0]));
    expect([...kinds]).toEqual([expected[0]?.split(/[ :]/)[0]]);
  });

  it("by approvals that are left to the client", () => {
    const report = reportOf(policyOf([READ]), policyOf([READ], "", false));
    expect(linesOf(report)).toContain("a call that does nothing: allow -> abstain");
    expect(report).toMatchObject({ answer: "different", milder: 0 });
  });

  it("with a command that is judged end to end by both", () => {
    const strict = policyOf([READ, "verdict: deny, effects: [publish], refs: [main]"]);
    const [only] = reportOf(
      policyOf([READ, "verdict: ask, effects: [publish]"]),
      strict,
    ).differences.filter(({ after }) => after === "deny");
    expect(only).toMatchObject({
      rules: ["user:p/r/r1", "user:p/r/r1"],
      witness: { command: "git push origin main", before: "ask", after: "deny" },
    });
  });
});

describe("no difference is proven", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      "for rules in another order",
      [READ, "verdict: deny, effects: [read], paths: ['*.key']"],
      ["verdict: deny, effects: [read], paths: ['*.key']", READ],
    ],
    [
      "for one rule taken apart",
      ["verdict: deny, effects: [read, write], paths: ['*.key', '*.pem']"],
      [
        "verdict: deny, effects: [read], paths: ['*.pem']",
        "verdict: deny, effects: [write], paths: ['*.pem', '*.key']",
        "verdict: deny, effects: [read], paths: ['*.key']",
      ],
    ],
    [
      "for operations that are all there are",
      ["verdict: ask, effects: [history]"],
      [
        "verdict: ask, effects: [history], operations: [force-push, force-push-with-lease, delete-ref, reset, discard, rewrite, amend, prune]",
      ],
    ],
    [
      "for a rule about modes split in two",
      ["verdict: ask, effects: [install], modes: [plan, auto]"],
      [
        "verdict: ask, effects: [install], modes: [plan]",
        "verdict: ask, effects: [install], modes: [auto]",
      ],
    ],
    [
      "for a host below one that is denied anyway",
      ["verdict: deny, effects: [egress], hosts: ['*.example']"],
      ["verdict: deny, effects: [egress], hosts: ['*.example', a.example]"],
    ],
    [
      "for a command line that another takes in",
      ["verdict: deny, effects: [execute], commands: ['git push *']"],
      ["verdict: deny, effects: [execute], commands: ['git push *', 'git push --force *']"],
    ],
  ])("%s", (_, first, second) => {
    expect(reportOf(policyOf(first), policyOf(second))).toEqual({
      answer: "same",
      stricter: 0,
      milder: 0,
      differences: [],
      unproven: [],
    });
  });

  it("for the pack that ships, with itself", () => {
    const team = loadPack("team");
    expect(reportOf(team, team).answer).toBe("same");
  });
});

describe("what is not proven", () => {
  it("is said, where the same paths are written otherwise and wildcards of a call may meet them otherwise", () => {
    const report = reportOf(
      policyOf(["verdict: deny, effects: [write], paths: ['/etc/a/**', '/etc/**']"]),
      policyOf(["verdict: deny, effects: [write], paths: ['/etc/**']"]),
    );
    expect(report).toMatchObject({ answer: "not-proven", differences: [] });
    expect(report.unproven.map(({ kind }) => kind)).toEqual(["write"]);
  });
});

describe("strictness", () => {
  const base = policyOf([READ, "verdict: ask, effects: [publish]"]);
  it("nowhere milder: proven where rules are added that restrict", () => {
    const more = policyOf([
      READ,
      "verdict: ask, effects: [publish]",
      "verdict: deny, effects: [read], paths: ['*.key']",
    ]);
    expect(compareStrictness(base, more).answer).toBe("nowhere-milder");
    expect(compareStrictness(more, base).answer).toBe("milder");
  });
  it("milder: a rule that allows more, with its witness", () => {
    const wide = policyOf(["verdict: allow, effects: [read]", "verdict: ask, effects: [publish]"]);
    const { answer, milder } = compareStrictness(base, wide);
    expect(answer).toBe("milder");
    expect(milder.every(({ after }) => after.verdict === "allow")).toBe(true);
  });
});
