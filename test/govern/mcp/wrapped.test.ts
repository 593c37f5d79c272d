// Entries led through the gateway: who stands behind them, and that taking the gateway out gives the very same text.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import {
  edited,
  identityBehind,
  unwrapEdits,
  wordsThrough,
  wrapEdits,
} from "#govern/mcp/wrapped.ts";
import { memberOf, parseJsonText } from "#govern/settings/json-text.ts";

type Edits = typeof wrapEdits;

function changed(text: string, edits: Edits): string {
  const entry = memberOf(memberOf(parseJsonText(text, "file"), "mcpServers"), "one");
  if (entry === undefined) throw new Error("no entry");
  const found = edits(text, entry);
  if (found === "is so already") return text;
  if ("fault" in found) throw new Error(found.fault);
  return edited(text, found);
}

const file = (entry: string) => `{"mcpServers": {"one": ${entry}, "two": {"command": "x"}}}\n`;

describe("an entry is led through the gateway and back", () => {
  test.each([
    [
      '{ "command": "npx", "args": ["-y", "@acme/t@1.2.3"], "env": {"A": "${B}"} }',
      '{ "command": "sallyport", "args": ["mcp", "gateway", "--", "npx", "-y", "@acme/t@1.2.3"], "env": {"A": "${B}"} }',
    ],
    ['{"command":"x"}', '{"command":"sallyport", "args": [ "mcp", "gateway", "--", "x"]}'],
    ['{"command":"x","args":[]}', '{"command":"sallyport","args":["mcp", "gateway", "--", "x"]}'],
    [
      '{"type": "http", "url": "https://a.example/mcp", "headers": {"Authorization": "Bearer ${T}"}}',
      '{"type": "stdio", "command": "sallyport", "args": ["mcp", "gateway", "--url", "https://a.example/mcp"], "env": {"SALLYPORT_MCP_HEADER_Authorization": "Bearer ${T}"}}',
    ],
  ])("%s", (before, after) => {
    const wrapped = changed(file(before), wrapEdits);
    expect(wrapped).toBe(file(after));
    expect(changed(wrapped, wrapEdits)).toBe(wrapped);
    expect(changed(wrapped, unwrapEdits)).toBe(file(before));
  });

  test("however it is written", () => {
    const text = fc.string({ unit: "binary", maxLength: 12 }).map((one) => JSON.stringify(one));
    const gap = fc.constantFrom("", " ", "\n    ", "\r\n\t");
    const command = fc
      .tuple(gap, gap, text, fc.option(fc.array(text, { maxLength: 4 })))
      .map(
        ([a, b, word, words]) =>
          `{${a}"command"${b}:${a}${word}${b}${words === null ? "" : `,${a}"args"${b}:${b}[${a}${words.join(`${a},${b}`)}${b}]${a}`}}`,
      );
    const address = fc
      .tuple(gap, gap, text, fc.option(fc.uniqueArray(text, { maxLength: 3 })), fc.boolean())
      .map(
        ([a, b, word, names, isTyped]) =>
          `{${a}"url"${b}:${a}${word}${isTyped ? `${a},${b}"type"${b}:"http"` : ""}${names === null ? "" : `,"headers":${b}{${names.map((one) => `${a}${one}:${b}"v"`).join(",")}${a}}`}${b}}`,
      );
    fc.assert(
      fc.property(fc.oneof(command, address), (entry) => {
        const before = file(entry);
        expect(changed(changed(before, wrapEdits), unwrapEdits)).toBe(before);
      }),
    );
  });

  test.each([
    ['{"type":"sse","url":"https://a.example"}', "its type is `sse`"],
    ['{"url":"https://a.example","oauth":{}}', "`oauth` has no place"],
    ['{"command":"x","env":{"PATH":"/tmp"}}', "`PATH`"],
    ['{"command":7}', "form"],
    ['{"name":"x"}', "neither"],
  ])("not %s", (entry, why) => {
    expect(() => changed(file(entry), wrapEdits)).toThrow(why);
  });

  test("and what somebody wrote otherwise since is left to them", () => {
    const text = file('{"command": "sallyport", "args": ["mcp","gateway","--","x"]}');
    expect(() => changed(text, unwrapEdits)).toThrow("by hand");
  });
});

describe("who stands behind an entry", () => {
  const identities: readonly ServerIdentity[] = [
    { kind: "command", command: "npx", args: ["-y", "x"] },
    { kind: "url", url: "https://a.example/mcp" },
  ];
  test.each(identities)("is told by its words alone: $kind", (identity) => {
    const [command = "", ...args] = wordsThrough(identity);
    expect(identityBehind({ command, args }, ["TOKEN"])).toEqual(identity);
    for (const name of ["PATH", "NODE_OPTIONS", "SALLYPORT_DATA_HOME", "LD_PRELOAD"])
      expect(identityBehind({ command, args }, [name])).toBeUndefined();
    expect(identityBehind({ command: `/tmp/${command}`, args }, [])).toBeUndefined();
    const other = [...args.slice(0, 2), "--data", "/tmp/d", ...args.slice(2)];
    expect(identityBehind({ command, args: other }, [])).toBeUndefined();
  });
});
