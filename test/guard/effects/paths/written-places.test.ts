// What a session wrote: places of effects, asking about a path, and a memory that never forgets towards the mild side.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Effect } from "#guard/vocabulary/effect.ts";
import {
  parentPlace,
  placesNamed,
  rememberWritten,
  wasWritten,
  writtenPlaces,
} from "#guard/effects/paths/written-places.ts";

type Write = Extract<Effect, { kind: "write" }>;
const write = (
  target: Write["target"],
  mode: Write["mode"] = "create",
  via: readonly string[] = [],
): Effect => ({ kind: "write", target, mode, via, at: undefined });
const path = (real: string, reach: "entry" | "tree" = "entry"): Write["target"] => ({
  kind: "path",
  path: real,
  real,
  reach,
});

describe("what effects leave written", () => {
  test.each<[string, readonly string[], readonly Effect[]]>([
    ["a file", ["/p/a"], [write(path("/p/a"))]],
    ["a tree", ["/p/a", "/p/a/"], [write(path("/p/a", "tree"))]],
    ["a pattern", ["/p/a/"], [write({ kind: "pattern", path: "/p/a/*.sh", reach: "entry" })]],
    ["somewhere below", ["/p/b/"], [write({ kind: "unresolved", within: "/p/b", reach: "entry" })]],
    ["anywhere", ["/p/"], [write({ kind: "unresolved", within: undefined, reach: "entry" })]],
    ["what version control puts back", [], [write(path("/p", "tree"), "tracked")]],
    [
      "what was put into another form",
      [],
      [write(path("/p", "tree"), "change", ["npx", "prettier"])],
    ],
    ["a patch", ["/p", "/p/"], [write(path("/p", "tree"), "change", ["patch"])]],
    [
      "packages that were installed",
      [],
      [
        write(path("/p/node_modules", "tree")),
        {
          kind: "install",
          manager: "npm",
          packages: ["x"],
          via: [],
          at: undefined,
        } as unknown as Effect,
      ],
    ],
    [
      "configuration of git",
      ["/p/.git/config"],
      [{ kind: "persist", means: "git-execution", target: undefined, via: [], at: undefined }],
    ],
  ])("%s", (_name, places, effects) => {
    expect(writtenPlaces(effects, "/p")).toEqual(places);
  });

  test("a tool without a shape may write the files that it is given by name, and no others", () => {
    const input = {
      kind: "mcp",
      server: "s",
      tool: "t",
      input: {
        path: "a.sh",
        text: "b.sh",
        edits: [{ file: "/q/c" }],
        uri: "file:///q/d",
        url: "x",
      },
    } as const;
    const call = { id: "", tool: "mcp__s__t", cwd: "/p", input };
    expect(placesNamed(call)).toEqual(["/p/a.sh", "/q/c", "/q/d"]);
    expect(placesNamed({ ...call, tool: "Read", input: { kind: "read", path: "/p/a" } })).toEqual(
      [],
    );
  });
});

test("a path was written when it, or a directory above it, is a place", () => {
  const written = new Set(["/p/a", "/p/d/"]);
  for (const one of ["/p/a", "/p/d/x", "/p/d/x/y"]) expect(wasWritten(written, one)).toBe(true);
  for (const one of ["/p/a/b", "/p", "/p/d", "/p/dd", "/q"])
    expect(wasWritten(written, one)).toBe(false);
  expect(wasWritten(new Set(["/"]), "/x/y")).toBe(true);
});

test("the directory of a place", () => {
  expect(["/p/a", "/p/a/", "/p", "/"].map(parentPlace)).toEqual(["/p/", "/p/", "/", "/"]);
});

test("a memory that is full still knows every file that was ever written", () => {
  const part = fc.constantFrom("a", "b", "c");
  const file = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
  fc.assert(
    fc.property(fc.array(file, { maxLength: 40 }), fc.integer({ min: 1, max: 8 }), (files, max) => {
      const written = new Set<string>();
      for (const one of files) rememberWritten(written, one, max);
      expect(written.size).toBeLessThanOrEqual(max);
      for (const one of files) expect(wasWritten(written, one)).toBe(true);
    }),
  );
});
