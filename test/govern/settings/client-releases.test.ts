// How versions of the client stand to those that were proven, and which variables of a repository are taken for ignored.
import { describe, expect, it } from "vitest";
import {
  isIgnoredFromRepository,
  provenVersions,
  releaseLine,
  releaseStanding,
} from "#govern/settings/client-releases.ts";

const step = (passed: number, failed: number) => ({
  step: "a",
  passed,
  failed,
  skipped: 0,
  seconds: 1,
});
const release = (version: string, proof: ReturnType<typeof step>[]) => ({
  version,
  read: "2026-11-27",
  seconds: 1,
  proof,
  changed: [],
});
const catalogue = {
  client: "2.1.12",
  releases: [
    release("2.1.12", []),
    release("2.1.10", [step(3, 0)]),
    release("2.1.9", [step(3, 0)]),
    release("2.1.11", [step(3, 1)]),
  ],
  start_only: [
    { name: "X_URL", since: "2.1.10" },
    { name: "OLD", until: "2.1.10" },
    { name: "CLAUDE_AX_*" },
  ],
};

describe("a release", () => {
  it("is proven when every step passed something and failed in nothing", () => {
    expect(provenVersions(catalogue)).toEqual(["2.1.9", "2.1.10"]);
    expect(provenVersions({ releases: [release("2.1.9", [step(3, 0), step(0, 0)])] })).toEqual([]);
  });
  it.each([
    ["2.1.10", "proven", "proven with this program"],
    ["2.1.11", "newer", "newer than what this program was proven with (2.1.10)"],
    ["3.0.0", "newer", "newer than"],
    ["2.1.8", "unproven", "not proven with this program (the newest that is: 2.1.10)"],
  ])("%s is %s, told in one line", (version, kind, words) => {
    const standing = releaseStanding(catalogue, version);
    expect(standing.kind).toBe(kind);
    expect(releaseLine(standing, version)).toContain(`Claude Code ${version}: ${words}`);
    expect(releaseLine(standing, version)).not.toContain("\n");
  });
  it("is newer than everything where nothing is proven", () => {
    const standing = releaseStanding({ releases: [] }, "2.1.1");
    expect(standing).toEqual({ kind: "newer", newest: "" });
    expect(releaseLine(standing, "2.1.1")).toContain("(none)");
  });
});

describe("a variable that a repository sets", () => {
  it.each([
    ["X_URL", "2.1.12", true],
    ["x_url", "2.1.10", true],
    ["X_URL", "2.1.9", false],
    ["OLD", "2.1.10", true],
    ["OLD", "2.1.11", false],
    ["CLAUDE_AX_ANY", "2.1.9", true],
    ["OTHER", "2.1.12", false],
    ["X_URL", "2.1.13", false],
    ["CLAUDE_AX_ANY", "2.1.8", false],
    ["X_URL", undefined, false],
  ])("%s in %s is ignored: %s", (name, version, wanted) => {
    expect(isIgnoredFromRepository(catalogue, name, version)).toBe(wanted);
  });
});
