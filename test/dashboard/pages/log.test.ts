// The log's further pages in a real browser: figures over time, files to keep, named questions, checks, one event with its proof.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { dashboardParts } from "../../../src/surface/dashboard/run-dashboard.ts";
import { readAppFiles } from "../../../src/surface/dashboard/app-files.ts";
import { startDashboard } from "../../../src/surface/dashboard/server.ts";
import { madeInstall, tellSessions } from "../../surface/dashboard/told-sessions.ts";
import { logAnswers } from "../answers/log.ts";
import { HOSTILE, overviewAnswers } from "../answers/overview.ts";
import {
  axeInBothThemes,
  appInBrowser,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "../browser.ts";
import { type StandIn, startStandIn } from "../stand-in.ts";

const shown = appInBrowser();

async function withPages(
  work: (standIn: StandIn) => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const standIn = await startStandIn(shown.folder, { ...overviewAnswers, ...logAnswers, ...more });
  try {
    await work(standIn);
  } finally {
    await standIn.close();
  }
}

async function goTo(page: Page, link: string, path: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
  await page.goto(`${new URL(link).origin}${path}`);
}

async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

const PAGES = [
  ["log", "/log", "by day"],
  ["log-beside", "/log?open=4995", "Save the proof"],
  ["log-event", "/log/4995", "Save the proof"],
  ["queries", "/queries", "Who pushed where"],
  ["query-form", "/queries/who-pushed", "Say what you want to know."],
  ["query-answer", "/queries/denied-by-tool", "2 rows"],
  ["integrity", "/integrity", "420,000 of 1,000,000 entries"],
] as const;

it.for([
  ["desk", {}],
  ["phone", PHONE],
] as const)(
  "the log's pages have no fault in both themes: %s",
  { timeout: 180_000 },
  async ([size, options], ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser, options);
      await goTo(page, standIn.link, "/log");
      for (const [name, path, text] of PAGES) {
        await page.goto(`${standIn.url}${path}`);
        await page.getByText(text).first().waitFor();
        expect([name, await axeInBothThemes(page)]).toEqual([name, []]);
        expect([name, await overflowsSideways(page)]).toEqual([name, false]);
        await takePicture(page, `${name}-${size}-light`);
        await page.emulateMedia({ colorScheme: "dark" });
        await takePicture(page, `${name}-${size}-dark`);
        await page.emulateMedia({ colorScheme: "light" });
        const raw = (await page.evaluate("document.body.textContent")) as string;
        for (const character of HOSTILE.match(/[\u202a-\u202e\u200b\u001b]/g) ?? [])
          expect(raw).not.toContain(character);
        expect(await page.locator("#app img").count()).toBe(0);
      }
      expect(faults).toEqual([]);
      await close();
    });
  },
);

describe("files to keep", () => {
  it("hold the whole result of a search, and no cell that a spreadsheet runs", async (ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await goTo(page, standIn.link, "/log");
      const csv = await saved(page, "Save as CSV");
      expect(csv.name).toBe("events.csv");
      const lines = csv.text.trimEnd().split("\r\n");
      expect(lines[0]).toContain('"index","time","kind"');
      expect(lines.length).toBe(5_001);
      const json = await saved(page, "Save as JSON");
      expect(JSON.parse(json.text)).toHaveLength(5_000);
      await page.goto(`${standIn.url}/queries/denied-by-tool`);
      const answer = await saved(page, "Save as CSV");
      expect(answer.name).toBe("denied-by-tool.csv");
      expect(answer.text).toContain(`"'=1+1"`);
      await page.goto(`${standIn.url}/log/4995`);
      const proof = await saved(page, "Save the proof");
      expect(proof.name).toBe("event-4995.tlog-proof");
      expect(proof.text).toContain("q83vEjRWeJA=");
      await close();
    });
  });
});

describe("the log", () => {
  it("is narrowed by what is chosen, hides our own events until asked, and keeps a search", async (ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await goTo(page, standIn.link, "/log");
      await page.getByText("by day").waitFor();
      const asked = () =>
        new URL(
          standIn.requests.findLast((one) => one.startsWith("GET /events?"))?.slice(4) ?? "",
          "http://log",
        ).searchParams.get("filter") ?? "";
      const filter = () => new URL(page.url()).searchParams.get("filter");
      expect(asked()).toMatch(/^canary:false -kind:dashboard,/);
      await page.getByLabel("Verdict", { exact: true }).selectOption({ label: "Denied (34)" });
      await page.getByLabel("Time", { exact: true }).selectOption({ label: "Last hour" });
      await page.getByLabel("Person", { exact: true }).selectOption({ index: 1 });
      await expect.poll(filter).toBe("verdict:deny time:1h user:ada");
      await expect.poll(asked).toMatch(/^verdict:deny time:1h user:ada canary:false -kind:/);
      await page.getByLabel("Project", { exact: true }).selectOption({ label: "web" });
      await expect.poll(asked).toMatch(/ session:s:4f1d,s:77aa$/);
      await page.getByRole("button", { name: "Save this search" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("Ada, refused");
      await dialog.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByRole("link", { name: "Show our own events too" }).click();
      await expect.poll(asked).toBe("verdict:deny time:1h user:ada session:s:4f1d,s:77aa");
      await page.goto(`${standIn.url}/log`);
      await page.getByRole("link", { name: "Ada, refused" }).click();
      await expect.poll(filter).toBe("verdict:deny time:1h user:ada");
      expect(new URL(page.url()).searchParams.get("project")).toBe("/home/ada/web");
      await close();
    });
  });
  it("opens a row beside the list, with why, what can be done, proof and no raw JSON", async (ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await goTo(page, standIn.link, "/log");
      await page.locator(".rows-row").nth(4).click();
      const beside = page.getByRole("complementary", { name: "Event 4995" });
      for (const name of ["What you can do", "Why", "Details", "Proof"])
        await beside.getByRole("heading", { name, exact: true }).waitFor();
      expect(await page.locator(".rows-row").count()).toBeGreaterThan(5);
      expect(await beside.getByRole("tree").count()).toBe(0);
      const file = await saved(page, "Download as JSON");
      expect(JSON.parse(file.text)).toMatchObject({ metadata: { verdict: "deny" } });
      await beside.getByRole("link", { name: "Close" }).click();
      await beside.waitFor({ state: "detached" });
      await close();
    });
  });
});

describe("a question", () => {
  it("is asked with what was filled in, and stands in the address", async (ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await goTo(page, standIn.link, "/queries/who-pushed");
      await page.getByLabel("branch").fill("main");
      await page.getByLabel("since").fill("30d");
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.getByText("Nothing of this is on record for this time.").waitFor();
      expect(standIn.requests.findLast((one) => one.startsWith("GET /queries"))).toBe(
        "GET /queries/who-pushed?branch=main&since=30d",
      );
      expect(new URL(page.url()).search).toBe("?ask=1&branch=main&since=30d");
      await close();
    });
  });
});

describe("over a real log", () => {
  it("counts, proves and shows what is in it", { timeout: 60_000 }, async (ctx) => {
    needBrowser(ctx);
    const made = await madeInstall(tellSessions);
    const parts = dashboardParts(made.install);
    const server = await startDashboard(parts, {
      onFault: () => undefined,
      port: 0,
      files: readAppFiles(shown.folder),
      operatorSecret: "0f".repeat(32),
    });
    try {
      const token = parts.logins.link({ name: "ada", role: "auditor" });
      const origin = `http://127.0.0.1:${server.port}`;
      const { page, faults, close } = await openPage(shown.browser);
      await goTo(page, `${origin}/#login=${token}`, "/log?filter=verdict%3Adeny");
      await page.getByText("by day").waitFor();
      await page.getByText("1 event", { exact: true }).first().waitFor();
      await page.goto(`${origin}/log/6`);
      await page.getByText("Save the proof").waitFor();
      await page.getByText("builtin:team/secret-read").first().waitFor();
      const proof = await saved(page, "Save the proof");
      expect(proof.text).toContain("index 6");
      expect(await axeInBothThemes(page)).toEqual([]);
      await takePicture(page, "event-real-desk-light");
      expect(faults).toEqual([]);
      await close();
    } finally {
      await server.close();
      made.remove();
    }
  });
});
