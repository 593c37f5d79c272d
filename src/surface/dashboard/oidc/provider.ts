// What is asked of a provider, by the library: where to log in, the exchange of a code, and whether a person may still be here.
import type * as Library from "openid-client";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { loadOptional } from "../../foundation/product/optional-library.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import type { OidcSettings } from "./oidc-settings.ts";
import type { Claims } from "./person-claims.ts";
import { asRefusal } from "./provider-faults.ts";
import { LoginRefused } from "./refusal.ts";

/** How far the clocks of provider and machine may be apart. */
export const SKEW_SECONDS_MAX = 30;
/** How old an ID token may be that comes with a code. */
const TOKEN_AGE_SECONDS_MAX = 10 * 60;
const ANSWER_SECONDS_MAX = 10;

/** What was made up for one login, and is held against the answer. */
export type LoginChecks = {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
};

export type Tokens = {
  readonly access: string;
  readonly refresh: string | undefined;
  /** What names the person's session at the provider when it is to end there. */
  readonly id: string | undefined;
};

/** What a provider said of somebody, held against its keys. */
export type Proven = {
  readonly subject: string;
  readonly claims: Claims;
  /** When the person typed their password there, where the provider says it. Milliseconds of the wall clock. */
  readonly authenticatedMs: number | undefined;
};

export type Provider = {
  /** Where the browser goes. `again` has the provider ask for the password, whoever is logged in there. */
  address(redirect: string, checks: LoginChecks & { readonly again: boolean }): Promise<URL>;
  /** Exchanges the code of an address that the browser came back to. Rejects with LoginRefused. */
  exchange(
    callback: URL,
    checks: LoginChecks & { readonly again: boolean },
  ): Promise<Proven & { readonly tokens: Tokens }>;
  /**
   * What the provider says of the person now. `keep` takes tokens as soon as they are there, for those before may count no more.
   * Rejects with LoginRefused.
   */
  ask(subject: string, tokens: Tokens, keep: (tokens: Tokens) => void): Promise<Claims>;
  /** Has the provider take its tokens back, where it can. Rejects with LoginRefused. */
  revoke(tokens: Tokens): Promise<void>;
  /** Where the browser ends the session at the provider; undefined where the provider has no such address. */
  farewell(tokens: Tokens): URL | undefined;
};

/** The library, where it is installed. Rejects with a Failure `oidc` that says how to install it. */
export function loadClient(
  load: () => Promise<typeof Library> = () => import("openid-client"),
): Promise<typeof Library> {
  return loadOptional(
    ["openid-client"],
    load,
    (how) => new Failure("oidc", `the login by a provider needs a library: ${how}`),
  );
}

/** Asks the provider for its description and its keys. Rejects with LoginRefused, or a Failure without the library. */
export async function openProvider(
  settings: OidcSettings,
  {
    secret,
    clock,
    load = () => loadClient(),
  }: {
    readonly secret: string;
    readonly clock: Clock;
    readonly load?: () => Promise<typeof Library>;
  },
): Promise<Provider> {
  const library = await load();
  const config = await discover(library, settings, secret, clock).catch((cause: unknown) => {
    throw asRefusal(cause);
  });
  return new LibraryProvider(library, config, settings, clock);
}

async function discover(
  library: typeof Library,
  { issuer, clientId }: OidcSettings,
  secret: string,
  clock: Clock,
): Promise<Library.Configuration> {
  const isPlain = new URL(issuer).protocol === "http:";
  const found = await library.discovery(new URL(issuer), clientId, secret, undefined, {
    [library.customFetch]: boundedFetch,
    timeout: ANSWER_SECONDS_MAX,
    // INVARIANT: an issuer in the clear is on this machine (settings), and so is every address of it (boundedFetch).
    execute: isPlain ? [library.allowInsecureRequests] : [],
  });
  const server = found.serverMetadata();
  const ways = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  const config = new library.Configuration(
    server,
    clientId,
    {
      // WHY: what time it is, is the clock's business also for the library.
      [library.clockSkew]: Math.round((clock.nowMs() - Date.now()) / 1_000),
      [library.clockTolerance]: SKEW_SECONDS_MAX,
    },
    ways.includes("client_secret_basic")
      ? library.ClientSecretBasic(secret)
      : library.ClientSecretPost(secret),
  );
  config[library.customFetch] = boundedFetch;
  config.timeout = ANSWER_SECONDS_MAX;
  if (isPlain) library.allowInsecureRequests(config);
  // WHY: else tokens that come straight from the provider are not held against its keys.
  library.enableNonRepudiationChecks(config);
  return config;
}

class LibraryProvider implements Provider {
  readonly #library: typeof Library;
  readonly #config: Library.Configuration;
  readonly #settings: OidcSettings;
  readonly #clock: Clock;

  constructor(
    library: typeof Library,
    config: Library.Configuration,
    settings: OidcSettings,
    clock: Clock,
  ) {
    this.#library = library;
    this.#config = config;
    this.#settings = settings;
    this.#clock = clock;
  }

  async address(
    redirect: string,
    { state, nonce, verifier, again }: LoginChecks & { readonly again: boolean },
  ): Promise<URL> {
    const { scopes } = this.#settings;
    // OpenID Connect Core 11: what lasts beyond the visit is consented to.
    const prompts = [...(again ? ["login"] : []), ...(isLasting(scopes) ? ["consent"] : [])];
    const address = this.#library.buildAuthorizationUrl(this.#config, {
      redirect_uri: redirect,
      scope: scopes.join(" "),
      state,
      nonce,
      code_challenge: await this.#library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...(prompts.length === 0 ? {} : { prompt: prompts.join(" ") }),
      ...(again ? { max_age: "0" } : {}),
    });
    boundedFetch.refuseUnsafe(address);
    return address;
  }

  async exchange(
    callback: URL,
    { state, nonce, verifier, again }: LoginChecks & { readonly again: boolean },
  ): Promise<Proven & { readonly tokens: Tokens }> {
    try {
      const answer = await this.#library.authorizationCodeGrant(this.#config, callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
        // WHY not 0: it is how long ago that was when the browser comes back; who began checks that it was after the beginning.
        ...(again ? { maxAge: TOKEN_AGE_SECONDS_MAX } : {}),
      });
      const claims = answer.claims();
      if (claims === undefined) throw new LoginRefused("invalid", "no ID token");
      this.#refuseOtherTimes(claims.iat);
      const { sub: subject, auth_time: seconds } = claims;
      const { access_token: access, refresh_token: refresh, id_token: id } = answer;
      const tokens = { access, refresh, id };
      const said = await this.#saysOf(subject, tokens.access);
      this.#refuseUncheckable(said, tokens);
      return {
        subject,
        tokens,
        claims: { ...claims, ...said },
        authenticatedMs: seconds === undefined ? undefined : seconds * 1_000,
      };
    } catch (cause) {
      throw asRefusal(cause);
    }
  }

  async ask(subject: string, tokens: Tokens, keep: (tokens: Tokens) => void): Promise<Claims> {
    try {
      if (tokens.refresh === undefined) return await this.#saysOf(subject, tokens.access);
      const answer = await this.#library.refreshTokenGrant(this.#config, tokens.refresh);
      const { access_token: access, refresh_token: next, id_token: id } = answer;
      keep({ access, refresh: next ?? tokens.refresh, id: id ?? tokens.id });
      const claims = answer.claims();
      if (claims !== undefined && claims.sub !== subject)
        throw new LoginRefused("another-person", "another subject after a refresh");
      return { ...claims, ...(await this.#saysOf(subject, answer.access_token)) };
    } catch (cause) {
      throw asRefusal(cause);
    }
  }

  async revoke({ access, refresh }: Tokens): Promise<void> {
    if (this.#config.serverMetadata().revocation_endpoint === undefined) return;
    // WHY the refresh token first: with it goes what was granted by it, where the provider does that.
    for (const token of [refresh, access])
      if (token !== undefined)
        await this.#library.tokenRevocation(this.#config, token).catch((cause: unknown) => {
          throw asRefusal(cause);
        });
  }

  farewell({ id }: Tokens): URL | undefined {
    if (this.#config.serverMetadata().end_session_endpoint === undefined) return undefined;
    const address = this.#library.buildEndSessionUrl(
      this.#config,
      id === undefined ? {} : { id_token_hint: id },
    );
    boundedFetch.refuseUnsafe(address);
    return address;
  }

  async #saysOf(subject: string, access: string): Promise<Claims> {
    if (this.#config.serverMetadata().userinfo_endpoint === undefined) return {};
    return this.#library.fetchUserInfo(this.#config, access, subject);
  }

  /** WHY not by the library: it asks only that the token is not over. */
  #refuseOtherTimes(issuedSeconds: number): void {
    const age = this.#clock.nowMs() / 1_000 - issuedSeconds;
    if (age < -SKEW_SECONDS_MAX || age > TOKEN_AGE_SECONDS_MAX + SKEW_SECONDS_MAX)
      throw new LoginRefused("invalid", "the clocks are too far apart");
  }

  /** WHY at the login: a minute later it would be over without a reason that helps. */
  #refuseUncheckable(said: Claims, { refresh }: Tokens): void {
    const { groupsClaim } = this.#settings;
    const [first = ""] = groupsClaim.split(".");
    if (refresh === undefined && !Object.hasOwn(said, groupsClaim) && !Object.hasOwn(said, first))
      throw new LoginRefused("no-check");
  }
}

function isLasting(scopes: readonly string[]): boolean {
  return scopes.includes("offline_access");
}
