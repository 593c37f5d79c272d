// The dashboard's shell in a real browser: login, session, palette, keys, themes, a narrow screen, and what the first load costs.
import { describe, expect, it } from "vitest";
import { HOSTILE, overview, overviewAnswers } from "./answers/overview.ts";
import {
  axeFaults,
  axeInBothThemes,
  appInBrowser,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "./browser.ts";
import { fault, type StandIn, startStandIn } from "./stand-in.ts";

const FIRST_LOAD_BYTES_MAX = 100 * 1024;
const shown = appInBrowser();

async function withStandIn(
  work: (standIn: StandIn) => Promise<void>,
  answers: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const standIn = await startStandIn(shown.folder, { ...overviewAnswers, ...answers });
  try {
    await work(standIn);
  } finally {
    await standIn.close();
  }
}

describe("coming in", () => {
  it("by a link: the token is used once and gone from the address", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      expect(page.url()).toBe(`${standIn.url}/`);
      expect(standIn.requests.filter((one) => one.startsWith("POST /login"))).toHaveLength(1);
      expect(await page.title()).toBe("Needs you - sallyport");
      await page.getByText("builtin:team/secret-leaves").first().waitFor();
      expect(faults).toEqual([]);
      await close();
    });
  });
  it("for the first time says what to type, and no more once a call was judged", async (ctx) => {
    needBrowser(ctx);
    const guard = { ...overview.guard, projects: [] };
    let isNew = true;
    const answer = () => ({ ...overview, guard, isNew });
    await withStandIn(
      async (standIn) => {
        const { page, faults, close } = await openPage(shown.browser);
        await page.goto(standIn.link);
        await page.getByRole("heading", { name: "Your first session" }).waitFor();
        await page.getByText("sallyport init", { exact: true }).waitFor();
        expect(await axeInBothThemes(page)).toEqual([]);
        await takePicture(page, "first-visit");
        isNew = false;
        await page.reload();
        await page.getByText("builtin:team/secret-leaves").first().waitFor();
        expect(await page.getByText("Your first session").count()).toBe(0);
        expect(faults).toEqual([]);
        await close();
      },
      { "GET /overview": answer },
    );
  });
  it("without a link says which command prints one", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser);
      await page.goto(`${standIn.url}/log`);
      await page.getByRole("heading", { name: "You need a link to come in" }).waitFor();
      await page.getByText("sallyport dashboard link", { exact: true }).waitFor();
      expect(standIn.requests).toEqual(["GET /oidc"]);
      expect(await axeInBothThemes(page)).toEqual([]);
      expect(faults).toEqual([]);
      await takePicture(page, "door-light");
      await close();
    });
  });
  it("by a provider where there is one, and says why somebody was not let in", async (ctx) => {
    needBrowser(ctx);
    const answers = { "GET /oidc": { host: "login.example.com" } };
    await withStandIn(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser);
      await page.goto(`${standIn.url}/#refused=no-group`);
      await page.getByRole("heading", { name: "You were not let in" }).waitFor();
      await page.getByText("None of your groups at the provider has a role here").waitFor();
      const way = page.getByRole("link", { name: "Sign in with login.example.com" });
      expect(await way.getAttribute("href")).toBe("/oidc/login");
      expect(page.url()).toBe(`${standIn.url}/`);
      expect(await axeInBothThemes(page)).toEqual([]);
      expect(faults).toEqual([]);
      await takePicture(page, "door-provider");
      await close();
    }, answers);
  });
  it("with a used link says so", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await page.goto(`${standIn.url}/#login=another`);
      await page.getByText("this link was used or is too old").waitFor();
      expect(page.url()).toBe(`${standIn.url}/`);
      await close();
    });
  });
  it("in a second tab needs no second link", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      const second = await page.context().newPage();
      await second.goto(`${standIn.url}/log`);
      await second.getByRole("heading", { name: "Log", level: 1 }).waitFor();
      expect(standIn.requests.filter((one) => one.startsWith("POST /login"))).toHaveLength(1);
      await close();
    });
  });
  it("ends when the session does, with the way back in", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      standIn.endSessions();
      await page.getByRole("link", { name: "Log", exact: true }).click();
      await page.getByRole("heading", { name: "Your session is over" }).waitFor();
      await page.getByText("sallyport dashboard link", { exact: true }).waitFor();
      expect(await page.evaluate("sessionStorage.length")).toBe(0);
      await close();
    });
  });
});

describe("the keyboard", () => {
  it("finds a page by the palette, and an event by its number", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Find a page or a command" }).waitFor();
      await page.keyboard.type("log");
      expect(await axeFaults(page)).toEqual([]);
      await takePicture(page, "palette-light");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Log", level: 1 }).waitFor();
      await expect.poll(() => page.evaluate("document.activeElement?.tagName === 'H1'")).toBe(true);
      await page.keyboard.press("/");
      await page.keyboard.type("4711");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Event 4711", level: 1 }).waitFor();
      expect(new URL(page.url()).pathname).toBe("/log/4711");
      await page.goBack();
      await page.getByRole("heading", { name: "Log", level: 1 }).waitFor();
      expect(faults).toEqual([]);
      await close();
    });
  });
  it("opens pages with g and a letter, lists the keys with ?, and lets them be switched off", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      await page.keyboard.press("g");
      await page.keyboard.press("l");
      await page.getByRole("heading", { name: "Log", level: 1 }).waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.getByRole("checkbox", { name: "Single keys are shortcuts" }).uncheck();
      await page.keyboard.press("Escape");
      await page.keyboard.press("g");
      await page.keyboard.press("o");
      expect(new URL(page.url()).pathname).toBe("/log");
      await close();
    });
  });
  it("skips to the page, and walks the rows of the log", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate("document.activeElement.id")).toBe("content");
      await page.keyboard.press("g");
      await page.keyboard.press("l");
      await page.getByRole("row").nth(1).focus();
      await page.keyboard.press("End");
      await expect
        .poll(() => page.evaluate("document.activeElement?.dataset.place === '99'"))
        .toBe(true);
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowDown");
      await expect
        .poll(() => page.evaluate("document.activeElement?.dataset.place === '1'"))
        .toBe(true);
      await page.keyboard.press("Enter");
      const beside = page.getByRole("complementary", { name: "Event 4998" });
      await beside.getByRole("heading", { name: "Why" }).waitFor();
      await beside.getByRole("link", { name: "Close" }).focus();
      await page.keyboard.press("Escape");
      await beside.waitFor({ state: "detached" });
      await close();
    });
  });
});

describe("how it looks", () => {
  it("has no fault that axe finds, in both themes, and no scrolling sideways on a phone", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      for (const [size, options] of [
        ["desk", {}],
        ["phone", PHONE],
      ] as const) {
        const { page, faults, close } = await openPage(shown.browser, options);
        await page.goto(size === "desk" ? standIn.link : standIn.url);
        if (size === "phone")
          await page.evaluate("sessionStorage.setItem('sallyport.bearer', 'bearer-of-the-test')");
        for (const [name, path] of [
          ["overview", "/"],
          ["log", "/log"],
          ["event", "/log/4995"],
        ] as const) {
          if (size === "phone" || path !== "/") await page.goto(`${standIn.url}${path}`);
          await page.locator("h1").waitFor();
          await page.locator(".page-foot").waitFor();
          if (path === "/") await page.locator(".chart-frame canvas").waitFor();
          expect(await axeInBothThemes(page)).toEqual([]);
          expect(await overflowsSideways(page)).toBe(false);
          await takePicture(page, `${name}-${size}-light`);
          await page.emulateMedia({ colorScheme: "dark" });
          await takePicture(page, `${name}-${size}-dark`);
          await page.emulateMedia({ colorScheme: "light" });
        }
        expect(faults).toEqual([]);
        await close();
      }
    });
  });
  it("keeps the theme that was chosen", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser, { colorScheme: "light" });
      await page.goto(standIn.link);
      const button = page.getByRole("button", { name: /^Theme: system/ });
      await button.click();
      await page.getByRole("button", { name: /^Theme: light/ }).click();
      await page.reload();
      await page.getByRole("button", { name: /^Theme: dark/ }).waitFor();
      expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
      await close();
    });
  });
  it("shows hostile texts as texts, with what hides in them", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      const row = page.getByRole("row").filter({ hasText: "gpj.exe" });
      await row.waitFor();
      const said = (await row.innerText()).replace(/\s+/g, " ");
      for (const mark of ["U+202E", "U+202C", "U+200B", "U+001B", "U+E0041"])
        expect(said).toContain(mark);
      expect(said).toContain("<img src=x onerror=alert(1)>");
      const raw = (await page.evaluate("document.body.textContent")) as string;
      for (const character of HOSTILE.match(/[\u202a-\u202e\u200b\u001b]/g) ?? [])
        expect(raw).not.toContain(character);
      expect(await page.locator("#app img").count()).toBe(0);
      expect(faults).toEqual([]);
      await close();
    });
  });
});

describe("what it costs", () => {
  it("fetches at most 100 KB compressed before it can be used", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByRole("heading", { name: "Needs you", level: 1 }).waitFor();
      await page.getByText("builtin:team/secret-leaves").first().waitFor();
      const bytes = [...standIn.sent.values()].reduce((sum, one) => sum + one, 0);
      expect(standIn.sent.size).toBeGreaterThanOrEqual(shown.first.length);
      expect(bytes).toBeGreaterThan(10_000);
      expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX);
      await close();
    });
  });
});

describe("faults", () => {
  it("says that the daemon is away, and tries again", async (ctx) => {
    needBrowser(ctx);
    let isThere = false;
    const answers = {
      "GET /overview": () =>
        isThere
          ? overviewAnswers["GET /overview"]
          : fault(503, "daemon", "start it with `sallyport start`"),
    };
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByText("The daemon does not answer").waitFor();
      isThere = true;
      await page.getByText("builtin:team/secret-leaves").first().waitFor();
      expect(await page.getByText("The daemon does not answer").count()).toBe(0);
      await close();
    }, answers);
  });
  it("keeps the shell when a page breaks, and says what a place that is none is", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(
      async (standIn) => {
        const { page, close } = await openPage(shown.browser);
        await page.goto(standIn.link);
        await page.getByRole("heading", { name: "This page broke" }).waitFor();
        await page.getByRole("link", { name: "Log", exact: true }).click();
        await page.getByRole("heading", { name: "Log", level: 1 }).waitFor();
        await page.goto(`${standIn.url}/nowhere`);
        await page.getByRole("heading", { name: "There is no such page" }).waitFor();
        expect(await axeFaults(page)).toEqual([]);
        await close();
      },
      { "GET /overview": { command: "x" } },
    );
  });
  it("shows what is wrong with a filter beside it", async (ctx) => {
    needBrowser(ctx);
    await withStandIn(async (standIn) => {
      const { page, close } = await openPage(shown.browser);
      await page.goto(standIn.link);
      await page.getByRole("link", { name: "Log", exact: true }).click();
      const input = page.getByRole("combobox", { name: "Filter of the log" });
      await input.fill("verd");
      await page.getByRole("option", { name: /^verdict:/ }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      expect(await input.inputValue()).toBe("verdict:");
      await input.fill("bad:x");
      await page.keyboard.press("Enter");
      await page.getByText("there is no field").waitFor();
      await input.fill("nothing");
      await page.keyboard.press("Enter");
      await page.getByText("No event meets this filter.").waitFor();
      expect(new URL(page.url()).searchParams.get("filter")).toBe("nothing");
      expect(await axeFaults(page)).toEqual([]);
      await close();
    });
  });
});
