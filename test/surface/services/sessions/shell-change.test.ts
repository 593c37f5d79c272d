// The shell's snapshot between two calls: altered and removed ones are told, other sessions' files are not.
import { describe, expect, it } from "vitest";
import { rememberShell } from "#surface/services/sessions/shell-change.ts";

const files = (entries: Record<string, string>) => new Map(Object.entries(entries));
type Row = [string, Record<string, string>, Record<string, string>, string | undefined];

describe("between two calls", () => {
  it.each<Row>([
    ["there is none yet", {}, {}, undefined],
    ["the first one comes", {}, { a: "1" }, undefined],
    ["it stays", { a: "1" }, { a: "1" }, undefined],
    ["it is altered", { a: "1" }, { a: "2" }, "changed"],
    ["it is altered beside another", { a: "1", b: "1" }, { a: "2", b: "1" }, "changed"],
    ["that of another session comes", { a: "1" }, { a: "1", b: "1" }, undefined],
    ["that of another session goes", { a: "1", b: "1" }, { a: "1" }, undefined],
    ["the last one goes", { a: "1" }, {}, "gone"],
  ])("%s", (_, before, now, change) => {
    expect(rememberShell(files(before), files(now)).change).toBe(change);
  });
  it("a file that was away for a call is still known, and each change is told once", () => {
    const first = rememberShell(files({ a: "1", b: "1" }), files({ b: "1" }));
    const second = rememberShell(first.files, files({ a: "2", b: "1" }));
    expect(second.change).toBe("changed");
    expect(rememberShell(second.files, files({ a: "2", b: "1" })).change).toBeUndefined();
    expect(
      rememberShell(rememberShell(files({ a: "1" }), files({})).files, files({})).change,
    ).toBeUndefined();
  });
  it("no more files are remembered than a few", () => {
    const many = files(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, "1"])));
    expect(rememberShell(files({}), many).files.size).toBeLessThanOrEqual(16);
  });
});
