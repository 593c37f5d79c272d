// Parts of the dashboard in a real browser, beyond what the first pages show: changes that are confirmed, tabs, diffs, a million rows.
import { describe, expect, it } from "vitest";
import {
  axeFaults,
  axeInBothThemes,
  appInBrowser,
  needBrowser,
  openPage,
  takePicture,
} from "./browser.ts";
import { type Answers, type Asked, fault, type StandIn, startStandIn } from "./stand-in.ts";

const shown = appInBrowser("gallery/main.tsx");
let standIn: StandIn;
let isConfirmed = false;

async function openGallery(more: Answers = {}) {
  isConfirmed = false;
  standIn = await startStandIn(shown.folder, {
    "POST /approvals/7": ({ body }: Asked) => {
      const told = `approved: ${(body as { note: string }).note}`;
      const answer = isConfirmed ? { told } : fault(412, "confirm", "confirm who you are");
      isConfirmed = true;
      return answer;
    },
    ...more,
  });
  const opened = await openPage(shown.browser, {}, [/40[34]/, /412/]);
  await opened.page.goto(standIn.link);
  await opened.page.getByRole("heading", { name: "Gallery" }).waitFor();
  return {
    ...opened,
    async close() {
      await opened.close();
      await standIn.close();
    },
  };
}

describe("a change", () => {
  it("is sent again after the person confirmed, and once", async (ctx) => {
    needBrowser(ctx);
    const { page, faults, close } = await openGallery();
    await page.getByRole("button", { name: "Approve" }).click();
    const dialog = page.getByRole("dialog", { name: "Approve" });
    expect(await dialog.getByRole("button", { name: "Approve" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Why").fill("known call");
    await dialog.getByText('--note "known call"').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Approve" }).click();
    const again = page.getByRole("dialog", { name: "Confirm that it is you" });
    await again.getByLabel("Code or passphrase").fill("00000000");
    await page.keyboard.press("Enter");
    await again.getByText("that is not it").waitFor();
    expect(await axeInBothThemes(page)).toEqual([]);
    await takePicture(page, "confirm-light");
    await again.getByLabel("Code or passphrase").fill("12345678");
    await page.keyboard.press("Enter");
    await page.getByText("approved: known call").waitFor();
    expect(standIn.requests.filter((one) => one === "POST /approvals/7")).toHaveLength(2);
    expect(faults).toEqual([]);
    await close();
  });
  it.each([
    ["a made-up proof", { proof: "0b".repeat(32) }],
    ["none", fault(404, "not-found", "there is no such address")],
  ])("gets no passphrase to what gives %s", async (_what, proof) => {
    const { page, close } = await openGallery({ "GET /proof": proof });
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByLabel("Why").fill("x");
    const dialog = page.getByRole("dialog", { name: "Approve" });
    await dialog.getByRole("button", { name: "Approve" }).click();
    const again = page.getByRole("dialog", { name: "Confirm that it is you" });
    await again.getByLabel("Code or passphrase").fill("my passphrase");
    await page.keyboard.press("Enter");
    await again.getByText("does not prove to be the dashboard").waitFor();
    expect(standIn.requests.filter((one) => one.startsWith("POST /confirm"))).toEqual([]);
    await close();
  });
  it("is not sent again when the person does not confirm", async (ctx) => {
    needBrowser(ctx);
    const { page, close } = await openGallery();
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByLabel("Why").fill("x");
    await page
      .getByRole("dialog", { name: "Approve" })
      .getByRole("button", { name: "Approve" })
      .click();
    await page.getByRole("dialog", { name: "Confirm that it is you" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Confirm who you are first").waitFor();
    expect(standIn.requests.filter((one) => one === "POST /approvals/7")).toHaveLength(1);
    await close();
  });
});

describe("parts", () => {
  it("have no fault that axe finds, and tabs are in the address", async (ctx) => {
    needBrowser(ctx);
    const { page, faults, close } = await openGallery();
    expect(await axeInBothThemes(page)).toEqual([]);
    await takePicture(page, "gallery-light");
    await page.getByText("removed: ").waitFor({ state: "attached" });
    await page.getByRole("tab", { name: "Diff" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("button", { name: /more characters/ }).click();
    await page.getByText(/end$/).waitFor();
    expect(new URL(page.url()).search).toBe("?tab=long");
    await page.getByLabel("Name").fill("x");
    await page.getByText("too short").waitFor();
    await page.getByLabel("Level").selectOption("high");
    expect(await page.getByLabel("Level").inputValue()).toBe("high");
    expect(faults).toEqual([]);
    await close();
  });
  it("reach the last of a million rows with few of them drawn", async (ctx) => {
    needBrowser(ctx);
    const { page, close } = await openGallery();
    await page.getByRole("row").nth(1).focus();
    await page.keyboard.press("End");
    await expect
      .poll(() => page.evaluate("document.activeElement?.dataset.place === '999999'"))
      .toBe(true);
    await page.getByText("row 999999").waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(80);
    await page.keyboard.press("ArrowUp");
    await expect
      .poll(() => page.evaluate("document.activeElement?.dataset.place === '999998'"))
      .toBe(true);
    await close();
  });
});
