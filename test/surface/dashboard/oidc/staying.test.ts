// Staying logged in by a provider: asked about every half minute, out when it says so or says nothing, confirmed there alone.
import { readdirSync, readFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadClient } from "#surface/dashboard/oidc/provider.ts";
import { recordNote } from "#surface/dashboard/run-dashboard.ts";
import { ensureInstall } from "#surface/services/installation/install.ts";
import { appendMany, systemClock, withLog } from "../../../record/store/temporary-log.ts";
import { api } from "../served.ts";
import { openMadeBrowser } from "./made-browser.ts";
import { CLIENT_SECRET } from "./made-provider.ts";
import { provide, type Provided } from "./provided.ts";

const ROUND_MS = 30_000;

let provided: Provided;
beforeAll(async () => {
  provided = await provide();
});
afterAll(() => provided.close());
afterEach(async () => {
  provided.provider.setAnswers("well");
  provided.change({});
  for (const { id } of provided.served.logins.alive()) provided.served.logins.end(id);
  provided.wait(61_000);
  await provided.logins.check();
  provided.rightClock();
  provided.notes.length = 0;
  provided.lines.length = 0;
});

const me = async (bearer: string) => provided.served.ask("GET", api("/me"), { bearer });
const told = () => provided.notes.map(({ what, role, page }) => `${what} ${role} ${page}`);
/** Half a minute later, with the round that comes then. */
const round = async () => {
  provided.wait(ROUND_MS);
  await provided.logins.check();
};
async function adaAs(...groups: string[]): Promise<string> {
  provided.provider.people.set("ada", { groups });
  const { bearer, refused } = await provided.logIn("ada");
  expect([refused, provided.lines]).toEqual(["", []]);
  provided.notes.length = 0;
  return bearer;
}

describe("a session by the provider", () => {
  it("goes on as long as the provider says yes, through its new refresh tokens and keys", async () => {
    const bearer = await adaAs("owners");
    for (let count = 0; count < 4; count += 1) await round();
    provided.provider.rotateKeys();
    await round();
    expect((await me(bearer)).status).toBe(200);
    expect(told()).toEqual([]);
  });
  it("is over at the next round after the person is gone, with the reason, and on record", async () => {
    const bearer = await adaAs("owners");
    provided.provider.people.delete("ada");
    await round();
    const answered = await me(bearer);
    expect(answered.status).toBe(401);
    expect(answered.text).toContain("no longer does");
    expect(told()).toEqual(["locked-out administrator /oidc/check/denied"]);
  });
  it("is over at the next round after the person left every group", async () => {
    const bearer = await adaAs("leads");
    provided.provider.people.set("ada", { groups: ["staff"] });
    await round();
    const answered = await me(bearer);
    expect([answered.status, told()]).toEqual([401, ["locked-out approver /oidc/check/no-group"]]);
    expect(answered.text).toContain("none of your groups");
  });
  it("has the role of the person's groups as they are now", async () => {
    const bearer = await adaAs("owners");
    provided.provider.people.set("ada", { groups: ["lookers"] });
    await round();
    expect((await me(bearer)).json).toMatchObject({ role: "viewer" });
  });
  it.each(["not", "busy"] as const)(
    "is over a minute after the last yes when the provider answers %s, and the link still works",
    async (how) => {
      const bearer = await adaAs("owners");
      await round();
      provided.provider.setAnswers(how);
      await round();
      expect((await me(bearer)).status).toBe(200);
      provided.wait(ROUND_MS + 1_000);
      const answered = await me(bearer);
      expect(answered.status).toBe(401);
      expect(answered.text).toContain("could not be asked for a minute");
      await provided.logins.check();
      expect(told()).toEqual(["locked-out administrator /oidc/check/unreachable"]);
      expect((await me(provided.served.bearer("viewer"))).status).toBe(200);
      // It does not come back by itself.
      provided.provider.setAnswers("well");
      await round();
      expect((await me(bearer)).status).toBe(401);
    },
  );
  it("is over when the settings are changed or taken away", async () => {
    const bearer = await adaAs("owners");
    provided.change({ groupsClaim: "other" });
    await round();
    expect((await me(bearer)).status).toBe(401);
    const again = await (provided.change({}), adaAs("owners"));
    provided.change(undefined);
    await round();
    expect((await me(again)).status).toBe(401);
  });
  it("is asked about no more after the person left", async () => {
    const bearer = await adaAs("owners");
    await provided.served.ask("POST", api("/logout"), { bearer, body: {} });
    provided.wait(61_000);
    await provided.logins.check();
    const before = provided.provider.asked.length;
    await round();
    expect(provided.provider.asked.length).toBe(before);
  });
});

describe("a change in such a session", () => {
  const ticket = async (bearer: string) =>
    (await provided.served.ask("POST", api("/oidc/confirm"), { bearer, body: {} })).json as {
      address: string;
    };
  const confirmed = async (bearer: string) =>
    ((await me(bearer)).json as { confirmedUntilMs: number | null }).confirmedUntilMs !== null;

  it("is confirmed by the provider, which asks for the password again", async () => {
    const browser = openMadeBrowser();
    provided.provider.people.set("ada", { groups: ["owners"] });
    const { bearer } = await provided.logIn("ada", browser);
    provided.notes.length = 0;
    const { address } = await ticket(bearer);
    const { url } = await browser.go(`${provided.at}${address}`);
    expect(url.hash).toBe("#confirmed");
    const sent = new URL(browser.seen.findLast((one) => one.includes("/auth?")) ?? "");
    expect(sent.searchParams.get("prompt")).toMatch(/\blogin\b/);
    expect(sent.searchParams.get("max_age")).toBe("0");
    expect(await confirmed(bearer)).toBe(true);
    expect(told()).toEqual(["confirmed administrator /oidc/callback"]);
    // The address began once.
    expect((await browser.go(`${provided.at}${address}`)).url.hash).toBe("#refused=stale");
  });
  it("is not confirmed by somebody else", async () => {
    const bearer = await adaAs("owners");
    provided.provider.people.set("bob", { groups: ["owners"] });
    provided.provider.setWho("bob");
    const { address } = await ticket(bearer);
    const { url } = await openMadeBrowser().go(`${provided.at}${address}`);
    expect(url.hash).toBe("#refused=another-person");
    expect(await confirmed(bearer)).toBe(false);
    expect(told()).toEqual(["confirm-refused none /oidc/callback/another-person"]);
  });
  it("is not confirmed by a login of before, which the provider only remembers", async () => {
    const browser = openMadeBrowser();
    provided.provider.people.set("ada", { groups: ["owners"] });
    const { bearer } = await provided.logIn("ada", browser);
    await round();
    await round();
    const { address } = await ticket(bearer);
    const { url } = await browser.go(`${provided.at}${address}`, { until: "/auth" });
    url.searchParams.set("max_age", "9999");
    url.searchParams.set("prompt", "consent");
    expect((await browser.go(url.href)).url.hash).toBe("#refused=not-fresh");
    expect(await confirmed(bearer)).toBe(false);
  });
  it("is not confirmed by a code or a passphrase of this machine", async () => {
    const bearer = await adaAs("owners");
    const body = { code: provided.served.logins.code() };
    const answered = await provided.served.ask("POST", api("/confirm"), { bearer, body });
    expect([answered.status, await confirmed(bearer)]).toEqual([403, false]);
    const local = provided.served.bearer("administrator");
    const asked = await provided.served.ask("POST", api("/oidc/confirm"), {
      bearer: local,
      body: {},
    });
    expect(asked.status).toBe(403);
  });
});

it("says what to install where the library is missing, and lets nobody in", async () => {
  const absent = Object.assign(new Error("gone"), { code: "ERR_MODULE_NOT_FOUND" });
  const other = await provide({ load: () => loadClient(() => Promise.reject(absent)) });
  other.provider.people.set("ada", { groups: ["owners"] });
  expect((await other.logIn("ada")).refused).toBe("setup");
  expect(other.lines).toEqual([
    expect.stringMatching(/needs a library: `npm install openid-client` where sallyport/),
  ]);
  await other.close();
});

it("leaves no token, code or secret in anything that is written or said", async () => {
  const root = mkdtempSync(join(tmpdir(), "sallyport-oidc-"));
  mkdirSync(join(root, "data"), { mode: 0o700 });
  const { directories } = await ensureInstall({ root: join(root, "data") });
  const { log, keys } = directories;
  await withLog({ log, keys, clock: systemClock, productVersion: "0.1.0" }, (one) =>
    appendMany(one, 1),
  );
  const browser = openMadeBrowser();
  provided.provider.people.set("ada", { groups: ["owners"] });
  provided.provider.people.set("fay", { groups: [] });
  const { bearer } = await provided.logIn("ada", browser);
  await provided.logIn("fay");
  await round();
  provided.provider.people.delete("ada");
  await round();
  const answered = await me(bearer);
  for (const note of provided.notes) await recordNote(directories, systemClock, note);
  const written = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), "latin1"));
  const all = [...written, ...provided.lines, answered.text, JSON.stringify(provided.notes)].join(
    "\n",
  );
  rmSync(root, { recursive: true, force: true });
  const secrets = [CLIENT_SECRET, bearer, ...provided.provider.canaries];
  expect(provided.notes.length).toBeGreaterThanOrEqual(3);
  expect(secrets.length).toBeGreaterThan(8);
  for (const secret of secrets) expect(all.includes(secret)).toBe(false);
});
