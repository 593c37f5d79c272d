// Searching what calls said: by words, hosts, paths, branches, packages and servers, over keyed stand-ins.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { meets } from "#record/index/filter.ts";
import { parseFilter } from "#record/index/filter-parse.ts";
import { indexedEvent } from "#record/index/indexed-event.ts";
import { readableWords, type StandIn, standInUnder } from "#record/index/readable-words.ts";
import type { JsonObject } from "#record/log/leaf.ts";
import { makeEventId } from "#record/log/leaf.ts";

const standIn = standInUnder((_, text) =>
  createHmac("sha256", "k").update(text).digest("hex").toUpperCase(),
);
const names = {
  pseudonyms: () => [],
  wordDigest: (text: string) => standIn(text).slice(0, 8),
  standIn,
  ranDigest: (name: string) => `D${standIn(name)}`,
};
const ran = ["git", "frobnicate"].map((name) => `D${standIn(name)}`);
const readable = {
  text: "git push --force origin main && cp Übung.txt ~/notes",
  reads: ["src/shop/app.ts", "~/.npmrc"],
  changes: ["/etc/hosts"],
  hosts: ["api.github.com", "10.0.0.7"],
  remotes: ["origin", "https://git.acme.example/shop.git"],
  branches: ["feature/cart", "main"],
  packages: ["@acme/ui@1.2.3", "left-pad", "requests==2.1"],
  servers: ["tracker"],
};

function isFound(filter: string, known: StandIn | null = standIn): boolean {
  const leaf = {
    id: makeEventId(0, new Uint8Array(10)),
    timeMs: 0,
    metadata: { kind: "decision" },
  };
  const opened = {
    user: undefined,
    command: "git push",
    readable: readableWords({ readable, ran }, standIn),
  };
  const parsed = parseFilter(filter, {
    nowMs: 0,
    names: { ...names, standIn: known ?? undefined },
  });
  return meets(indexedEvent(0, leaf, opened), parsed);
}

describe("a filter", () => {
  it.each([
    'text:"git push --force"',
    'text:"push --force origin main"',
    "text:--force",
    "--force",
    "text:push",
    "program:frobnicate",
    "program:terraform,frobnicate",
    "origin",
    "text:übung",
    "text:NOTES",
    "host:github.com",
    "host:api.github.com",
    "host:10.0.0.7",
    "host:*",
    "path:app.ts",
    "path:shop/app.ts",
    "path:src",
    "path:src/shop/",
    "path:./src/shop/app.ts",
    "path:/etc/hosts",
    "path:hosts",
    "path:~/.npmrc",
    "path:APP.TS",
    "branch:main",
    "branch:cart",
    "branch:feature/cart",
    "remote:origin",
    "remote:https://git.acme.example/shop.git",
    "package:left-pad",
    "package:@acme/ui",
    "package:requests",
    "mcp:tracker",
    "mcp:*",
    "host:gitlab.com,github.com",
    "path:app.ts host:github.com",
    "-host:gitlab.com",
  ])("%s finds it", (filter) => {
    expect(isFound(filter)).toBe(true);
  });

  it.each([
    'text:"push git"',
    "text:pus",
    "text:--force-with-lease",
    "program:frob*",
    "program:npm",
    "host:hub.com",
    "host:api.github",
    "host:com.github",
    "path:app",
    "path:shop/src",
    "path:/src/shop/app.ts",
    "path:hosts/.npmrc",
    "branch:feature",
    "branch:mai",
    "remote:upstream",
    "package:acme/ui",
    "package:left",
    "mcp:track",
    // A host is no path, and a word of the text is no name.
    "path:github.com",
    "host:origin",
  ])("%s does not", (filter) => {
    expect(isFound(filter)).toBe(false);
  });

  it("says that names are sealed where the key is not here, and that they have no beginning", () => {
    expect(() => isFound("host:github.com", null)).toThrow("the key of this log is not here");
    expect(() => isFound("path:app*")).toThrow("have no beginning");
    expect(() => isFound("host:.")).toThrow("cannot be searched for");
    expect(isFound('text:"git push"', null)).toBe(true);
  });
});

describe("stand-ins", () => {
  it("hold no word of the text, and are bounded", () => {
    const words = readableWords({ readable }, standIn).join(" ");
    expect(words).not.toMatch(/git|push|github|app|hosts|left|acme|tracker|main/);
    const many = { text: "word ".repeat(50_000), reads: Array(5_000).fill("a/b/c/d") };
    expect(readableWords({ readable: many }, standIn).length).toBeLessThan(1_100);
  });

  it.each([undefined, null, 7, [], { text: 7, reads: "x" }, { hosts: [7, null] }])(
    "are none for what is no readable part: %j",
    (odd) => {
      expect(readableWords({ readable: odd } as unknown as JsonObject, standIn)).toEqual([]);
    },
  );
});
