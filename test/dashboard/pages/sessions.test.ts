// Sessions in a real browser: the list, a timeline with explanations, and the action graph by mouse and keyboard.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { dashboardParts } from "../../../src/surface/dashboard/run-dashboard.ts";
import { readAppFiles } from "../../../src/surface/dashboard/app-files.ts";
import { startDashboard } from "../../../src/surface/dashboard/server.ts";
import { madeInstall, STOLEN, tellSessions } from "../../surface/dashboard/told-sessions.ts";
import { HOSTILE, overviewAnswers } from "../answers/overview.ts";
import { madeGraph, SESSION, sessionAnswers } from "../answers/sessions.ts";
import {
  axeInBothThemes,
  appInBrowser,
  dragGraph,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "../browser.ts";
import { type Asked, type StandIn, startStandIn } from "../stand-in.ts";

const shown = appInBrowser();

async function withPages(
  work: (standIn: StandIn) => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const answers = { ...overviewAnswers, ...sessionAnswers, ...more };
  const standIn = await startStandIn(shown.folder, answers);
  try {
    await work(standIn);
  } finally {
    await standIn.close();
  }
}

/** Logs in at a place of the app: the token goes in the fragment of any page. */
async function goTo(page: Page, link: string, path: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
  await page.goto(`${new URL(link).origin}${path}`);
}

const PAGES = [
  ["sessions", "/sessions", "Secrets went out"],
  ["session-timeline", `/sessions/${SESSION}`, "Fetch the installer"],
  ["session-graph", `/sessions/${SESSION}?tab=graph`, "nodes,"],
  ["session-table", `/sessions/${SESSION}?tab=table`, "edges"],
  ["session-chains", `/sessions/${SESSION}?tab=chains`, "Code that was fetched runs"],
] as const;

it.for([
  ["desk", {}],
  ["phone", PHONE],
] as const)(
  "pages of sessions have no fault in both themes: %s",
  { timeout: 180_000 },
  async ([size, options], ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser, options);
      await goTo(page, standIn.link, "/sessions");
      for (const [name, path, text] of PAGES) {
        await page.goto(`${standIn.url}${path}`);
        await page.getByText(text).first().waitFor();
        expect([name, await axeInBothThemes(page)]).toEqual([name, []]);
        expect([name, await overflowsSideways(page)]).toEqual([name, false]);
        await takePicture(page, `${name}-${size}-light`);
        await page.emulateMedia({ colorScheme: "dark" });
        await takePicture(page, `${name}-${size}-dark`);
        await page.emulateMedia({ colorScheme: "light" });
        const raw = (await page.evaluate("document.body.textContent")) as string;
        for (const character of HOSTILE.match(/[\u202a-\u202e\u200b\u001b]/g) ?? [])
          expect(raw).not.toContain(character);
        expect(await page.locator("#app img").count()).toBe(0);
      }
      expect(faults).toEqual([]);
      await close();
    });
  },
);

describe("the list", () => {
  it("names each session by its first prompt, with its cost, model and whether it goes on", async (ctx) => {
    needBrowser(ctx);
    const [first, second, third] = sessionAnswers["GET /sessions"].items;
    const untold = { title: null, model: null, costUsdMicros: null };
    const items = [{ ...first, isLive: true }, second, { ...third, ...untold }];
    await withPages(
      async (standIn) => {
        const { page, close } = await openPage(shown.browser);
        await goTo(page, standIn.link, "/sessions");
        await page.getByRole("link", { name: "Mend the shop's basket" }).first().waitFor();
        const rows = page.getByRole("row");
        const said = await rows.allInnerTexts();
        expect(said[1]).toContain("live");
        expect(said[2]).toMatch(/claude-sonnet-4-5[\s\S]*\$1\.23/);
        expect(said[2]).not.toContain("live");
        expect(said[3]).toMatch(/Without a prompt on record[\s\S]*sealed[\s\S]*not told/);
        await close();
      },
      { "GET /sessions": { ...sessionAnswers["GET /sessions"], items } },
    );
  });

  it("asks the server for what was chosen, and keeps it in the address", async (ctx) => {
    needBrowser(ctx);
    const asked: string[] = [];
    const list = ({ params }: Asked) => {
      asked.push(params.toString());
      return { ...sessionAnswers["GET /sessions"], items: [] };
    };
    await withPages(
      async (standIn) => {
        const { page, close } = await openPage(shown.browser);
        await goTo(page, standIn.link, "/sessions");
        await page.getByText("No session is on record yet.").waitFor();
        await page.getByLabel("Calls").selectOption("deny");
        await page.getByLabel("Person").fill("grace");
        await page.getByRole("button", { name: "Search" }).click();
        await page.getByText("No session is like that.").waitFor();
        expect(new URL(page.url()).search).toBe("?verdict=deny&person=grace");
        await expect.poll(() => asked.at(-1)).toContain("verdict=deny&person=grace");
        await close();
      },
      { "GET /sessions": list },
    );
  });
});

describe("the timeline", () => {
  it("explains a call by its rules and effects, and judges it again when asked", async (ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser);
      await goTo(page, standIn.link, `/sessions/${SESSION}`);
      await page.getByText("Explain").nth(1).click();
      await page.getByText("runs a program, which may do anything").waitFor();
      await page.getByText("Instead: read it first").waitFor();
      expect(standIn.requests.some((one) => one.includes("judged-now"))).toBe(false);
      await page.getByRole("button", { name: "Judge it as of now, with alternatives" }).click();
      await page.getByText("less run.sh").waitFor();
      expect(await axeInBothThemes(page)).toEqual([]);
      await takePicture(page, "session-explained-desk-light");
      expect(faults).toEqual([]);
      await close();
    });
  });
});

describe("the graph", () => {
  const drawnMs = async (page: Page) =>
    (await page.evaluate(
      "Math.max(...performance.getEntriesByName('graph-draw', 'measure').map(({ duration }) => duration))",
    )) as number;

  it("of 2,000 nodes is drawn, and follows the mouse", { timeout: 60_000 }, async (ctx) => {
    needBrowser(ctx);
    const graph = madeGraph(1_220, ["web"]);
    expect(graph.nodes.length).toBeGreaterThan(1_950);
    expect(graph.nodes.length).toBeLessThanOrEqual(2_000);
    await withPages(
      async (standIn) => {
        const { page, close } = await openPage(shown.browser);
        await goTo(page, standIn.link, `/sessions/${SESSION}?tab=graph`);
        await page.getByText("nodes,").first().waitFor();
        await expect.poll(() => drawnMs(page)).toBeGreaterThan(0);
        await takePicture(page, "graph-2000-desk-light");
        await dragGraph(page);
        // How long a picture takes is the machine's: `npm run bench -- dashboard` measures it.
        await expect
          .poll(() => page.evaluate("performance.getEntriesByName('graph-draw', 'measure').length"))
          .toBeGreaterThan(10);
        await takePicture(page, "graph-2000-near-desk-light");
        await close();
      },
      { [`GET /sessions/${SESSION}/graph`]: graph },
    );
  });

  it("is walked by the keyboard, and tells what is chosen", async (ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser);
      await goTo(page, standIn.link, `/sessions/${SESSION}?tab=graph`);
      await page.getByText("nodes,").first().waitFor();
      // Keys mean nothing before there is a drawing.
      await expect.poll(() => drawnMs(page)).toBeGreaterThan(0);
      // What a key reaches is next in the arrangement, which comes when it comes.
      await page.getByText("Arranging by flow").waitFor({ state: "detached" });
      await page.getByRole("application").focus();
      for (const key of ["n", "n", "+", "-", "ArrowLeft", "ArrowDown", "0"])
        await page.keyboard.press(key);
      const chosen = page.getByRole("region", { name: "The chosen node" });
      await chosen.getByText("npm test -- part-0").waitFor();
      await chosen.getByText("web").first().waitFor();
      expect(await axeInBothThemes(page)).toEqual([]);
      await takePicture(page, "graph-chosen-desk-light");
      await page.getByRole("application").focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/log\/10$/);
      expect(faults.filter((fault) => !fault.includes("404"))).toEqual([]);
      await close();
    });
  });

  it("is arranged by a worker that the page's policy lets in", async (ctx) => {
    needBrowser(ctx);
    await withPages(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser);
      const worker = page.waitForEvent("worker");
      await goTo(page, standIn.link, `/sessions/${SESSION}?tab=graph&arrange=flow`);
      expect((await worker).url()).toMatch(/flow-worker-[0-9A-Z]+\.js$/);
      await page.getByText("Arranging by flow").waitFor({ state: "detached" });
      await page.getByText("It stays in the order of time").waitFor({ state: "detached" });
      expect(faults).toEqual([]);
      await close();
    });
  });

  it("of tens of thousands of nodes is groups, which are opened in the address", async (ctx) => {
    needBrowser(ctx);
    const group = {
      id: "group:files:src/a",
      kind: "files",
      name: "src/a",
      count: 31_000,
    };
    const asked: (string | null)[] = [];
    const grouped = ({ params }: Asked) => {
      asked.push(params.get("open"));
      return {
        ...madeGraph(40),
        nodes: [...madeGraph(40).nodes, group],
        total: 50_000,
        isGrouped: true,
      };
    };
    await withPages(
      async (standIn) => {
        const { page, close } = await openPage(shown.browser);
        await goTo(page, standIn.link, `/sessions/${SESSION}?tab=table`);
        await page.getByText("This session has 50,000 nodes.").waitFor();
        await page.getByRole("button", { name: "Open 31,000 files" }).click();
        await page.getByRole("button", { name: "Close" }).waitFor();
        expect(asked).toEqual(["[]", '["group:files:src/a"]']);
        expect(new URL(page.url()).searchParams.get("open")).toBe('["group:files:src/a"]');
        await close();
      },
      { [`GET /sessions/${SESSION}/graph`]: grouped },
    );
  });
});

describe("over a real log", () => {
  it("tells the sessions that are in it", { timeout: 60_000 }, async (ctx) => {
    needBrowser(ctx);
    const made = await madeInstall(tellSessions);
    const parts = dashboardParts(made.install);
    const server = await startDashboard(parts, {
      onFault: () => undefined,
      port: 0,
      files: readAppFiles(shown.folder),
      operatorSecret: "0f".repeat(32),
    });
    try {
      const token = parts.logins.link({ name: "ada", role: "viewer" });
      const { page, faults, close } = await openPage(shown.browser);
      await goTo(page, `http://127.0.0.1:${server.port}/#login=${token}`, "/sessions");
      await page.getByText("grace").waitFor();
      await page.getByRole("link").filter({ hasText: /./ }).first().waitFor();
      await page.goto(`http://127.0.0.1:${server.port}/sessions/${STOLEN}`);
      await page.getByText("sh run.sh", { exact: true }).waitFor();
      await takePicture(page, "session-real-desk-light");
      await page.getByRole("tab", { name: "Graph", exact: true }).click();
      await page.getByText("nodes,").first().waitFor();
      await takePicture(page, "session-real-graph-desk-light");
      await page.getByRole("tab", { name: "Chains" }).click();
      await page.getByText("Code that was fetched runs").waitFor();
      const raw = (await page.evaluate("document.body.textContent")) as string;
      expect(raw).not.toContain("\u202e");
      expect(raw).toContain("<img src=x");
      expect(await axeInBothThemes(page)).toEqual([]);
      expect(faults).toEqual([]);
      await close();
    } finally {
      await server.close();
      made.remove();
    }
  });
});
