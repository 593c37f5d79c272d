// Rows of transcripts: those of the client are read, those of other versions and of nobody do not stop anything.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRow } from "#assure/past/transcript-row.ts";

const result = (more: object, content: unknown = "x", isError = false) =>
  readRow({
    type: "user",
    message: { content: [{ type: "tool_result", tool_use_id: "t", content, is_error: isError }] },
    ...more,
  })?.told[0];

describe("the answer of a call", () => {
  it.each([
    ["config", "accept", { passage: "ran", asked: "never" }],
    ["user_temporary", "accept", { passage: "ran", asked: "yes" }],
    ["user_permanent", "accept", { passage: "ran", asked: "yes" }],
    ["user_reject", "reject", { passage: "rejected", asked: "no" }],
    ["hook", "reject", { passage: "rejected", asked: "never" }],
    ["config", "reject", { passage: "rejected", asked: "never" }],
  ])("of %s that says %s", (source, decision, told) => {
    expect(result({ permissionDecision: { decision, source } })).toMatchObject(told);
  });
  it("of an older client: nobody knows whether it asked; what it words as refused did not run", () => {
    expect(result({})).toMatchObject({ passage: "ran", asked: "unknown" });
    expect(result({}, "Permission to use Bash has been denied.", true)).toMatchObject({
      passage: "rejected",
    });
    expect(result({}, "exit 1: Permission denied", true)).toMatchObject({ passage: "ran" });
  });
  it("in blocks, with pictures between them", () => {
    const blocks = [{ type: "text", text: "a" }, { type: "image" }, { type: "text", text: "b" }];
    expect(result({}, blocks)).toMatchObject({ texts: ["a", "b"] });
  });
});

describe("other rows", () => {
  it("a call and what its message used", () => {
    const usage = { input_tokens: 3, output_tokens: 4, cache_creation_input_tokens: 10 };
    const detail = { cache_creation: { ephemeral_1h_input_tokens: 4 } };
    const content = [{ type: "tool_use", id: "t", name: "Bash", input: { command: "ls" } }];
    const message = { id: "m", model: "claude-x", content, usage: { ...usage, ...detail } };
    expect(readRow({ type: "assistant", message })?.told).toMatchObject([
      { kind: "call", id: "t", tool: "Bash", input: { command: "ls" } },
      { kind: "usage", id: "m", usage: { input: 3, cacheWrite5m: 6, cacheWrite1h: 4 } },
    ]);
  });
  it("a file that was attached is text for the model; the client's own words are not", () => {
    const file = { type: "file", content: { type: "text", file: { content: "KEY=1" } } };
    expect(readRow({ type: "attachment", attachment: file })?.told).toEqual([
      { kind: "text", from: "attachment", text: "KEY=1" },
    ]);
    const own = { type: "skill_listing", content: "x" };
    expect(readRow({ type: "attachment", attachment: own })?.told).toEqual([]);
  });
  it("an error of the client is no request, and a count that is none counts nothing", () => {
    const message = (model: string, tokens: unknown) => ({
      type: "assistant",
      message: { model, content: [], usage: { input_tokens: tokens } },
    });
    expect(readRow(message("<synthetic>", 1))?.told).toEqual([]);
    for (const odd of [-1, Number.NaN, "9", 1e300, null])
      expect(readRow(message("m", odd))?.told).toMatchObject([{ usage: { input: 0 } }]);
  });
  it("whatever is there, it ends in a row or in none", () => {
    const types = fc.constantFrom("user", "assistant", "attachment", "cost-state", "later");
    fc.assert(
      fc.property(types, fc.jsonValue(), fc.jsonValue(), (type, message, timestamp) => {
        readRow({ type, message, timestamp, attachment: message, toolUseResult: message });
        readRow(message);
      }),
    );
  });
});
