// The documentation's site builds whole: every page, every link and anchor, no text of others as markup, and a search that finds.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandsOf, productSections } from "#surface/cli/tree/sections.ts";
import { excerpt, isOneEditAway, search, type SearchIndex } from "../../../dashboard/site/words.ts";
import { repositoryFiles } from "../../../scripts/checks/repository-files.ts";
import { buildSite, type Site } from "../../../scripts/site/build.ts";
import { brokenLinks, unreachable } from "../../../scripts/site/links.ts";
import { guideGroups } from "../../../scripts/site/navigation.ts";

const folder = join(mkdtempSync(join(tmpdir(), "sallyport-site-")), "site");
const program = { sections: productSections, commands: commandsOf(productSections) };
const docs = repositoryFiles().filter(({ path }) => /^docs\/.*\.md$/.test(path));
let site: Site;
let index: SearchIndex;
beforeAll(async () => {
  site = await buildSite(folder, program);
  const script = readFileSync(join(folder, "search-index.js"), "utf8");
  index = JSON.parse(script.slice(script.indexOf("=") + 1, script.lastIndexOf(";"))) as SearchIndex;
});
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const titlesFor = (question: string): readonly string[] =>
  search(index, question, 5).map(({ section }) => {
    const { page = 0, heading = "" } = index.sections[section] ?? {};
    return `${index.pages[page]?.url}: ${heading}`;
  });

describe("the site", () => {
  it("has every page of docs/, every command and every schema", () => {
    expect(docs.length).toBeGreaterThan(190);
    const missing = docs
      .map(({ path }) => path.replace(/^docs\//, "").replace(/\.md$/, ".html"))
      .map((url) => url.replace(/README\.html$/, "index.html"))
      .filter((url) => !site.pages.has(url));
    expect(missing).toEqual([]);
    const named = [...site.pages.keys()].filter((url) => url.startsWith("commands/"));
    const text = named.map((url) => site.pages.get(url)).join("\n");
    for (const { commands } of productSections)
      for (const name of Object.keys(commands))
        expect(text, name).toContain(`>${name} <a class="anchor"`);
    expect(site.pages.get("formats/policy.html")).toContain("<code>rules[].verdict</code> *");
  });
  it("has no link that leads nowhere, and no page that nothing leads to", () => {
    expect(site.faults).toEqual([]);
    expect(site.pages.size).toBeGreaterThan(200);
    for (const url of site.files) expect(existsSync(join(folder, url)), url).toBe(true);
  });
  it("finds a link, an anchor and a page that are wrong", () => {
    const pages = new Map([
      ["index.html", '<p id="a"><a href="b/c.html#x">c</a> <a href="gone.html">d</a></p>'],
      ["b/c.html", '<h2 id="y">c</h2><i id="y"></i><img src="../no.png">'],
      ["b/lost.html", '<a href="../index.html#a">home</a> <a href="https://example.com/">e</a>'],
    ]);
    expect(brokenLinks(pages, new Set(pages.keys()))).toEqual([
      "index.html: `b/c.html#x` leads to no heading",
      "index.html: `gone.html` leads to no file",
      "b/c.html: two elements are `y`",
      "b/c.html: `../no.png` leads to no file",
    ]);
    expect(unreachable(pages)).toEqual(["b/lost.html"]);
  });
  it("keeps the anchors that Git hosts give, so that links from elsewhere hold", () => {
    expect(site.pages.get("guide/incidents.html")).toContain('<h2 id="tell-it-out-of-the-record">');
    expect(site.pages.get("guide/mods.html")).toContain('id="seeing-them-agreeing-taking-it-back"');
  });
  it("names every guide in the lists of the README, which are its navigation", () => {
    const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
    const named = guideGroups(readme).flatMap(({ links }) => links.map(({ source }) => source));
    const first = ["docs/guide/first-day.md", "docs/guide/first-hour.md"];
    const guides = docs.map(({ path }) => path).filter((path) => path.startsWith("docs/guide/"));
    expect(guides.filter((path) => !named.includes(path) && !first.includes(path))).toEqual([]);
  });
  it("fetches nothing from elsewhere, and says so to the browser", () => {
    for (const [url, html] of site.pages) {
      expect(html, url).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(html, url).not.toMatch(
        /<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?\/\//,
      );
      expect(html, url).not.toMatch(/<script(?![^>]+src=)|<style| style="| on[a-z]+="/);
    }
  });
  it("empties no folder that it did not make", async () => {
    const foreign = join(folder, "..", "mine");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "letter.txt"), "dear");
    await expect(buildSite(foreign, program)).rejects.toThrow(/is no site that was built here/);
    expect(existsSync(join(foreign, "letter.txt"))).toBe(true);
  });
});

describe("the search", () => {
  it.each([
    ["rotate a secret", "guide/secrets.html: Rotate a secret"],
    ["legal hold", "guide/keeping-the-log.html"],
    ["incident drill", "commands/respond.html: incident drill"],
    ["phone", "guide/questions.html"],
    ["uninstall", "commands/start-here.html: uninstall"],
    ["npm publish", "guide/"],
    ["GDPR erase", "guide/privacy.html"],
    ["exit codes", "reference/exit-codes.html"],
  ])("answers `%s` with %s", (question, place) => {
    expect(
      titlesFor(question).some((one) => one.startsWith(place)),
      titlesFor(question).join("; "),
    ).toBe(true);
  });
  it("finds a word by its beginning, and one that is typed wrong", () => {
    expect(titlesFor("quarant")[0]).toMatch(/incident|quarantin|response/i);
    expect(titlesFor("incidnet").length).toBeGreaterThan(0);
    expect(titlesFor("qqqqzzzz")).toEqual([]);
    expect(titlesFor("   ")).toEqual([]);
    for (const [one, other] of [
      ["hook", "hok"],
      ["hook", "hoook"],
      ["hook", "hoko"],
      ["hook", "hoof"],
    ] as const)
      expect(isOneEditAway(one, other)).toBe(true);
    expect(isOneEditAway("hook", "look2")).toBe(false);
  });
  it("every part of every page with text can be found by the words of its heading", () => {
    const lost = index.sections.flatMap(({ heading }, at) => {
      const word = /\b[a-z]{4,}/i.exec(heading)?.[0];
      if (word === undefined || at % 10 !== 0) return [];
      return search(index, word, 5_000).some(({ section }) => section === at) ? [] : [heading];
    });
    expect(index.sections.length).toBeGreaterThan(2_000);
    expect(lost).toEqual([]);
  });
  it("shows the text around the word", () => {
    const text = `${"a ".repeat(300)}needle in it ${"b ".repeat(300)}`;
    expect(excerpt(text, "needle")).toMatch(/^\.\.\. (?:a )+needle in it .* \.\.\.$/);
    expect(excerpt("short", "needle")).toBe("short");
  });
});
