// Which layer holds a rule: of rules of each kind, where the kernel, the client's sandbox and a gateway work and where not.
import { describe, expect, it } from "vitest";
import { type LayersHere, layersOf, notHeld } from "#guard/policy/held-by-layer.ts";
import type { Condition, Rule } from "#guard/policy/policy.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

const off = { works: false, why: "bubblewrap is not installed", repair: "apt" } as const;
const here = (some: Partial<LayersHere> = {}): LayersHere => ({
  kernel: { works: true },
  sandbox: { works: false, why: "it is off" },
  gateway: { works: false, why: "none is named" },
  session: { projectRoot: "/p" },
  ...some,
});
const rule = (when: Condition, verdict: Rule["verdict"] = "deny"): Rule => ({
  id: "x/y",
  verdict,
  when,
  reason: "because",
  instead: undefined,
});
const extents = (when: Condition, some: Partial<LayersHere> = {}): string =>
  layersOf(rule(when), here(some))
    .map(({ layer, extent }) => `${layer} ${extent}`)
    .join(", ");

describe("where each call is held", () => {
  it.each<[Condition, string]>([
    [{ effects: ["write"], paths: ["/etc/**"] }, "kernel whole"],
    [{ effects: ["read"], paths: ["~/.aws/**"] }, "kernel whole"],
    [{ effects: ["read"], paths: [".env"] }, "kernel part"],
    [{ effects: ["read"], paths: ["/proc/*/environ"] }, "kernel whole"],
    [{ effects: ["execute"], reach: "unbounded" }, "kernel whole"],
    [{ effects: ["publish"] }, "kernel part"],
    [{ effects: ["history"], operations: ["reset-hard"] }, "kernel none"],
    [{ effects: ["tamper"] }, "kernel part"],
    [{ effects: ["execute"], commands: [{ words: ["make"], exact: false }] }, "kernel none"],
    [{ effects: ["egress"], detectors: ["secret"] }, "kernel none"],
    [{ effects: ["read"], paths: ["~/.aws/**"], tools: ["Read"] }, "kernel none"],
    [{ effects: ["unknown"], mcp: ["github/*"] }, "kernel none"],
  ])("%j: %s", (when, kernel) => {
    expect(extents(when)).toBe(`evaluator whole, ${kernel}, sandbox none, gateway none`);
  });

  it("says what is left of a rule that is held in part", () => {
    const [, kernel] = layersOf(rule({ effects: ["egress"] }), here());
    expect(kernel?.how).toContain("not: a command that is allowed to reach a host");
  });
});

it("says why the kernel holds nothing, and what repairs it", () => {
  const [, kernel] = layersOf(rule({ effects: ["execute"] }), here({ kernel: off }));
  expect(kernel).toEqual({
    layer: "kernel",
    extent: "none",
    how: "not held: bubblewrap is not installed; to repair it: apt",
  });
  expect(notHeld({ works: false, why: "it is off" })).toBe("not held: it is off");
});

it("takes the client's sandbox by what was proven of it", () => {
  const proven = {
    digest: "0",
    denyRead: ["~/.aws/**"],
    allowRead: [],
    denyWrite: [],
    allowWrite: [],
    hosts: ["packages.example"],
    excluded: [],
    registries: [],
  };
  const sandbox = { works: true, proven } as const;
  const only = { kernel: off, sandbox };
  expect(extents({ effects: ["write"], paths: ["/etc/**"] }, only)).toContain("sandbox whole");
  expect(extents({ effects: ["publish"] }, only)).toContain("sandbox none");
});

it("names the gateway for what is about registries alone", () => {
  const gateway = { works: true } as const;
  expect(extents({ effects: ["install"] }, { gateway })).toContain("gateway part");
  expect(extents({ effects: ["write"] }, { gateway })).toContain("gateway none");
});

it("says nothing of an allow rule, and something of every other one of the packs", () => {
  expect(layersOf(rule({ effects: ["read"] }, "allow"), here())).toEqual([]);
  for (const one of loadPack("enterprise-high").rules) {
    const layers = layersOf(one, here());
    expect([one.id, layers.length]).toEqual([one.id, one.verdict === "allow" ? 0 : 4]);
    expect(layers.filter(({ how }) => how === "")).toEqual([]);
  }
});
