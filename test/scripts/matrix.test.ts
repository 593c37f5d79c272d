// The matrix over versions of Node: which versions, how they are chosen, how a run's count is read.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countLine, nodeVersions, readMatrixArguments } from "../../scripts/matrix.ts";

const versionsOf = (args: readonly string[]) =>
  readMatrixArguments(args).versions.map(({ version }) => version.split(".")[0]);

describe("the matrix", () => {
  it("begins with the oldest version that the package promises to run on", () => {
    const manifest = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    ) as { engines: { node: string } };
    expect(`>=${nodeVersions[0]?.version}`).toBe(`${manifest.engines.node}.0`);
  });
  it("pins each version with an integrity of its own", () => {
    for (const { integrity } of nodeVersions) expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/);
    expect(new Set(nodeVersions.map(({ integrity }) => integrity)).size).toBe(3);
  });
  it("runs all versions, or those that are named; other words are tests", () => {
    expect(versionsOf([])).toEqual(["20", "22", "24"]);
    expect(versionsOf(["24", "test/base"])).toEqual(["24"]);
    expect(readMatrixArguments(["24", "test/base"]).filters).toEqual(["test/base"]);
  });
  it("names a version that it does not have, and takes 2 for none of them", () => {
    expect(readMatrixArguments(["18"]).unknown).toBe("18");
    expect(readMatrixArguments(["2"]).unknown).toBe("2");
    expect(readMatrixArguments(["22.23.3"]).unknown).toBeUndefined();
  });
  it("reads the count of a run, and knows a run that died before it could count", () => {
    expect(countLine("ok\n\n12 passed, 0 failed, 3 skipped\n")).toBe(
      "12 passed, 0 failed, 3 skipped",
    );
    expect(countLine("12 passed, 0 failed\nSegmentation fault\n")).toBeUndefined();
  });
});
