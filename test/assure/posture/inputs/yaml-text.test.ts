// YAML of others that is nested past any person's patience is told at once and never parsed; what is ordinary is read with places.
import { describe, expect, it } from "vitest";
import { readYaml } from "#assure/posture/inputs/yaml-text.ts";

describe("YAML with places", () => {
  it("is read, and each path has its line", () => {
    const reading = readYaml("jobs:\n  test:\n    steps: [{ run: npm test }]\n");
    expect(reading.kind === "read" && reading.place(["jobs", "test", "steps"])).toMatchObject({
      line: 3,
    });
  });
  it.each([
    ["brackets", `a: ${"[".repeat(20_000)}`],
    ["braces", `a: ${"{a: ".repeat(20_000)}`],
    ["lists on one line", `${"- ".repeat(200)}x`],
  ])("with too many %s is told", (_, text) => {
    expect(readYaml(text)).toMatchObject({ kind: "fault", why: "it is too deeply nested" });
  });
});
