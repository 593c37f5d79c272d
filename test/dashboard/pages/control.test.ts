// The backtest, the boundary report and the checklists in a real browser: how they look, what is asked, what stands there as text.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
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
import { type Answers, fault, type StandIn, startStandIn } from "../stand-in.ts";

const shown = appInBrowser();
const sent: unknown[] = [];

async function withPage(
  more: Answers,
  work: (page: Page, standIn: StandIn) => Promise<void>,
  { options = {}, expected = [] }: { options?: object; expected?: readonly RegExp[] } = {},
): Promise<void> {
  const backtest = controlAnswers["POST /policy/backtest"];
  sent.length = 0;
  const standIn = await startStandIn(shown.folder, {
    ...overviewAnswers,
    ...controlAnswers,
    "POST /policy/backtest": (asked: Parameters<typeof backtest>[0]) => {
      sent.push(asked.body);
      return backtest(asked);
    },
    ...more,
  });
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
  ["policy-backtest", "/policy?tab=backtest&pack=enterprise-high", "Try it on the record"],
  ["policy-boundaries", "/policy?tab=boundaries", undefined],
  ["posture-checklists", "/posture?tab=checklists", undefined],
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
        for (const [name, path, button] of PAGES) {
          await page.goto(`${url}${path}`);
          if (button !== undefined) await page.getByRole("button", { name: button }).click();
          await page.locator(".tabs-panel .command").first().waitFor();
          for (const summary of await page.locator(".tabs-panel summary").all())
            await summary.click();
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

it("a backtest asks for the chosen policy and part of the log, and says what changes", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url }) => {
    await page.goto(`${url}/policy?tab=backtest`);
    const send = page.getByRole("button", { name: "Try it on the record" });
    await page.getByLabel("Policy to try").selectOption("enterprise-high");
    await page.getByLabel("Over").selectOption("all");
    // An address leads to the same question.
    expect(new URL(page.url()).search).toBe("?tab=backtest&pack=enterprise-high&last=all");
    await send.press("Enter");
    await page.getByText("102 as before, 53 otherwise, 100 not decidable.").waitFor();
    expect(sent).toEqual([{ project: ROOT, pack: "enterprise-high", last: "all" }]);
    const panel = page.locator(".tabs-panel");
    const verdicts = panel.getByRole("table", { name: /^Calls by verdict/ });
    expect(await verdicts.getByRole("row", { name: /deny/ }).innerText()).toMatch(/19\s+53/);
    await panel.getByText("Of the entries 1 cannot be read").waitFor();
    await panel.getByText("and 2 more rules").waitFor();
    expect(await panel.locator("a[href='/log/68']").count()).toBe(1);
    await panel.getByText("sallyport policy backtest enterprise-high --log all").waitFor();
    await panel.getByText("sallyport init --profile enterprise-high").waitFor();
    // A text of the person: nothing is sent without one.
    await page.getByLabel("Policy to try").selectOption("");
    expect(await send.isDisabled()).toBe(true);
    await page.getByLabel("Its text (YAML)").fill("id: mine");
    await page.getByLabel("Over").selectOption("1000");
    await send.click();
    await page.getByText("No call is among these entries.").waitFor();
    expect(sent[1]).toEqual({ project: ROOT, text: "id: mine", last: "1000" });
  });
});

it("a backtest of a broken policy says where it is broken", async (ctx) => {
  needBrowser(ctx);
  const broken = fault(502, "command", `proposed.yaml:1:1: \`version\` is missing ${HOSTILE}`);
  await withPage(
    { "POST /policy/backtest": broken },
    async (page, { url }) => {
      await page.goto(`${url}/policy?tab=backtest&pack=`);
      await page.getByLabel("Its text (YAML)").fill("id: mine");
      await page.getByRole("button", { name: "Try it on the record" }).click();
      await page.getByRole("alert").getByText("proposed.yaml:1:1").waitFor();
    },
    { expected: [/502/] },
  );
});

it("the boundary report counts what the guard holds alone, and narrows to it", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url }) => {
    await page.goto(`${url}/policy?tab=boundaries`);
    const stat = (name: string) => page.locator(".stat", { hasText: name }).locator(".stat-value");
    expect(await stat("Rules that deny or ask").innerText()).toBe("2");
    expect(await stat("Held here by more than the guard").innerText()).toBe("1");
    expect(await stat("Held by settings alone").innerText()).toBe("1");
    expect(await stat("Held by the guard alone").innerText()).toBe("1");
    const table = page.getByRole("table", { name: "Rules with what holds them" });
    expect(await table.getByRole("row").count()).toBe(3);
    await page.getByLabel("Show").selectOption("alone");
    await expect.poll(() => table.getByRole("row").count()).toBe(2);
    expect(await table.innerText()).toContain("secrets/content");
    expect(new URL(page.url()).searchParams.get("held")).toBe("alone");
    // By the keyboard: a rule's details open, and say how.
    await page.getByLabel("Show").selectOption("open");
    const summary = table.locator("summary");
    await summary.focus();
    await page.keyboard.press("Enter");
    await table.getByText("commands, each in its own profile").waitFor();
    await table.getByText("a copy that was made under another name").waitFor();
  });
});

it("the boundary report without compiled settings says why, and counts nothing of them", async (ctx) => {
  needBrowser(ctx);
  const { rules, ...report } = controlAnswers["GET /policy/boundaries"];
  const uncompiled = {
    ...report,
    uncompiled: `policy.yaml:3:1: broken ${HOSTILE}`,
    rules: rules.map((rule) => ({ ...rule, settings: [], open: [] })),
  };
  await withPage({ "GET /policy/boundaries": uncompiled }, async (page, { url }) => {
    await page.goto(`${url}/policy?tab=boundaries&held=open`);
    await page.getByRole("alert").getByText("policy.yaml:3:1: broken").waitFor();
    const alone = page.locator(".stat", { hasText: "Held by settings alone" });
    expect(await alone.locator(".stat-value").innerText()).toBe("-");
    await page.getByText("No rule is like that.").waitFor();
  });
});

it("a checklist shows each item with state, evidence and the next step, and narrows by state", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url, requests }) => {
    await page.goto(`${url}/posture`);
    await page.getByText("This project was not checked yet.").waitFor();
    // By the keyboard: the second tab.
    await page.getByRole("tab", { name: "Findings" }).focus();
    await page.keyboard.press("ArrowRight");
    const table = page.getByRole("table", { name: "Items of the checklist" });
    await table.waitFor();
    expect(requests).toContain(`GET /checklists/minimum?project=${encodeURIComponent(ROOT)}`);
    expect(await table.getByRole("row").count()).toBe(4);
    const failed = table.getByRole("row").nth(1);
    for (const text of ["to do", "src/config.ts:12", "and 3 more places", "Waived by grace"])
      expect(await failed.innerText()).toContain(text);
    expect(await failed.innerText()).toContain("take it out and revoke it");
    await table.getByText("sallyport attestation add mcp/vetted --for 90d").waitFor();
    await page.getByText(`sallyport audit ${ROOT} --profile minimum`).waitFor();
    await page.getByLabel("Show").selectOption("pass");
    await expect.poll(() => table.getByRole("row").count()).toBe(2);
    await page.getByLabel("Show").selectOption("unseen");
    await page.getByText("No item is in this state.").waitFor();
    await page.getByLabel("Checklist", { exact: true }).selectOption("baseline");
    await expect
      .poll(() => new URL(page.url()).search)
      .toBe("?tab=checklists&state=unseen&list=baseline");
  });
});
