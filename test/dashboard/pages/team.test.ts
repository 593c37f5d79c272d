// The pages of a team in a real browser over a real PostgreSQL: only those that a team has, how they look, and the way from one to the next.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  postgresPrograms,
  POSTGRES_MISSING,
} from "../../surface/services/fleet/postgres-cluster.ts";
import {
  openStoredTeam,
  type StoredTeam,
  TEAM_NOW_MS,
} from "../../surface/services/fleet/stored-team.ts";
import { serve, type Served } from "../../surface/dashboard/served.ts";
import {
  axeInBothThemes,
  appInBrowser,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "../browser.ts";

const shown = appInBrowser();
let team: StoredTeam;
let served: Served;
beforeAll(async () => {
  if (postgresPrograms() === undefined) return;
  team = await openStoredTeam();
  served = await serve({ team: team.store, nowMs: () => TEAM_NOW_MS, appFolder: shown.folder });
});
afterAll(async () => {
  await served?.close();
  await team?.close();
});
beforeEach((ctx) => {
  needBrowser(ctx);
  if (postgresPrograms() === undefined) ctx.skip(POSTGRES_MISSING);
});
const link = (path = "/") =>
  `http://127.0.0.1:${served.port}${path}#login=${served.logins.link({ name: "ada", role: "viewer" })}`;

const PAGES = [
  ["/", "Needs you", "builtin:team/secret-leaves"],
  ["/sessions", "Sessions", "u:0123456789ab"],
  ["/alerts", "Alerts", "acme/own-detection"],
  ["/log", "Log", "web-1"],
  ["/fleet", "Fleet", "bundle-expired"],
] as const;

it.each(PAGES)(
  "%s stands there without a fault, in both themes and on a phone",
  { timeout: 120_000 },
  async (path, title, text) => {
    for (const options of [{}, PHONE]) {
      const { page, faults, close } = await openPage(shown.browser, options);
      await page.goto(link());
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      if (path !== "/") await page.goto(`http://127.0.0.1:${served.port}${path}`);
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      await page.getByText(text).first().waitFor();
      expect(await axeInBothThemes(page)).toEqual([]);
      expect(await overflowsSideways(page)).toBe(false);
      await takePicture(page, `team-${title.toLowerCase()}${options === PHONE ? "-phone" : ""}`);
      expect(faults).toEqual([]);
      await close();
    }
  },
);

it("names in its navigation the pages that a team has, and no other", async () => {
  const { page, close } = await openPage(shown.browser);
  await page.goto(link());
  const names = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  await names.first().waitFor();
  const texts = (await names.allInnerTexts()).map((one) =>
    one.replace(/\s*(?:\d+\s+need you)?\s*g .$/, "").trim(),
  );
  expect(texts).toEqual(["Needs you", "Sessions", "Alerts", "Log", "Fleet"]);
  await page.goto(`http://127.0.0.1:${served.port}/policy`);
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await close();
});

it("leads from an alert to its event, to its session, and says where the rest of it is", {
  timeout: 60_000,
}, async () => {
  const { page, faults, close } = await openPage(shown.browser);
  await page.goto(link("/alerts"));
  await page
    .getByRole("row")
    .filter({ hasText: "exfiltration/secret-leaves" })
    .getByRole("link")
    .first()
    .click();
  await page.getByRole("heading", { name: "Log", level: 1 }).waitFor();
  await page.getByText("exfiltration/secret-leaves").last().waitFor();
  await page.locator(".rows-row").first().click();
  await page.getByRole("complementary", { name: /^Event \d+$/ }).waitFor();
  await page.getByText("Both are on").waitFor();
  await takePicture(page, "team-event");
  await page.getByText("db-session-0001").first().click();
  await page.getByRole("heading", { name: "Session", level: 1 }).waitFor();
  await page.getByText("egress/other").first().waitFor();
  expect(await axeInBothThemes(page)).toEqual([]);
  await takePicture(page, "team-session");
  expect(faults).toEqual([]);
  await close();
});
