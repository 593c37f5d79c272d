// Logging in and confirming by a real provider in a real browser: the door, the way there and back, the window that confirms.
import { expect, it } from "vitest";
import { provide } from "../surface/dashboard/oidc/provided.ts";
import { browserAlone, buildApp, needBrowser, openPage } from "./browser.ts";

const shown = browserAlone();

it("leads from the door to the provider and back into the app, and out again", async (ctx) => {
  needBrowser(ctx);
  const app = await buildApp();
  const provided = await provide({ appFolder: app.folder });
  provided.provider.people.set("ada", { groups: ["owners"] });
  const { host } = new URL(provided.provider.issuer);
  // What the pages ask of a log is not there.
  const { page, faults, close } = await openPage(shown.browser, {}, [
    /status of 401|status of 50\d/,
  ]);
  await page.goto(`${provided.at}/log`);
  await page.getByRole("link", { name: `Sign in with ${host}` }).click();
  await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
  expect(page.url()).toBe(`${provided.at}/`);
  provided.provider.people.delete("ada");
  await provided.logins.check();
  await page.getByRole("link", { name: "Log", exact: true }).click();
  await page.getByText("the provider did not log you in, or no longer does").waitFor();
  await page.goto(`${provided.at}/#confirmed`);
  await page.getByRole("heading", { name: "You are confirmed" }).waitFor();
  expect(faults).toEqual([]);
  await close();
  await provided.close();
  app.remove();
});

it("confirms a change in a window of its own, and then the change is sent again", async (ctx) => {
  needBrowser(ctx);
  const app = await buildApp("gallery/main.tsx");
  const provided = await provide({ appFolder: app.folder });
  provided.provider.people.set("ada", { groups: ["owners"] });
  const { page, faults, close } = await openPage(shown.browser, {}, [/status of 412/]);
  await page.route("**/api/v1/approvals/7", (route) => {
    const isConfirmed = provided.notes.some(({ what }) => what === "confirmed");
    const error = { code: "confirm", message: "confirm who you are" };
    return route.fulfill(
      isConfirmed ? { json: { told: "approved" } } : { status: 412, json: { error } },
    );
  });
  await page.goto(`${provided.at}/oidc/login`);
  await page.getByRole("button", { name: "Approve" }).click();
  const dialog = page.getByRole("dialog", { name: "Approve" });
  await dialog.getByLabel("Why").fill("known call");
  await dialog.getByRole("button", { name: "Approve" }).click();
  const other = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Sign in again" }).click();
  await other;
  await page.getByText("approved", { exact: true }).waitFor();
  expect(provided.notes.map(({ what }) => what)).toEqual(["login", "confirmed"]);
  expect(faults).toEqual([]);
  await close();
  await provided.close();
  app.remove();
});
