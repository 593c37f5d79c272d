// A real browser on the built dashboard: one Chromium for a test file, pages with watched faults, axe, and pictures.
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, type TestContext } from "vitest";
import { bundleDashboard } from "../../scripts/bundle-dashboard.ts";
import { skipIfMissing } from "../skipping.ts";

/** Set to a folder, pictures of pages are kept there. */
const PICTURES = process.env["SALLYPORT_PICTURES"];

/** Chromium of the distribution, or undefined. */
export function chromiumPath(): string | undefined {
  const folders = ["/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, "chromium")).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Skips a test where there is no Chromium, and says so. */
export function needBrowser(ctx: TestContext): void {
  skipIfMissing(ctx, chromiumPath() === undefined ? "chromium is not installed" : undefined);
}

/** The app, built for this test file into a folder of its own. */
export async function buildApp(entry?: string) {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-app-"));
  const { first } = await bundleDashboard(folder, entry);
  return { folder, first, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts Chromium; undefined where there is none, for the tests say that they were skipped. */
export async function openBrowser(): Promise<Browser | undefined> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) return undefined;
  // WHY no sandbox: tests run as root in containers, where Chromium refuses to have one; the pages are our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

/** The built app and a browser for the tests of one file: there from before the first of them until after the last. */
type AppInBrowser = {
  /** The folder of the app. */
  readonly folder: string;
  /** Files that the first load asks for. */
  readonly first: Awaited<ReturnType<typeof buildApp>>["first"];
  readonly browser: Browser | undefined;
};

/** Opens a browser alone, for the file that calls it. */
export function browserAlone(): { readonly browser: Browser | undefined } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  return {
    get browser() {
      return browser;
    },
  };
}

/** Opens both for the file that calls it, `entry` in place of the app itself where it is given. */
export function appInBrowser(entry?: string): AppInBrowser {
  const shown = browserAlone();
  let app: Awaited<ReturnType<typeof buildApp>> | undefined;
  beforeAll(async () => {
    app = await buildApp(entry);
  });
  afterAll(() => app?.remove());
  const built = () => {
    if (app === undefined) throw new Error("the app is built before the first test");
    return app;
  };
  return {
    get folder() {
      return built().folder;
    },
    get first() {
      return built().first;
    },
    get browser() {
      return shown.browser;
    },
  };
}

export type OpenPage = {
  readonly page: Page;
  /** Faults of the console, exceptions, and what the policy of content refused. */
  readonly faults: readonly string[];
  close(): Promise<void>;
};

export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** A page with storage of its own. `expected`: texts of faults that the test provokes. */
export async function openPage(
  browser: Browser | undefined,
  options: BrowserContextOptions = {},
  expected: readonly RegExp[] = [],
): Promise<OpenPage> {
  if (browser === undefined) throw new Error("there is no browser: the test had to be skipped");
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: "en-GB",
    timezoneId: "Europe/Zurich",
    // Colours that fade into others would be measured half-way.
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const faults: string[] = [];
  const add = (text: string) => {
    if (!expected.some((one) => one.test(text))) faults.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") add(message.text());
  });
  page.on("pageerror", (error) => add(error.message));
  return { page, faults, close: () => context.close() };
}

/** Goes near to the picture of a graph and drags it; of the times of its drawing those of before are forgotten. */
export async function dragGraph(page: Page): Promise<void> {
  await page.locator("canvas").scrollIntoViewIfNeeded();
  const box = await page.locator("canvas").boundingBox();
  if (box === null) throw new Error("there is no picture");
  await page.evaluate("performance.clearMeasures('graph-draw')");
  await page.mouse.move(box.x + 300, box.y + 200);
  await page.mouse.wheel(0, -1_500);
  await page.mouse.down();
  for (let step = 0; step < 60; step += 1)
    await page.mouse.move(box.x + 300 + step * 4, box.y + 200 + step * 2);
  await page.mouse.up();
}

type AxeResult = {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
};

/** What axe finds against WCAG 2.2 A and AA and its own good practice, one line for each place; `rules` are those looked at, else all. */
export async function axeFaults(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // WHY by evaluate: the page's policy lets no foreign script tag in, and is not loosened for a test.
  await page.evaluate(axe.source);
  const options = {
    resultTypes: ["violations"],
    ...(rules === undefined ? {} : { runOnly: { type: "rule", values: rules } }),
  };
  const result = (await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)})`,
  )) as AxeResult;
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary = "" }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary}`,
    ),
  );
}

/** The rules of axe whose answer depends on colours. */
const RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"];

/** Axe in both themes; the page is left in the light one. WHY of the dark one only the contrast: the themes differ in nothing but colours. */
export async function axeInBothThemes(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const theme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    const rules = theme === "dark" ? RULES_OF_COLOUR : undefined;
    faults.push(...(await axeFaults(page, rules)).map((fault) => `${theme}: ${fault}`));
  }
  return faults;
}

/** Whether the page can be scrolled sideways, which no page may at any width. */
export async function overflowsSideways(page: Page): Promise<boolean> {
  return (await page.evaluate(
    "document.documentElement.scrollWidth > document.documentElement.clientWidth",
  )) as boolean;
}

/** Keeps a picture of the page, where somebody wants to look. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  if (!existsSync(PICTURES)) mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}
