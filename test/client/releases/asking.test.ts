// What is asked of the registry, and which of its answers are taken for a release.
import { describe, expect, it } from "vitest";
import { askRelease, namedRelease } from "../client-binary.ts";
import { countsOf, isProven } from "./proof-steps.ts";

const integrity = `sha512-${"A".repeat(86)}==`;
const answer = (told: object) => JSON.stringify(told);

describe("a release of the client", () => {
  it.each(["latest", "2.1", "2.1.x", "v2.1.332", "2.1.332; id", "", "--help", "2.1.332-beta"])(
    "`%s` is no version, and the registry is not asked",
    async (version) => {
      await expect(askRelease(version)).rejects.toThrow("is no version of the client");
    },
  );
  it("is what the registry names, with the integrity that it is held to", () => {
    expect(
      namedRelease(answer({ version: "2.1.9", "dist.integrity": integrity }), "2.1.9"),
    ).toEqual({
      packageName: "@anthropic-ai/claude-code-linux-x64",
      version: "2.1.9",
      integrity,
      program: "claude",
      folder: "claude-code-2.1.9",
      tarball: "anthropic-ai-claude-code-linux-x64-2.1.9.tgz",
    });
  });
  it.each([
    ["nothing", "", /has no release/],
    [
      "another version",
      answer({ version: "2.1.8", "dist.integrity": integrity }),
      /no release 2\.1\.9/,
    ],
    [
      "a version that is a path",
      answer({ version: "../../x", "dist.integrity": integrity }),
      /no release/,
    ],
    ["no integrity", answer({ version: "2.1.9" }), /names no integrity/],
    [
      "a weak integrity",
      answer({ version: "2.1.9", "dist.integrity": "sha1-abc" }),
      /no integrity/,
    ],
  ])("%s is no release", (_, told, words) => {
    expect(() => namedRelease(told, "2.1.9")).toThrow(words);
  });
  it("that cannot be asked for is an error that says so", async () => {
    const before = process.env["npm_config_registry"];
    process.env["npm_config_registry"] = "http://127.0.0.1:9/";
    process.env["npm_config_fetch_retries"] = "0";
    try {
      await expect(askRelease("2.1.9")).rejects.toThrow("the registry could not be asked for");
    } finally {
      if (before === undefined) delete process.env["npm_config_registry"];
      else process.env["npm_config_registry"] = before;
      delete process.env["npm_config_fetch_retries"];
    }
  });
});

describe("a step of the proof", () => {
  const suite = (status: string, ...states: readonly string[]) => ({
    status,
    name: "a.test.ts",
    assertionResults: states.map((state, at) => ({ status: state, fullName: `test ${at}` })),
  });
  it("counts what passed, failed and was skipped", () => {
    const told = { testResults: [suite("failed", "passed", "failed", "skipped")] };
    expect(countsOf(told, ["a"])).toEqual({
      passed: 1,
      failed: 1,
      skipped: 1,
      failures: ["test 1"],
    });
  });
  it.each([
    ["nothing was written", undefined],
    ["a file is missing", { testResults: [] }],
    ["a file could not be set up", { testResults: [suite("failed", "skipped")] }],
    ["a file could not be read", { testResults: [suite("failed")] }],
  ])("has failed when %s", (_, told) => {
    expect(countsOf(told, ["a"]).failed).toBe(1);
  });
  it("proves a release only with others that passed", () => {
    const good = { step: "a", passed: 1, failed: 0, skipped: 0, seconds: 1 };
    expect(isProven([good])).toBe(true);
    expect(isProven([])).toBe(false);
    expect(isProven([good, { ...good, passed: 0, skipped: 3 }])).toBe(false);
    expect(isProven([good, { ...good, failed: 1 }])).toBe(false);
  });
});
