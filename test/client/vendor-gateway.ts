// The vendor's own gateway (`claude gateway`) of the pinned client: with a database, a provider that people log in by, and their tokens.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  startProvider,
} from "../surface/dashboard/oidc/made-provider.ts";
import { openMadeBrowser } from "../surface/dashboard/oidc/made-browser.ts";
import { freePort } from "../surface/services/fleet/free-port.ts";
import { startPostgres } from "../surface/services/fleet/postgres-cluster.ts";
import { until } from "../until.ts";
import { findClient } from "./client-binary.ts";

export type VendorGateway = {
  readonly url: string;
  /** Everything that it said. */
  said(): string;
  /** Logs a person in by the device flow, as the client does, and gives the token. */
  logIn(person: string): Promise<string>;
  close(): Promise<void>;
};

/** Starts it with a `managed` block. `people`: the groups of each. Rejects with what it said where it does not start. */
export async function openVendorGateway(
  managed: unknown,
  people: Readonly<Record<string, readonly string[]>>,
): Promise<VendorGateway> {
  const found = await findClient();
  if (found.kind === "missing") throw new Error(found.reason);
  const root = mkdtempSync(join(tmpdir(), "vendor-gateway-"));
  mkdirSync(join(root, "home"));
  const [cluster, port] = [await startPostgres(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const provider = await startProvider(`${url}/oauth/callback`);
  for (const [id, groups] of Object.entries(people)) provider.people.set(id, { groups });
  const settings = {
    listen: { host: "127.0.0.1", port, public_url: url },
    // Nothing is asked of a model.
    upstreams: [{ provider: "anthropic", auth: { api_key: "sk-test-not-a-key" } }],
    oidc: {
      issuer: provider.issuer,
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      scopes: ["openid", "profile", "groups"],
      id_token_signed_response_alg: "ES256",
      userinfo_fallback: true,
      email_claim: "preferred_username",
    },
    session: { jwt_secret: "of-a-test-".repeat(4) },
    store: { postgres_url: `postgresql://owner@127.0.0.1:${cluster.port}/postgres` },
    managed,
  };
  writeFileSync(join(root, "gateway.yaml"), JSON.stringify(settings));
  const child = spawn(found.path, ["gateway", "--config", join(root, "gateway.yaml")], {
    env: {
      HOME: join(root, "home"),
      PATH: "/usr/bin:/bin",
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_GATEWAY_ALLOW_LOOPBACK: "1",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => (said += part));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    await provider.close();
    await cluster.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  };
  const form = async (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    fetch(`${url}${path}`, {
      method: "POST",
      body: new URLSearchParams(fields),
      redirect: "manual",
      headers,
    });
  await until("the gateway listens", () => {
    if (child.exitCode !== null) throw new Error(`the gateway ended: ${said}`);
    return said.includes("listening on");
  }).catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  return {
    url,
    close,
    said: () => said,
    async logIn(person) {
      const asked = (await (await form("/oauth/device_authorization", {})).json()) as {
        readonly device_code: string;
        readonly user_code: string;
      };
      provider.setWho(person);
      const browser = openMadeBrowser();
      await browser.go(`${url}/device?user_code=${asked.user_code}`);
      const cookies = [...browser.cookies].map(([name, { value }]) => `${name}=${value}`);
      const approved = await form(
        "/device",
        { user_code: asked.user_code },
        { origin: url, cookie: cookies.join("; ") },
      );
      for (const text of approved.headers.getSetCookie()) {
        const [name = "", value = ""] = (text.split(";")[0] ?? "").split("=", 2);
        browser.cookies.set(name, { value, path: "/" });
      }
      await browser.go(approved.headers.get("location") ?? "");
      const grant = {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: asked.device_code,
      };
      const { access_token: token } = (await (await form("/oauth/token", grant)).json()) as {
        readonly access_token?: string;
      };
      if (token === undefined) throw new Error(`${person} got no token: ${said}`);
      return token;
    },
  };
}
