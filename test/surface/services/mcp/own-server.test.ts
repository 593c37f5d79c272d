// Our own MCP server, known by what the client starts: its tools are not asked about, and nothing else passes for it.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KNOWLEDGE_TOOLS } from "#surface/cli/knowledge/tools.ts";
import type { ConfiguredServer } from "#surface/services/mcp/configured-servers.ts";
import { isOwnServer, OWN_TOOLS } from "#surface/services/mcp/own-server.ts";

let top = "";
const at = (...parts: string[]) => join(top, ...parts);
const put = (name: string, text: string) => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};
beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-own-")));
  for (const [root, name] of [
    ["lib/sallyport", "sallyport"],
    ["lib/other", "other"],
    ["p/node_modules/sallyport", "sallyport"],
  ]) {
    put(`${root}/package.json`, JSON.stringify({ name }));
    put(`${root}/dist/surface/cli/main.js`, "");
  }
  for (const [bin, to] of [
    ["bin", "lib/sallyport/dist/surface/cli/main.js"],
    ["otherbin", "lib/other/dist/surface/cli/main.js"],
    ["p/node_modules/.bin", "p/node_modules/sallyport/dist/surface/cli/main.js"],
  ] as const) {
    mkdirSync(at(bin), { recursive: true });
    symlinkSync(at(to), at(bin, "sallyport"));
  }
  put("scripts/sallyport", "#!/bin/sh\n");
  put("data/bin/sallyport", "#!/bin/sh\n");
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

type Words = readonly [string, ...string[]];
const server = ([command, ...args]: Words, given: readonly string[] = []): ConfiguredServer => ({
  name: "sallyport",
  from: "user",
  file: "/f",
  transport: "stdio",
  given,
  isBehindGateway: false,
  identity: { kind: "command", command, args },
  env: {},
  headers: {},
});
const isOwn = (words: Words, path: string | undefined = at("bin"), given?: readonly string[]) =>
  isOwnServer(server(words, given), { root: at("p"), data: at("data"), path });

test("the tools are those that the server has", () => {
  expect([...OWN_TOOLS].toSorted()).toEqual(KNOWLEDGE_TOOLS.map(({ name }) => name).toSorted());
});

describe("is ours", () => {
  test("by its name on the session's path, by its path, and by the shim of the data directory", () => {
    expect(isOwn(["sallyport", "mcp-server"])).toBe(true);
    expect(isOwn(["sallyport", "mcp-server"], `${at("none")}:${at("bin")}`)).toBe(true);
    expect(isOwn([at("bin/sallyport"), "mcp-server", "--project", "/x"], undefined)).toBe(true);
    expect(isOwn([at("data/bin/sallyport"), "mcp-server"], undefined)).toBe(true);
  });
});

describe("is not ours", () => {
  test.each<[string, () => boolean]>([
    ["another command of it", () => isOwn(["sallyport", "hook"])],
    ["a form that serves others", () => isOwn(["sallyport", "mcp-server", "--listen", "80"])],
    ["a flag in the place of a value", () => isOwn(["sallyport", "mcp-server", "--data", "--x"])],
    ["with variables", () => isOwn(["sallyport", "mcp-server"], at("bin"), ["NODE_OPTIONS"])],
    ["another package", () => isOwn(["sallyport", "mcp-server"], at("otherbin"))],
    ["a script of the name", () => isOwn(["sallyport", "mcp-server"], at("scripts"))],
    [
      "one that comes first",
      () => isOwn(["sallyport", "mcp-server"], `${at("scripts")}:${at("bin")}`),
    ],
    ["one of the repository", () => isOwn(["sallyport", "mcp-server"], at("p/node_modules/.bin"))],
    [
      "on a path that is not known",
      () =>
        isOwnServer(server(["sallyport", "mcp-server"]), {
          root: at("p"),
          data: at("data"),
          path: undefined,
        }),
    ],
    ["behind a relative folder", () => isOwn(["sallyport", "mcp-server"], `bin:${at("bin")}`)],
    ["by a relative path", () => isOwn(["./bin/sallyport", "mcp-server"])],
    ["another program's words", () => isOwn(["npx", "sallyport", "mcp-server"])],
  ])("%s", (_, answer) => {
    expect(answer()).toBe(false);
  });
  test("an address", () => {
    const one = { ...server(["x"]), identity: { kind: "url", url: "https://sallyport" } } as const;
    expect(isOwnServer(one, { root: at("p"), data: at("data"), path: at("bin") })).toBe(false);
  });
});
