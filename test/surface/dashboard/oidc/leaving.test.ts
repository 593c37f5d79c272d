// Leaving a session: its token is dead here at once, a provider takes its own back, and its session ends where it has an address for that.
import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../../until.ts";
import { api, type Served, serve } from "../served.ts";
import { provide, type Provided } from "./provided.ts";

let provided: Provided;
beforeAll(async () => {
  provided = await provide();
  provided.provider.people.set("ada", { groups: ["owners"] });
});
afterAll(() => provided.close());

const leave = async (served: Served, bearer: string) =>
  (await served.ask("POST", api("/logout"), { bearer, body: {} })).json as {
    readonly isEnded: boolean;
    readonly address: string | null;
  };

/** Opens the stream; resolves when it is open, and tells when it ended. */
function openStream(served: Served, bearer: string): Promise<{ hasEnded: () => boolean }> {
  return new Promise((resolve, reject) => {
    let hasEnded = false;
    const headers = { authorization: `Bearer ${bearer}`, host: `127.0.0.1:${served.port}` };
    const asked = request(
      { host: "127.0.0.1", port: served.port, path: api("/stream"), headers },
      (response) => {
        response.resume();
        response.once("close", () => (hasEnded = true));
        resolve({ hasEnded: () => hasEnded });
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

it("a token is dead at once, also for a stream that is open, and it is on record", async () => {
  const served = await serve();
  const bearer = served.bearer("administrator");
  const other = served.bearer("viewer");
  const streams = [await openStream(served, bearer), await openStream(served, other)];
  expect(await leave(served, bearer)).toEqual({ isEnded: true, address: null });
  await until("the stream ends", () => streams[0]?.hasEnded() === true, { withinMs: 5_000 });
  expect(streams[1]?.hasEnded()).toBe(false);
  for (const [method, path] of [
    ["GET", "/me"],
    ["GET", "/stream"],
    ["POST", "/logout"],
    ["GET", "/overview"],
  ] as const)
    expect(
      (await served.ask(method, api(path), { bearer, ...(method === "POST" ? { body: {} } : {}) }))
        .status,
    ).toBe(401);
  expect((await served.ask("GET", api("/me"), { bearer: other })).status).toBe(200);
  expect(served.notes).toEqual([
    { what: "logout", role: "administrator", page: "/logout", count: 1 },
  ]);
  await served.close();
});

it("a provider takes its tokens back, and its session ends at its own address", async () => {
  const { bearer } = await provided.logIn("ada");
  expect(provided.provider.tokens("RefreshToken")).toBe(1);
  const { address } = await leave(provided.served, bearer);
  expect(provided.provider.tokens("RefreshToken")).toBe(0);
  expect(provided.provider.tokens("AccessToken")).toBe(0);
  const url = new URL(address ?? "");
  expect(url.href).toContain(`${provided.provider.issuer}/session/end?`);
  expect(url.searchParams.get("id_token_hint")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect((await fetch(url)).status).toBe(200);
  expect((await provided.served.ask("GET", api("/me"), { bearer })).status).toBe(401);
  expect(provided.notes.map(({ what }) => what)).toEqual(["login", "logout"]);
  expect(provided.lines).toEqual([]);
});

it("also tokens of a session whose time is over are taken back", async () => {
  await provided.logIn("ada");
  expect(provided.provider.tokens("RefreshToken")).toBe(1);
  for (const { id } of provided.served.logins.alive()) provided.served.logins.end(id);
  for (const _round of [1, 2, 3]) {
    provided.wait(25_000);
    await provided.logins.check();
  }
  provided.rightClock();
  expect(provided.provider.tokens("RefreshToken")).toBe(0);
});

it.each(["not", "busy"] as const)(
  "is over here also where the provider answers %s",
  async (how) => {
    provided.lines.length = 0;
    const { bearer } = await provided.logIn("ada");
    provided.provider.setAnswers(how);
    expect(await leave(provided.served, bearer)).toEqual({ isEnded: true, address: null });
    provided.provider.setAnswers("well");
    expect((await provided.served.ask("GET", api("/me"), { bearer })).status).toBe(401);
    expect(provided.lines.join()).toContain("unreachable");
    for (const canary of provided.provider.canaries)
      expect(provided.lines.join()).not.toContain(canary);
  },
);

it("where a provider has neither address, it ends here alone", async () => {
  const plain = await provide({ hasFarewell: false });
  plain.provider.people.set("ada", { groups: ["owners"] });
  const { bearer } = await plain.logIn("ada");
  expect(await leave(plain.served, bearer)).toEqual({ isEnded: true, address: null });
  expect((await plain.served.ask("GET", api("/me"), { bearer })).status).toBe(401);
  expect(plain.lines).toEqual([]);
  await plain.close();
});
