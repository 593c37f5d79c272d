// The fleet in a real browser: how its four parts look, what stands there as text, by the keyboard, and without a fleet.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { controlAnswers } from "../answers/control.ts";
import { fleetAnswers, NO_FLEET } from "../answers/fleet.ts";
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
  options: object = {},
): Promise<void> {
  const answers = { ...overviewAnswers, ...controlAnswers, ...fleetAnswers, ...more };
  const standIn = await startStandIn(shown.folder, answers);
  const { page, faults, close } = await openPage(shown.browser, options);
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

it("has no fault that axe finds, fits a phone, and shows hostile texts as texts", {
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
        for (const part of ["releases", "steps", "friction", "ends"]) {
          await page.goto(`${url}/fleet?tab=${part}`);
          await page.locator(".tabs-panel table").first().waitFor();
          await expect.poll(() => page.locator(".progress").count()).toBe(0);
          expect([part, size, await axeInBothThemes(page)]).toEqual([part, size, []]);
          expect([part, size, await overflowsSideways(page)]).toEqual([part, size, false]);
          const raw = (await page.evaluate("document.body.textContent")) as string;
          expect([part, raw.includes("<img src=x onerror=alert(1)>")]).toEqual([part, true]);
          for (const character of HOSTILE.match(/[\u202a-\u202e\u200b\u001b]/g) ?? [])
            expect(raw).not.toContain(character);
          expect(await page.locator("#app img").count()).toBe(0);
          await takePicture(page, `fleet-${part}-${size}`);
        }
      },
      options,
    );
});

it("names what is held and why, and the command for it; its parts are walked by the keyboard", async (ctx) => {
  needBrowser(ctx);
  await withPage({}, async (page, { url, requests }) => {
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    const releases = page.getByRole("table", { name: /^Releases/ });
    await releases.waitFor();
    expect(new URL(page.url()).pathname).toBe("/fleet");
    // What is held stands above what is under way and what is complete.
    const first = await releases.getByRole("row").nth(1).innerText();
    for (const text of ["held", "9.0 questions per hundred", "resume strict/regulated"])
      expect(first).toContain(text);
    await page.getByText("2 of 7 days have passed").waitFor();
    expect(requests.filter((one) => one.startsWith("GET /fleet/"))).toEqual([]);
    await page.getByRole("tab", { name: "Machines and releases" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("heading", { name: "Next: Put into tiers" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByText("Without the question: 9.00 fewer").waitFor();
    await page.getByLabel("Of the last").selectOption("30");
    await expect.poll(() => requests.at(-1)).toBe("GET /fleet/friction?by=tier&last=30");
    await page.goto(`${url}/fleet?tab=ends`);
    const tasks = page.getByRole("table", { name: /^Tasks/ });
    await tasks.getByText('sallyport calendar done review-log --note "..."').waitFor();
    expect(await tasks.innerText()).not.toContain("calendar done train-team");
    const exceptions = page.getByRole("table", { name: /^Exceptions/ });
    expect(
      (await exceptions.getByRole("row").allInnerTexts()).map((text) =>
        /1,204|not reported|\t0\t/.exec(text)?.[0].trim(),
      ),
    ).toEqual([undefined, "1,204", "0", "not reported"]);
    await page.getByText("rested on the exception since 2026-10-21").waitFor();
  });
});

it("without a fleet says what to do next", async (ctx) => {
  needBrowser(ctx);
  await withPage(NO_FLEET, async (page, { url }) => {
    await page.goto(`${url}/fleet`);
    await page.getByText("No fleet is shown here.").waitFor();
    await page.getByText("sallyport fleet init fleet --name acme").waitFor();
    await page.getByText("SALLYPORT_FLEET=/srv/fleet sallyport dashboard").waitFor();
    expect(await axeInBothThemes(page)).toEqual([]);
  });
});
