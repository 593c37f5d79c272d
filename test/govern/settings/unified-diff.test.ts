// The diff that is shown before anything is written: empty for equal texts, and applying it gives the new text.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";

/** Applies the hunks of a diff to the old lines. */
function apply(before: string, diff: string): string {
  const old = before === "" ? [] : before.split("\n").slice(0, -1);
  const out: string[] = [];
  let at = 0;
  for (const line of diff.split("\n").slice(2, -1)) {
    const header = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(line);
    if (header) {
      const start = Number(header[1]) - (header[2] === "0" ? 0 : 1);
      while (at < start) out.push(old[at++] ?? "");
    } else if (line.startsWith("+")) out.push(line.slice(1));
    else if (line.startsWith("-")) at += 1;
    else {
      expect(line.slice(1)).toBe(old[at]);
      out.push(old[at++] ?? "");
    }
  }
  out.push(...old.slice(at));
  return out.map((line) => `${line}\n`).join("");
}

describe("unifiedDiff", () => {
  it("is empty for equal texts", () => {
    expect(unifiedDiff("a\nb\n", "a\nb\n", "x")).toBe("");
  });
  it("can be applied", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "c", "", "@@ -1,1 +1,1 @@ x"), { maxLength: 30 })
      .map((lines) => lines.map((line) => `${line}\n`).join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff(before, after, "x");
        expect(diff === "" ? before : apply(before, diff)).toBe(after);
      }),
      { numRuns: 500 },
    );
  });
  it("shows three lines around a change, and a new file as such", () => {
    const before = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((line) => `${line}\n`).join("");
    expect(unifiedDiff(before, before.replace("5", "five"), "n.txt")).toBe(
      "--- a/n.txt\n+++ b/n.txt\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
    );
    expect(unifiedDiff(undefined, "a\n", "n")).toBe(
      "--- /dev/null\n+++ b/n\n@@ -0,0 +1,1 @@\n+a\n",
    );
  });
  it("says where a last line has no newline", () => {
    expect(unifiedDiff("a", "a\n", "n")).toContain("-a\n\\ No newline at end of file\n+a\n");
  });
});
