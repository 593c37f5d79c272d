// Which values of a hidden file belong to a host, and that the table of issuers names kinds of keys that there are.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DETECTORS } from "#guard/content/detectors/index.ts";
import { hostsOfKind, OWNED_KINDS } from "#guard/hold/keys/key-hosts.ts";
import { viewKeys } from "#guard/hold/keys/view-keys.ts";
import type { Stream } from "#guard/hold/views/disguise.ts";
import { viewOf } from "#guard/hold/views/view.ts";

const stream: Stream = (value, count) =>
  Uint8Array.from({ length: count }, (_, at) =>
    createHash("sha256").update(`${at}:${value}`).digest().readUInt8(0),
  );
const key = (...parts: readonly string[]): string => parts.join("_");
const STRIPE = key("sk", "live", "51CanaryHqLyjWDarjtT1zdp");
const PAYSTACK = key("sk", "live", "3c1f9d2b7a".repeat(4));

/** Each as `NAME kind host, host`. */
async function found(text: string, path = "/p/.env"): Promise<readonly string[]> {
  const view = (await viewOf(path, text, { stream })) ?? "";
  const keys = viewKeys(path, text, view);
  for (const { value, shown } of keys) {
    expect(text).toContain(value.split(":").at(-1));
    expect(shown).toHaveLength(value.length);
    expect(view).not.toContain(value);
  }
  return keys.map(({ name, kind, hosts }) => `${name} ${kind} ${hosts.join(", ")}`);
}

describe("a value of a file of variables", () => {
  it.each<readonly [string, readonly string[]]>([
    [`STRIPE_KEY=${STRIPE}`, ["STRIPE_KEY key api.stripe.com, files.stripe.com"]],
    [`export K="${STRIPE}" # of the shop\r\n`, ["K key api.stripe.com, files.stripe.com"]],
    [`PAY='${PAYSTACK}'`, ["PAY key api.paystack.co"]],
    [
      "HOOK=https://hooks.example.com/services/T0A1B2C3D/Q7xk29fLmPz4Ws8RtY1uVb6N",
      ["HOOK address hooks.example.com"],
    ],
    ["API=https://me:Xk42pQ-long-enough7@api.example.com/v1", ["API login api.example.com"]],
    ["API=https://Xk42pQ7long7enough7@api.example.com/v1", ["API login api.example.com"]],
  ])("belongs to its issuer's hosts, or to the host that it names: %s", async (text, expected) => {
    expect(await found(text)).toEqual(expected);
  });

  it.each([
    // Nobody knows whose it is.
    "TOKEN=Xk42pQ7long7enough7Xk42pQ7",
    "STRIPE_KEY=Xk42pQ7long7enough7Xk42pQ7",
    // Who runs GitLab is not told by its keys.
    `GITLAB_TOKEN=${["glpat", "Xk42pQ7long7enough7X"].join("-")}`,
    // It is part of something else, stands twice, or goes on.
    `BOTH=a:${STRIPE}`,
    `K=${STRIPE}\nK=${STRIPE}x`,
    `K="${STRIPE}\nx"`,
    // Few letters are guessed.
    "API=https://me:hunter2@api.example.com/v1",
    // No other scheme, port or place of this machine.
    "API=http://me:Xk42pQ-long-enough7@api.example.com/v1",
    "API=https://me:Xk42pQ-long-enough7@api.example.com:8443/v1",
    "API=https://me:Xk42pQ-long-enough7@localhost/v1",
    "API=https://me:Xk42pQ-long-enough7@203.0.113.7/v1",
    "DB=postgres://me:Xk42pQ-long-enough7@db.example.com/shop",
    // Somebody wrote a key of another host into it.
    `HOOK=https://evil.example.com/${STRIPE}`,
    `HOOK=https://${STRIPE}@evil.example.com/`,
    `# STRIPE_KEY=${STRIPE}`,
  ])("belongs nowhere: %s", async (text) => {
    expect(await found(text)).toEqual([]);
  });
});

it("a login of a machine belongs to it", async () => {
  const text = `# mine
machine api.acme.test login me password Xk42pQ-long-enough7
machine short.acme.test login me password hunter2
machine twice.acme.test login me password Xk42pQ-long-enough8
machine twice.acme.test login you password Xk42pQ-long-enough9
default login me password Xk42pQ-long-enough0
`;
  expect(await found(text, "/h/.netrc")).toEqual(["api.acme.test login api.acme.test"]);
});

it("kinds of keys in the table are those of detectors, and each belongs to hosts by name", () => {
  const known = new Set(DETECTORS.map(({ id }) => id));
  expect(OWNED_KINDS.filter((kind) => !known.has(kind))).toEqual([]);
  for (const kind of OWNED_KINDS)
    for (const host of hostsOfKind(kind)?.hosts ?? [])
      expect(host).toMatch(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/);
  expect(hostsOfKind("stripe-webhook-secret")).toBeUndefined();
  expect(hostsOfKind("constructor")).toBeUndefined();
});
