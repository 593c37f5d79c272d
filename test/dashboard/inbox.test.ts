// What needs a person, in a real browser: order and words, keys, orders that are sent, what is said where somebody was faster.
import { expect, it } from "vitest";
import { HOSTILE, overviewAnswers } from "./answers/overview.ts";
import {
  appInBrowser,
  axeInBothThemes,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "./browser.ts";
import { type Asked, fault, type StandIn, startStandIn } from "./stand-in.ts";

const nowMs = Date.now();
const QUESTION = "qu-0011223344556677";
const INCIDENT = "inc-01k7zq4m8n5p6r7s8t9v0w1x2y";
const common = {
  urgency: "soon",
  level: "high",
  title: HOSTILE,
  place: `/home/ada/${HOSTILE}`,
  who: HOSTILE,
  lost: "it may go on",
  sinceMs: nowMs - 90_000,
  untilMs: null,
  actions: [],
  notHere: null,
  digest: null,
  seenMs: null,
};
const items = [
  {
    ...common,
    kind: "question",
    id: QUESTION,
    urgency: "now",
    untilMs: nowMs + 80_000,
    actions: ["allow", "refuse"],
    digest: "ab".repeat(32),
    page: "/approvals",
    command: `sallyport questions answer ${QUESTION} --allow`,
  },
  {
    ...common,
    kind: "incident",
    id: INCIDENT,
    title: "Ran: a call for a file of secrets",
    actions: ["assign", "close"],
    seenMs: 1_234,
    page: `/incidents/${INCIDENT}`,
    command: `sallyport incident show ${INCIDENT}`,
  },
  ...Array.from({ length: 98 }, (_, place) => ({
    ...common,
    kind: "finding",
    id: `finding/${place}`,
    page: "/posture",
    command: "sallyport audit /home/ada",
  })),
];
const inbox = {
  command: "sallyport inbox",
  atMs: nowMs,
  items,
  total: 10_000,
  counts: { question: 1, incident: 1, finding: 9_998 },
  unread: [{ kind: "delivery", why: `it could not be read ${HOSTILE}` }],
};

const shown = appInBrowser();
const sent: unknown[] = [];
let answered: unknown;
async function withInbox(work: (standIn: StandIn) => Promise<void>): Promise<void> {
  sent.length = 0;
  answered = { command: "sallyport questions answer", id: QUESTION };
  const post = ({ body }: Asked) => {
    sent.push(body);
    return answered;
  };
  const standIn = await startStandIn(shown.folder, {
    ...overviewAnswers,
    "GET /inbox": inbox,
    [`POST /asks/${QUESTION}/deny`]: post,
    [`POST /incidents/${INCIDENT}/orders`]: post,
  });
  try {
    await work(standIn);
  } finally {
    await standIn.close();
  }
}

it("is the first page, counted in navigation and title, without a fault of axe", {
  timeout: 180_000,
}, async (ctx) => {
  needBrowser(ctx);
  for (const [size, options] of [
    ["desk", { viewport: { width: 1440, height: 900 } }],
    ["phone", PHONE],
  ] as const)
    await withInbox(async (standIn) => {
      const { page, faults, close } = await openPage(shown.browser, options);
      await page.goto(standIn.link);
      await page.locator(".inbox-item").first().waitFor();
      await expect.poll(() => page.title()).toBe("(10000) Needs you - sallyport");
      expect(await page.locator(".nav-badge").textContent()).toContain("999+");
      expect(await page.locator(".inbox-item").count()).toBe(100);
      await page.getByText("and 9,900 more; the terminal shows all:").waitFor();
      await page.getByText("Not known: Delivery").waitFor();
      expect(await page.locator(".inbox-left").first().textContent()).toMatch(/^\d+ s left$/);
      expect([size, await axeInBothThemes(page)]).toEqual([size, []]);
      expect([size, await overflowsSideways(page)]).toEqual([size, false]);
      const raw = (await page.evaluate("document.body.textContent")) as string;
      for (const character of HOSTILE.match(/[\u202a-\u202e\u200b\u001b]/g) ?? [])
        expect(raw).not.toContain(character);
      expect(await page.locator("#app img").count()).toBe(0);
      await takePicture(page, `inbox-${size}`);
      expect(faults).toEqual([]);
      await close();
    });
});

it("is gone through and decided by keys alone", { timeout: 60_000 }, async (ctx) => {
  needBrowser(ctx);
  await withInbox(async (standIn) => {
    const { page, faults, close } = await openPage(shown.browser);
    await page.goto(standIn.link);
    await page.locator(".inbox-item").first().waitFor();
    const chosen = () =>
      page.locator(".inbox-item[aria-current] article").getAttribute("aria-label");
    await page.keyboard.press("j");
    expect(await chosen()).toBe(`Question ${QUESTION}`);
    await page.keyboard.press("r");
    await page.getByRole("dialog").locator("textarea").fill("not this host");
    await page.getByRole("dialog").locator("form").getByRole("button", { name: "Refuse" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(sent).toEqual([{ digest: "ab".repeat(32), note: "not this host" }]);
    await page.keyboard.press("j");
    expect(await chosen()).toBe(`Incident ${INCIDENT}`);
    await page.keyboard.press("e");
    await page.getByRole("dialog").getByRole("button", { name: "Assign to me" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(sent[1]).toEqual({ seenMs: 1_234, what: "take" });
    await page.keyboard.press("k");
    expect(await chosen()).toBe(`Question ${QUESTION}`);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/incidents/${INCIDENT}`);
    expect(faults.filter((one) => !one.includes("404"))).toEqual([]);
    await close();
  });
});

it("says that somebody was faster, and does nothing then", { timeout: 60_000 }, async (ctx) => {
  needBrowser(ctx);
  await withInbox(async (standIn) => {
    const { page, close } = await openPage(shown.browser, {}, [/409/]);
    answered = fault(409, "changed", "somebody changed it meanwhile: look at it again");
    await page.goto(standIn.link);
    await page.locator(".inbox-item").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.getByRole("dialog").locator("form").getByRole("button", { name: "Close" }).click();
    await page.getByText("somebody changed it meanwhile: look at it again").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(1);
    await close();
  });
});

it("lets a viewer look, and offers nothing that would be refused", async (ctx) => {
  needBrowser(ctx);
  await withInbox(async (standIn) => {
    standIn.setMe({ role: "viewer" });
    const { page, close } = await openPage(shown.browser);
    await page.goto(standIn.link);
    await page.locator(".inbox-item").first().waitFor();
    expect(await page.locator(".inbox-actions button").count()).toBe(0);
    await close();
  });
});
