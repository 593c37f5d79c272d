// MCP servers, the red team and isolation in a real browser: how they look, what is asked, what stands there as text.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { assuranceAnswers, EMPTY, NOT_PINNED } from "../answers/assurance.ts";
import { controlAnswers, ROOT } from "../answers/control.ts";
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
import { type Answers, type StandIn, startStandIn } from "../stand-in.ts";

const shown = appInBrowser();

async function withPage(
  more: Answers,
  work: (page: Page, standIn: StandIn) => Promise<void>,
  { options = {}, expected = [] }: { options?: object; expected?: readonly RegExp[] } = {},
): Promise<void> {
  const answers = { ...overviewAnswers, ...controlAnswers, ...assuranceAnswers, ...more };
  const standIn = await startStandIn(shown.folder, answers);
  const { page, faults, close } = await openPage(shown.browser, options, expected);
  try {
    await page.goto(standIn.link);
    await page.locator(".page-foot").waitFor();
    await work(page, standIn);
    expect(faults).toEqual([]);
  } finally {
    await close();
    await standIn.close();
  }
}

const PAGES = [
  ["mcp", "/mcp?server=tickets"],
  ["redteam", "/redteam"],
  ["isolation", "/isolation"],
  ["containers", "/isolation?tab=containers"],
  ["extensions", "/isolation?tab=extensions"],
  ["compliance", "/compliance?framework=gdpr"],
] as const;

it("have no fault that axe finds, fit a phone, and show hostile texts as texts", {
  timeout: 240_000,
}, async (ctx) => {
  needBrowser(ctx);
  for (const [size, options] of [
    ["desk", {}],
    ["phone", PHONE],
  ] as const)
    await withPage(
      {},
      async (page, { url }) => {
        for (const [name, path] of PAGES) {
          await page.goto(`${url}${path}`);
          await page.locator(".page table").first().waitFor();
          await expect.poll(() => page.locator(".progress").count()).toBe(0);
          for (const summary of await page.locator(".page summary").all()) await summary.click();
          expect([name, size, await axeInBothThemes(page)]).toEqual([name, size, []]);
          expect([name, size, await overflowsSideways(page)]).toEqual([name, size, false]);
          const raw = (await page.evaluate("document.body.textContent")) as string;
          expect(raw).toContain("<img src=x onerror=alert(1)>");
          for (const character of HOSTILE.match(/[\u202a-\u202e\u200b\u001b]/g) ?? [])
            expect(raw).not.toContain(character);
          expect(await page.locator("#app img").count()).toBe(0);
          await takePicture(page, `${name}-${size}-light`);
          await page.emulateMedia({ colorScheme: "dark" });
          await takePicture(page, `${name}-${size}-dark`);
        }
      },
      { options },
    );
});

it("MCP: a server that changed is compared, by an address that leads there", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url, requests }) => {
    await page.goto(url);
    // By the palette.
    await page.locator(".page-foot").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find a page or a command" }).waitFor();
    await page.keyboard.type("pins");
    await page.keyboard.press("Enter");
    const table = page.getByRole("table", { name: /^MCP servers/ });
    await table.getByRole("row").nth(3).waitFor();
    expect(requests.filter((one) => one.startsWith("GET /mcp/changes"))).toEqual([]);
    await table.getByRole("link", { name: "What changed" }).click();
    const diff = page.getByRole("region", { name: /^Before and now, part 1: find_ticket/ });
    await diff.waitFor();
    expect(new URL(page.url()).searchParams.get("server")).toBe("tickets");
    // Nothing that a server says begins a line of another kind.
    expect(await diff.locator(".diff-added").count()).toBe(2);
    expect(await diff.locator(".diff-removed").count()).toBe(1);
    expect(await diff.locator(".diff-place").count()).toBe(0);
    // All of what it says is in sight, however it is padded.
    const isCut = `[...document.querySelectorAll(".diff-frame")].some((one) => one.scrollWidth > one.clientWidth)`;
    expect(await page.evaluate(isCut)).toBe(false);
    await page.getByText("and 1 more parts").waitFor();
    await page.getByText(`sallyport mcp pin --reason "..." --project ${ROOT} tickets`).waitFor();
    await page.getByText("its servers are not known").waitFor();
    await page.getByLabel("Show").selectOption("not approved");
    await expect.poll(() => table.getByRole("row").count()).toBe(2);
    await page.getByLabel("Show").selectOption("approval over");
    await page.getByText("No server is in this state.").waitFor();
  });
});

it("MCP: without servers it says what to do, and a refusal is told as text", async (ctx) => {
  needBrowser(ctx);
  const options = { expected: [/502/] };
  await withPage(
    { ...EMPTY, ...NOT_PINNED },
    async (page, { url }) => {
      await page.goto(`${url}/mcp?server=tickets`);
      await page.getByText("No file of the client names a server here.").waitFor();
      await page.getByRole("alert").getByText("this server is not pinned").waitFor();
      await page.getByText("sallyport mcp list", { exact: true }).waitFor();
    },
    options,
  );
});

it("red team: says what got through, and a run says by which calls", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url, requests }) => {
    await page.goto(`${url}/redteam`);
    const table = page.getByRole("table", { name: "Cases that were not as expected" });
    await table.waitFor();
    const stat = (name: string) => page.locator(".stat", { hasText: name }).locator(".stat-value");
    expect(await stat("Got through").innerText()).toBe("1");
    expect(await stat("Honest work that was stopped").innerText()).toBe("1");
    expect(await table.getByRole("row").count()).toBe(3);
    expect(await table.innerText()).toContain("told-by-pages/by-tunnel");
    await table.getByText(`run --project ${ROOT} --family told-by-pages`).waitFor();
    const due = page.getByRole("region", { name: "Another run is due" });
    await due.getByText("the policy changed").waitFor();
    const runs = page.getByRole("table", { name: "Runs in this project" });
    await runs.getByText("a part of the cases").waitFor();
    await page.getByText("and 4 earlier runs").waitFor();
    const families = page.getByRole("table", { name: "Families of cases" });
    await families.getByText("not met: 1").first().waitFor();
    await families.getByText("stopped", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Run all cases now" }).press("Enter");
    const now = page.getByRole("region", { name: "This run" });
    await now.getByText("1 not as expected").waitFor();
    await now.getByText("written as").waitFor();
    await now.getByText("it is refused, or a person is asked").waitFor();
    await now.getByText("and 2 more calls").waitFor();
    await now.getByText("install-scripts/other-index").waitFor();
    expect(requests).toContain("POST /redteam/run");
  });
});

it("red team: without a run it says how to have one", async (ctx) => {
  needBrowser(ctx);
  await withPage(EMPTY, async (page, { url }) => {
    await page.goto(`${url}/redteam`);
    await page.getByText("No run yet.").waitFor();
    await page.getByText(`sallyport redteam run --project ${ROOT}`).first().waitFor();
    expect(await page.getByText("not run", { exact: true }).count()).toBe(3);
    expect(await page.getByText("Not as expected in the last run").count()).toBe(0);
  });
});

it("isolation: what is open, which mods hold sessions, and what container files say", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url }) => {
    await page.goto(`${url}/isolation`);
    const mods = page.getByRole("table", { name: /^Mods/ });
    await mods.waitFor();
    const stat = (name: string) => page.locator(".stat", { hasText: name }).locator(".stat-value");
    expect(await stat("Tier").innerText()).toBe("regulated");
    expect(await stat("Last probe").innerText()).toBe("open");
    expect(await stat("Areas that are open").innerText()).toBe("1");
    expect(await stat("Mods that nobody agreed to").innerText()).toBe("2");
    const probe = page.getByRole("region", { name: "What could be reached from inside" });
    await probe.getByText("sockets of engines, agents and buses are reached").waitFor();
    await probe.getByText("The project has another tier now").waitFor();
    expect(await probe.locator("a[href='/log/4711']").count()).toBe(1);
    await probe.getByText(`sallyport sandbox plan --project ${ROOT}`, { exact: true }).waitFor();
    expect(await mods.getByText("holds sessions").count()).toBe(2);
    await mods.getByText("nobody can agree to it, because").waitFor();
    await page.getByText(`sallyport mods agree --project ${ROOT} --reason "..."`).waitFor();
    // By the keyboard: the other part, and its address.
    await page.getByRole("tab", { name: "Probe and extensions" }).focus();
    await page.keyboard.press("ArrowRight");
    const items = page.getByRole("table", { name: "The nine items of strong isolation" });
    await items.waitFor();
    expect(new URL(page.url()).searchParams.get("tab")).toBe("containers");
    // The worst first.
    expect(await items.getByRole("row").nth(1).innerText()).toContain("leave the mount out");
    expect(await stat("Items not met").innerText()).toBe("1");
    await page.getByText("it is no YAML").waitFor();
  });
});

it("isolation: each extension has one verdict, the worst first, and what was not read is named", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url }) => {
    await page.goto(`${url}/isolation?tab=extensions`);
    const table = page.getByRole("table", { name: "Extensions and what they can do" });
    await table.waitFor();
    const first = await table.getByRole("row").nth(1).innerText();
    expect(first).toContain("refused");
    expect(first).toContain("h5.example and 3 more");
    expect(first).toContain("changed: go.sh");
    expect(first).toContain("4 calls");
    expect(await table.getByRole("row").nth(2).innerText()).toContain(
      "because it is longer than what is read",
    );
    await page.getByText("and 2 more", { exact: true }).waitFor();
    await page.getByRole("region", { name: "Not looked at" }).waitFor();
  });
  await withPage(EMPTY, async (page, { url }) => {
    await page.goto(`${url}/isolation?tab=extensions`);
    await page.getByText("No extension is here.").waitFor();
  });
});

it("isolation: where nothing is known it says what to do", async (ctx) => {
  needBrowser(ctx);
  await withPage(EMPTY, async (page, { url }) => {
    await page.goto(`${url}/isolation`);
    await page.getByText("No probe is on record.").waitFor();
    await page.getByText(`sallyport sandbox probe --project ${ROOT} --record`).waitFor();
    await page.getByText("No mod is here.").waitFor();
    await page.goto(`${url}/isolation?tab=containers`);
    await page.getByText("No container is described here.").waitFor();
    await page.getByText("sallyport sandbox plan --target devcontainer").waitFor();
  });
});

it("compliance: shows one control's gaps with their events, and saves the pack", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url, requests }) => {
    await page.goto(`${url}/compliance?framework=gdpr`);
    await page.getByRole("heading", { name: "Art. 32" }).waitFor();
    expect(await page.getByRole("link", { name: "event 9" }).getAttribute("href")).toBe("/log/9");
    await page.getByText("and 2 more").waitFor();
    await page.getByRole("link", { name: "Art. 33" }).click();
    await page.getByRole("heading", { name: "Art. 33" }).waitFor();
    expect(page.url()).toContain("control=gdpr%2F33");
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Collect and save the pack" }).click();
    expect(await readFile(await (await saving).path(), "utf8")).toBe("tar \0");
    await page.getByText("2 of 3 controls with gaps").waitFor();
    expect(requests).toContain("POST /compliance/pack");
    await page.getByLabel("Framework").selectOption("hipaa");
    await expect.poll(() => requests.at(-1)).toBe("GET /compliance?framework=hipaa&days=30");
  });
});
