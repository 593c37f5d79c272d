// How fast a real browser draws the graph of a session: until it is shown, and each picture while the mouse moves it.
import type { Page } from "playwright-core";
import { overviewAnswers } from "../dashboard/answers/overview.ts";
import { madeGraph, SESSION, sessionAnswers } from "../dashboard/answers/sessions.ts";
import { buildApp, dragGraph, openBrowser, openPage } from "../dashboard/browser.ts";
import { startStandIn } from "../dashboard/stand-in.ts";
import { atMost, type Figure, median, percentile } from "./figures.ts";

const ROUNDS = 5;
/** Makes a graph of just below 2,000 nodes, the most that is drawn as single nodes. */
const ACTS = 1_220;

const durations = async (page: Page, name: string) =>
  (await page.evaluate(
    `performance.getEntriesByName('${name}', 'measure').map(({ duration }) => duration)`,
  )) as number[];

/** Opens the same graph in new pages and drags it; no figures where there is no Chromium. */
export async function measureGraphInBrowser(): Promise<readonly Figure[]> {
  const browser = await openBrowser();
  if (browser === undefined) return [];
  const app = await buildApp();
  const graph = madeGraph(ACTS, ["web"]);
  const shown: number[] = [];
  const drawn: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      // A login's link is good once.
      const standIn = await startStandIn(app.folder, {
        ...overviewAnswers,
        ...sessionAnswers,
        [`GET /sessions/${SESSION}/graph`]: graph,
      });
      const { page, close } = await openPage(browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      await page.goto(`${new URL(standIn.link).origin}/sessions/${SESSION}?tab=graph`);
      let first: readonly number[] = [];
      // WHY no waitForFunction: it evaluates text inside of the page, which the page's policy of content refuses.
      while (first.length === 0) {
        await page.waitForTimeout(100);
        first = await durations(page, "graph-shown");
      }
      shown.push(...first);
      await dragGraph(page);
      drawn.push(...(await durations(page, "graph-draw")));
      await close();
      await standIn.close();
    }
  } finally {
    await browser.close();
    app.remove();
  }
  const whole = `a graph of ${graph.nodes.length} nodes in Chromium, from the answer on`;
  // 30 pictures a second.
  const dragged = "a picture of it while it is dragged, p95";
  return [
    atMost(whole, median(shown), "ms", 500),
    atMost(dragged, percentile(drawn, 0.95), "ms", 33),
  ];
}
