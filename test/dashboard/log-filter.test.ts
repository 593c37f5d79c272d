// Terms of a filter that the log's page sets one by one, and our own events that it leaves out.
import { describe, expect, it } from "vitest";
import { parseFilter } from "#record/index/filter-parse.ts";
import { termOf, withoutOwn, withTerm } from "../../dashboard/src/pages/log-filter.ts";

const reads = (filter: string) =>
  parseFilter(filter, { nowMs: 1e12, names: { pseudonyms: () => [], wordDigest: (text) => text } });

describe("a term", () => {
  it("is found, replaced, and taken away, whatever stands beside it", () => {
    const filter = 'verdict:deny text:"git push" user:"ada b"';
    expect([termOf(filter, "verdict"), termOf(filter, "user"), termOf(filter, "tool")]).toEqual([
      ...["deny", "ada b", ""],
    ]);
    expect(withTerm(filter, "verdict", "ask")).toBe('text:"git push" user:"ada b" verdict:ask');
    expect(withTerm(filter, "user", "")).toBe('verdict:deny text:"git push"');
    expect(withTerm("", "rule", "builtin:team/secrets/read")).toBe(
      "rule:builtin:team/secrets/read",
    );
  });
  it("of a filter with alternatives is left alone, and one is added beside them", () => {
    const filter = "(verdict:deny OR verdict:ask)";
    expect(termOf(filter, "verdict")).toBe("");
    expect(withTerm(filter, "time", "1h")).toBe("((verdict:deny OR verdict:ask)) time:1h");
    expect(termOf("-verdict:deny", "verdict")).toBe("");
  });
  it("of a hostile name is one word of the filter", () => {
    const name = 'a" OR verdict:allow (\\';
    const filter = withTerm("verdict:deny", "user", name);
    expect(termOf(filter, "user")).toBe(name);
    expect(reads(filter)).toMatchObject({ kind: "all", parts: [{}, {}] });
  });
});

describe("our own events", () => {
  it("are left out of what the language reads, unless it asks for kinds", () => {
    for (const filter of ["", "verdict:deny", "verdict:deny OR tool:Bash"])
      expect(reads(withoutOwn(filter)).kind).toBe("all");
    expect(withoutOwn("verdict:deny OR tool:Bash")).toMatch(/^\(verdict:deny OR tool:Bash\) /);
    for (const filter of ["kind:dashboard", "canary:true", "-kind:result", "index>=7"])
      expect(withoutOwn(filter)).toBe(filter);
  });
});
