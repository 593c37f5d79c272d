// Differences between two lists of observed behaviour are found, counted and held against the list of intended ones.
import { describe, expect, it } from "vitest";
import { type Behavior, settledBehavior } from "./behavior.ts";
import { countsByKind, differencesOf, excerpt, readIntended, unintended } from "./differences.ts";

const one = (id: string, parts: Readonly<Record<string, string>>): Behavior => ({
  kind: "graded",
  id,
  shown: id,
  parts,
});
const partsOf = (found: ReturnType<typeof differencesOf>) =>
  found.map(({ id, part }) => `${id} ${part}`);

describe("differences", () => {
  it("are none between equal lists, in whatever order", () => {
    const list = [one("a", { verdict: "ask" }), one("b", { verdict: "deny" })];
    expect(differencesOf(list, list.toReversed())).toEqual([]);
  });
  it("are found in each part, in a part that is new or gone, and in cases of one side", () => {
    const before = [
      one("same", { verdict: "ask" }),
      one("other", { verdict: "ask", rule: "r", gone: "x" }),
      one("only-before", { verdict: "ask" }),
    ];
    const after = [
      one("only-after", { verdict: "ask" }),
      one("other", { verdict: "deny", rule: "r", added: "y" }),
      one("same", { verdict: "ask" }),
    ];
    const found = differencesOf(before, after);
    expect(partsOf(found)).toEqual([
      ...["other verdict", "other gone", "other added", "only-before case", "only-after case"],
    ]);
    expect(countsByKind(found)).toEqual([
      { kind: "graded", cases: 3, parts: ["case 2", "verdict 1", "gone 1", "added 1"] },
    ]);
  });
  it("are found in the second of two cases of one id", () => {
    const before = [one("a", { verdict: "ask" }), one("a", { verdict: "ask" })];
    const after = [one("a", { verdict: "ask" }), one("a", { verdict: "deny" })];
    expect(differencesOf(before, after)).toHaveLength(1);
    expect(differencesOf(before, after.slice(0, 1))).toHaveLength(1);
  });
  it("are shown by the first line that differs, from shortly before its place", () => {
    const long = "x".repeat(300);
    const [found] = differencesOf(
      [one("a", { text: `same\n${long} before\n` })],
      [one("a", { text: `same\n${long} after\n` })],
    );
    if (found === undefined) throw new Error("no difference was found");
    const [left, right] = excerpt(found);
    expect([left.endsWith(" before"), right.endsWith(" after")]).toEqual([true, true]);
    expect(left.length).toBeLessThan(100);
  });
});

describe("the list of intended differences", () => {
  const differences = differencesOf(
    [one("red/a/1", { verdict: "ask", text: "x" }), one("red/b/2", { verdict: "ask" })],
    [one("red/a/1", { verdict: "deny", text: "y" }), one("red/b/2", { verdict: "deny" })],
  );
  const why = "a hole that was closed";
  it("takes out what it names, by id and part", () => {
    const named = readIntended([{ kind: "graded", id: "red/a/*", parts: ["verdict"], why }]);
    expect(partsOf(unintended(differences, named).left)).toEqual([
      "red/a/1 text",
      "red/b/2 verdict",
    ]);
    const all = readIntended([{ kind: "graded", id: "red/*", why }]);
    expect(unintended(differences, all)).toEqual({ left: [], idle: [] });
  });
  it("is at fault where an entry names nothing that differs", () => {
    const entries = readIntended([
      { kind: "hook", id: "red/*", why },
      { kind: "graded", id: "red/?/1", why },
    ]);
    const { left, idle } = unintended(differences, entries);
    expect([left.length, idle.length]).toEqual([3, 2]);
  });
  it("may be empty, and says where it is not well formed", () => {
    expect(readIntended(null)).toEqual([]);
    expect(() => readIntended([{ kind: "graded", id: "a", why: "no" }])).toThrow("`0.why`");
    expect(() => readIntended([{ kind: "nosuch", id: "a", why }])).toThrow("`0.kind`");
  });
});

describe("what is kept of a case", () => {
  const observed = { kind: "graded", id: "a", shown: "cat /p/x" } as const;
  it("names places in place of paths that differ from run to run", () => {
    const kept = settledBehavior({ ...observed, parts: { text: "reads /p/x" } }, [
      ["/p", "<project>"],
    ]);
    expect([kept.shown, kept.parts["text"]]).toEqual(["cat <project>/x", "reads <project>/x"]);
  });
  it("holds no word of a sealed case, and still tells two apart", () => {
    const sealed = (text: string) =>
      settledBehavior({ ...observed, parts: { text }, isSealed: true }, [["/p", "<project>"]]);
    const kept = JSON.stringify(sealed("reads canary"));
    expect(kept).not.toMatch(/canary|cat/);
    expect(sealed("reads canary")).not.toEqual(sealed("reads other"));
    expect(sealed("reads /p/x")).toEqual(sealed("reads <project>/x"));
  });
  it("bounds long texts and tells two apart that differ behind the bound", () => {
    const long = (end: string) =>
      settledBehavior({ ...observed, parts: { text: "x".repeat(10_000) + end } }, []).parts["text"];
    expect(long("a")?.length).toBeLessThan(5000);
    expect(long("a")).not.toBe(long("b"));
  });
});
