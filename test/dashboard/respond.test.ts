// Incidents and approvals in a real browser: how they look, what is sent, and how hostile texts stand there.
import { expect, it } from "vitest";
import { HOSTILE, overviewAnswers } from "./answers/overview.ts";
import { INCIDENT, REQUEST, respondAnswers } from "./answers/respond.ts";
import {
  axeInBothThemes,
  appInBrowser,
  needBrowser,
  openPage,
  overflowsSideways,
  PHONE,
  takePicture,
} from "./browser.ts";
import { type Asked, type StandIn, startStandIn } from "./stand-in.ts";

const shown = appInBrowser();
let standIn: StandIn;
const sent: unknown[] = [];
const noting =
  (answer: unknown) =>
  ({ body }: Asked) => {
    sent.push(body);
    return answer;
  };

async function withPages(work: () => Promise<void>): Promise<void> {
  const posts = Object.fromEntries(
    Object.entries(respondAnswers)
      .filter(([key]) => key.startsWith("POST"))
      .map(([key, answer]) => [key, noting(answer)]),
  );
  sent.length = 0;
  standIn = await startStandIn(shown.folder, { ...overviewAnswers, ...respondAnswers, ...posts });
  try {
    await work();
  } finally {
    await standIn.close();
  }
}

const PAGES = [
  ["incidents", "/incidents"],
  ["incidents-each", "/incidents?as=each"],
  ["incident", `/incidents/${INCIDENT}`],
  ["incident-actions", `/incidents/${INCIDENT}?tab=timeline`],
  ["incident-playbooks", `/incidents/${INCIDENT}?tab=playbooks`],
  ["incident-chain", `/incidents/${INCIDENT}?tab=chain`],
  ["incident-evidence", `/incidents/${INCIDENT}?tab=evidence`],
  ["approvals", "/approvals"],
  ["approval", `/approvals/${REQUEST}`],
] as const;

it("have no fault that axe finds, fit a phone, and show hostile texts as texts", {
  timeout: 120_000,
}, async (ctx) => {
  needBrowser(ctx);
  for (const [size, options] of [
    ["desk", {}],
    ["phone", PHONE],
  ] as const)
    await withPages(async () => {
      const { page, faults, close } = await openPage(shown.browser, options);
      await page.goto(standIn.link);
      await page.locator(".page-foot").waitFor();
      for (const [name, path] of PAGES) {
        await page.goto(`${standIn.url}${path}`);
        await page.locator(".page-foot").waitFor();
        expect([name, size, await axeInBothThemes(page)]).toEqual([name, size, []]);
        expect([name, size, await overflowsSideways(page)]).toEqual([name, size, false]);
        const raw = (await page.evaluate("document.body.textContent")) as string;
        for (const character of HOSTILE.match(/[\u202a-\u202e\u200b\u001b]/g) ?? [])
          expect(raw).not.toContain(character);
        expect(await page.locator("#app img").count()).toBe(0);
        await takePicture(page, `${name}-${size}-light`);
      }
      expect(faults).toEqual([]);
      await close();
    });
});

it("sends an order with what the person saw, after a look at what it does", async (ctx) => {
  needBrowser(ctx);
  await withPages(async () => {
    const { page, close } = await openPage(shown.browser);
    await page.goto(standIn.link);
    await page.locator(".page-foot").waitFor();
    await page.goto(`${standIn.url}/incidents/${INCIDENT}`);
    await page.getByRole("button", { name: "Contained", exact: true }).click();
    await page.getByRole("dialog").getByText("It goes no further.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Contained", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(sent).toEqual([{ seenMs: expect.any(Number), what: "contain" }]);
    await page.getByRole("button", { name: "Note", exact: true }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "Note", exact: true }).isDisabled()).toBe(true);
    await dialog.getByLabel("Note").fill("the key was revoked");
    await dialog.getByRole("button", { name: "Note", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    expect(sent[1]).toMatchObject({ what: "note", note: "the key was revoked" });
    const next = page.getByRole("region", { name: "Next step" });
    expect(await next.innerText()).toContain("Step 2 of 2 of A credential was exposed");
    await next.getByRole("button", { name: "Check off search" }).click();
    await dialog.getByLabel("What proves that it is done").fill("looked at all");
    await dialog.getByRole("button", { name: "Check off search" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(sent[2]).toMatchObject({ what: "step", step: "search", note: "looked at all" });
    await page.getByRole("button", { name: "Close", exact: true }).click();
    const open = dialog.getByRole("group", { name: "Still open" });
    expect(await open.getByRole("listitem").allInnerTexts()).toEqual([
      "It was not contained.",
      expect.stringContaining("A credential was exposed: 1 of 2 steps not done."),
    ]);
    await close();
  });
});

it("approves what was read, and nothing else", async (ctx) => {
  needBrowser(ctx);
  await withPages(async () => {
    const { page, close } = await openPage(shown.browser, PHONE);
    await page.goto(standIn.link);
    await page.locator(".page-foot").waitFor();
    await page.goto(`${standIn.url}/approvals/${REQUEST}`);
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Approve", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    expect(sent).toEqual([{ digest: "ab".repeat(32), answer: "approve" }]);
    await close();
  });
});

it("tells an incident as a story, around what was detected, and keeps it as a file", async (ctx) => {
  needBrowser(ctx);
  await withPages(async () => {
    const { page, close } = await openPage(shown.browser);
    await page.goto(standIn.link);
    await page.locator(".page-foot").waitFor();
    await page.goto(`${standIn.url}/incidents/${INCIDENT}`);
    const told = page.getByRole("list", { name: "What happened, in its order" });
    await told.waitFor();
    const rows = await told.getByRole("listitem").allInnerTexts();
    const [first = "", prompt = "", detected = ""] = rows;
    expect(rows).toHaveLength(8);
    expect(first).toContain("Its words were not kept");
    expect(prompt).toContain("check the key");
    expect(detected).toMatch(/asked: yes, ran.*Bash.*detected: exfiltration\/secret-leaves/s);
    expect(detected).toContain("builtin:team/secrets/sent asks, and it ran");
    expect(await told.getByRole("link", { name: "Event 41, proof" }).getAttribute("href")).toBe(
      "/log/41",
    );
    const reached = page.getByRole("region", { name: "What was reached" });
    expect(await reached.innerText()).toMatch(
      /Contacted.*drop\.example\.net.*Perhaps read.*\.env/s,
    );
    await page.getByRole("button", { name: "Show 57 more" }).click();
    expect(await told.getByRole("listitem").count()).toBe(65);
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as JSON" }).click();
    expect((await saving).suggestedFilename()).toBe(`${INCIDENT}.json`);
    await close();
  });
});

it("has incidents of one kind as one row, narrowed by choices and words, and decides many at once", async (ctx) => {
  needBrowser(ctx);
  await withPages(async () => {
    const { page, close } = await openPage(shown.browser);
    await page.goto(standIn.link);
    await page.locator(".page-foot").waitFor();
    await page.goto(`${standIn.url}/incidents`);
    const rows = page.getByRole("table", { name: "Incidents" }).locator("tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).toBe(3);
    const group = rows.filter({ hasText: "nobody approved" });
    expect(await group.innerText()).toMatch(
      /grace in shop, command-and-control\/unknown-host, 6 alerts.*Ran, Blocked.*3.*nobody.*open/s,
    );
    await page.getByLabel("Search").fill("GRACE unknown-host");
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Person", { exact: true }).selectOption({ label: "grace (3)" });
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByLabel("Outcome", { exact: true }).selectOption({ label: "Blocked (2)" });
    await page.getByLabel("Show", { exact: true }).selectOption({ label: "One by one" });
    await expect.poll(() => rows.count()).toBe(2);
    expect(new URL(page.url()).search).toBe("?person=grace&outcome=blocked&as=each");
    await page.getByRole("button", { name: "Select all 2" }).click();
    const bulk = page.getByRole("group", { name: "With those selected" });
    await bulk.getByRole("button", { name: "Close", exact: true }).click();
    const dialog = page.getByRole("dialog");
    const open = dialog.getByRole("group", { name: "Still open" });
    expect(await open.getByRole("listitem").allInnerTexts()).toEqual([
      "2 of 2 have nobody.",
      "2 of 2 were not contained.",
    ]);
    await dialog.locator("form").getByRole("button", { name: "Close", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    expect(sent).toEqual([
      { seenMs: expect.any(Number), what: "close", outcome: "blocked-by-hook" },
      { seenMs: expect.any(Number), what: "close", outcome: "blocked-by-hook" },
    ]);
    await close();
  });
});
