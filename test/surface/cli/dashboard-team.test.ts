// `sallyport dashboard --team` as it was built: a link under the team's own address, pages over a real PostgreSQL, and options that do not fit.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { skipIfMissing } from "../../skipping.ts";
import { until } from "../../until.ts";
import { freePort } from "../services/fleet/free-port.ts";
import { POSTGRES_MISSING, postgresPrograms } from "../services/fleet/postgres-cluster.ts";
import { openStoredTeam, type StoredTeam } from "../services/fleet/stored-team.ts";
import { finish, hasScript } from "./typed.ts";

const MAIN = fileURLToPath(new URL("../../../dist/surface/cli/main.js", import.meta.url));
const missing = !hasScript
  ? "`script` is not installed"
  : postgresPrograms() === undefined
    ? POSTGRES_MISSING
    : undefined;

let home: string;
let team: StoredTeam;
let reader: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "sallyport-team-cli-"));
  if (missing !== undefined) return;
  team = await openStoredTeam();
  reader = join(home, "reader.url");
  writeFileSync(reader, `${team.cluster.url("sallyport_reader_acme")}\n`, { mode: 0o600 });
}, 60_000);
afterAll(async () => {
  await team?.close();
  rmSync(home, { recursive: true, force: true });
});

beforeEach((ctx) => skipIfMissing(ctx, missing));

function begin(...args: readonly string[]): ChildProcess {
  const line = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ");
  return spawn("script", ["-qec", line, "/dev/null"], {
    env: { PATH: "/usr/bin:/bin", HOME: home },
  });
}

it("serves the team under its own address until it is ended", { timeout: 90_000 }, async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let text = "";
  const own = ["--team", reader, "--url", `${url}/`, "--listen", `127.0.0.1:${port}`];
  const child = begin("dashboard", "--port", "0", ...own);
  const ended = finish(child, (all) => (text = all));
  await until("a link is printed", () => /#login=[\w-]{43}/.test(text));
  expect(text).toContain(`the dashboard of acme runs on 127.0.0.1:${port} as ${url}`);
  const token = new RegExp(`${url}/#login=([\\w-]{43})`).exec(text)?.[1];
  const ask = (path: string, bearer = "", body?: object) =>
    fetch(`${url}/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${bearer}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const { bearer } = (await (await ask("/login", "", { token })).json()) as { bearer: string };
  expect(await (await ask("/me", bearer)).json()).toMatchObject({ team: "acme" });
  expect(await (await ask("/overview?period=30d", bearer)).json()).toMatchObject({
    team: { logs: 2, machines: 3 },
  });
  const { text: said } = await finish(begin("dashboard", "link", "--role", "auditor"));
  expect(said).toContain(`${url}/#login=`);
  child.stdin?.write("\u0003");
  await ended;
  await finish(spawn(process.execPath, [MAIN, "daemon", "stop"], { env: { HOME: home } }));
});

it.each([
  ["an address without a team", ["--url", "https://a.example/"], /go with `--team`/],
  ["a certificate without an address", ["--cert", "x.pem"], /go with `--team`/],
  ["a demo of a team", ["--demo", "--team", "reader.url"], /goes without/],
  ["a file that is not there", ["--team", "/no/such/file"], /there is no file/],
] as const)("refuses %s", { timeout: 30_000 }, async (_name, args, words) => {
  const { code, text } = await finish(begin("dashboard", "--port", "0", ...args));
  expect([code, text]).toEqual([2, expect.stringMatching(words)]);
});
