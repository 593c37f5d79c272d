// What people come for, over the demo as it is served, by the user interface alone: each in few clicks, and what they find is true.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningDemo, runDemo } from "#surface/cli/demo/run-demo.ts";
import { PASSPHRASE, servePhone } from "../surface/dashboard/phone/asked-phone.ts";
import {
  appInBrowser,
  axeInBothThemes,
  chromiumPath,
  needBrowser,
  openPage,
  PHONE,
} from "./browser.ts";

const CLICKS_MAX = 6;
const MAIN = join(import.meta.dirname, "../../src/surface/cli/main.ts");
const SILENT = {
  print: () => undefined,
  warn: () => undefined,
  confirm: () => Promise.resolve(false),
  isInteractive: false,
  hasColour: false,
  isSilent: true,
};
const shown = appInBrowser();
let demo: RunningDemo;
beforeAll(async () => {
  if (chromiumPath() === undefined) return;
  demo = await runDemo({
    port: 0,
    appFolder: shown.folder,
    terminal: SILENT,
    nowMs: Date.now(),
  });
}, 600_000);
afterAll(() => demo?.close());

type Click = (one: Locator) => Promise<void>;
type Choose = (label: string, option: string) => Promise<void>;

/** One person at the first page; counts what they click and choose. */
async function task(
  work: (parts: {
    readonly page: Page;
    readonly click: Click;
    readonly choose: Choose;
    readonly nav: (name: string) => Promise<void>;
  }) => Promise<void>,
): Promise<number> {
  const { page, faults, close } = await openPage(shown.browser);
  let clicks = 0;
  const click: Click = async (one) => {
    clicks += 1;
    await one.click();
  };
  try {
    await page.goto(demo.dashboard.link("ada", "administrator"));
    await page.locator(".page h1").waitFor();
    await work({
      page,
      click,
      nav: (name) =>
        click(page.getByRole("navigation").getByRole("link", { name, exact: true }).first()),
      choose: async (label, option) => {
        clicks += 1;
        await page.getByLabel(label, { exact: true }).selectOption({ label: option });
      },
    });
    expect(await axeInBothThemes(page)).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
  expect(clicks).toBeLessThanOrEqual(CLICKS_MAX);
  return clicks;
}

const LONG = { timeout: 180_000 };

it("says what was refused in the last hour", LONG, async (ctx) => {
  needBrowser(ctx);
  const clicks = await task(async ({ page, click, nav }) => {
    await nav("Log");
    const answer = page.waitForResponse(
      (one) =>
        one.url().includes("/events?") && one.url().includes(encodeURIComponent("verdict:deny")),
    );
    await click(page.getByRole("link", { name: "Denied in the last hour" }));
    const { items } = (await (await answer).json()) as { items: { verdict: string }[] };
    expect(items.every(({ verdict }) => verdict === "deny")).toBe(true);
    if (items.length === 0) await page.getByText("No event meets this filter.").waitFor();
    else await expect.poll(() => page.locator(".rows-row").count()).toBe(items.length);
  });
  expect(clicks).toBe(2);
});

it("proves an entry, and the proof holds without the log", LONG, async (ctx) => {
  needBrowser(ctx);
  const clicks = await task(async ({ page, click, choose, nav }) => {
    await nav("Log");
    await choose("Verdict", await labelOf(page, "Verdict", /^Denied \(/));
    await page.locator(".rows-row .badge-bad").first().waitFor();
    await click(page.locator(".rows-row").nth(2));
    const beside = page.getByRole("complementary");
    const button = beside.getByRole("button", { name: "Save the proof" });
    await button.waitFor();
    const saving = page.waitForEvent("download");
    await click(button);
    const file = await (await saving).path();
    const line = await beside.getByText("sallyport log verify --proof").first().innerText();
    const key = /--key '([^']+)'/.exec(line)?.[1] ?? "";
    const words = ["log", "verify", "--proof", file, "--key", key];
    const node = ["--conditions=source", "--import", "tsx", MAIN];
    const ran = spawnSync(process.execPath, [...node, ...words], {
      encoding: "utf8",
      // No installation and no log: only what was handed over.
      env: { ...process.env, SALLYPORT_HOME: join(demo.folder, "nothing-here") },
      timeout: 60_000,
    });
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    expect(readFileSync(file, "utf8")).toContain("index ");
  });
  expect(clicks).toBe(4);
});

it("follows a secret from the prompt to the call that sent it", LONG, async (ctx) => {
  needBrowser(ctx);
  const clicks = await task(async ({ page, click, nav }) => {
    await nav("Alerts and incidents");
    await click(page.getByRole("link", { name: /a call that holds a secret sends data away/ }));
    const told = page.getByRole("list", { name: "What happened, in its order" });
    await told.waitFor();
    const rows = await told.getByRole("listitem").allInnerTexts();
    const prompt = rows.find((row) => /\bprompt\b.*this key still works: \[\[SP:/s.test(row)) ?? "";
    const mark = /\[\[SP:[^\]]+\]\]/.exec(prompt)?.[0] ?? "no mark";
    const sent = rows.find((row) => row.includes("detected: exfiltration/secret-leaves")) ?? "";
    expect(sent).toContain(mark);
    expect(sent).toContain("asked: yes, ran");
    expect(rows.indexOf(prompt)).toBeLessThan(rows.indexOf(sent));
  });
  expect(clicks).toBe(2);
});

it("says what each project costs", LONG, async (ctx) => {
  needBrowser(ctx);
  const clicks = await task(async ({ page, choose, nav }) => {
    await nav("Cost and friction");
    await page.getByText("Per 100 calls").first().waitFor();
    await page.getByRole("heading", { name: "Cost by day and model" }).waitFor();
    await page.getByText("claude-haiku-4-5").first().waitFor();
    await choose("By", "Project");
    const table = page.getByRole("table").first();
    for (const name of ["shop", "billing", "platform"])
      await table.getByText(name, { exact: false }).first().waitFor();
  });
  expect(clicks).toBe(2);
});

it("says which MCP server changed", LONG, async (ctx) => {
  needBrowser(ctx);
  const clicks = await task(async ({ page, nav }) => {
    await nav("MCP");
    await page
      .getByRole("row")
      .filter({ hasText: "tickets" })
      .getByText(/changed/i)
      .first()
      .waitFor();
  });
  expect(clicks).toBe(1);
});

it("finds machines out of policy, each with why", LONG, async (ctx) => {
  needBrowser(ctx);
  const clicks = await task(async ({ page, choose, nav }) => {
    const answer = page.waitForResponse((one) => one.url().endsWith("/api/v1/fleet"));
    await nav("Fleet");
    const { machines, outOfPolicy } = (await (await answer).json()) as FleetAnswer;
    await choose("Show", "Out of policy");
    const panel = page.getByRole("table", { name: /^Machines that reported/ });
    const rows = panel.locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(outOfPolicy);
    expect(outOfPolicy).toBeGreaterThan(0);
    const wrong = machines.filter(({ reasons }) => reasons.length > 0);
    const texts = await rows.allInnerTexts();
    for (const [at, { machine, reasons }] of wrong.entries())
      for (const word of [machine, ...reasons]) expect(texts[at]).toContain(word);
    expect(
      wrong.filter(({ canary }) => canary === "failed").map(({ reasons }) => reasons[0]),
    ).toEqual(
      wrong.flatMap(({ canary }) => (canary === "failed" ? ["a probe was not refused"] : [])),
    );
  });
  expect(clicks).toBe(2);
});

it(
  "says how ready SOC 2 is for a quarter, what is missing first, and saves the pack",
  LONG,
  async (ctx) => {
    needBrowser(ctx);
    const clicks = await task(async ({ page, click, choose, nav }) => {
      await nav("Compliance");
      const quarter = await labelOf(page, "Audit period", / so far$/);
      await choose("Audit period", quarter);
      const [, name = "", year = ""] = /^Q(\d) (\d{4})/.exec(quarter) ?? [];
      const from = `${year}-${String(Number(name) * 3 - 2).padStart(2, "0")}-01`;
      await page.getByText(`--from ${from}`).first().waitFor();
      const rows = page
        .getByRole("table", { name: "Controls with where each stands" })
        .locator("tbody tr");
      await rows.first().waitFor({ timeout: 150_000 });
      const texts = await rows.allInnerTexts();
      const isBare = (text: string) => /^\s*(?:gap|not evidenced)\b/i.test(text);
      const bare = texts.filter(isBare).length;
      expect([texts.length > 0, texts.slice(0, bare).every(isBare)]).toEqual([true, true]);
      const ready = Math.floor((100 * (texts.length - bare)) / texts.length);
      await page.getByText(`${ready} %`, { exact: true }).waitFor();
      const saving = page.waitForEvent("download", { timeout: 150_000 });
      await click(page.getByRole("button", { name: "Collect and save the pack" }));
      expect((await saving).suggestedFilename()).toContain(`soc2-${from}-`);
    });
    expect(clicks).toBe(3);
  },
);

it("lets a call run from a phone", LONG, async (ctx) => {
  needBrowser(ctx);
  const phone = await servePhone();
  try {
    const asked = phone.ask();
    const { page, faults, close } = await openPage(shown.browser, PHONE);
    // The first tap is on the message that holds the link.
    await page.goto(phone.link(asked).href);
    await page.getByText("sends a.txt to files.example with file").waitFor();
    const taps = [page.getByLabel("Your passphrase"), page.getByRole("button", { name: "Allow" })];
    await taps[0]?.tap();
    await page.keyboard.type(PASSPHRASE);
    await taps[1]?.tap();
    await page.getByText("You allowed it.").waitFor();
    expect(await asked.outcome).toMatchObject({ answer: "allow", from: "phone" });
    expect(1 + taps.length).toBeLessThanOrEqual(CLICKS_MAX);
    expect(faults).toEqual([]);
    await close();
  } finally {
    await phone.close();
  }
});

type FleetAnswer = {
  readonly outOfPolicy: number;
  readonly machines: readonly {
    readonly machine: string;
    readonly canary: string;
    readonly reasons: readonly string[];
  }[];
};

/** The whole label of a choice that begins so: its count is part of it. */
async function labelOf(page: Page, label: string, begin: RegExp): Promise<string> {
  const option = page
    .getByLabel(label, { exact: true })
    .locator("option")
    .filter({ hasText: begin });
  await option.waitFor({ state: "attached" });
  return option.innerText();
}
