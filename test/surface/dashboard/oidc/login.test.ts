// Logging in by a real provider: who gets in as what, and how every bent way ends.
import { request } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { api } from "../served.ts";
import { openMadeBrowser } from "./made-browser.ts";
import { provide, type Provided } from "./provided.ts";

const MINUTE_MS = 60_000;
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  ada: ["staff", "owners"],
  bob: ["lookers"],
  cyd: ["on-call", "lookers"],
  dee: ["leads", "on-call"],
  eve: ["audit", "owners"],
  fay: ["staff"],
  gus: [],
};

let provided: Provided;
beforeAll(async () => {
  provided = await provide();
  for (const [id, groups] of Object.entries(GROUPS)) provided.provider.people.set(id, { groups });
});
afterAll(() => provided.close());
afterEach(() => {
  provided.provider.tamper = undefined;
  provided.provider.setAnswers("well");
  provided.change({});
  for (const { id } of provided.served.logins.alive()) provided.served.logins.end(id);
  provided.notes.length = 0;
  provided.lines.length = 0;
});

const me = async (bearer: string) => provided.served.ask("GET", api("/me"), { bearer });
const refusals = () => provided.notes.map(({ what, role, page }) => `${what} ${role} ${page}`);

/** Begins a login, lets a test bend the address that the browser is sent to, and goes on. */
async function bent(bend: (address: URL) => void): Promise<string> {
  const browser = openMadeBrowser();
  provided.provider.setWho("ada");
  const { url } = await browser.go(`${provided.at}/oidc/login`, { until: "/auth" });
  bend(url);
  return (await browser.go(url.href)).url.hash;
}

describe("a login by the provider", () => {
  it.each([
    ["ada", "administrator"],
    ["bob", "viewer"],
    ["cyd", "responder"],
    ["dee", "approver"],
    ["eve", "auditor"],
  ])("of %s begins a session as %s", async (id, role) => {
    const { bearer } = await provided.logIn(id);
    const { host } = new URL(provided.provider.issuer);
    expect((await me(bearer)).json).toMatchObject({
      role,
      name: `${id} (${host})`,
      provider: host,
    });
    expect(refusals()).toEqual([`login ${role} /login/oidc`]);
    expect(provided.lines).toEqual([]);
  });
  it.each([
    ["fay", "no-group"],
    ["gus", "no-group"],
    [undefined, "denied"],
  ])("of %s begins none: %s", async (id, why) => {
    expect(await provided.logIn(id)).toEqual({ bearer: "", refused: why });
    expect(refusals()).toEqual([`login-refused none /oidc/callback/${why}`]);
    expect(provided.served.logins.alive()).toEqual([]);
  });
  it("tells the page which provider there is, and nothing more", async () => {
    const { host } = new URL(provided.provider.issuer);
    expect((await provided.served.ask("GET", api("/oidc"))).json).toEqual({ host });
    provided.change(undefined);
    expect((await provided.served.ask("GET", api("/oidc"))).json).toEqual({ host: null });
    expect((await provided.logIn("ada")).refused).toBe("setup");
  });
  it("uses PKCE, a state and a nonce, and never the same again", async () => {
    const [one, other] = await Promise.all(
      [0, 1].map(async () => {
        const { url } = await openMadeBrowser().go(`${provided.at}/oidc/login`, { until: "/auth" });
        return url.searchParams;
      }),
    );
    expect(one?.get("code_challenge_method")).toBe("S256");
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(one?.get(name)).toMatch(/^[\w-]{43}$/);
      expect(one?.get(name)).not.toBe(other?.get(name));
    }
  });
  it("is not taken with another nonce", async () => {
    expect(await bent((url) => url.searchParams.set("nonce", "another"))).toBe("#refused=invalid");
    expect(refusals()).toEqual(["login-refused none /oidc/callback/invalid"]);
  });
  it("is not taken with another state", async () => {
    expect(await bent((url) => url.searchParams.set("state", "another"))).toBe("#refused=stale");
  });
  it("is not taken with the challenge of somebody else", async () => {
    const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const bend = (url: URL) => url.searchParams.set("code_challenge", challenge);
    expect(await bent(bend)).toBe("#refused=denied");
  });
  it("ends in the browser that began it, once, within ten minutes", async () => {
    const browser = openMadeBrowser();
    provided.provider.setWho("ada");
    const back = { until: "/oidc/callback" };
    const { url } = await browser.go(`${provided.at}/oidc/login`, back);
    // Another browser of the same machine, with the whole address: and then it is used up for the first as well.
    expect((await openMadeBrowser().go(url.href)).url.hash).toBe("#refused=stale");
    expect((await browser.go(url.href)).url.hash).toBe("#refused=stale");

    const mine = await browser.go(`${provided.at}/oidc/login`, back);
    expect((await browser.go(mine.url.href)).url.hash).toMatch(/^#login=/);
    expect((await browser.go(mine.url.href)).url.hash).toBe("#refused=stale");

    const late = await browser.go(`${provided.at}/oidc/login`, back);
    provided.wait(11 * MINUTE_MS);
    expect((await browser.go(late.url.href)).url.hash).toBe("#refused=stale");
    provided.wait(-11 * MINUTE_MS);
  });
  it("does not take a code again that was used, with a state of its own", async () => {
    const browser = openMadeBrowser();
    provided.provider.setWho("ada");
    const back = { until: "/oidc/callback" };
    const first = await browser.go(`${provided.at}/oidc/login`, back);
    expect((await browser.go(first.url.href)).url.hash).toMatch(/^#login=/);
    const second = await browser.go(`${provided.at}/oidc/login`, back);
    second.url.searchParams.set("code", first.url.searchParams.get("code") ?? "");
    expect((await browser.go(second.url.href)).url.hash).toBe("#refused=denied");
  });
  it("gives the page a token that works once", async () => {
    const browser = openMadeBrowser();
    provided.provider.setWho("ada");
    const { url } = await browser.go(`${provided.at}/oidc/login`);
    const body = { token: url.hash.slice("#login=".length) };
    expect((await provided.served.ask("POST", api("/login"), { body })).status).toBe(200);
    expect((await provided.served.ask("POST", api("/login"), { body })).status).toBe(401);
    expect([...browser.cookies.keys()].filter((name) => name.startsWith("sallyport"))).toEqual([]);
  });
});

describe("what the provider says", () => {
  const signature = (text: unknown) => String(text).replace(/\.[^.]{8}(?=[^.]*$)/, ".AAAAAAAA");
  const unsigned = (text: unknown) => {
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    return `${header}.${String(text).split(".")[1]}.`;
  };
  it.each([
    [
      "an ID token with another signature",
      "/token",
      (body: object) => ({ id_token: signature(Reflect.get(body, "id_token")) }),
    ],
    [
      "an ID token without a signature",
      "/token",
      (body: object) => ({ id_token: unsigned(Reflect.get(body, "id_token")) }),
    ],
    ["no ID token", "/token", () => ({ id_token: undefined })],
    ["user information of another person", "/me", () => ({ sub: "bob" })],
    [
      "that it is another issuer",
      "/.well-known/openid-configuration",
      () => ({ issuer: "https://other.example" }),
    ],
    [
      "a token address without TLS",
      "/.well-known/openid-configuration",
      () => ({ token_endpoint: "http://192.0.2.1/token" }),
    ],
    [
      "a login address without TLS",
      "/.well-known/openid-configuration",
      () => ({ authorization_endpoint: "http://192.0.2.1/auth" }),
    ],
    ["too much", "/.well-known/openid-configuration", () => ({ more: "x".repeat(600_000) })],
    ["no keys", "/jwks", () => ({ keys: [] })],
  ])("is not taken: %s", async (_what, at, change) => {
    provided.provider.tamper = (path, body) => (path === at ? { ...body, ...change(body) } : body);
    expect((await provided.logIn("ada")).refused).toBe("invalid");
    expect(provided.served.logins.alive()).toEqual([]);
    expect(provided.lines.at(-1)).toMatch(/^login by a provider: invalid/);
  });
  it("is taken after it has rotated its keys", async () => {
    provided.provider.rotateKeys();
    expect((await provided.logIn("ada")).bearer).not.toBe("");
  });
  it.each([
    [20_000, ""],
    [-20_000, ""],
    [2 * 60 * MINUTE_MS, "invalid"],
    [-5 * MINUTE_MS, "invalid"],
  ])("by a clock that is %d ms apart ends in `%s`", async (apartMs, refused) => {
    provided.wait(apartMs);
    expect((await provided.logIn("ada")).refused).toBe(refused);
    provided.wait(-apartMs);
  });
  it.each(["not", "busy"] as const)(
    "is nothing when it answers %s: nobody gets in",
    async (how) => {
      provided.provider.setAnswers(how);
      expect((await provided.logIn("ada")).refused).toBe("unreachable");
      expect(provided.lines).toEqual([expect.stringMatching(/^login by a provider: unreachable/)]);
    },
  );
  it("leaves the login by a link as it is", async () => {
    provided.provider.setAnswers("not");
    expect((await me(provided.served.bearer("viewer"))).json).toMatchObject({ provider: null });
  });
  it("is enough without refresh tokens, where its user information has the groups", async () => {
    provided.change({ scopes: ["openid", "profile", "groups"] });
    const { bearer } = await provided.logIn("cyd");
    await provided.logins.check();
    expect((await me(bearer)).json).toMatchObject({ role: "responder" });
    provided.change({ scopes: ["openid", "profile"] });
    expect((await provided.logIn("cyd")).refused).toBe("no-check");
  });
});

describe("the addresses of the login", () => {
  const raw = (path: string, headers: Readonly<Record<string, string>>) =>
    new Promise<{ status: number; location: string | undefined }>((resolve, reject) => {
      const { port } = provided.served;
      const asked = request({ host: "127.0.0.1", port, path, headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, location: response.headers.location });
      });
      asked.on("error", reject);
      asked.end();
    });
  it("are not begun by another page", async () => {
    const host = `127.0.0.1:${provided.served.port}`;
    for (const site of ["cross-site", "same-site"]) {
      const headers = { host, "sec-fetch-site": site, "sec-fetch-mode": "navigate" };
      expect((await raw("/oidc/login", headers)).status).toBe(403);
    }
    const evil = { host: "evil.example", "sec-fetch-mode": "navigate" };
    expect((await raw("/oidc/login", evil)).status).toBe(403);
  });
  it("lead from the other name of this machine to the one that is registered", async () => {
    const headers = { host: `localhost:${provided.served.port}` };
    const { status, location } = await raw("/oidc/login", headers);
    expect([status, location]).toEqual([303, `${provided.at}/`]);
  });
  it("are read only, and there are two", async () => {
    expect((await provided.served.ask("POST", "/oidc/login", { body: {} })).status).toBe(405);
    expect((await provided.served.ask("GET", "/oidc/other")).status).toBe(404);
  });
  it("give nothing to a program without the browser's cookie and the provider's word", async () => {
    for (const query of [
      "",
      "?code=x&state=y",
      "?error=x",
      "?state[]=1",
      `?state=${"a".repeat(4_000)}`,
    ])
      expect((await openMadeBrowser().go(`${provided.at}/oidc/callback${query}`)).url.hash).toBe(
        "#refused=stale",
      );
    const ticket = await openMadeBrowser().go(`${provided.at}/oidc/login?confirm=made-up`);
    expect(ticket.url.hash).toBe("#refused=stale");
  });
  it("are bounded in number", async () => {
    provided.wait(2 * MINUTE_MS);
    let status = 0;
    for (let count = 0; count < 61; count += 1)
      ({ status } = await raw("/oidc/callback", { host: `127.0.0.1:${provided.served.port}` }));
    expect(status).toBe(429);
    provided.wait(2 * MINUTE_MS);
  });
});
