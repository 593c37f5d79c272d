// A phone's server: what gets in, what an answer counts for, and how hostile requests end.
import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENDPOINTS } from "#surface/dashboard/api/endpoints.ts";
import { PHONE_CALLS } from "#surface/dashboard/phone/phone-calls.ts";
import { keepRinging } from "#surface/dashboard/phone/phone-rings.ts";
import { createLiveHub } from "#surface/dashboard/context/live-hub.ts";
import { type AskedPhone, PASSPHRASE, servePhone } from "./asked-phone.ts";

let phone: AskedPhone;
beforeAll(async () => {
  phone = await servePhone();
});
afterAll(() => phone.close());

async function open(one: AskedPhone, seconds?: number) {
  const opened = one.ask({}, seconds);
  const { token } = one.link(opened);
  const { json } = await one.call("/open", { token });
  return { opened, token, bearer: String(json["bearer"]), digest: opened.question.digest };
}

describe("an answer", () => {
  it.each(["allow", "deny"] as const)("of %s counts with the passphrase", async (answer) => {
    const { opened, bearer, digest } = await open(phone);
    const given = { answer, digest, passphrase: PASSPHRASE };
    expect(await phone.call("/answer", given, { bearer })).toMatchObject({ status: 200 });
    expect(await opened.outcome).toMatchObject({ answer, by: "ada", from: "phone", note: null });
  });
  it("counts for nothing with a wrong passphrase, which is on record", async () => {
    const { opened, bearer, digest } = await open(phone);
    const before = phone.notes.length;
    const given = { answer: "allow", digest, passphrase: "wrong" };
    expect(await phone.call("/answer", given, { bearer })).toMatchObject({
      status: 403,
      json: { error: { message: expect.stringContaining("Tries left: 4") } },
    });
    expect(phone.notes.slice(before)).toMatchObject([{ what: "confirm-refused" }]);
    expect(phone.room.list().find(({ id }) => id === opened.question.id)?.state).toBe("waiting");
  });
  it("counts for no other call", async () => {
    const { bearer } = await open(phone);
    const other = await open(phone);
    const given = { answer: "allow", digest: other.digest, passphrase: PASSPHRASE };
    expect((await phone.call("/answer", given, { bearer })).status).toBe(409);
    expect(phone.room.list().find(({ id }) => id === other.opened.question.id)?.state).toBe(
      "waiting",
    );
  });
  it("that comes second is told so", async () => {
    const { opened, bearer, digest } = await open(phone);
    const give = (answer: string) =>
      phone.call("/answer", { answer, digest, passphrase: PASSPHRASE }, { bearer });
    const both = await Promise.all([give("allow"), give("deny")]);
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 409,
    ]);
    const first = both[0]?.status === 200 ? "allow" : "deny";
    expect(await opened.outcome).toMatchObject({ answer: first });
  });
  it("comes too late where it was answered at the terminal, or its time is over", async () => {
    const { opened, bearer, digest } = await open(phone);
    opened.withdraw();
    const given = { answer: "allow", digest, passphrase: PASSPHRASE };
    expect(await phone.call("/answer", given, { bearer })).toMatchObject({
      status: 409,
      json: { error: { message: expect.stringContaining("terminal") } },
    });
    const short = await open(phone, 1);
    await short.opened.outcome;
    const late = { answer: "allow", digest: short.digest, passphrase: PASSPHRASE };
    expect(await phone.call("/answer", late, { bearer: short.bearer })).toMatchObject({
      status: 409,
      json: { error: { message: expect.stringContaining("time is over") } },
    });
  });
  it("is tried five times at once at most", async () => {
    const slow = await servePhone({ isPassphrase: () => Promise.resolve(false) });
    const { bearer, digest } = await open(slow);
    const given = { answer: "allow", digest, passphrase: "wrong" };
    const all = await Promise.all(
      Array.from({ length: 12 }, () => slow.call("/answer", given, { bearer })),
    );
    expect(all.filter(({ status }) => status === 403)).toHaveLength(5);
    expect(all.filter(({ status }) => status === 429)).toHaveLength(7);
    await slow.close();
  });
});

describe("a link", () => {
  it("opens once, and its token is no key afterwards", async () => {
    const { token, bearer } = await open(phone);
    expect((await phone.call("/open", { token })).status).toBe(401);
    expect((await phone.call("/state", {}, { bearer: token })).status).toBe(401);
    expect((await phone.call("/state", {}, { bearer })).status).toBe(200);
  });
  it("opened twice at once is opened by one", async () => {
    const { token } = phone.link(phone.ask());
    const both = await Promise.all([
      phone.call("/open", { token }),
      phone.call("/open", { token }),
    ]);
    expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 401,
    ]);
  });
  it("is an event when it is opened and when the question is looked at", async () => {
    const before = phone.notes.length;
    await open(phone);
    const whats = phone.notes.slice(before).map(({ what }) => what);
    expect(whats).toEqual(["login", "view"]);
  });
});

describe("the server", () => {
  function raw(
    path: string,
    headers: Readonly<Record<string, string>>,
    method = "GET",
  ): Promise<{ readonly status: number; readonly text: string }> {
    const { port } = phone.url;
    return new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      asked.on("error", reject);
      asked.end(method === "POST" ? "{}" : undefined);
    });
  }
  it("gives one page, whose own script and style alone may run", async () => {
    const response = await fetch(phone.url);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/script-src 'sha256-[^']{44}'; style-src 'sha256-[^']{44}'/);
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toContain("<title>A question of sallyport</title>");
  });
  it("is one answer of less than 14 KB, which fits a connection's first round trip", async () => {
    const headers = { host: phone.url.host, "accept-encoding": "br" };
    const { text } = await raw("/", headers);
    expect(text.length).toBeGreaterThan(1_000);
    expect(text.length).toBeLessThan(14_000);
  });
  it("refuses other names, other origins and other sites", async () => {
    const { host } = phone.url;
    const path = "/phone/v1/state";
    expect((await raw("/", { host: "evil.example" })).status).toBe(403);
    expect((await raw(path, { host, origin: "http://127.0.0.1:3000" }, "POST")).status).toBe(403);
    expect((await raw(path, { host, "sec-fetch-site": "cross-site" }, "POST")).status).toBe(403);
    expect(
      (await raw("/", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }))
        .status,
    ).toBe(200);
  });
  it("reaches nothing else of the dashboard", async () => {
    const { bearer } = await open(phone);
    for (const { path, method } of ENDPOINTS) {
      const response = await fetch(new URL(`/api/v1${path.replaceAll(/:\w+/g, "x")}`, phone.url), {
        method,
        headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
        ...(method === "POST" ? { body: "{}" } : {}),
      });
      const text = await response.text();
      // A GET of any address is the page itself; nothing is posted.
      expect([path, response.status]).toEqual([path, method === "POST" ? 405 : 200]);
      if (method === "GET") expect(text).toContain("<title>A question of sallyport</title>");
    }
  });
  it("answers nobody who opened no link, and counts them", async () => {
    const other = await servePhone();
    for (const { path, isOpened } of PHONE_CALLS) {
      const body = isOpened ? {} : { token: "x".repeat(43) };
      for (const bearer of [undefined, "x".repeat(43)])
        expect((await other.call(path, body, { bearer })).status).toBe(401);
    }
    expect((await other.call("/nothing", {})).status).toBe(401);
    await other.close();
    expect(other.notes).toEqual([{ what: "refused", role: "none", page: "/phone", count: 7 }]);
  });
  it("bears whatever comes in: no fault of ours, nothing without a link", async () => {
    const other = await servePhone();
    const { bearer } = await open(other);
    const hostile = fc.oneof(
      fc.string({ maxLength: 400 }),
      fc.jsonValue(),
      fc.constantFrom("allow", "__proto__"),
    );
    const body = fc.oneof(
      fc.record(
        { answer: hostile, digest: hostile, passphrase: hostile, token: hostile },
        { requiredKeys: [] },
      ),
      fc.string(),
      fc.jsonValue(),
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PHONE_CALLS), body, async ({ path, isOpened }, given) => {
        const text = typeof given === "string" ? given : JSON.stringify(given);
        const answered = await other.call(path, text, { bearer });
        count += 1;
        expect([200, 400, 401, 403, 409, 429]).toContain(answered.status);
        if (isOpened) expect((await other.call(path, text)).status).toBe(401);
      }),
      { numRuns: 300 },
    );
    expect(count).toBeGreaterThanOrEqual(300);
    await other.close();
  });
});

it("tells of each question once, with a link that opens it, and says that somebody is there", async () => {
  const live = createLiveHub(
    () => new Promise(() => undefined),
    () => Promise.resolve(false),
  );
  const told: { readonly link?: string; readonly title: string; readonly untilMs?: number }[] = [];
  const opened = phone.ask({ tool: "Write" });
  const closed = phone.ask({ onlyThere: "a second person signs" });
  const rings = keepRinging({
    live,
    order: phone.order,
    links: phone.links,
    url: phone.url,
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    tell: (notice) => void told.push(notice),
    onProblem: (line) => expect(line).toBe(""),
  });
  await rings.isReady;
  expect(phone.room.attended()).toBe(120);
  const mine = told.filter(({ title }) => title.includes("Write"));
  expect(mine).toHaveLength(1);
  expect(JSON.stringify(told)).not.toContain("files.example");
  expect(JSON.stringify(told)).not.toContain(closed.question.id);
  expect(mine[0]?.untilMs).toBe(opened.question.expiresMs);
  const token = new URL(mine[0]?.link ?? "").hash.slice(1);
  expect((await phone.call("/open", { token })).json).toMatchObject({
    question: { id: opened.question.id, tool: "Write" },
  });
  const before = told.length;
  live.publish({
    event: "decision",
    data: {
      timeMs: 0,
      project: "p",
      what: "question",
      verdict: "ask",
      tool: "Bash",
      rule: "r",
      summary: opened.question.id,
    },
  });
  await phone.order({ order: "questions" });
  expect(told).toHaveLength(before);
  await rings.end();
  expect(phone.room.attended()).toBe(undefined);
  live.close();
});
