// The documentation's site in a real browser, opened as files: its policy of content holds, axe finds nothing, search, menu and theme work, on a phone and on paper.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commandsOf, productSections } from "#surface/cli/tree/sections.ts";
import { buildSite, type Site } from "../../scripts/site/build.ts";
import { sampled } from "../sampled.ts";
import {
  axeFaults,
  axeInBothThemes,
  needBrowser,
  openBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "./browser.ts";

/** A page with text of others in it: if any of it became markup, the page would do or say something. */
const HOSTILE = `# A title <script>document.title = "taken"</script>

## <img src=x onerror="document.title='taken'"> "><script>document.title="taken"</script>

Text <img src=x onerror="document.title='taken'"> and [a link](javascript:document.title='taken').

\`\`\`
</code></pre><script>document.title = "taken"</script>
\`\`\`

## Another

hostilewordhere </script><script>document.title = "taken"</script>
`;

const folder = join(mkdtempSync(join(tmpdir(), "sallyport-site-")), "site");
const address = (url: string) => pathToFileURL(join(folder, url)).href;
let site: Site;
let browser: Browser | undefined;
beforeAll(async () => {
  const commands = commandsOf(productSections);
  const more = { source: "docs/guide/hostile.md", url: "guide/hostile.html", title: "<script>" };
  site = await buildSite(folder, { sections: productSections, commands }, [
    { ...more, markdown: HOSTILE },
  ]);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

const open = async (url: string, options: BrowserContextOptions = {}) => {
  // Axe would read the style as a file once more, which the policy lets nobody do.
  const byAxe = [
    /^Connecting to 'file:[^']*\/site\.css' violates/,
    /^Couldn't load preload assets/,
  ];
  const opened = await openPage(browser, options, byAxe);
  await opened.page.goto(address(url));
  return opened;
};
beforeEach(needBrowser);

/** One page of each kind, and those with the widest tables and the most of everything. */
const KINDS = [
  "index.html",
  "guide/incidents.html",
  "guide/what-people-see.html",
  "commands/record.html",
  "formats/policy.html",
  "reference/settings-keys.html",
  "reference/compliance-checklists.html",
  "decisions/index.html",
  "runbooks/impact.html",
  "project/index.html",
];

describe("the site in a browser", { timeout: 240_000 }, () => {
  it.each(sampled(KINDS, 9))("%s: axe finds nothing, light, dark and on a phone", async (url) => {
    const { page, faults, close } = await open(url);
    expect(await axeInBothThemes(page)).toEqual([]);
    expect(await overflowsSideways(page)).toBe(false);
    await takePicture(page, `site-${url.replaceAll("/", "-")}`);
    expect(faults).toEqual([]);
    await close();
    const phone = await open(url, PHONE);
    expect(await axeFaults(phone.page)).toEqual([]);
    expect(await overflowsSideways(phone.page)).toBe(false);
    await takePicture(phone.page, `site-phone-${url.replaceAll("/", "-")}`);
    expect(phone.faults).toEqual([]);
    await phone.close();
  });
  it("every page: axe finds nothing, nothing is refused, nothing is too wide", async () => {
    const { page, faults, close } = await open("index.html");
    const found: string[] = [];
    for (const url of sampled([...site.pages.keys()], 60)) {
      await page.goto(address(url));
      found.push(...(await axeFaults(page)).map((fault) => `${url}: ${fault}`));
      if (await overflowsSideways(page)) found.push(`${url}: is too wide`);
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
  it("text of others becomes no markup, in the page and in what the search shows", async () => {
    const { page, faults, close } = await open("guide/hostile.html");
    await page.getByLabel("Search the documentation").fill("hostilewordhere");
    await page.locator("#site-hits a").first().waitFor();
    expect(await page.locator("#site-hits").innerText()).toContain("</script><script>");
    expect(await page.title()).toBe("<script> - sallyport");
    expect(await page.locator("main img").count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });
  it("its policy refuses a script, a style and a picture that somebody puts in", async () => {
    const { page, close } = await open("index.html");
    const refused = await page.evaluate(`new Promise((resolve) => {
      const found = [];
      addEventListener("securitypolicyviolation", (event) => {
        found.push(event.effectiveDirective);
        if (found.length === 3) resolve(found.sort());
      });
      const script = document.createElement("script");
      script.textContent = "document.title = 'taken'";
      const picture = document.createElement("img");
      picture.src = "https://example.com/x.png";
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.body.append(script, picture, style);
    })`);
    expect(refused).toEqual(["img-src", "script-src-elem", "style-src-elem"]);
    expect(await page.title()).toBe("sallyport");
    await close();
  });
  it("the search answers while somebody types, by keys alone, and leads to the place", async () => {
    const { page, faults, close } = await open("guide/audit.html");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("rotate a secret");
    await page.locator("#site-hits a").first().waitFor();
    expect(await page.getByRole("status").innerText()).toMatch(/places? for "rotate a secret"/);
    expect(await axeInBothThemes(page)).toEqual([]);
    await takePicture(page, "site-search");
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate("document.activeElement.textContent")).toMatch(/^Rotate a secret/);
    await page.keyboard.press("Escape");
    expect(await page.locator("#site-results").isHidden()).toBe(true);
    await page.getByLabel("Search the documentation").fill("rotate a secret ");
    await page.locator("#site-hits a").first().waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.waitForURL(/guide\/secrets\.html#rotate-a-secret$/);
    await page.getByLabel("Search the documentation").fill("qqqqzzzz");
    await page.getByText('Nothing holds "qqqqzzzz"').waitFor();
    expect(faults).toEqual([]);
    await close();
  });
  it("on a phone the pages are behind a button, and the theme stays over pages", async () => {
    const { page, faults, close } = await open("guide/audit.html", PHONE);
    const pages = page.getByRole("navigation", { name: "Pages" });
    expect(await pages.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Pages" }).click();
    expect(await pages.isVisible()).toBe(true);
    expect(await axeFaults(page)).toEqual([]);
    await takePicture(page, "site-phone-menu");
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.getByRole("button", { name: "Theme: light" }).click();
    await page.goto(address("guide/mods.html"));
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    expect(faults).toEqual([]);
    await close();
  });
  it("without scripts every page is there to read and to reach", async () => {
    const { page, close } = await open("guide/audit.html", { ...PHONE, javaScriptEnabled: false });
    expect(await page.getByRole("navigation", { name: "Pages" }).isVisible()).toBe(true);
    expect(await page.getByLabel("Search the documentation").isVisible()).toBe(false);
    await close();
  });
  it("on paper stands the text alone, in black on white", async () => {
    const { page, close } = await open("guide/audit.html", { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const gone of [".site-top", ".pages", ".parts", ".steps"])
      expect(await page.locator(gone).isVisible(), gone).toBe(false);
    const ground = "getComputedStyle(document.documentElement).backgroundColor";
    expect(await page.evaluate(ground)).toBe("rgb(255, 255, 255)");
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
    await close();
  });
});
