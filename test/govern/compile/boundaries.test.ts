// The boundary report: the page is what a compilation says, and what it says of single rules.
import { describe, expect, it } from "vitest";
import type { RuleBoundaries } from "#govern/compile/boundaries.ts";
import { boundaryTable } from "#govern/compile/boundary-table.ts";
import type { Condition, Policy, Rule } from "#guard/policy/policy.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { buildPage, readPage, writePage } from "./boundary-page.ts";
import { compiledFor, SITE_TEXT, siteOf } from "./compiled.ts";

const linux = { scope: "managed", platform: "linux" } as const;
const site = siteOf(SITE_TEXT);

function boundariesOf(
  when: Condition,
  siteText = SITE_TEXT,
  verdict: Rule["verdict"] = "deny",
): RuleBoundaries {
  const rule: Rule = { id: "x/y", verdict, when, reason: "because", instead: undefined };
  const policy: Policy = { ...loadPack("team"), rules: [rule] };
  const [row] = compiledFor(linux, siteOf(siteText), policy).boundaries;
  if (row === undefined) throw new Error("a policy of one rule has one row");
  return row;
}

describe("the page", () => {
  it("is what is said of the strictest pack", () => {
    const { boundaries } = compiledFor(linux, site, loadPack("enterprise-high"));
    const page = buildPage("enterprise-high", boundaries);
    if (process.env["UPDATE"] === "1") writePage(page);
    expect(readPage()).toBe(page);
  });
});

describe("what holds a rule", () => {
  const bare = "sandbox: { enabled: false }";
  it("is nothing for code from the network where there is neither hook nor sandbox", () => {
    const row = boundariesOf({ effects: ["execute"], origins: ["download"] }, bare);
    expect(row.isHeld).toBe(false);
    expect(boundaryTable([row])).toContain("`x/y` **held by nothing**");
  });
  it("is the client's rule in part where there is no hook, and every way past it is open", () => {
    const row = boundariesOf({ effects: ["read"], paths: ["/etc/shadow"] }, bare);
    expect(row).toMatchObject({ isHeld: true, holds: { rules: { extent: "part" } } });
    expect(row.open).toContain("every way past the client's rules");
  });
  it("is the sandbox whole for what lies outside of the project, in part for reading", () => {
    expect(boundariesOf({ effects: ["write"], paths: ["/etc/**"] }).holds.sandbox.extent).toBe(
      "whole",
    );
    expect(boundariesOf({ effects: ["read"], paths: ["~/.aws/**"] }).holds.sandbox.extent).toBe(
      "part",
    );
    expect(boundariesOf({ effects: ["history"] }).holds.sandbox.extent).toBe("none");
  });
  it("says that a prompt's mention of a file passes every hook where no rule of the client stands", () => {
    const row = boundariesOf({
      effects: ["read"],
      paths: [".env.*"],
      exceptPaths: [".env.example"],
    });
    expect(row.open.join()).toContain("mentions by `@`");
  });
  it("is not a rule of the client where a hook asks: an exception could not lift it", () => {
    const row = boundariesOf({ effects: ["publish"] }, SITE_TEXT, "ask");
    expect(row.holds).toMatchObject({ hook: { extent: "whole" }, rules: { extent: "none" } });
  });
  it("leaves open what ports of the machine do that the policy names, where the kernel holds commands", () => {
    const rule: Rule = {
      id: "x/y",
      verdict: "ask",
      when: { effects: ["egress"] },
      reason: "it leaves",
      instead: undefined,
    };
    const open = (machinePorts: readonly string[], siteText: string): string => {
      const policy: Policy = { ...loadPack("team"), rules: [rule], machinePorts };
      const [row] = compiledFor(linux, siteOf(siteText), policy).boundaries;
      return (row?.open ?? []).join();
    };
    const hooked = `${SITE_TEXT}sandbox: { enabled: false }\n`;
    expect(open(["5432"], hooked)).toContain(
      "what listens on 5432 of the machine (`machinePorts`)",
    );
    expect(open([], hooked)).not.toContain("machinePorts");
    expect(open(["5432"], bare)).not.toContain("machinePorts");
  });
  it("says nothing of an allow rule: it holds nothing back", () => {
    const row = boundariesOf({ effects: ["read"], paths: ["<project>/**"] }, bare, "allow");
    expect(row).toMatchObject({ isHeld: true, open: [] });
  });
});
