// Ports of the machine between two policies: each that is added is a weakening.
import { describe, expect, it } from "vitest";
import { NO_PACKS, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { comparePolicies } from "#govern/policy/diff/compare.ts";
import { differencePage } from "#govern/policy/diff/difference-page.ts";
import { reportDifference } from "#govern/policy/diff/difference-report.ts";
import { compareStrictness } from "#govern/policy/diff/strictness.ts";
import { differenceText } from "#surface/cli/commands/policy/policy-diff.ts";

const RULES =
  "rules: [{ id: a/a, verdict: deny, effects: [publish], reason: it is not to be published }]";

function policy(id: string, ports?: string) {
  const line = ports === undefined ? "" : `machinePorts: ${ports}\n`;
  const text = `id: ${id}\nversion: "1"\ntitle: t\nautomaticApproval: true\n${line}${RULES}\n`;
  return parsePolicyPack(text, "x.yaml", { layer: "user", source: NO_PACKS });
}

function reportOf(first: string | undefined, second: string | undefined) {
  const both = [policy("one", first), policy("two", second)] as const;
  return reportDifference(comparePolicies(...both), both);
}

describe("a port more", () => {
  it("is milder, told by itself, and has no command", () => {
    const report = reportOf("[5432]", '[5432, 6379, "127.0.0.1:3306"]');
    expect(report).toMatchObject({ answer: "different", milder: 2, stricter: 0 });
    expect(report.differences[0]).toMatchObject({
      kind: "port",
      change: "milder",
      before: "deny",
      after: "allow",
      witness: null,
      what: "port 127.0.0.1:3306 of this machine, by held code",
    });
    expect(differenceText(report)).toContain("port: 0 stricter, 2 milder");
    expect(differencePage(report, ["one", "two"])).toContain("| 6379 of this machine");
  });

  it("keeps a policy from being nowhere milder", () => {
    expect(compareStrictness(policy("one"), policy("two", "[5432]")).answer).toBe("milder");
    expect(compareStrictness(policy("one", "[5432]"), policy("two")).answer).toBe("nowhere-milder");
  });
});

it("a port less is stricter, and the same ports are no difference", () => {
  expect(reportOf("[5432]", "[]")).toMatchObject({ stricter: 1, milder: 0 });
  expect(reportOf("[5432]", '["127.0.0.1:5432"]')).toMatchObject({ stricter: 1, milder: 0 });
  for (const [first, second] of [
    ["[5432]", '["localhost:5432", 5432]'],
    [undefined, "[]"],
  ] as const)
    expect(reportOf(first, second).answer).toBe("same");
});
