// Redaction: placeholders where values were, the same shape, and every line still a line.
import { describe, expect, it } from "vitest";
import { isSecret } from "#guard/content/detection/finding.ts";
import { redactJson, redactText } from "#guard/content/redact.ts";
import { PLACEHOLDER } from "#guard/content/detection/withheld.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";

const ID = "AKIAFAKE0NOT1A2REAL3";
const PASSWORD = "kT9wQz4mVx7Lp2RbN8sd";
const PIECE = "VGhpcyBpcyBubyBrZXkuIEl0IGlzIGEgdGV4dCB0aGF0IGEgdGVzdCBob2xkcyBz";
/** A mark that is as long as a real one, of the value's length. */
const options = {
  isWithheld: isSecret,
  mark: (value: string) => `AAAAAA${[..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"][value.length % 26]}A`,
};
const own = (text: string) => `[[SP:aws-access-key-id:${options.mark(text)}]]`;

describe("an answer in the shape of its tool", () => {
  it.each<readonly [string, Json, Json]>([
    [
      "Bash",
      { stdout: `id ${ID}\n`, stderr: "", interrupted: false },
      { stdout: `id ${own(ID)}\n`, stderr: "", interrupted: false },
    ],
    [
      "Read",
      { type: "text", file: { filePath: "/p/a.txt", content: `a\n${ID}\nb`, numLines: 3 } },
      { type: "text", file: { filePath: "/p/a.txt", content: `a\n${own(ID)}\nb`, numLines: 3 } },
    ],
    [
      "Edit",
      { originalFile: ID, structuredPatch: [{ lines: ["-a", `+${ID}`, " c"] }] },
      { originalFile: own(ID), structuredPatch: [{ lines: ["-a", `+${own(ID)}`, " c"] }] },
    ],
    [
      "MCP",
      [
        { type: "text", text: `x ${ID}` },
        { type: "image", data: "aGk=" },
      ],
      [
        { type: "text", text: `x ${own(ID)}` },
        { type: "image", data: "aGk=" },
      ],
    ],
    [
      "a tool that nobody knows",
      { a: [{ b: { c: ID } }], n: 1, z: null },
      { a: [{ b: { c: own(ID) } }], n: 1, z: null },
    ],
  ])("%s", (_, given, wanted) => {
    const { value, marks } = redactJson(given, options);
    expect(value).toEqual(wanted);
    expect(marks.length).toBeGreaterThan(0);
  });
  it("a value is known by its name in a structure", () => {
    const { value } = redactJson({ client_secret: PASSWORD, title: "x" }, options);
    expect(JSON.stringify(value)).not.toContain(PASSWORD);
    expect(value).toMatchObject({ title: "x" });
  });
  it("a key over several lines of a list leaves as many lines", () => {
    const lines = [
      " a",
      "+-----BEGIN PRIVATE KEY-----",
      `+${PIECE}`,
      `+${PIECE}`,
      "+-----END PRIVATE KEY-----",
      " b",
    ];
    const { value } = redactJson({ lines }, options);
    const text = JSON.stringify(value);
    expect(text).not.toContain(PIECE.slice(4, 40));
    expect((value as { lines: string[] }).lines).toHaveLength(lines.length);
    expect((value as { lines: string[] }).lines.at(-1)).toBe(" b");
  });
  it("what holds nothing is given back as it is", () => {
    const given = { stdout: "hello", list: ["a", "b"] };
    expect(redactJson(given, options).value).toBe(given);
  });
});

it("a placeholder is no value: what was redacted once stays as it is", () => {
  const once = redactText(`password=${PASSWORD}\nid=${ID}`, "stdout", options).value;
  expect(once.match(PLACEHOLDER)).toHaveLength(2);
  expect(redactText(once, "stdout", options).value).toBe(once);
});
