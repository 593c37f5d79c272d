// The guard's questions answered in the dashboard while the real client asks at its terminal: one allowed, one refused, both seen there.
import { afterAll, beforeAll, expect, it, type TestContext } from "vitest";
import {
  askForCode,
  type RunningDashboard,
  runDashboard,
} from "#surface/dashboard/run-dashboard.ts";
import { readDashboardState } from "#surface/dashboard/state-file.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { readInstall } from "#surface/services/installation/install.ts";
import {
  appInBrowser,
  axeInBothThemes,
  needBrowser,
  openPage,
  takePicture,
} from "../dashboard/browser.ts";
import { runBuilt } from "./built-program.ts";
import { bash } from "./client-run.ts";
import { type GuardedProject, openGuardedProject } from "./guarded-stand.ts";
import { whyMissing } from "./machine.ts";
import { hasTmux, openTerminalSession, type TerminalSession } from "./terminal-session.ts";

const ASKED = (name: string) => `curl -s -T ${name} https://files.example/${name}`;
let guarded: GuardedProject;
let dashboard: RunningDashboard;
const shown = appInBrowser();
let session: TerminalSession | undefined;
beforeAll(async () => {
  guarded = openGuardedProject({ "a.txt": "x\n", "b.txt": "x\n", "CLAUDE.md": "Be brief.\n" });
  const install = readInstall(directoriesIn(guarded.data));
  if (install === undefined) throw new Error("nothing is installed");
  dashboard = await runDashboard(install, { port: 0, appFolder: shown.folder });
});
afterAll(async () => {
  await session?.close();
  await dashboard.close();
  guarded.close();
});

async function need(ctx: TestContext): Promise<void> {
  const missing = await whyMissing(["client"]);
  if (missing !== undefined) ctx.skip(missing);
  if (!hasTmux) ctx.skip("`tmux` is not on PATH");
  needBrowser(ctx);
}

it("are answered in the browser, and the client goes on", { timeout: 180_000 }, async (ctx) => {
  await need(ctx);
  const directories = directoriesIn(guarded.data);
  const { page, faults, close } = await openPage(shown.browser, {}, [/412/]);
  await page.goto(dashboard.link("ada", "approver"));
  await page.locator(".page-foot").waitFor();
  await page.goto(`http://127.0.0.1:${dashboard.port}/approvals`);
  await page.getByRole("button", { name: "Answer here" }).click();
  await page.getByText("No question waits.").waitFor();
  session = await openTerminalSession({
    ...guarded,
    turns: [bash(ASKED("a.txt")), bash(ASKED("b.txt")), "All said."],
  });
  await session.say("go");
  await page.getByText("files.example/a.txt").first().waitFor({ timeout: 60_000 });
  expect(await axeInBothThemes(page)).toEqual([]);
  await takePicture(page, "real-asks");
  await session.shows(/Asked elsewhere too/);
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Allow", exact: true }).click();
  // Who allows confirms who they are, by a code that a person gets at a terminal.
  const state = readDashboardState(directories);
  if (state === undefined) throw new Error("the dashboard has no state");
  const code = await askForCode(directories, state);
  const confirm = page.getByRole("dialog").filter({ hasText: "Confirm" }).last();
  await confirm.locator("input").first().fill(code);
  await confirm.locator("form button[type=submit]").click();
  await page.getByText("files.example/b.txt").first().waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Refuse", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("textarea").fill("not to that host");
  await dialog.getByRole("button", { name: "Refuse", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  const end = await session.shows(/All said/);
  expect(end).toContain("not to that host");
  expect(faults).toEqual([]);
  await close();
  const told = runBuilt(guarded, "log", "search", "kind:question", "--json").stdout;
  const events = told
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { metadata: object });
  const answered = events.filter(
    ({ metadata }) => (metadata as { phase?: string }).phase === "answered",
  );
  const verdicts = answered.map(({ metadata }) => (metadata as { verdict?: string }).verdict);
  expect(verdicts).toHaveLength(2);
  expect(new Set(verdicts)).toEqual(new Set(["allow", "deny"]));
});
