// The API asked at random from its own description: no fault of ours, nothing read without a session, nothing that breaks the page.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withLog, appendMany, systemClock } from "../../record/store/temporary-log.ts";
import { ENDPOINTS } from "../../../src/surface/dashboard/api/endpoints.ts";
import type { Endpoint } from "../../../src/surface/dashboard/api/endpoint.ts";
import { dashboardParts } from "../../../src/surface/dashboard/run-dashboard.ts";
import { ensureInstall } from "../../../src/surface/services/installation/install.ts";
import { namesIn, schemaOf } from "./openapi.ts";
import { api, serve, type Served } from "./served.ts";

const RUNS = process.env["SALLYPORT_WHOLE"] === "1" ? 400 : 40;
const CANARY = "zq7-canary-of-the-fuzz";

let room: string;
let served: Served;
beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "sallyport-dashboard-fuzz-"));
  const root = join(room, "data");
  mkdirSync(root, { mode: 0o700 });
  const install = await ensureInstall({ root });
  const { log, keys } = install.directories;
  await withLog({ log, keys, clock: systemClock, productVersion: "0.1.0" }, (written) =>
    appendMany(written, 300),
  );
  const { directories, ask, view } = dashboardParts(install);
  // What our commands print is hostile as well: a row of a log may say anything.
  const outputs = ["", "{", "null", "[]", "{}", '{"command":1}', `{"x":"${CANARY}"}\n`, "\u0000"];
  let asked = 0;
  const run = () =>
    Promise.resolve({ code: 0, output: outputs[(asked += 1) % outputs.length] ?? "", problem: "" });
  const order = () => Promise.resolve({ kind: "refused" as const, why: "not in this test" });
  served = await serve({ directories, ask, view, run, order });
});
afterAll(async () => {
  await served.close();
  rmSync(room, { recursive: true, force: true });
});

const HOSTILE = [
  ...[
    "",
    "-",
    "--help",
    "--data=/etc",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "\u0000",
    "\u202Eabc",
  ],
  ...[
    "<img src=x onerror=alert(1)>",
    "'; drop table events; --",
    "${7*7}",
    "__proto__",
    "constructor",
  ],
  ...["a".repeat(5_000), "1e999", "-1", "9007199254740993", "NaN", "\uD800", "kind:", "(((((", '"'],
];

type JsonSchema = Readonly<Record<string, unknown>>;

/** Values that a schema may take, and ones that it may not. */
function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 64 }));
  return fc.oneof({ arbitrary: fitting(schema), weight: 3 }, { arbitrary: hostile, weight: 1 });
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  if ("const" in schema) return fc.constant(schema["const"]);
  const any = schema["anyOf"];
  if (Array.isArray(any)) return fc.oneof(...any.map((one) => valuesOf(one as JsonSchema)));
  switch (schema["type"]) {
    case "object":
      return objectsOf(schema);
    case "array":
      return fc.array(valuesOf((schema["items"] ?? {}) as JsonSchema), { maxLength: 4 });
    case "integer":
    case "number":
      return fc.oneof(fc.integer(), fc.double());
    case "boolean":
      return fc.boolean();
    case "string":
      return typeof schema["pattern"] === "string"
        ? fc.oneof(fc.constantFrom("1", "42", "00000000", "ap-0011223344556677"), fc.string())
        : fc.string({ maxLength: 200 });
    default:
      return fc.jsonValue();
  }
}

function objectsOf(schema: JsonSchema): fc.Arbitrary<Record<string, unknown>> {
  const properties = (schema["properties"] ?? {}) as Record<string, JsonSchema>;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, valuesOf(one)]),
  );
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Record<string, unknown>>;
}

const asText = (value: unknown) =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");

/** Without halves of surrogate pairs, which no address can hold. */
const wellFormed = (text: string) => Buffer.from(text, "utf8").toString("utf8");

async function ask(one: Endpoint, given: Record<string, unknown>, bearer: string | undefined) {
  const names = namesIn(one.path);
  const path = one.path.replaceAll(/:(\w+)/g, (_all, name: string) =>
    encodeURIComponent(wellFormed(asText(given[name])) || "x"),
  );
  const rest = Object.entries(given).filter(([name]) => !names.includes(name));
  if (one.method === "POST")
    return served.ask("POST", api(path), { bearer, body: Object.fromEntries(rest) });
  const query = new URLSearchParams(
    rest.map(([name, value]): [string, string] => [name, asText(value)]),
  );
  return served.ask("GET", `${api(path)}?${query.toString()}`, { bearer });
}

const asked = ENDPOINTS.filter(({ path }) => path !== "/stream" && path !== "/logout");
it.each(asked.map((one) => [`${one.method} ${one.path}`, one] as const))(
  "%s",
  { timeout: 120_000 },
  async (_name, one) => {
    const schema = schemaOf(one.input);
    const inputs = fc.oneof(fitting(schema), objectsOf(schema)) as fc.Arbitrary<
      Record<string, unknown>
    >;
    await fc.assert(
      fc.asyncProperty(inputs, async (given) => {
        const whole = typeof given === "object" && given !== null ? given : {};
        const bearer = served.bearer("administrator");
        const answered = await ask(one, whole, bearer);
        expect([200, 400, 401, 403, 404, 405, 409, 412, 413, 429, 502, 503]).toContain(
          answered.status,
        );
        expect(answered.headers.get("content-type")).toMatch(
          /^application\/(?:json|x-tar|octet-stream)|^text\/csv/,
        );
        expect(answered.headers.get("x-content-type-options")).toBe("nosniff");
        if (one.role !== "nobody") expect((await ask(one, whole, undefined)).status).toBe(401);
      }),
      { numRuns: RUNS },
    );
  },
);
