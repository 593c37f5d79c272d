// Deciding where one looks, in a real browser: what an action would change, its few clicks, and commands that are watched until they were typed.
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { assuranceAnswers } from "./answers/assurance.ts";
import { controlAnswers } from "./answers/control.ts";
import { overviewAnswers } from "./answers/overview.ts";
import { INCIDENT, respondAnswers } from "./answers/respond.ts";
import {
  appInBrowser,
  axeInBothThemes,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "./browser.ts";
import { type Answers, type Asked, fault, startStandIn } from "./stand-in.ts";

const RULE = "builtin:team/secrets/read";
const CLICKS_MAX = 6;
const shown = appInBrowser();

type Done = {
  readonly page: Page;
  readonly url: string;
  readonly sent: readonly unknown[];
  /** Clicks or chooses, and counts it. */
  click(one: Locator): Promise<void>;
  choose(one: Locator, label: string): Promise<void>;
  clicks(): number;
};

const sent: unknown[] = [];
const post =
  (answer: unknown) =>
  ({ body }: Asked) => {
    sent.push(body);
    return answer;
  };
const trial = {
  command: `sallyport policy exception grant ${RULE} --scope '{"effects":["read"]}' --verdict allow --for 7d`,
  days: 30,
  stopped: 5,
  freed: 3,
  undecidable: 1,
  isCut: false,
  examples: [{ index: 41, line: "cat .env" }],
};

async function withTask(
  given: Answers,
  work: (done: Done) => Promise<void>,
  { options = {}, expected = [] }: { options?: object; expected?: readonly RegExp[] } = {},
): Promise<void> {
  sent.length = 0;
  let count = 0;
  const standIn = await startStandIn(shown.folder, {
    ...overviewAnswers,
    ...controlAnswers,
    ...respondAnswers,
    ...assuranceAnswers,
    "POST /policy/exceptions/preview": post(trial),
    "POST /policy/without": post(trial),
    ...given,
  });
  const { page, faults, close } = await openPage(shown.browser, options, expected);
  try {
    await page.goto(standIn.link);
    await page.locator(".page-foot").waitFor();
    await work({
      page,
      sent,
      url: standIn.url,
      clicks: () => count,
      async click(one) {
        count += 1;
        await one.click();
      },
      async choose(one, label) {
        count += 1;
        await one.selectOption({ label });
      },
    });
    expect(count).toBeLessThanOrEqual(CLICKS_MAX);
    expect(await axeInBothThemes(page)).toEqual([]);
    expect(await overflowsSideways(page)).toBe(false);
    expect(faults).toEqual([]);
  } finally {
    await close();
    await standIn.close();
  }
}

const nav = (page: Page, name: string) =>
  page.getByRole("navigation").getByRole("link", { name, exact: true });

it("allows a refused call for a week: what it would change, the command, and that it was typed", {
  timeout: 180_000,
}, async (ctx) => {
  needBrowser(ctx);
  let items: unknown[] = [];
  await withTask(
    { "GET /policy/exceptions": () => ({ command: "", project: "/home/ada/web", items }) },
    async ({ page, url, click, choose }) => {
      await page.goto(`${url}/log/4995`);
      const button = page.getByRole("button", { name: "Allow for a while" });
      await button.waitFor();
      await takePicture(page, "decide-event");
      await click(button);
      await choose(page.getByLabel("For", { exact: true }), "a week");
      await page.getByText("Would have let 3 more calls through in 30 days.").waitFor();
      await page.getByText("Watching until it is typed").waitFor();
      expect(sent.at(-1)).toEqual({
        project: "/home/ada/web",
        rule: RULE,
        verdict: "allow",
        for: "7d",
        uses: 10,
        scope: '{"effects":["read"],"paths":["<project>/.env"]}',
        reason: "",
      });
      expect(await axeInBothThemes(page)).toEqual([]);
      await takePicture(page, "decide-allow");
      await click(page.getByRole("dialog").getByRole("button", { name: "Copy command" }));
      items = [{ state: "in-force", rules: [RULE], createdMs: Date.now() }];
      await page.getByText("Done: it was typed, and counts from now on.").waitFor();
    },
  );
});

it("is done by keys alone, and on a phone", { timeout: 180_000 }, async (ctx) => {
  needBrowser(ctx);
  await withTask(
    { "GET /policy/exceptions": { command: "", project: "", items: [] } },
    async ({ page, url }) => {
      await page.goto(`${url}/log/4995`);
      await page.getByRole("button", { name: "Allow for a while" }).focus();
      await page.keyboard.press("Enter");
      await page.getByLabel("For", { exact: true }).focus();
      await page.keyboard.type("a week");
      await page.getByText("Would have let 3 more calls through in 30 days.").waitFor();
      await expect.poll(() => (sent.at(-1) as { for?: string }).for).toBe("7d");
      await takePicture(page, "decide-allow-phone");
      await page.keyboard.press("Escape");
      expect(await page.getByRole("dialog").count()).toBe(0);
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Allow for a while");
    },
    { options: PHONE },
  );
});

it("says what the removal of a rule changes", { timeout: 180_000 }, async (ctx) => {
  needBrowser(ctx);
  const policy = {
    id: "team",
    version: "1",
    digest: "ab".repeat(32),
    from: "the pack team",
    rules: [
      {
        id: "secrets/read",
        verdict: "deny",
        reason: "it holds secrets",
        from: "builtin:team",
        layers: [],
      },
    ],
  };
  await withTask(
    { "GET /policy": { command: "sallyport policy show", policy } },
    async ({ page, click }) => {
      await click(nav(page, "Policy"));
      await click(page.getByRole("tab", { name: "Rules in force" }));
      await click(page.getByRole("button", { name: "Without it" }));
      await page
        .getByText(
          "Used 5 times in 30 days; without it 3 of these calls would not have been stopped.",
        )
        .waitFor();
      expect(sent).toEqual([{ project: "/home/ada/web", rule: RULE }]);
      await takePicture(page, "decide-without");
    },
  );
});

it("pins a server that changed at the terminal, and cuts it off here", {
  timeout: 180_000,
}, async (ctx) => {
  needBrowser(ctx);
  await withTask(
    { "POST /blocks": post({ command: "", id: "00112233445566ab" }) },
    async ({ page, click }) => {
      await click(nav(page, "MCP"));
      const row = page.getByRole("row").filter({ hasText: "changed since it was pinned" });
      await click(row.getByRole("button", { name: "Pin", exact: true }));
      await page.getByText("sallyport mcp pin --project").waitFor();
      await click(page.getByRole("button", { name: "Not now" }));
      await takePicture(page, "decide-mcp");
      await click(row.getByRole("button", { name: "Cut off" }));
      const dialog = page.getByRole("dialog");
      await dialog.locator("textarea").fill("it changed");
      await click(dialog.locator("form").getByRole("button", { name: "Cut off" }));
      await dialog.waitFor({ state: "detached" });
      expect(sent).toEqual([{ kind: "server", name: "tickets", reason: "it changed" }]);
    },
  );
});

const report = {
  score: { value: 61, formula: "100 - lost" },
  counts: {
    checks: 10,
    pass: 7,
    fail: 1,
    waived: 0,
    unseen: 1,
    attest: 1,
    notApplicable: 0,
    bySeverity: {},
  },
  findings: [
    {
      id: "ignore/env",
      title: "`.env` may be committed",
      severity: "high",
      gain: 4,
      why: "it holds keys",
      fix: "add a line to .gitignore",
      faults: [],
    },
  ],
  attest: [{ id: "people/training", title: "People were trained", severity: "low", fix: "ask" }],
  at: "",
  notSeen: [],
};

it("repairs a finding as it was shown, and says where it changed meanwhile", {
  timeout: 180_000,
}, async (ctx) => {
  needBrowser(ctx);
  let isChanged = true;
  await withTask(
    {
      "POST /posture/audit": { command: "sallyport audit", report },
      "POST /posture/repairs": {
        command: "sallyport audit /home/ada/web --fix --dry-run",
        isNothing: false,
        diff: "--- a/.gitignore\n+++ b/.gitignore\n+.env\n",
        digest: "ab".repeat(32),
      },
      "POST /posture/repair": ({ body }: Asked) => {
        sent.push(body);
        return isChanged
          ? fault(409, "changed", "what would be changed is not what you saw: look again")
          : { command: "", said: "repaired: .gitignore" };
      },
    },
    async ({ page, click }) => {
      await click(nav(page, "Posture"));
      await click(page.getByRole("button", { name: "Check it now" }));
      await page.getByRole("cell", { name: "+4" }).waitFor();
      await click(page.getByRole("button", { name: "Show the safe repairs" }));
      await takePicture(page, "decide-posture");
      await click(page.getByRole("button", { name: "Repair", exact: true }));
      const repair = page.getByRole("dialog").getByRole("button", { name: "Repair" });
      await click(repair);
      await page.getByText("what would be changed is not what you saw").waitFor();
      isChanged = false;
      await click(repair);
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(sent.at(-1)).toEqual({ project: "/home/ada/web", digest: "ab".repeat(32) });
    },
    { expected: [/409/] },
  );
});

it("takes an incident to closed with its bundle", { timeout: 180_000 }, async (ctx) => {
  needBrowser(ctx);
  await withTask(
    {
      [`POST /incidents/${INCIDENT}/bundle`]: {
        command: "",
        verify: "sallyport incident bundle --verify x.tar",
        name: "x.tar",
        digest: "cd".repeat(32),
        bundle: Buffer.from("tar").toString("base64"),
        bytes: 3,
        files: 5,
        proofsOmitted: 0,
      },
      [`POST /incidents/${INCIDENT}/orders`]: post({ command: "", id: INCIDENT, state: "closed" }),
    },
    async ({ page, click }) => {
      await click(nav(page, "Alerts and incidents"));
      await click(page.locator("tr.table-link a").first());
      await click(page.getByRole("tab", { name: "Evidence" }));
      const saving = page.waitForEvent("download");
      await click(page.getByRole("button", { name: "Collect and save the bundle" }));
      const saved = await saving;
      expect(saved.suggestedFilename()).toBe("x.tar");
      expect(readFileSync(await saved.path(), "utf8")).toBe("tar");
      await page.getByText("cd".repeat(32)).waitFor();
      await takePicture(page, "decide-incident");
      await click(page.getByRole("button", { name: "Close", exact: true }).first());
      const dialog = page.getByRole("dialog");
      await click(dialog.locator("form").getByRole("button", { name: "Close", exact: true }));
      await dialog.waitFor({ state: "detached" });
      expect(sent.at(-1)).toMatchObject({ what: "close" });
    },
  );
});

it("offers a viewer nothing that would be refused", { timeout: 120_000 }, async (ctx) => {
  needBrowser(ctx);
  const standIn = await startStandIn(shown.folder, { ...overviewAnswers, ...controlAnswers });
  const { page, close } = await openPage(shown.browser);
  try {
    standIn.setMe({ role: "viewer" });
    await page.goto(standIn.link);
    await page.locator(".page-foot").waitFor();
    await page.goto(`${standIn.url}/log/4995`);
    await page.getByRole("button", { name: "Without it" }).waitFor();
    expect(await page.getByRole("button", { name: /^(?:Allow for|Cut off)/ }).count()).toBe(0);
  } finally {
    await close();
    await standIn.close();
  }
});
