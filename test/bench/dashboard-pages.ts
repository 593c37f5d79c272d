// What a person waits for on each page of the dashboard over a large log: a real browser, the dashboard's server, the daemon and its index.
import type { ChildProcess } from "node:child_process";
import type { Browser, Page, Request } from "playwright-core";
import { readInstall } from "#surface/services/installation/install.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { runDashboard } from "#surface/dashboard/run-dashboard.ts";
import { buildApp, openBrowser, openPage } from "../dashboard/browser.ts";
import { endDaemon, openStopped, startDaemon } from "./daemon.ts";
import { atMost, type BenchOptions, type Figure, percentile, type Suite } from "./figures.ts";
import { fillLog, indexed, LONG_SESSION, SESSION_CALLS } from "./responder-log.ts";

/** WHY so many: of fewer the 95th of a hundred is the slowest, which is the first opening. */
const ROUNDS = 21;
const MOST_MS = 500;
/** A page asks nothing more when it was silent for so long. */
const SILENT_MS = 700;
const LATE_MS = 30_000;

/** Pages as a person opens them, and their filters. */
const ADDRESSES: readonly string[] = [
  ...["/", "/?days=7", "/?days=30", "/sessions", "/sessions?verdict=deny"],
  ...[
    "/sessions?person=member-7",
    `/sessions/${LONG_SESSION}`,
    `/sessions/${LONG_SESSION}?tab=graph`,
  ],
  ...["/approvals", "/incidents", "/log", "/log?filter=verdict%3Adeny", "/log?filter=text%3Apush"],
  ...["/log?filter=host%3Agit.shop.example", "/log?filter=user%3Amember-7", "/log/1000"],
  ...["/log?filter=path%3Asrc%2Fmodule-77.ts", "/queries", "/queries/daily-activity"],
  ...["/queries/denied-by-tool", "/integrity", "/content", "/usage", "/policy", "/posture", "/mcp"],
  ...["/redteam", "/isolation", "/fleet", "/compliance", "/privacy"],
];

/** Writes a log of `calls` calls with their results, lets the daemon index it, and opens every page over it. */
export async function measureDashboardPages({ calls }: BenchOptions): Promise<Suite> {
  const guarded = openStopped();
  let daemon: ChildProcess | undefined;
  try {
    await fillLog(guarded.data, calls);
    daemon = await startDaemon(guarded);
    await indexed(guarded.data, 2 * (calls + SESSION_CALLS));
    return await measurePagesOver(guarded.data, 2 * (calls + SESSION_CALLS));
  } finally {
    if (daemon !== undefined) await endDaemon(daemon);
    guarded.close();
  }
}

/** Opens every page over the data directory of a daemon that runs. */
export async function measurePagesOver(data: string, events: number): Promise<Suite> {
  const browser = await openBrowser();
  const app = await buildApp();
  const install = readInstall(directoriesIn(data));
  if (install === undefined) throw new Error("there is no installation");
  const dashboard = await runDashboard(install, { port: 0, appFolder: app.folder });
  try {
    return {
      method:
        `${events.toLocaleString("en-US")} events that the daemon has indexed; each address is opened ${ROUNDS} times in Debian's Chromium, as a person does who comes by a link. ` +
        "The time of a page is from asking for it to the last byte of the last answer that it asks the server for; the first of the figures is what the page itself takes where it asks for nothing of the log.",
      figures: await openAll(browser, {
        link: dashboard.link("bench", "administrator"),
        origin: `http://127.0.0.1:${dashboard.port}`,
      }),
    };
  } finally {
    await browser?.close();
    await dashboard.close();
    app.remove();
  }
}

async function openAll(
  browser: Browser | undefined,
  { link, origin }: { readonly link: string; readonly origin: string },
): Promise<readonly Figure[]> {
  if (browser === undefined) return [];
  const { page, close } = await openPage(browser);
  await page.goto(link);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const figures: Figure[] = [];
  for (const address of ADDRESSES) {
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      samples.push(await opened(page, `${origin}${address}`));
    figures.push(atMost(`\`${address}\`, p95`, percentile(samples, 0.95), "ms", MOST_MS), {
      name: "  its first opening",
      value: samples[0] ?? 0,
      unit: "ms",
    });
    process.stderr.write(`${address}: ${samples.map((one) => one.toFixed(0)).join(" ")} ms\n`);
  }
  await close();
  return figures;
}

/** Milliseconds from the beginning of a page to the end of the last answer that it asked for. */
async function opened(page: Page, address: string): Promise<number> {
  // WHY by themselves: what the page before still asked for ends meanwhile as well.
  const underWay = new Set<object>();
  let lastMs = performance.now();
  const begun = (request: Request): void => {
    const url = request.url();
    if (url.includes("/api/v1/") && !url.includes("/stream")) underWay.add(request);
  };
  const ended = (request: Request): void => {
    if (underWay.delete(request)) lastMs = performance.now();
  };
  page.on("request", begun);
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  const startMs = performance.now();
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).waitFor();
  lastMs = Math.max(lastMs, performance.now());
  // TIME: a page is done when it asks for nothing more.
  while (
    performance.now() < startMs + LATE_MS &&
    (underWay.size > 0 || performance.now() < lastMs + SILENT_MS)
  )
    await page.waitForTimeout(20);
  page.off("request", begun);
  page.off("requestfinished", ended);
  page.off("requestfailed", ended);
  return lastMs - startMs;
}
