// The pages of decisions: their form, order and index, each mention of one, links of all pages, and the length of the map.
import { describe, expect, it } from "vitest";
import { decisionFaults, linkFaults, mentionFaults } from "../../scripts/checks/decision-pages.ts";
import { repositoryFiles } from "../../scripts/checks/repository-files.ts";
import type { TextFault, TextFile } from "../../scripts/checks/text-rules.ts";

const files = repositoryFiles();
const texts: readonly TextFile[] = files.flatMap(({ path, text }) =>
  text === undefined ? [] : [{ path, text }],
);
const decisions = texts.filter(({ path }) => path.startsWith("docs/decisions/"));
const shown = (faults: readonly TextFault[]) =>
  faults.map(({ path, line, message }) => `${path}:${line} ${message}`);
// The page itself holds planted mentions.
const here = "test/guide/decisions.test.ts";

describe("the decisions", () => {
  it("are seen: a check over no pages proves nothing", () => {
    expect(decisions.length).toBeGreaterThan(40);
    expect(texts.filter(({ text }) => /\bdecision \d{4}\b/.test(text)).length).toBeGreaterThan(20);
  });
  it("have four headings, a title, a status, and numbers without holes; the index lists each", () => {
    expect(shown(decisionFaults(decisions))).toEqual([]);
  });
  it("exist where anything in the repository names one", () => {
    const others = texts.filter(({ path }) => path !== here);
    expect(shown(others.flatMap((file) => mentionFaults(file, decisions)))).toEqual([]);
  });
  it("and all other pages link to what is there", () => {
    const byPath = new Map(files.map(({ path, text }) => [path, text]));
    const pages = texts.filter(({ path }) => /^(?:docs\/.*|[A-Z-]+)\.md$/.test(path));
    expect(pages.length).toBeGreaterThan(80);
    expect(shown(pages.flatMap((page) => linkFaults(page, byPath)))).toEqual([]);
  });
  it("have a map of at most 100 lines", () => {
    const map = texts.find(({ path }) => path === "ARCHITECTURE.md")?.text ?? "";
    expect(map).toContain("docs/decisions/README.md");
    expect(map.trimEnd().split("\n").length).toBeLessThanOrEqual(100);
  });
});

const pageOf = (number: string, title: string): TextFile => ({
  path: `docs/decisions/${number}-a.md`,
  text: `# ${number} ${title}\n\nStatus: in force\n\n## Context\nx\n## Decision\nx\n## Consequences\nx\n## What was tried\nx\n`,
});
const index = (...rows: readonly string[]): TextFile => ({
  path: "docs/decisions/README.md",
  text: `# Decisions\n\n| number | title | status |\n|---|---|---|\n${rows.join("\n")}\n`,
});
const rowOf = (number: string, title: string, status = "in force") =>
  `| [${number}](${number}-a.md) | ${title} | ${status} |`;
const first = pageOf("0001", "One");
const listed = index(rowOf("0001", "One"));
const changed = (from: string, to: string): TextFile => ({
  ...first,
  text: first.text.replace(from, to),
});

describe("planted faults are found", () => {
  it("nothing is found in sound pages", () => {
    const both = index(rowOf("0001", "One"), rowOf("0002", "Two"));
    expect(decisionFaults([first, pageOf("0002", "Two"), both])).toEqual([]);
    expect(decisionFaults([first, listed])).toEqual([]);
  });
  it.each([
    ["a heading that is missing", changed("## Consequences\nx\n", ""), "its headings"],
    ["headings in another order", changed("## Context", "## Why"), "its headings"],
    [
      "a fifth heading",
      changed("## Decision\nx\n", "## Decision\nx\n## More\nx\n"),
      "its headings",
    ],
    [
      "a heading without text",
      changed("## What was tried\nx\n", "## What was tried\n"),
      "says nothing",
    ],
    [
      "a heading that only code has",
      changed("## Context\nx\n", "```\n## Context\nx\n```\n"),
      "its headings",
    ],
    ["a title of another number", changed("# 0001", "# 0002"), "line 1"],
    ["a status that nobody knows", changed("in force", "perhaps"), "line 3"],
    ["a file of another name", { ...first, path: "docs/decisions/one.md" }, "NNNN-title.md"],
    ["a number that leaves a hole", { ...pageOf("0003", "One") }, "is number 1 in order"],
  ])("%s", (_, broken, expected) => {
    expect(shown(decisionFaults([broken, listed])).join("\n")).toContain(expected);
  });
  it("two pages of one number", () => {
    const twin = { ...first, path: "docs/decisions/0001-b.md" };
    expect(shown(decisionFaults([first, twin, listed])).join("\n")).toContain("is number 2");
  });
  it.each([
    ["a page that the index leaves out", index(), "is not `| [0001]"],
    ["another title", index(rowOf("0001", "Other")), "is not `| [0001]"],
    ["another status", index(rowOf("0001", "One", "not taken")), "is not `| [0001]"],
    ["a line too many", index(rowOf("0001", "One"), rowOf("0002", "Two")), "lists no page"],
  ])("index: %s", (_, broken, expected) => {
    expect(shown(decisionFaults([first, broken])).join("\n")).toContain(expected);
  });
  it("more in force than anybody reads", () => {
    const pages = Array.from({ length: 41 }, (_, at) => {
      const number = String(at + 1).padStart(4, "0");
      return { number, page: pageOf(number, "One") };
    });
    const rows = index(...pages.map(({ number }) => rowOf(number, "One")));
    const found = decisionFaults([...pages.map(({ page }) => page), rows]);
    expect(shown(found)).toEqual([expect.stringContaining("mark what is history")]);
  });
  it("no page, and no index", () => {
    expect(decisionFaults([])).toHaveLength(2);
  });
  it.each([
    ["// WHY: see decision 0002."],
    ["as in Decision\n0002"],
    ["[decision 0001](0002-a.md)"],
    ["[0001](../decisions/0002-a.md)"],
  ])("mention: %j", (text) => {
    expect(mentionFaults({ path: "src/a.ts", text }, [first])).toHaveLength(1);
  });
  it.each([["decision 0001"], ["[0001](0001-a.md)"], ["decision 12"], ["decisions 0002"]])(
    "mention: %s is fine",
    (text) => {
      expect(mentionFaults({ path: "src/a.ts", text }, [first])).toEqual([]);
    },
  );
  it.each([
    ["[x](gone.md)", "no such file"],
    ["[x](b.md#gone)", "no such heading"],
    ["[x](#gone)", "no such heading"],
    ["[x](b.md#code)", "no such heading"],
  ])("link: %s", (text, expected) => {
    const page = { path: "docs/a.md", text: `# A\n${text}\n` };
    const b = "# B\n```\n# Code\n```\n";
    const found = linkFaults(
      page,
      new Map([
        ["docs/b.md", b],
        ["docs/a.md", page.text],
      ]),
    );
    expect(shown(found)).toEqual([expect.stringMatching(new RegExp(`^docs/a.md:2 .*${expected}`))]);
  });
  it.each([
    ["[x](b.md#what-it-is-21-of-us)"],
    ["[x](b.md#b-1)"],
    ["[x](../c)"],
    ["[x](https://example.test/)"],
    ["`[x]`"],
    ["```\n[x](gone.md)\n```"],
  ])("link: %j is fine", (text) => {
    const pages = new Map<string, string>([
      ["docs/b.md", "# B\n## What `it` is (2.1) of us\n## B\n"],
      ["c/d.md", ""],
    ]);
    expect(linkFaults({ path: "docs/a.md", text }, pages)).toEqual([]);
  });
});
