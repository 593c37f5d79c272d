// `sallyport dashboard` as it was built and as a person types it: a link that logs in once, a code, and nothing without a terminal.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { until } from "../../until.ts";
import { finish, hasScript } from "./typed.ts";

const MAIN = fileURLToPath(new URL("../../../dist/surface/cli/main.js", import.meta.url));
const missing = hasScript ? undefined : "`script` is not installed";

let home: string;
let child: ChildProcess | undefined;
let text = "";
let ended: Promise<unknown> = Promise.resolve();
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "sallyport-dashboard-cli-"));
  if (missing !== undefined) return;
  child = begin("dashboard", "--port", "0");
  ended = finish(child, (all) => {
    text = all;
  });
  await until("a link is printed", () => Promise.resolve(/#login=[\w-]{43}/.test(text)));
}, 30_000);
afterAll(async () => {
  child?.stdin?.write("\u0003");
  if (missing === undefined)
    await finish(spawn(process.execPath, [MAIN, "daemon", "stop"], { env: { HOME: home } }));
  await ended;
  rmSync(home, { recursive: true, force: true });
});

function begin(...args: readonly string[]): ChildProcess {
  const line = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ");
  return spawn("script", ["-qec", line, "/dev/null"], {
    env: { PATH: "/usr/bin:/bin", HOME: home },
  });
}

/** The address and the token of the last link in what was printed. */
function linkIn(said: string) {
  const [, url = "", token = ""] =
    /(http:\/\/127\.0\.0\.1:\d+)\/#login=([\w-]{43})/.exec(said) ?? [];
  return { url, token };
}

const ask = (url: string, path: string, init: { bearer?: string; body?: object } = {}) =>
  fetch(`${url}/api/v1${path}`, {
    method: init.body === undefined ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      ...(init.bearer === undefined ? {} : { authorization: `Bearer ${init.bearer}` }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });

const need = (ctx: TestContext) => {
  if (missing !== undefined) ctx.skip(missing);
};

describe("the dashboard of the built program", () => {
  it("serves its app, and an overview to whoever opens the link first", {
    timeout: 30_000,
  }, async (ctx) => {
    need(ctx);
    const { url, token } = linkIn(text);
    const page = await fetch(`${url}/`);
    expect(await page.text()).toContain("<script");
    const login = await ask(url, "/login", { body: { token } });
    const { bearer } = (await login.json()) as { bearer: string };
    expect((await ask(url, "/login", { body: { token } })).status).toBe(401);
    const overview = await ask(url, "/overview", { bearer });
    expect(overview.status).toBe(200);
    expect(await overview.json()).toMatchObject({
      guard: { projects: [] },
      log: { problem: null },
    });
    const projects = await ask(url, "/projects", { bearer });
    expect(await projects.json()).toMatchObject({ items: [], packs: expect.any(Array) });
  });
  it("gives another link, with the role that was asked for", { timeout: 30_000 }, async (ctx) => {
    need(ctx);
    const { text: said } = await finish(begin("dashboard", "link", "--role", "viewer"));
    const { url, token } = linkIn(said);
    const login = await ask(url, "/login", { body: { token } });
    expect(await login.json()).toMatchObject({ role: "viewer" });
  });
  it("gives nothing where no person sits, or a session of the agent does", {
    timeout: 30_000,
  }, async (ctx) => {
    need(ctx);
    for (const environment of [{}, { CLAUDECODE: "1" }]) {
      const words = [MAIN, "dashboard", "link"];
      const env = { PATH: "/usr/bin:/bin", HOME: home, ...environment };
      const alone = spawn(process.execPath, words, {
        env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const { code, text: said } = await finish(alone);
      expect([code, said.includes("#login=")]).toEqual([2, false]);
    }
  });
});
