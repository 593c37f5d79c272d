// What a person cut off: names that are none are refused, a damaged list lets nothing run, rules are those of the list.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isName, openBlocks } from "#surface/services/incidents/blocks.ts";

const room = mkdtempSync(join(tmpdir(), "sallyport-blocks-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));
let count = 0;
const open = () => {
  count += 1;
  const blocksFile = join(room, `${count}.json`);
  return { blocks: openBlocks({ blocksFile }), blocksFile };
};
const of = (kind: "host" | "server" | "tool" | "exception" | "project", name: string) => ({
  kind,
  name,
  by: "ada",
  reason: "incident",
  atMs: 1,
});

describe("names", () => {
  it.each([
    ["host", "drop.example", true],
    ["host", "10.0.0.7", true],
    ["host", "fd00::1", true],
    ["host", "https://drop.example", false],
    ["host", "*.example", false],
    ["host", "a b", false],
    ["host", "", false],
    ["server", "tracker", true],
    ["server", "*", false],
    ["server", "a/b", false],
    ["tool", "mcp__tracker__comment", true],
    ["tool", "mcp__*", false],
    ["exception", "01k7zq", true],
    ["exception", "../x", false],
    ["project", "/srv/shop", true],
    ["project", "srv/shop", false],
    ["project", "/srv/../etc", false],
  ] as const)("%s %s", (kind, name, isOne) => {
    expect(isName(kind, name)).toBe(isOne);
    const { blocks } = open();
    if (!isOne) expect(() => blocks.add(of(kind, name))).toThrow(/no name of a/);
  });
});

describe("the list", () => {
  it("makes rules that deny, in the person's layer, and none when it is empty", () => {
    const { blocks } = open();
    expect(blocks.policy()).toBeUndefined();
    const { id } = blocks.add(of("host", "Drop.Example"));
    blocks.add(of("server", "tracker"));
    const policy = blocks.policy();
    expect(policy).toMatchObject({ layer: "user", automaticApproval: true });
    expect(policy?.rules.map(({ verdict }) => verdict)).toEqual(["deny", "deny", "deny"]);
    expect(policy?.rules[0]?.when.hosts).toEqual(["drop.example", "*.drop.example"]);
    expect(blocks.remove(id)?.name).toBe("drop.example");
    expect(blocks.policy()?.rules.map(({ when }) => when.mcp)).toEqual([["tracker"]]);
    expect(blocks.remove(id)).toBeUndefined();
  });

  it("has a name once, and is seen by who opened it before", () => {
    const { blocks, blocksFile } = open();
    const other = openBlocks({ blocksFile });
    expect(other.all()).toEqual([]);
    const first = blocks.add(of("host", "drop.example"));
    expect(blocks.add(of("host", "drop.example")).id).toBe(first.id);
    expect(other.all()).toHaveLength(1);
  });

  it("asks instead where a person said so, and each time", () => {
    const { blocks } = open();
    blocks.add({ ...of("tool", "WebFetch"), asks: true });
    expect(blocks.policy()?.rules).toMatchObject([
      { verdict: "ask", remembered: false, when: { tools: ["WebFetch"] } },
    ]);
  });

  it("names packs for a project and what lies below, and exceptions that do not count, without a rule", () => {
    const { blocks } = open();
    blocks.add({ ...of("project", "/srv/shop"), pack: "tier-regulated" });
    blocks.add(of("exception", "01k7zq"));
    expect(blocks.policy()).toBeUndefined();
    expect(blocks.packsOf("/srv/shop/api")).toEqual(["tier-regulated"]);
    expect(blocks.packsOf("/srv/shopping")).toEqual([]);
    expect([blocks.suspends("01k7zq"), blocks.suspends("01k7")]).toEqual([true, false]);
  });

  it("takes no project without a pack, no host with one, and no exception that is asked about", () => {
    const { blocks } = open();
    expect(() => blocks.add(of("project", "/srv/shop"))).toThrow(/needs the pack/);
    expect(() => blocks.add({ ...of("host", "a.example"), pack: "team" })).toThrow(
      /needs the pack/,
    );
    expect(() => blocks.add({ ...of("exception", "x"), asks: true })).toThrow(/asked about/);
  });

  it.each([
    ["no JSON", "{"],
    ["another version", '{"version":2,"blocks":[]}'],
    [
      "a name that is none",
      JSON.stringify({ version: 1, blocks: [{ ...of("host", "*"), id: "0".repeat(16) }] }),
    ],
  ])("lets nothing run where it is %s", (_, text) => {
    const { blocks, blocksFile } = open();
    writeFileSync(blocksFile, text);
    expect(() => blocks.policy()).toThrow(/every call is refused/);
    expect(() => blocks.add(of("host", "drop.example"))).toThrow(/every call is refused/);
  });
});
