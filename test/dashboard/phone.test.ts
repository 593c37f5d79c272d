// A question answered in a real browser of a phone's size: each way that it can go, in both themes, without a fault.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AskedPhone, PASSPHRASE, servePhone } from "../surface/dashboard/phone/asked-phone.ts";
import {
  axeInBothThemes,
  browserAlone,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "./browser.ts";

const LONG = 60_000;
const shown = browserAlone();
let phone: AskedPhone;
beforeAll(async () => {
  phone = await servePhone();
}, LONG);
afterAll(() => phone?.close());

const answer = async (page: Page, button: "Allow" | "Refuse", passphrase: string) => {
  await page.getByLabel("Your passphrase").fill(passphrase);
  await page.getByRole("button", { name: button }).click();
};

it("shows one question, its effects and two buttons, and is answered", {
  timeout: LONG,
}, async (ctx) => {
  needBrowser(ctx);
  const opened = phone.ask();
  const { page, faults, close } = await openPage(shown.browser, PHONE);
  await page.goto(phone.link(opened).href);
  await page.getByText("sends a.txt to files.example with file").waitFor();
  await page.getByText("and 2 more").waitFor();
  expect(await page.getByRole("button").allTextContents()).toEqual(["Refuse", "Allow"]);
  expect(page.url(), "the token stands in no history").toBe(phone.url.href);
  expect(await axeInBothThemes(page)).toEqual([]);
  expect(await overflowsSideways(page)).toBe(false);
  for (const button of await page.getByRole("button").all())
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await takePicture(page, "phone-question");
  // A look at something else and back: the question is still there.
  await page.reload();
  await answer(page, "Allow", PASSPHRASE);
  await page.getByText("You allowed it.").waitFor();
  expect(await opened.outcome).toMatchObject({ answer: "allow", from: "phone" });
  expect(await axeInBothThemes(page)).toEqual([]);
  await takePicture(page, "phone-answered");
  expect(faults).toEqual([]);
  await close();
});

it("takes no answer with a wrong passphrase or none, then takes the right one", {
  timeout: LONG,
}, async (ctx) => {
  needBrowser(ctx);
  const opened = phone.ask();
  const { page, faults, close } = await openPage(shown.browser, PHONE, [/403/]);
  await page.goto(phone.link(opened).href);
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("Type your passphrase first.").waitFor();
  await answer(page, "Allow", "not the passphrase");
  await page.getByText("That is not the passphrase. Tries left: 4.").waitFor();
  expect(await axeInBothThemes(page)).toEqual([]);
  expect(phone.room.list().find(({ id }) => id === opened.question.id)?.state).toBe("waiting");
  await answer(page, "Refuse", PASSPHRASE);
  await page.getByText("You refused it.").waitFor();
  expect(await opened.outcome).toMatchObject({ answer: "deny" });
  expect(faults).toEqual([]);
  await close();
});

it("says of a link that was opened before that it is spent", { timeout: LONG }, async (ctx) => {
  needBrowser(ctx);
  const { href } = phone.link(phone.ask());
  const first = await openPage(shown.browser, PHONE);
  await first.page.goto(href);
  await first.page.getByRole("button", { name: "Allow" }).waitFor();
  const second = await openPage(shown.browser, PHONE, [/401/]);
  await second.page.goto(href);
  await second.page.getByText("This link was opened before").waitFor();
  expect(await second.page.getByRole("button").count()).toBe(0);
  expect(await axeInBothThemes(second.page)).toEqual([]);
  await first.close();
  await second.close();
});

it("says that it was answered at the terminal, and that its time is over", {
  timeout: LONG,
}, async (ctx) => {
  needBrowser(ctx);
  const opened = phone.ask();
  const { page, faults, close } = await openPage(shown.browser, PHONE, [/401/]);
  await page.goto(phone.link(opened).href);
  await page.getByRole("button", { name: "Allow" }).waitFor();
  opened.withdraw();
  await page.getByText("it was answered at its terminal").waitFor();
  expect(await page.getByRole("button").count()).toBe(0);
  const short = phone.ask({}, 1);
  const { href } = phone.link(short);
  await short.outcome;
  await page.goto("about:blank");
  await page.goto(href);
  await page.getByText(/its time is over|was opened before/i).waitFor();
  expect(faults).toEqual([]);
  await close();
});

it("shows what hides in a text, and runs nothing of it", { timeout: LONG }, async (ctx) => {
  needBrowser(ctx);
  const hostile =
    "<img src=x onerror=\"document.title='run'\">\u202Egnp.exe\u200B</script><script>document.title='run'</script>";
  const opened = phone.ask({
    tool: hostile,
    project: hostile,
    text: hostile,
    what: hostile,
    why: hostile,
    rule: hostile,
    effects: [{ effect: "egress", words: hostile, data: [hostile], verdict: "ask", through: [] }],
    alternatives: [hostile],
  });
  const { page, faults, close } = await openPage(shown.browser, PHONE);
  await page.goto(phone.link(opened).href);
  await page.getByRole("button", { name: "Allow" }).waitFor();
  expect(await page.locator("img, script[src], iframe").count()).toBe(0);
  expect(await page.title()).toBe("A question of sallyport");
  expect(await page.getByText("U+202E").count()).toBeGreaterThanOrEqual(8);
  expect(await overflowsSideways(page)).toBe(false);
  expect(faults).toEqual([]);
  await close();
});
