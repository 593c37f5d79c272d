// What another user of the machine gets at our listeners, and what our commands tell who has taken a port: a sample of `npm run listeners`.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LISTENERS } from "../../scripts/checks/listeners.ts";
import { skipIfMissing } from "../skipping.ts";
import { hasScript } from "../surface/cli/typed.ts";
import { type AttemptName, ATTEMPTS, outcomeOf, secretsIn } from "./attempts.ts";
import { faultsIn, hostileFaults, plantHostile } from "./hostile-text.ts";
import { type Household, openHousehold } from "./household.ts";
import { STANDS } from "./listener-stands.ts";
import { isBad } from "./listeners-page.ts";
import { NO_OTHER_USER } from "./other-user.ts";
import { trySenders } from "./strangers-port.ts";
import { tryListener } from "./try-listener.ts";

const missing = NO_OTHER_USER ?? (hasScript ? undefined : "`script` is not installed");
/** WHY not here: each waits for the bound of its listener, or sends a thousand requests, which together takes minutes. */
const LONG: readonly string[] = ["silent", "slow head", "slow body", "many requests"];
const SHORT = (Object.keys(ATTEMPTS) as AttemptName[]).filter((name) => !LONG.includes(name));
/** Where it mattered: whoever never began a handshake stayed, and owners shared a count with strangers. */
const LONG_AT: Readonly<Record<string, readonly AttemptName[]>> = {
  daemon: ["silent"],
  phone: ["many requests"],
  witness: ["many requests"],
  "answers from elsewhere": ["many requests"],
};

let household: Household;
beforeAll(async () => {
  if (missing === undefined) household = await openHousehold();
}, 300_000);
afterAll(() => household?.close(), 120_000);

describe("the harness", () => {
  it("has a stand for each listener of the list that it is to try", () => {
    const tried = Object.values(LISTENERS)
      .flat()
      .flatMap(({ name, tried: by }) => (by === "harness" ? [name] : []));
    expect(Object.keys(STANDS).toSorted()).toEqual(tried.toSorted());
  });
  it("finds a secret as it is, in hex and in base64", () => {
    const secrets = { key: "a secret of sixteen and more" };
    const bytes = Buffer.from(`before ${secrets.key} behind`);
    for (const text of [bytes.toString(), bytes.toString("hex"), bytes.toString("base64")])
      expect(secretsIn(text, secrets)).toEqual(["key"]);
    expect(secretsIn("a secret of", secrets)).toEqual([]);
  });
  it.each([
    ["HTTP/1.1 200 OK\r\n\r\n{}", 10, "let in"],
    ["HTTP/1.1 403 Forbidden\r\nAccess-Control-Allow-Origin: *\r\n\r\n", 10, "let in"],
    ["HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n", 10, "let in"],
    ["HTTP/1.1 403 Forbidden\r\n\r\n", 10, "refused"],
    ["HTTP/1.1 403 Forbidden\r\n\r\nkey: 0123456789abcdef", 10, "told"],
    ["", 10, "refused"],
    ["", null, "held"],
  ] as const)("judges %j that ended after %s as %s", (text, endedMs, outcome) => {
    const one = {
      id: "1",
      port: 1,
      tls: undefined,
      parts: [],
      watchMs: 1,
      isSlow: false,
      attempt: "no token" as const,
      isMeant: false,
      asking: undefined,
    };
    const heard = { id: "1", text, endedMs, isConnected: true };
    expect(outcomeOf(one, heard, { key: "0123456789abcdef" }).outcome).toBe(outcome);
  });
});

describe("another user of the machine", () => {
  it.for(Object.keys(STANDS))("gets nothing at the %s", { timeout: 300_000 }, async (name, ctx) => {
    skipIfMissing(ctx, missing);
    const rows = await tryListener(name, household, [...SHORT, ...(LONG_AT[name] ?? [])]);
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter(isBad)).toEqual([]);
  });
  it("is told nothing by what finds it on a port of ours", { timeout: 300_000 }, async (ctx) => {
    skipIfMissing(ctx, missing);
    const rows = await trySenders(household, ["plain", "tls"], ["dashboard", "sallyport status"]);
    expect(rows.length).toBe(8);
    expect(rows.filter(({ told }) => told.length > 0)).toEqual([]);
    expect(rows.every(({ connections }) => connections > 0)).toBe(true);
  });
});

describe("hostile text in every field that others fill", () => {
  it("steers no terminal, and is no element, formula or line of its own", {
    timeout: 300_000,
  }, async (ctx) => {
    skipIfMissing(ctx, missing);
    await plantHostile(household);
    const found = await hostileFaults(household);
    expect(found.filter(({ faults }) => faults.length > 0)).toEqual([]);
    const said = found.filter(({ chars }) => chars > 200);
    expect(said.length).toBeGreaterThan(15);
  });
  it.each([
    ["a\u001b[2Jb", "terminal"],
    ["a\u202eb", "json"],
    ["a\nlevel=error forged", "terminal"],
    ["<p><img src=x onerror=alert(1)></p>", "html"],
    ["`a` <img src=x>", "markdown"],
    ['"=1+1"', "csv"],
  ] as const)("%j is found in %s", (text, form) => {
    expect(faultsIn(text, form)).toHaveLength(1);
  });
  it.each([
    ["a\\u001b[2J\n", "terminal"],
    ["&lt;img src=x&gt;", "html"],
    ["``<img src=x>``", "markdown"],
    ['"\'=1+1","a"', "csv"],
  ] as const)("%j is none in %s", (text, form) => {
    expect(faultsIn(text, form)).toEqual([]);
  });
});
