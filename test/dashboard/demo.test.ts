// The demo as a person has it: every page marked, without a fault, and without a fault of axe in both themes, on a desk and on a phone; its pictures are those of the guide.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningDemo, runDemo } from "#surface/cli/demo/run-demo.ts";
import {
  appInBrowser,
  axeInBothThemes,
  chromiumPath,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "./browser.ts";
import { sampled } from "../sampled.ts";

/** Where the guide's pictures are; renewed with `UPDATE=1`. */
const IMAGES = join(import.meta.dirname, "../../docs/guide/images/dashboard");
const SILENT = {
  print: () => undefined,
  warn: () => undefined,
  confirm: () => Promise.resolve(false),
  isInteractive: false,
  hasColour: false,
  isSilent: true,
};
/** Pages of one thing, and how they are come to. */
const INNER: readonly (readonly [name: string, from: string, link: string])[] = [
  ["session", "/sessions", "a[href^='/sessions/'] >> nth=4"],
  ["event", "/log", "a[href^='/log/']"],
  ["incident", "/incidents", "tr.table-link a[href^='/incidents/inc-']"],
  ["approval", "/approvals", "tr.table-link a"],
];
/** Parts of pages that ask the engine behind a command. */
const PARTS = [
  ["boundaries", "/policy?tab=boundaries"],
  ["checklists", "/posture?tab=checklists"],
  ["mcp-changed", "/mcp?server=tickets"],
  ["containers", "/isolation?tab=containers"],
  ["fleet-steps", "/fleet?tab=steps"],
  ["fleet-friction", "/fleet?tab=friction"],
  ["fleet-ends", "/fleet?tab=ends"],
] as const;

const shown = appInBrowser();
let demo: RunningDemo;
let nowMs = 0;
beforeAll(async () => {
  if (chromiumPath() === undefined) return;
  nowMs = Date.now();
  demo = await runDemo({ port: 0, appFolder: shown.folder, terminal: SILENT, nowMs });
}, 600_000);
afterAll(async () => {
  await demo?.close();
  if (demo !== undefined) expect(existsSync(demo.folder)).toBe(false);
});

async function settled(page: Page): Promise<void> {
  await page.locator(".page h1").waitFor();
  await expect.poll(() => page.locator(".progress").count(), { timeout: 60_000 }).toBe(0);
}

/** The picture at a quarter of its size. WHY in the browser: it has the encoder, and no other program is needed. */
async function asWebp(picture: Buffer): Promise<Buffer> {
  const { page, close } = await openPage(shown.browser);
  const text = (await page.evaluate(
    `new Promise((resolve) => {
      const image = new Image();
      image.onload = () => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        canvas.getContext("2d").drawImage(image, 0, 0);
        resolve(canvas.toDataURL("image/webp", 0.8));
      };
      image.src = "data:image/png;base64,${picture.toString("base64")}";
    })`,
  )) as string;
  await close();
  return Buffer.from(text.slice(text.indexOf(",") + 1), "base64");
}

async function pagesOf(page: Page): Promise<(readonly [name: string, path: string])[]> {
  const paths = (await page.evaluate(
    "[...document.querySelectorAll('nav a[href]')].map((one) => one.getAttribute('href'))",
  )) as string[];
  const listed = paths.map((path) => [path === "/" ? "overview" : path.slice(1), path] as const);
  const inner: (readonly [string, string])[] = [];
  for (const [name, from, link] of INNER) {
    await page.goto(`http://127.0.0.1:${demo.dashboard.port}${from}`);
    await settled(page);
    await page.locator(`main ${link}`).first().click();
    await page.waitForURL(`**${from}/*`);
    inner.push([name, new URL(page.url()).pathname]);
  }
  return [...listed, ...PARTS, ...inner];
}

it("has every page marked as a demo, without a fault, and nothing for axe to find", {
  timeout: 900_000,
}, async (ctx) => {
  needBrowser(ctx);
  const isUpdate = process.env["UPDATE"] === "1";
  if (isUpdate) {
    rmSync(IMAGES, { recursive: true, force: true });
    mkdirSync(IMAGES, { recursive: true });
  }
  for (const [size, options] of [
    ["desk", {}],
    ["phone", PHONE],
  ] as const) {
    const { page, faults, close } = await openPage(shown.browser, options);
    page.setDefaultTimeout(60_000);
    await page.goto(demo.dashboard.link("ada", "administrator"));
    await settled(page);
    const pages = await pagesOf(page);
    const looked = new Set(isUpdate ? pages : sampled(pages, 9, size === "desk" ? 0 : 1));
    for (const one of pages) {
      const [name, path] = one;
      await page.goto(`http://127.0.0.1:${demo.dashboard.port}${path}`);
      await settled(page);
      expect([name, await page.locator(".demo-mark").count()]).toEqual([name, 1]);
      expect([name, await page.locator(".fault").allInnerTexts()]).toEqual([name, []]);
      if (!looked.has(one)) continue;
      expect([name, size, await axeInBothThemes(page)]).toEqual([name, size, []]);
      expect([name, size, await overflowsSideways(page)]).toEqual([name, size, false]);
      await takePicture(page, `demo-${name}-${size}`);
      if (!isUpdate || size !== "desk") continue;
      for (const theme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        const picture = await page.screenshot({ animations: "disabled" });
        writeFileSync(join(IMAGES, `${name}-${theme}.webp`), await asWebp(picture));
      }
    }
    await page.goto(`http://127.0.0.1:${demo.dashboard.port}/policy?tab=backtest`);
    await page.getByRole("button", { name: "Try it on the record" }).click();
    await page.getByText(/over \d+ recorded calls/).waitFor();
    expect(faults).toEqual([]);
    await close();
  }
  const pictures = existsSync(IMAGES) ? readdirSync(IMAGES) : [];
  expect(pictures.filter((name) => name.endsWith("-light.webp")).length).toBeGreaterThan(12);
  expect(pictures.filter((name) => name.endsWith("-dark.webp"))).toHaveLength(pictures.length / 2);
});
