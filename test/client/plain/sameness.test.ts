// What counts as the same result of a call, and how days are written.
import { describe, expect, it } from "vitest";
import { allPlainDays, dayOf } from "./day-text.ts";
import { firstDifference } from "./sameness.ts";

const ok = (text: string) => ({ text, isError: false });

describe("two results", () => {
  it.each([
    ["hashes", "[main 1a2b3c4] Fix", "[main 9f8e7d6] Fix"],
    ["a hash of digits alone", "1234567 Fix", "a1b2c3d Fix"],
    ["times", "at 2026-01-02T03:04:05Z, 12 ms", "at 2026-02-03 04:05:06, 1.5 s"],
    [
      "what npm logged",
      "in: /h/.npm/_logs/2026-11-30T23_17_20_293Z-debug-0.log",
      "in: /h/.npm/_logs/2026-12-01T03_21_03_490Z-debug-0.log",
    ],
    ["temporary names", "/tmp/tmp.AbCdEf1234", "/tmp/tmp.Xy98ZwVu12"],
    [
      "what was run",
      "[Inferior 1 (process 71) exited]\n==71== ok",
      "[Inferior 1 (process 9) exited]\n==9== ok",
    ],
    ["a process that broke off", "bash: line 1: 71 Killed  x", "bash: line 1:  9 Killed  x"],
    ["an address", "words=0x7fffffffe688", "words=0x7fffffffe678"],
    ["a kept result", "saved to: /a/tool-results/b2ujq.txt", "saved to: /a/tool-results/x9wqp.txt"],
    ["the order of a directory", "b.txt\na.txt", "a.txt\nb.txt"],
    [
      "the order of what was read before",
      "[This command modified 2 files you've previously read: main.tf, a/b.yaml. Call Read]",
      "[This command modified 2 files you've previously read: a/b.yaml, main.tf. Call Read]",
    ],
  ])("are the same but for %s", (_, one, other) => {
    expect(firstDifference(ok(one), ok(other))).toBeUndefined();
  });
  it.each([
    ["a word", "nothing to commit", "Changes not staged"],
    ["a line more", "a", "a\nb"],
    ["a short number", "5 files", "6 files"],
    ["another path", "/tmp/build/out", "/tmp/other/out"],
  ])("differ by %s", (_, one, other) => {
    expect(firstDifference(ok(one), ok(other))).toContain(" -> ");
  });
  it("differ where one is an error", () => {
    expect(firstDifference(ok("x"), { text: "x", isError: true })).toBe("no error -> an error");
  });
});

describe("a day", () => {
  it("is read with its calls, scripts and needs", () => {
    const day = dayOf(
      "a",
      "# A title\nkind: node\nneeds: node git\n\n## home\nx\n\n## project\ny\n\n## calls\n$ ls¶pwd\nE a.ts => one => two\nW b.ts => () => 1\n! pwd\n",
    );
    expect(day).toMatchObject({ title: "A title", kind: "node", needs: ["node", "git"] });
    expect(day.calls.map((call) => (call.by === "model" ? call.use.input : call.command))).toEqual([
      { command: "ls\npwd" },
      { file_path: "<project>/a.ts", old_string: "one", new_string: "two" },
      { file_path: "<project>/b.ts", content: "() => 1" },
      "pwd",
    ]);
  });
  it.each([
    ["no title", "kind: node\n\n## calls\n$ ls\n"],
    ["no calls", "# A\n\n## home\nx\n"],
    ["an unknown section", "# A\n\n## other\nx\n\n## calls\n$ ls\n"],
    ["an unknown call", "# A\n\n## calls\n? ls\n"],
  ])("is refused with %s", (_, text) => {
    expect(() => dayOf("a", text)).toThrow(/^a: /);
  });
  it("of each of those that are written has forty calls and more", () => {
    const days = allPlainDays();
    expect(days.length).toBeGreaterThanOrEqual(11);
    for (const { id, calls } of days) expect([id, calls.length >= 40]).toEqual([id, true]);
  });
});
