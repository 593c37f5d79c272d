// Vault through its HTTP API: how we log in, what is read, listed and replaced, and each way in which it fails.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { vaultProvider } from "#surface/services/secrets/providers/vault.ts";
import type { ProviderSetting } from "#surface/services/secrets/setting.ts";
import { type Received, type Reply, type StandIn, startStandIn } from "./stand-in.ts";

const VALUE = "planted-value-of-the-vault";
const TOKEN = "hvs.planted-token";
const reference = parseReference("vault:secret/app/web#api-key");

/** KV version 2 with one secret, tokens that expire, and check-and-set. */
function vault() {
  let version = 3;
  let data: Record<string, unknown> = { "api-key": VALUE, port: 5432 };
  return ({ method, url, headers, body }: Received): Reply => {
    if (url.startsWith("/v1/auth/") && url.endsWith("/login")) {
      const sent = JSON.parse(body) as Record<string, string>;
      const isKnown = sent["secret_id"] === "planted-id" || sent["jwt"] === "planted-jwt";
      return isKnown
        ? { status: 200, json: { auth: { client_token: TOKEN, lease_duration: 1200 } } }
        : { status: 400, json: { errors: [`invalid role or secret ID ${sent["secret_id"]}`] } };
    }
    if (headers["x-vault-token"] !== TOKEN)
      return { status: 403, json: { errors: ["permission denied"] } };
    if (url === "/v1/auth/token/lookup-self")
      return { status: 200, json: { data: { ttl: 1200, renewable: true, policies: ["app"] } } };
    if (url === "/v1/secret/metadata/app?list=true")
      return { status: 200, json: { data: { keys: ["web", "jobs/"] } } };
    if (url.split("?")[0] !== "/v1/secret/data/app/web")
      return { status: 404, json: { errors: [] } };
    if (method === "POST") {
      const sent = JSON.parse(body) as { options: { cas: number }; data: Record<string, unknown> };
      if (sent.options.cas !== version) return { status: 400, json: { errors: ["check-and-set"] } };
      data = sent.data;
      version += 1;
      return { status: 200, json: { data: { version } } };
    }
    const metadata = { version, created_time: "2026-01-02T03:04:05.678Z" };
    return { status: 200, json: { lease_duration: 0, data: { data, metadata } } };
  };
}

let server: StandIn;
beforeEach(async () => (server = await startStandIn(vault())));
afterEach(() => server.close());

const opened = (
  environment: Readonly<Record<string, string>> = { VAULT_TOKEN: TOKEN },
  files: Readonly<Record<string, string>> = {},
) =>
  vaultProvider({
    environment: { VAULT_ADDR: server.address, ...environment },
    home: "/home/me",
    system: "linux",
    readText: (path: string) => files[path],
    run: () => Promise.resolve({ kind: "absent" }),
  } satisfies ProviderSetting);

describe("reading", () => {
  it("gives the field, its version and when it was made", async () => {
    const got = await opened().get(reference);
    expect(got.value.reveal()).toBe(VALUE);
    expect(got).toMatchObject({ version: "3", createdMs: Date.parse("2026-01-02T03:04:05.678Z") });
  });
  it("asks for the version that is named, and for the namespace", async () => {
    await opened({ VAULT_TOKEN: TOKEN, VAULT_NAMESPACE: "team-a" }).get(
      parseReference("vault:secret/app/web@2#api-key"),
    );
    expect(server.received[0]).toMatchObject({
      method: "GET",
      url: "/v1/secret/data/app/web?version=2",
      headers: { "x-vault-namespace": "team-a", "x-vault-request": "true" },
    });
  });
  it("gives a number as text, and says when there is no such field", async () => {
    const port = await opened().get(parseReference("vault:secret/app/web#port"));
    expect(port.value.reveal()).toBe("5432");
    await expect(opened().get(parseReference("vault:secret/app/web#none"))).rejects.toMatchObject({
      code: "secret-missing",
    });
  });
});

describe("logging in", () => {
  it.each([
    ["AppRole", { VAULT_ROLE_ID: "role", VAULT_SECRET_ID: "planted-id" }, {}, "approle"],
    [
      "Kubernetes",
      { VAULT_K8S_ROLE: "web", VAULT_K8S_TOKEN_FILE: "/pod/token" },
      { "/pod/token": "planted-jwt\n" },
      "kubernetes",
    ],
  ])("takes a short token by %s", async (_name, environment, files, mount) => {
    const got = await opened(environment, files).get(reference);
    expect(got.value.reveal()).toBe(VALUE);
    expect(server.received[0]?.url).toBe(`/v1/auth/${mount}/login`);
  });
  it("takes the token that `vault login` left, and logs in once for many secrets", async () => {
    const provider = opened({}, { "/home/me/.vault-token": `${TOKEN}\n` });
    await provider.get(reference);
    await provider.get(reference);
    expect(server.received).toHaveLength(2);
  });
  it("says what is missing, and what is wrong without repeating it", async () => {
    await expect(opened({}).get(reference)).rejects.toMatchObject({ code: "secret-login" });
    const wrong = opened({ VAULT_ROLE_ID: "role", VAULT_SECRET_ID: "planted-wrong-id" });
    const error = await wrong.get(reference).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "secret-denied" });
    expect(String(error)).not.toContain("planted-wrong-id");
  });
});

describe("listing and replacing", () => {
  it("lists names below a path", async () => {
    const listed = await opened().list?.(["secret", "app"], 10);
    expect(listed?.map(({ name }) => name)).toEqual([
      "vault:secret/app/web",
      "vault:secret/app/jobs/",
    ]);
  });
  it("replaces one field and keeps the others", async () => {
    expect(await opened().replace?.(reference, new SecretValue("new"))).toBe("4");
    const sent = JSON.parse(server.received.at(-1)?.body ?? "") as unknown;
    expect(sent).toEqual({ options: { cas: 3 }, data: { "api-key": "new", port: 5432 } });
  });
  it("does not write over a version that somebody else wrote meanwhile", async () => {
    server.fail({
      status: 200,
      json: { data: { data: { "api-key": "older" }, metadata: { version: 2 } } },
    });
    await expect(opened().replace?.(reference, new SecretValue("new"))).rejects.toMatchObject({
      code: "secret-denied",
    });
    expect((await opened().get(reference)).value.reveal()).toBe(VALUE);
  });
});

describe("failing", () => {
  it.each<[string, Reply, string]>([
    ["an expired token", { status: 403, json: { errors: [TOKEN] } }, "secret-denied"],
    ["a missing secret", { status: 404, json: { errors: [] } }, "secret-missing"],
    ["a sealed store", { status: 503, json: { errors: ["Vault is sealed"] } }, "secret-sealed"],
    ["an error of its own", { status: 500, json: { errors: [VALUE] } }, "secret-unreachable"],
    ["KV version 1", { status: 200, json: { data: { "api-key": VALUE } } }, "secret-answer"],
    ["a page that is no JSON", { status: 200, body: `<html>${VALUE}` }, "secret-answer"],
    [
      "an answer that breaks off",
      (response) => void response.socket?.destroy(),
      "secret-unreachable",
    ],
    [
      "a redirect, which would carry the token elsewhere",
      { status: 307, headers: { location: "https://other.example/v1" } },
      "secret-answer",
    ],
    [
      "an answer without an end",
      (response) => {
        response.writeHead(200);
        const chunk = Buffer.alloc(1024 * 1024, 32);
        for (let sent = 0; sent < 4; sent += 1) response.write(chunk);
      },
      "secret-answer",
    ],
    ["a long wait", { status: 429, headers: { "retry-after": "3600" } }, "secret-busy"],
  ])("says so of %s, and repeats nothing of it", async (_name, reply, code) => {
    server.fail(reply);
    const error = await opened()
      .get(reference)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/planted/);
  });
  it("tries again after 429 and 502, and then gives the value", async () => {
    server.fail({ status: 429, headers: { "retry-after": "0" } }, { status: 502 });
    expect((await opened().get(reference)).value.reveal()).toBe(VALUE);
    expect(server.received).toHaveLength(3);
  });
  it("gives up after four tries", async () => {
    server.fail({ status: 504 }, { status: 504 }, { status: 504 }, { status: 504 });
    await expect(opened().get(reference)).rejects.toMatchObject({ code: "secret-unreachable" });
    expect(server.received).toHaveLength(4);
  });
  it("sends no token over plain HTTP to another machine", async () => {
    const provider = opened({ VAULT_ADDR: "http://vault.example:8200", VAULT_TOKEN: TOKEN });
    await expect(provider.get(reference)).rejects.toMatchObject({ code: "secret-setup" });
  });
  it("says that nobody answers", async () => {
    const { address } = server;
    await server.close();
    const provider = opened({ VAULT_ADDR: address, VAULT_TOKEN: TOKEN });
    await expect(provider.get(reference)).rejects.toMatchObject({
      code: "secret-unreachable",
      message: expect.stringContaining("ECONNREFUSED") as string,
    });
  });
});

describe("examining", () => {
  it("says how long the token lasts", async () => {
    const says = (await opened().examine()).map((checkup) => checkup.says);
    expect(says).toContain("the token of `VAULT_TOKEN` is valid for 20 minutes");
  });
  it.each([
    ["never ends", { ttl: 0, policies: ["app"] }, /never expires/],
    ["is root's", { ttl: 60, policies: ["root"] }, /root token/],
    ["lasts for half a year", { ttl: 15_552_000, policies: ["app"] }, /180 days/],
  ])("finds a token that %s", async (_name, data, words) => {
    server.fail({ status: 200, json: { data } });
    const bad = (await opened().examine()).filter(({ isGood }) => !isGood);
    expect(bad.map(({ says }) => says).join()).toMatch(words);
  });
});

describe("an address without TLS", () => {
  const at = (address: string) =>
    vaultProvider({
      environment: { VAULT_ADDR: address, VAULT_TOKEN: TOKEN },
      home: "/home/me",
      system: "linux",
      readText: () => undefined,
      run: () => Promise.resolve({ kind: "absent" }),
    } satisfies ProviderSetting);
  it.each([
    "http://vault.internal:8200",
    "http://10.0.0.7:8200",
    "http://127.0.0.1.example:8200",
    "http://0.0.0.0:8200",
    "http://[::ffff:10.0.0.7]:8200",
    "ftp://127.0.0.1",
    "http://localhost.example",
  ])("is refused before anything is sent: %s", async (address) => {
    const error = await at(address)
      .get(reference)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "secret-setup",
      message: expect.stringContaining("is for this machine alone"),
    });
    expect(String(error)).not.toContain(TOKEN);
    expect((await at(address).examine()).some(({ isGood }) => !isGood)).toBe(true);
  });
  it("is taken for this machine, and the doctor says so", async () => {
    const [first] = await opened().examine();
    expect(first?.says).toContain("without TLS: that is allowed because it is this machine");
    const [other] = await at("https://127.0.0.1:1").examine();
    expect(other?.says).not.toContain("TLS");
  });
});
