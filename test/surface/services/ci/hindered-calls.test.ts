// Calls that a run was allowed by name and that did not run: told from the client's events, its denials and the guard's record.
import { describe, expect, it } from "vitest";
import { clientEnding } from "#surface/services/ci/client-ending.ts";
import { hinderedCalls } from "#surface/services/ci/hindered-calls.ts";

const NO_SANDBOX = "Exit code 1\nbwrap: Can't mkdir parents for /proc/1/environ: No such file";
const lines = (...events: readonly object[]) =>
  events.map((event) => JSON.stringify(event)).join("\n");
const call = (id: string, name: string, input: object) => ({
  type: "assistant",
  message: { content: [{ type: "tool_use", id, name, input }] },
});
const result = (id: string, content: unknown, isError = true) => ({
  type: "user",
  message: { content: [{ type: "tool_result", tool_use_id: id, is_error: isError, content }] },
});
const test = (id: string) => call(id, "Bash", { command: "npm test" });
const hindered = (
  output: string,
  refused: Readonly<Record<string, string>> = {},
  allow: readonly string[] = ["Edit", "Bash(npm test)"],
) =>
  hinderedCalls(clientEnding(output).calls, {
    refused: new Map(Object.entries(refused)),
    allow,
    directory: "/srv/shop",
  }).map(({ what, why }) => `${what}: ${why}`);

describe("a call that did not run", () => {
  it.each([
    ["a text", NO_SANDBOX],
    ["blocks", [{ type: "text", text: NO_SANDBOX }]],
  ])("is told where its sandbox did not begin, as %s", (_, content) => {
    expect(hindered(lines(test("1"), result("1", content)))).toEqual([
      "npm test: bwrap: Can't mkdir parents for /proc/1/environ: No such file",
    ]);
  });
  it("is told where it was refused though a rule names it, and not where a rule names its tool alone", () => {
    const edit = call("2", "Edit", { file_path: "/srv/shop/.env" });
    const output = lines(test("1"), edit, call("3", "Bash", { command: "npm publish" }));
    expect(hindered(output, { 1: "a", 2: "b", 3: "c" })).toEqual(["npm test: a"]);
    expect(hindered(output, { 2: "b" }, ["Edit(src/**)"])).toEqual([]);
    expect(hindered(output, { 2: "b" }, ["Edit(**)"])).toEqual(["/srv/shop/.env: b"]);
  });
  it("is none where the same call ran at another time, failed by itself, or printed such words", () => {
    const again = lines(test("1"), result("1", NO_SANDBOX), test("2"), result("2", "ok", false));
    expect(hindered(again)).toEqual([]);
    expect(hindered(lines(test("1"), result("1", "Exit code 1\n1 test failed")))).toEqual([]);
    expect(hindered(lines(test("1"), result("1", `Exit code 1\nlog\n${NO_SANDBOX}`)))).toEqual([]);
  });
  it("is read from any text without a failure", () => {
    for (const output of [
      "",
      "{}",
      "null\n5",
      lines({ type: "user", message: 5 }, { type: "assistant" }),
    ])
      expect(hindered(output)).toEqual([]);
  });
});
