// The dashboard's server: who gets in, what every answer carries, how bad requests end.
import { createHmac } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS } from "../../../src/surface/dashboard/api/endpoints.ts";
import { ApiFault } from "../../../src/surface/dashboard/api/endpoint.ts";
import { api, controlOf, OPERATOR_SECRET, serve, type Served } from "./served.ts";

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

/** A request with headers that `fetch` does not let a program set. */
function raw(path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: served.port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("the page", () => {
  it("is given for every address of the app, with headers that let nothing foreign in", async () => {
    for (const path of ["/", "/log", "/sessions/s-1.2"]) {
      const { status, headers, text } = await served.ask("GET", path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).toContain("<title>sallyport</title>");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });
  it("has files that are kept by their name, compressed", async () => {
    const { status, headers } = await served.ask("GET", "/main-0a1b.js", {
      headers: { "accept-encoding": "br" },
    });
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toContain("immutable");
    expect(headers.get("content-encoding")).toBe("br");
  });
  it.each([
    "/../keys/operator.secret",
    "/%2e%2e/keys/operator.secret",
    "/main-0a1b.map.js",
    "/a.txt",
  ])("gives nothing of the disk for %s", async (path) => {
    const { status, text } = await served.ask("GET", path);
    expect([200, 404]).toContain(status);
    expect(text).not.toContain(OPERATOR_SECRET);
    if (status === 200) expect(text).toContain("<title>sallyport</title>");
  });
});

describe("a connection", () => {
  it("that a browser keeps ready ends without a word, and one that asks nonsense with one", async () => {
    const heard = (first: string) =>
      new Promise<string>((resolve, reject) => {
        let text = "";
        const socket = connect(served.port, "127.0.0.1", () => socket.write(first));
        socket.on("data", (bytes) => {
          text += bytes.toString("latin1");
        });
        socket.on("error", reject);
        socket.on("close", () => resolve(text));
      });
    expect(await heard("nonsense\r\n\r\n")).toContain("400 Bad Request");
    expect(await heard("")).toBe("");
  }, 30_000);
});

describe("the API", () => {
  const guarded = ENDPOINTS.filter(({ role }) => role !== "nobody");
  it("has rows to be held to", () => expect(guarded.length).toBeGreaterThan(5));
  it.each(guarded.map((one) => [`${one.method} ${one.path}`, one] as const))(
    "%s answers nobody who is not logged in",
    async (_name, { method, path }) => {
      const body = method === "POST" ? {} : undefined;
      const where = api(path.replaceAll(/:\w+/g, "x"));
      for (const bearer of [undefined, "wrong-token-of-somebody", OPERATOR_SECRET]) {
        const answered = await served.ask(method, where, { bearer, body });
        expect(answered.status).toBe(401);
        expect(answered.json).toEqual({
          error: { code: "no-session", message: expect.any(String) },
        });
      }
    },
  );
  it.each(
    guarded
      .filter(({ role }) => role !== "viewer" && role !== "operator")
      .map((one) => [`${one.method} ${one.path}`, one] as const),
  )("%s answers no viewer and no auditor", async (_name, { method, path }) => {
    const body = method === "POST" ? {} : undefined;
    for (const role of ["viewer", "auditor"] as const) {
      const bearer = served.bearer(role);
      const where = api(path.replaceAll(/:\w+/g, "x"));
      expect((await served.ask(method, where, { bearer, body })).status).toBe(403);
    }
  });
  it("tells a stranger nothing of what there is", async () => {
    expect((await served.ask("GET", api("/nothing"))).status).toBe(401);
    expect(
      (await served.ask("GET", api("/nothing"), { bearer: served.bearer("viewer") })).status,
    ).toBe(404);
    expect(
      (await served.ask("POST", api("/me"), { bearer: served.bearer("viewer"), body: {} })).status,
    ).toBe(405);
  });
  it("refuses other pages, other hosts and other origins", async () => {
    const bearer = `Bearer ${served.bearer("viewer")}`;
    const host = `127.0.0.1:${served.port}`;
    expect(await raw(api("/me"), { host, authorization: bearer })).toBe(200);
    expect(await raw(api("/me"), { host: "evil.example", authorization: bearer })).toBe(403);
    expect(
      await raw(api("/me"), { host, authorization: bearer, origin: "http://127.0.0.1:3000" }),
    ).toBe(403);
    expect(
      await raw(api("/me"), { host, authorization: bearer, "sec-fetch-site": "cross-site" }),
    ).toBe(403);
    expect(
      await raw(api("/me"), { host, authorization: bearer, "sec-fetch-site": "same-site" }),
    ).toBe(403);
  });
  it.each([
    ["no JSON", "{", 400],
    ["a list", "[]", 400],
    ["another field", { token: "x", more: 1 }, 400],
    ["a number", { token: 1 }, 400],
    ["too much", { token: "x".repeat(300_000) }, 413],
  ])("refuses %s with a reason", async (_name, body, status) => {
    const answered = await served.ask("POST", api("/login"), { body });
    expect(answered.status).toBe(status);
    expect(answered.json).toMatchObject({ error: { message: expect.stringMatching(/.{8}/) } });
  });
  it("says what is missing of a daemon, and nothing of a fault of its own", async () => {
    const bearer = served.bearer("viewer");
    const answered = await served.ask("GET", api("/events"), { bearer });
    expect(answered.status).toBe(500);
    expect(answered.text).not.toContain("no log here");
  });
  it("tells its terminal where it failed, without a value, and goes on", async () => {
    const lines: string[] = [];
    const other = await serve({
      onFault: (line) => void lines.push(line),
      ask: () => Promise.reject(new TypeError("a word of somebody")),
    });
    const bearer = other.bearer("viewer");
    expect((await other.ask("GET", api("/events?filter=value"), { bearer })).status).toBe(500);
    expect(lines).toEqual([
      expect.stringMatching(/^\/events failed: TypeError at [\w.-]+:\d+:\d+/),
    ]);
    expect(lines.join()).not.toMatch(/somebody|value/);
    await other.close();
  });
  it("goes on after an answer that fails while it is sent", async () => {
    const lines: string[] = [];
    const unsendable = { toJSON: () => JSON.parse("{") as unknown };
    const other = await serve({
      onFault: (line) => void lines.push(line),
      ask: () => Promise.reject(Object.assign(new ApiFault("fault", "x"), { message: unsendable })),
    });
    const bearer = other.bearer("viewer");
    await expect(other.ask("GET", api("/events"), { bearer })).rejects.toThrow();
    expect(lines.at(-1)).toMatch(/^\/events failed: SyntaxError/);
    expect((await other.ask("GET", api("/me"), { bearer })).status).toBe(200);
    await other.close();
  });
  it("counts those that it turned away", async () => {
    const other = await serve();
    await other.ask("GET", api("/me"));
    await other.ask("GET", api("/me"), { bearer: "wrong-token-of-somebody" });
    await other.close();
    expect(other.notes).toEqual([{ what: "refused", role: "none", page: "api", count: 2 }]);
  });
});

describe("a login", () => {
  it("works once, says who it is, and ends", async () => {
    const token = served.logins.link({ name: "ada", role: "responder" });
    const first = await served.ask("POST", api("/login"), { body: { token } });
    expect(first.json).toMatchObject({ name: "ada", role: "responder" });
    const { bearer } = first.json as { bearer: string };
    expect((await served.ask("POST", api("/login"), { body: { token } })).status).toBe(401);
    expect((await served.ask("GET", api("/me"), { bearer })).json).toMatchObject({
      name: "ada",
      role: "responder",
      confirmedUntilMs: null,
      hasPassphrase: false,
      isDemo: false,
    });
    expect((await served.ask("POST", api("/logout"), { bearer, body: {} })).status).toBe(200);
    expect((await served.ask("GET", api("/me"), { bearer })).status).toBe(401);
  });
  it("is shown by the dashboard that began it that this is it, by a key that no request has", async () => {
    const token = served.logins.link({ name: "ada", role: "viewer" });
    const login = await served.ask("POST", api("/login"), { body: { token } });
    const { bearer, proofKey } = login.json as { bearer: string; proofKey: string };
    const nonce = "0a".repeat(32);
    const asked = await served.ask("GET", api(`/proof?nonce=${nonce}`), { bearer });
    const proof = createHmac("sha256", Buffer.from(proofKey, "hex"))
      .update(`sallyport/session/v1\0${nonce}`)
      .digest("hex");
    expect(asked.json).toEqual({ proof });
    expect((await served.ask("GET", api(`/proof?nonce=${nonce}`))).status).toBe(401);
    expect((await served.ask("GET", api("/proof?nonce=short"), { bearer })).status).toBe(400);
    const me = await served.ask("GET", api("/me"), { bearer });
    expect(me.text).not.toContain(proofKey);
    const other = await served.ask("GET", api(`/proof?nonce=${nonce}`), {
      bearer: served.bearer("viewer"),
    });
    expect(other.json).not.toEqual({ proof });
  });
  it("is confirmed by a code, once, and not by guessing", async () => {
    const bearer = served.bearer("approver");
    const asked = await served.ask("POST", api("/control"), {
      headers: await controlOf(served),
      body: { what: "code" },
    });
    const { code } = asked.json as { code: string };
    const confirm = (given: string) =>
      served.ask("POST", api("/confirm"), { bearer, body: { code: given } });
    const wrong = String((Number(code) + 1) % 100_000_000).padStart(8, "0");
    expect((await confirm(wrong)).status).toBe(403);
    expect((await confirm(code)).json).toEqual({ confirmedUntilMs: expect.any(Number) });
    expect((await confirm(code)).status).toBe(403);
    for (let guess = 0; guess < 4; guess += 1) await confirm(wrong);
    expect((await confirm(wrong)).status).toBe(429);
  });
});
