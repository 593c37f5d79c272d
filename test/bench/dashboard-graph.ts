// How fast a real browser draws the graph of a session: until it is shown, and each picture while the mouse moves it.
import type { Page } from "playwright-core";
import { overviewAnswers } from "../dashboard/answers/overview.ts";
import { madeGraph, SESSION, sessionAnswers } from "../dashboard/answers/sessions.ts";
import { buildApp, openBrowser, openPage } from "../dashboard/browser.ts";
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
        ...{ ...overviewAnswers, ...sessionAnswers },
        [`GET /sessions/${SESSION}/graph`]: graph,
      });
      const { page, close } = await openPage(browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
      await page.goto(`${new URL(standIn.link).origin}/sessions/${SESSION}?tab=graph`);
      let first: readonly number[] = [];
      // WHY no waitForFunction: it evaluates text inside of the page, which the page's policy of content refuses.
      while (first.length === 0) {
        await page.waitForTimeout(100);
        first = await durations(page, "graph-shown");
      }
      shown.push(...first);
      await page.locator("canvas").scrollIntoViewIfNeeded();
      const box = await page.locator("canvas").boundingBox();
      if (box === null) throw new Error("there is no picture of the graph");
      await page.evaluate("performance.clearMeasures('graph-draw')");
      await page.mouse.move(box.x + 300, box.y + 200);
      await page.mouse.wheel(0, -1_500);
      await page.mouse.down();
      for (let step = 0; step < 60; step += 1)
        await page.mouse.move(box.x + 300 + step * 4, box.y + 200 + step * 2);
      await page.mouse.up();
      drawn.push(...(await durations(page, "graph-draw")));
      await close();
      await standIn.close();
    }
  } finally {
    await browser.close();
    app.remove();
  }
  return [
    atMost(
      `a graph of ${graph.nodes.length} nodes in Chromium, from the answer on`,
      ...([median(shown), "ms", 500] as const),
    ),
    // 30 pictures a second.
    atMost(
      "a picture of it while it is dragged, p95",
      ...([percentile(drawn, 0.95), "ms", 33] as const),
    ),
  ];
}
