// The page Fleet over a made-up company that lived through a rollout: what it shows is what its machines counted. `MACHINES=10000` makes it as large as the figures.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readJson } from "#base/json.ts";
import type { SeenDay } from "#record/fleet/host-report.ts";
import { composeDaemon } from "#surface/daemon/compose.ts";
import { type DaemonRun, runDaemon } from "#surface/daemon/run-daemon.ts";
import { type RunningDashboard, runDashboard } from "#surface/dashboard/run-dashboard.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { liveThrough } from "../surface/services/fleet/simulated-company.ts";
import {
  appInBrowser,
  axeInBothThemes,
  needBrowser,
  openPage,
  overflowsSideways,
  takePicture,
} from "./browser.ts";

const MACHINES = Number(process.env["MACHINES"] ?? 400);
const DAY_MS = 86_400_000;
const DAYS = 90;
/** A bad version of the policy comes when the first one is everywhere, and is taken back within days. */
const BAD_FROM = 76;
const LAST = 30;

const shown = appInBrowser();
const room = mkdtempSync(join(tmpdir(), "company-page-"));
const fleet = join(room, "fleet");
let dashboard: RunningDashboard | undefined;
let daemon: DaemonRun | undefined;
beforeAll(async () => {
  mkdirSync(fleet);
  const startMs = Date.now() - (DAYS - 1) * DAY_MS;
  const plan = { machines: MACHINES, days: DAYS, badFrom: BAD_FROM };
  liveThrough(fleet, { ...plan, startMs, isKept: true });
  const install = await ensureInstall({ root: join(room, "data") });
  // A login goes on record, so that there has to be a daemon.
  const standing = () =>
    Promise.resolve({ works: false, why: "nothing runs here", repair: "" } as const);
  daemon = await runDaemon(
    install,
    composeDaemon(install, () => undefined, room, { standing }),
  );
  if (daemon.kind === "running") await daemon.ready();
  const environment = { ...process.env, HOME: room, SALLYPORT_FLEET: fleet };
  const { folder: appFolder } = shown;
  dashboard = await runDashboard(install, { port: 0, appFolder, environment });
}, 1_200_000);
afterAll(async () => {
  await dashboard?.close();
  if (daemon?.kind === "running") await daemon.stop();
  rmSync(room, { recursive: true, force: true });
});

/** What machines counted in the days that the page is asked about, added up here from the lines. */
function counted(): { readonly calls: number; readonly asked: ReadonlyMap<string, number> } {
  const folder = join(fleet, "hosts", "made-up", "days");
  const since = new Date(Date.now() - LAST * DAY_MS).toISOString().slice(0, 10);
  const asked = new Map<string, number>();
  let calls = 0;
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".ndjson") && one >= since))
    for (const line of readFileSync(join(folder, name), "utf8").trimEnd().split("\n")) {
      const { day } = readJson(line) as SeenDay;
      calls += day.calls;
      for (const rule of day.rules) asked.set(rule.rule, (asked.get(rule.rule) ?? 0) + rule.asked);
    }
  return { calls, asked };
}

it("shows releases, and the ten rules that cost most with what changing each would have done", {
  timeout: 300_000,
}, async (ctx) => {
  needBrowser(ctx);
  const { page, faults, close } = await openPage(shown.browser);
  page.setDefaultTimeout(60_000);
  await page.goto(dashboard?.link("ada", "administrator") ?? "");
  await page.locator("nav a[href='/fleet']").first().waitFor();
  const at = (path: string) => page.goto(`http://127.0.0.1:${dashboard?.port}${path}`);
  await at("/fleet?tab=releases");
  const releases = page.getByRole("table", { name: /^Releases/ });
  await releases.waitFor();
  expect(await releases.innerText()).toContain("questions per hundred calls, where 5 is the limit");
  await takePicture(page, "company-releases");
  await at(`/fleet?tab=friction&last=${LAST}`);
  const table = page.getByRole("table", { name: /^Rules that cost most/ });
  await table.waitFor();
  const rows = await table.locator("tbody tr").allInnerTexts();
  const { calls, asked } = counted();
  const dearest = [...asked].toSorted(([, one], [, other]) => other - one).slice(0, 10);
  expect(rows).toHaveLength(10);
  expect(asked.get("baseline/all")).toBeGreaterThan(0);
  for (const [place, [rule, questions]] of dearest.entries()) {
    expect(rows[place]).toContain(rule);
    expect(rows[place]).toContain(questions.toLocaleString("en"));
    expect(rows[place]).toContain(
      `Without the question: ${((100 * questions) / calls).toFixed(2)} fewer questions per hundred calls`,
    );
  }
  expect(await overflowsSideways(page)).toBe(false);
  expect(await axeInBothThemes(page)).toEqual([]);
  await takePicture(page, "company-friction");
  expect(faults).toEqual([]);
  await close();
});
