// A real provider on loopback: people with groups, keys that rotate, and ways to be gone or to misbehave.
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration, type JWK } from "oidc-provider";

export const CLIENT_ID = "sallyport";
export const CLIENT_SECRET = "canary-client-secret-0f1e2d3c4b5a";

export type MadePerson = { readonly groups: readonly string[] };

export type MadeProvider = {
  readonly issuer: string;
  /** Whoever sits at the browser; undefined: they press Cancel. */
  setWho(id: string | undefined): void;
  readonly people: Map<string, MadePerson>;
  /** Tokens of a kind that count. */
  tokens(kind: "AccessToken" | "RefreshToken"): number;
  /** Whether the provider answers at all, or by 503. */
  setAnswers(how: "well" | "not" | "busy"): void;
  /** From now on it signs by another key, and does not show the old one. */
  rotateKeys(): void;
  /** Texts that it gave out which nobody else may come by: codes and tokens. */
  readonly canaries: Set<string>;
  /** How often each of its paths was asked. */
  readonly asked: string[];
  /** Changes a JSON answer of a path before it is sent. */
  tamper: ((path: string, body: Record<string, unknown>) => Record<string, unknown>) | undefined;
  close(): Promise<void>;
};

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const kid = String(Math.random()).slice(2);
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" } as JWK;
}

/** Starts it. `redirect` is the address that it sends browsers back to; without `hasFarewell` it takes no token back and ends no session. */
export async function startProvider(
  redirect: string,
  { hasFarewell = true }: { readonly hasFarewell?: boolean } = {},
): Promise<MadeProvider> {
  let who: string | undefined = "ada";
  let answers: "well" | "not" | "busy" = "well";
  const people = new Map<string, MadePerson>();
  const canaries = new Set<string>();
  const asked: string[] = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const grants = new Map<string, unknown>();
  const adapter = memoryOf(grants);
  const make = () =>
    new Provider(issuer, configuration(newKey(), people, redirect, { adapter, hasFarewell }));
  let provider = make();
  let answer = provider.callback();
  const made: MadeProvider = {
    issuer,
    people,
    canaries,
    asked,
    tamper: undefined,
    tokens: (kind) =>
      [...grants].filter(
        ([key, row]) =>
          key.startsWith(`${kind}:`) && (row as { consumed?: number }).consumed === undefined,
      ).length,
    setWho: (id) => void (who = id),
    setAnswers: (how) => void (answers = how),
    rotateKeys() {
      provider = make();
      answer = provider.callback();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const interact = async (request: IncomingMessage, response: ServerResponse) => {
    const details = await provider.interactionDetails(request, response);
    if (who === undefined) {
      await provider.interactionFinished(request, response, { error: "access_denied" });
    } else if (details.prompt.name === "login") {
      await provider.interactionFinished(request, response, { login: { accountId: who } });
    } else {
      const grant = new provider.Grant({
        accountId: details.session?.accountId ?? "",
        clientId: CLIENT_ID,
      });
      grant.addOIDCScope(String(details.params["scope"]));
      const consent = { grantId: await grant.save() };
      const options = { mergeWithLastSubmission: true };
      await provider.interactionFinished(request, response, { consent }, options);
    }
  };
  server.on("request", (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    asked.push(path);
    if (answers === "not") return void request.socket.destroy();
    if (answers === "busy") return void response.writeHead(503).end();
    collect(response, path, made);
    if (path.startsWith("/interaction/")) void interact(request, response);
    else void answer(request, response);
  });
  return made;
}

function configuration(
  key: JWK,
  people: ReadonlyMap<string, MadePerson>,
  redirect: string,
  {
    adapter,
    hasFarewell,
  }: { readonly adapter: Configuration["adapter"]; readonly hasFarewell: boolean },
): Configuration {
  return {
    adapter,
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [redirect],
        response_types: ["code"],
        grant_types: ["authorization_code", "refresh_token"],
        id_token_signed_response_alg: "ES256",
      },
    ],
    cookies: { keys: ["a key of the test"] },
    jwks: { keys: [key] },
    scopes: ["openid", "offline_access", "profile", "groups"],
    claims: { openid: ["sub"], profile: ["preferred_username"], groups: ["groups"] },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: hasFarewell },
      rpInitiatedLogout: { enabled: hasFarewell },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 3_600,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: 3_600,
      Interaction: 3_600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => {
      const person = people.get(id);
      if (person === undefined) return undefined;
      const claims = { sub: id, preferred_username: id, groups: [...person.groups] };
      return { accountId: id, claims: () => claims };
    },
  };
}

/** What the provider keeps, so that it goes on with other keys. */
function memoryOf(kept: Map<string, unknown>): Configuration["adapter"] {
  type Row = Record<string, unknown>;
  return (model: string) => {
    const key = (id: string) => `${model}:${id}`;
    const find = (id: string) => Promise.resolve(kept.get(key(id)) as Row | undefined);
    const findWhere = (name: string, value: string) => {
      const found = [...kept].find(
        ([at, row]) => at.startsWith(`${model}:`) && (row as Row)[name] === value,
      );
      return Promise.resolve(found?.[1] as Row | undefined);
    };
    return {
      find,
      upsert: (id, payload) => Promise.resolve(void kept.set(key(id), { ...payload })),
      findByUid: (uid) => findWhere("uid", uid),
      findByUserCode: (code) => findWhere("userCode", code),
      async consume(id) {
        const row = await find(id);
        if (row !== undefined) row["consumed"] = Math.floor(Date.now() / 1_000);
      },
      destroy: (id) => Promise.resolve(void kept.delete(key(id))),
      revokeByGrantId(grantId) {
        for (const [at, row] of kept) if ((row as Row)["grantId"] === grantId) kept.delete(at);
        return Promise.resolve();
      },
    };
  };
}

/** Notes what is secret in an answer, and lets a test change it. */
function collect(response: ServerResponse, path: string, made: MadeProvider): void {
  const end = response.end.bind(response) as (text?: unknown) => ServerResponse;
  response.end = ((text?: unknown) => {
    const where = response.getHeader("location");
    if (typeof where === "string" && URL.canParse(where))
      for (const name of ["code", "state"]) {
        const secret = new URL(where).searchParams.get(name);
        if (secret !== null) made.canaries.add(secret);
      }
    const isJson = /^application\/(?:jwk-set\+)?json/.test(
      String(response.getHeader("content-type")),
    );
    if (!isJson || (typeof text !== "string" && !Buffer.isBuffer(text))) return end(text);
    const body = JSON.parse(text.toString()) as Record<string, unknown>;
    const changed = made.tamper?.(path, body) ?? body;
    for (const name of ["access_token", "id_token", "refresh_token"])
      if (typeof changed[name] === "string") made.canaries.add(changed[name]);
    const bytes = Buffer.from(JSON.stringify(changed));
    response.setHeader("content-length", bytes.length);
    return end(bytes);
  }) as typeof response.end;
}
