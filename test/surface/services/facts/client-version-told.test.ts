// The client's version as its start hook is told it, by the name that the client gives to what it starts.
import { describe, expect, it } from "vitest";
import { clientVersionIn, reportEnvironment } from "#surface/services/facts/environment-report.ts";

const told = (name: string | undefined) =>
  clientVersionIn(reportEnvironment(name === undefined ? {} : { AI_AGENT: name }));

describe("the client's version", () => {
  it.each([
    ["claude-code_2-1-332_agent", "2.1.332"],
    ["claude-code_2-1-332", "2.1.332"],
    ["claude-code_2-1-332x", undefined],
    ["claude-code_2-1_agent", undefined],
    ["other_2-1-332_agent", undefined],
    [`claude-code_2-1-${"9".repeat(40)}`, undefined],
    ["", undefined],
    [undefined, undefined],
  ])("is told by %s as %s", (name, version) => {
    expect(told(name)).toBe(version);
  });
  it("is the last one told, where settings changed the name", () => {
    const variables = [
      ["AI_AGENT", "claude-code_2-1-331_agent"],
      ["AI_AGENT", "claude-code_2-1-332_agent"],
    ] as const;
    expect(clientVersionIn({ variables, withheld: [] })).toBe("2.1.332");
  });
});
