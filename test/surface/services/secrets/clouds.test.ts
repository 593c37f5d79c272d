// The three clouds through their vendors' own libraries, against servers that speak the public contracts and play their failures.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PipelineRequest } from "@azure/core-rest-pipeline";
import { secretFailure } from "#govern/secrets/provider.ts";
import { parseReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { awsProvider } from "#surface/services/secrets/providers/aws.ts";
import { azureProvider } from "#surface/services/secrets/providers/azure.ts";
import { gcpProvider } from "#surface/services/secrets/providers/gcp.ts";
import { sdkFault } from "#surface/services/secrets/sdk-fault.ts";
import type { ProviderSetting } from "#surface/services/secrets/setting.ts";
import { type Received, type Reply, type StandIn, startStandIn } from "./stand-in.ts";

const VALUE = "planted-value-of-the-cloud";
const OBJECT = JSON.stringify({ "api-key": VALUE, port: 1 });

const setting = (environment: Readonly<Record<string, string>>): ProviderSetting => ({
  environment,
  home: "/home/me",
  system: "linux",
  readText: () => undefined,
  run: () => Promise.resolve({ kind: "absent" }),
});
const thrownBy = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

let server: StandIn;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe("AWS Secrets Manager", () => {
  let kept = OBJECT;
  const fault = (status: number, name: string): Reply => ({
    status,
    json: { __type: name, Message: `${name} for ${VALUE}` },
  });
  const answer = ({ headers, body }: Received): Reply => {
    const sent = JSON.parse(body) as Record<string, string>;
    const action = String(headers["x-amz-target"]).split(".")[1];
    if (!String(headers.authorization).includes("/eu-north-1/secretsmanager/"))
      return fault(400, "ResourceNotFoundException");
    if (action === "ListSecrets")
      return { status: 200, json: { SecretList: [{ Name: "prod/app", LastChangedDate: 1.7e9 }] } };
    if (sent["SecretId"] !== "prod/app") return fault(400, "ResourceNotFoundException");
    if (action === "PutSecretValue") {
      kept = sent["SecretString"] ?? "";
      return { status: 200, json: { Name: "prod/app", VersionId: "v2" } };
    }
    return { status: 200, json: { SecretString: kept, VersionId: "v1", CreatedDate: 1.7e9 } };
  };
  beforeEach(async () => {
    kept = OBJECT;
    server = await startStandIn(answer);
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.address);
    // A profile of the person's own would count before the keys.
    vi.stubEnv("AWS_PROFILE", undefined);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "planted-id");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "planted-key");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  });
  const opened = (region = "eu-north-1") => awsProvider(setting({ AWS_REGION: region }));

  it("gives the whole secret or a field of it, with its version and date", async () => {
    const whole = await opened().get(parseReference("aws:prod/app"));
    expect(whole.value.reveal()).toBe(OBJECT);
    expect(whole).toMatchObject({ version: "v1", createdMs: 1.7e12 });
    const field = await opened().get(parseReference("aws:prod/app#api-key"));
    expect(field.value.reveal()).toBe(VALUE);
  });
  it("lists names, and replaces one field of a secret", async () => {
    expect(await opened().list?.(["prod"], 10)).toEqual([
      { name: "aws:prod/app", changedMs: 1.7e12 },
    ]);
    const version = await opened().replace?.(
      parseReference("aws:prod/app#api-key"),
      new SecretValue("new"),
    );
    expect(version).toBe("v2");
    expect(JSON.parse(kept)).toEqual({ "api-key": "new", port: 1 });
  });
  it("names the region where there is no such secret", async () => {
    const error = await thrownBy(opened("us-west-2").get(parseReference("aws:prod/app")));
    expect(error).toMatchObject({ code: "secret-missing" });
    expect(String(error)).toContain("us-west-2");
  });
  it.each<[string, Reply, string]>([
    ["a refusal", fault(400, "AccessDeniedException"), "secret-denied"],
    ["expired credentials", fault(400, "ExpiredTokenException"), "secret-login"],
    ["a key that cannot decrypt", fault(400, "DecryptionFailure"), "secret-sealed"],
    ["an answer without a text", { status: 200, json: { SecretBinary: "AA==" } }, "secret-answer"],
  ])("says so of %s, and repeats nothing of it", async (_name, reply, code) => {
    server.fail(reply);
    const error = await thrownBy(opened().get(parseReference("aws:prod/app")));
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/planted/);
  });
  it("tries again while the service is busy, and gives up after three tries", async () => {
    server.fail(fault(400, "ThrottlingException"));
    expect((await opened().get(parseReference("aws:prod/app"))).value.reveal()).toBe(OBJECT);
    server.fail(...Array.from({ length: 3 }, () => fault(503, "InternalServiceError")));
    await expect(opened().get(parseReference("aws:prod/app"))).rejects.toMatchObject({
      code: "secret-unreachable",
    });
  });
  it("finds access keys that never end", async () => {
    expect((await opened().examine()).every(({ isGood }) => isGood)).toBe(true);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIA-planted");
    const bad = (await opened().examine()).filter(({ isGood }) => !isGood);
    expect(bad.map(({ says }) => says).join()).toContain("without an end");
  });
});

describe("Google Cloud Secret Manager", () => {
  const fault = (status: number, code: string): Reply => ({
    status,
    json: { error: { code: status, status: code, message: `${code}: ${VALUE}` } },
  });
  const answer = ({ url, headers }: Received): Reply => {
    if (url.startsWith("/computeMetadata/")) {
      const json = url.includes("/token")
        ? { access_token: "planted-token", expires_in: 3599, token_type: "Bearer" }
        : undefined;
      const reply = { status: 200, headers: { "metadata-flavor": "Google" } };
      return json === undefined ? { ...reply, body: "my-project" } : { ...reply, json };
    }
    if (headers.authorization !== "Bearer planted-token") return fault(401, "UNAUTHENTICATED");
    const [path = ""] = url.split("?");
    if (path.endsWith(":addVersion"))
      return { status: 200, json: { name: "projects/1/secrets/app/versions/8" } };
    if (path === "/v1/projects/my-project/secrets")
      return {
        status: 200,
        json: { secrets: [{ name: "projects/1/secrets/app", createTime: "2026-01-02T03:04:05Z" }] },
      };
    if (!/^\/v1\/projects\/my-project\/secrets\/app\/versions\/(?:latest|7):access$/.test(path))
      return fault(404, "NOT_FOUND");
    const data = Buffer.from(OBJECT).toString("base64");
    return { status: 200, json: { name: "projects/1/secrets/app/versions/7", payload: { data } } };
  };
  beforeEach(async () => {
    server = await startStandIn(answer);
    vi.stubEnv("GCE_METADATA_HOST", server.address.slice("http://".length));
    vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "");
    vi.stubEnv("HOME", "/nonexistent");
  });
  const opened = () =>
    gcpProvider(setting({ CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: server.address }));

  it("gives the whole secret or a field of it, of a version or the newest", async () => {
    const whole = await opened().get(parseReference("gcp:my-project/app@7"));
    expect([whole.value.reveal(), whole.version]).toEqual([OBJECT, "7"]);
    const field = await opened().get(parseReference("gcp:my-project/app#api-key"));
    expect(field.value.reveal()).toBe(VALUE);
  });
  it("lists names, and adds a version", async () => {
    expect(await opened().list?.(["my-project"], 10)).toEqual([
      { name: "gcp:my-project/app", changedMs: Date.parse("2026-01-02T03:04:05Z") },
    ]);
    const replaced = opened().replace?.(
      parseReference("gcp:my-project/app#api-key"),
      new SecretValue("new"),
    );
    expect(await replaced).toBe("8");
    const sent = JSON.parse(server.received.at(-1)?.body ?? "") as { payload: { data: string } };
    expect(Buffer.from(sent.payload.data, "base64").toString()).toBe('{"api-key":"new","port":1}');
  });
  it.each<[string, Reply, string]>([
    ["a refusal", fault(403, "PERMISSION_DENIED"), "secret-denied"],
    ["a missing secret", fault(404, "NOT_FOUND"), "secret-missing"],
    ["a version that is destroyed", fault(400, "FAILED_PRECONDITION"), "secret-missing"],
  ])("says so of %s, and repeats nothing of it", async (_name, reply, code) => {
    const provider = opened();
    // The log-in comes first: the failure is for the request behind it.
    server.fail(
      answer({ method: "GET", url: "/computeMetadata/token", headers: {}, body: "" }),
      reply,
    );
    const error = await thrownBy(provider.get(parseReference("gcp:my-project/app")));
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/planted/);
  });
  it("tries again while the service is busy", async () => {
    const login = answer({ method: "GET", url: "/computeMetadata/token", headers: {}, body: "" });
    server.fail(login, fault(429, "RESOURCE_EXHAUSTED"));
    const got = await opened().get(parseReference("gcp:my-project/app"));
    expect(got.value.reveal()).toBe(OBJECT);
  });
  it("sends nothing over plain HTTP to another machine", () => {
    const environment = { CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: "http://gcp.example" };
    expect(() => gcpProvider(setting(environment))).toThrow(/https/);
  });
});

describe("Azure Key Vault", () => {
  const fault = (status: number, code: string): Reply => ({
    status,
    json: { error: { code, message: `${code}: ${VALUE}` } },
  });
  const id = "https://kv.vault.azure.net/secrets/app";
  const answer = ({ method, url, headers }: Received): Reply => {
    if (headers.authorization !== "Bearer planted-token") {
      const challenge =
        'Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000", resource="https://vault.azure.net"';
      return { ...fault(401, "Unauthorized"), headers: { "www-authenticate": challenge } } as Reply;
    }
    const [path = ""] = url.split("?");
    if (path === "/secrets/" || path === "/secrets")
      return { status: 200, json: { value: [{ id, attributes: { updated: 1.7e9 } }] } };
    if (method === "PUT")
      return { status: 200, json: { value: "", id: `${id}/v2`, attributes: {} } };
    if (!path.startsWith("/secrets/app/")) return fault(404, "SecretNotFound");
    return { status: 200, json: { value: OBJECT, id: `${id}/v1`, attributes: { created: 1.7e9 } } };
  };
  beforeEach(async () => (server = await startStandIn(answer)));
  /** The vendor's library as it is, with the stand-in below it in place of the network. */
  const opened = (token: string | null = "planted-token") =>
    azureProvider(setting({}), {
      credential: {
        getToken: () =>
          Promise.resolve(token === null ? null : { token, expiresOnTimestamp: Date.now() + 1e6 }),
      },
      options: {
        retryOptions: { maxRetries: 1, retryDelayInMs: 1 },
        httpClient: { sendRequest: (request) => forward(request, server.address) },
      },
    });

  it("answers the challenge and gives the whole secret or a field of it", async () => {
    const whole = await opened().get(parseReference("azure:kv/app"));
    expect(whole.value.reveal()).toBe(OBJECT);
    expect(whole).toMatchObject({ version: "v1", createdMs: 1.7e12 });
    const field = await opened().get(parseReference("azure:kv/app@v1#api-key"));
    expect(field.value.reveal()).toBe(VALUE);
  });
  it("lists names, and sets a field", async () => {
    expect(await opened().list?.(["kv"], 10)).toEqual([
      { name: "azure:kv/app", changedMs: 1.7e12 },
    ]);
    const set = opened().replace?.(parseReference("azure:kv/app#api-key"), new SecretValue("new"));
    expect(await set).toBe("v2");
    const sent = JSON.parse(server.received.at(-1)?.body ?? "") as { value: string };
    expect(JSON.parse(sent.value)).toEqual({ "api-key": "new", port: 1 });
  });
  it.each<[string, Reply, string]>([
    ["a refusal", fault(403, "Forbidden"), "secret-denied"],
    ["a missing secret", fault(404, "SecretNotFound"), "secret-missing"],
    ["a page that is no JSON", { status: 400, body: VALUE }, "secret-answer"],
  ])("says so of %s, and repeats nothing of it", async (_name, reply, code) => {
    const provider = opened();
    const { headers = {}, ...challenge } = answer({
      method: "GET",
      url: "/",
      headers: {},
      body: "",
    }) as { status: number; headers?: Record<string, string> };
    server.fail({ ...challenge, headers }, reply);
    const error = await thrownBy(provider.get(parseReference("azure:kv/app")));
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/planted/);
  });
  it("keeps our own words where something must be set up first", () => {
    const ours = secretFailure("secret-setup", "the vendor's library is not installed");
    expect(sdkFault("Azure", ours, {})).toBe(ours);
  });
  it("says that nobody logged in", async () => {
    const checkups = await opened(null).examine();
    expect(checkups.some(({ isGood }) => !isGood)).toBe(true);
  });
});

async function forward(request: PipelineRequest, address: string) {
  const { pathname, search } = new URL(request.url);
  const response = await fetch(`${address}${pathname}${search}`, {
    method: request.method,
    headers: request.headers.toJSON(),
    ...(request.body === undefined || request.body === null
      ? {}
      : { body: request.body as string }),
  });
  const { createHttpHeaders } = await import("@azure/core-rest-pipeline");
  return {
    request,
    status: response.status,
    headers: createHttpHeaders(Object.fromEntries(response.headers)),
    bodyAsText: await response.text(),
  };
}
