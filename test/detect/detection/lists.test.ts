// Lists that detections ask by name: what an entry stands for, what a site may add, and that a slip is refused at its place.
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { parseDetection } from "#detect/detection/compile.ts";
import { withSealedFields } from "#detect/detection/fields.ts";
import { extendLists, LISTS_CHARS_MAX, listTest, parseLists } from "#detect/detection/lists.ts";
import type { JsonObject } from "#record/log/leaf.ts";

const SHIPPED = `title: X
id: lists
lists:
  hosts: { form: host, about: x, values: [github.com] }
  places: { form: path, about: x, values: [] }
  names: { form: name, about: x, values: [Tracker] }
`;
const shipped = parseLists(SHIPPED, "lists.yml");
const failureOf = (act: () => unknown): Failure => {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("was accepted");
};

describe("an entry stands for", () => {
  const holds = (form: "host" | "path" | "name", values: readonly string[], value: string) =>
    listTest({ form, about: "x", values })(value);
  it.each([
    ["the host", "host", ["a.example"], "A.example", true],
    ["hosts below it", "host", ["a.example"], "x.y.a.example", true],
    ["no host that ends alike", "host", ["a.example"], "eva.example", false],
    ["no host in front", "host", ["a.example"], "a.example.evil.example", false],
    ["the place", "path", ["/srv/a"], "/srv/a", true],
    ["what is below it", "path", ["/srv/a"], "/srv/a/b", true],
    ["no place that begins alike", "path", ["/srv/a"], "/srv/ab", false],
    ["no place in other letters", "path", ["/srv/a"], "/srv/A", false],
    ["the name in other letters", "name", ["Tracker"], "tracker", true],
    ["no part of a name", "name", ["Tracker"], "tracker2", false],
    ["nothing where the list is empty", "host", [], "a.example", false],
  ] as const)("%s", (_, form, values, value, expected) => {
    expect(holds(form, values, value)).toBe(expected);
  });
});

describe("a site's own file", () => {
  it("adds to a list that ships, and takes nothing away", () => {
    const lists = extendLists(
      shipped,
      "lists: { hosts: [corp.example], places: [/srv/a] }\n",
      "s.yml",
    );
    expect(lists.get("hosts")?.values).toEqual(["github.com", "corp.example"]);
    expect(lists.get("names")?.values).toEqual(["Tracker"]);
    expect(shipped.get("hosts")?.values).toEqual(["github.com"]);
  });
  it("brings lists of its own", () => {
    const text = "lists:\n  mine: { form: name, about: ours, values: [a] }\n";
    expect(extendLists(shipped, text, "s.yml").get("mine")?.values).toEqual(["a"]);
  });
  it.each([
    ["a slip in a name", "lists: { host: [a.example] }\n", /no list `host`/, 1],
    [
      "a list that ships, made anew",
      "lists:\n  hosts: { form: host, about: x, values: [] }\n",
      /`hosts` ships/,
      2,
    ],
    ["a host with a scheme", "lists:\n  hosts:\n    - https://a.example\n", /is no host/, 3],
    ["a top level", "lists:\n  hosts: [com]\n", /every host below/, 2],
    ["a wildcard", 'lists:\n  hosts: ["*.a.example"]\n', /wildcard/, 2],
    ["a leading dot", "lists:\n  hosts: [.a.example]\n", /is no host/, 2],
    ["the root", "lists:\n  places: [/]\n", /absolute path below the root/, 2],
    ["a place that is not clean", "lists:\n  places: [/srv/../etc]\n", /clean path/, 2],
    ["a relative place", "lists:\n  places: [srv]\n", /absolute path/, 2],
    ["an empty entry", 'lists:\n  names: [""]\n', /1 to 240/, 2],
    ["numbers", "lists:\n  names: [3]\n", /a list of texts/, 2],
    ["another member", "list: {}\n", /list/, 1],
  ])("refuses %s at its line", (_, text, says, line) => {
    const failure = failureOf(() => extendLists(shipped, text, "s.yml"));
    expect(failure.message).toMatch(says);
    expect(failure.at).toMatchObject({ file: "s.yml", line });
  });
  it("that is too large is refused unread, and so are too many entries", () => {
    const large = failureOf(() => extendLists(shipped, "#".repeat(LISTS_CHARS_MAX + 1), "s.yml"));
    expect(large.message).toContain("larger");
    const many = Array.from({ length: 5_000 }, (__, at) => `n${at}`).join(", ");
    expect(
      failureOf(() => extendLists(shipped, `lists: { names: [${many}] }\n`, "s.yml")).message,
    ).toContain("4096");
  });
});

describe("a detection asks a list", () => {
  const ask = (search: string, event: JsonObject, sealed?: JsonObject) => {
    const detection = parseDetection(
      `title: X
id: be3262bf-8d0f-5151-95d9-231ed393d98c
status: test
description: x
date: 2026-03-01
tags: []
logsource: { product: sallyport }
falsepositives: [x]
level: low
detection: { s: ${search}, condition: s }
${search.includes("sealed.") ? "requires: key\n" : ""}`,
      "x.yml",
      "a/x",
      shipped,
    );
    return detection.matches(withSealedFields(event, { sealed, isForged: false }));
  };
  const hosts = (...names: string[]) => ({ readable: { hosts: names } });
  it.each<readonly [string, string, JsonObject | undefined, boolean]>([
    ["a host that is on it", '{ sealed.hosts|expand: "%hosts%" }', hosts("github.com"), true],
    ["one of two", '{ sealed.hosts|expand: "%hosts%" }', hosts("a.example", "github.com"), true],
    [
      "some host beside it",
      '{ sealed.hosts|neq|expand: "%hosts%" }',
      hosts("a.example", "github.com"),
      true,
    ],
    ["no host beside it", '{ sealed.hosts|neq|expand: "%hosts%" }', hosts("api.github.com"), false],
    ["nothing to say", '{ sealed.hosts|neq|expand: "%hosts%" }', undefined, false],
    ["two lists", '{ sealed.hosts|expand: ["%names%", "%hosts%"] }', hosts("github.com"), true],
    ["an empty list", '{ sealed.cwd|neq|expand: "%places%" }', { cwd: "/a" }, true],
    ["where it is", "{ sealed.cwd: /A }", { cwd: "/a" }, true],
    ["what a key opened is whole", "{ sealed.forged: true }", undefined, false],
  ])("%s", (_, search, sealed, expected) => {
    expect(ask(search, { kind: "decision" }, sealed)).toBe(expected);
  });
  it("never by what an event says of itself in clear", () => {
    expect(ask("{ sealed.forged: true }", { kind: "decision", sealed: { forged: true } })).toBe(
      false,
    );
  });
  it.each<readonly [string, string, JsonObject, boolean]>([
    [
      "all of a list",
      "{ effects|contains|all: [read, egress] }",
      { effects: { "read/a": 1, "egress/b": 1 } },
      true,
    ],
    [
      "not all of a list",
      "{ effects|contains|all: [read, egress] }",
      { effects: { "read/a": 1 } },
      false,
    ],
    ["another value", "{ rules|neq: a }", { rules: ["a", "b"] }, true],
    ["no other value", "{ rules|neq: [a, b] }", { rules: ["a", "B"] }, false],
    ["some text beside a part", "{ rules|startswith|neq: x }", { rules: ["xa", "y"] }, true],
    ["a field that is there", "{ doubts|exists: true }", { doubts: ["replayed"] }, true],
    ["a field that is not", "{ doubts|exists: false }", { doubts: ["replayed"] }, false],
    [
      "a field of a list of maps",
      "{ mods.agreed: false }",
      { mods: [{ agreed: true }, { agreed: false }] },
      true,
    ],
    ["a field with a map of numbers", "{ sizes.tokens|gt: 5 }", { sizes: { tokens: 6 } }, true],
  ])("modifiers: %s", (_, search, event, expected) => {
    expect(ask(search, event)).toBe(expected);
  });
});
