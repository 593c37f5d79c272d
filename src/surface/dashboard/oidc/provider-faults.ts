// What a fault of the library or the network means for the person, in words of ours: what a provider wrote is not repeated.
import { Failure } from "#base/failure.ts";
import { LoginRefused } from "./refusal.ts";

/** Errors of a provider (RFC 6749 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6) that are about the person. */
const ABOUT_PERSON = new Set([
  ...["access_denied", "invalid_grant", "login_required", "interaction_required"],
  ...["consent_required", "account_selection_required"],
]);
/** ... that say to come again. */
const PASSING = new Set(["server_error", "temporarily_unavailable"]);
const NAME = /^[A-Za-z_]{1,48}$/;
const TIMES = new Set(["OAUTH_TIMEOUT", "OAUTH_ABORT"]);

/** The refusal that a fault is; a Failure stays one. */
export function asRefusal(cause: unknown): LoginRefused | Failure {
  const known = chainOf(cause).find((one) => one instanceof LoginRefused || one instanceof Failure);
  if (known instanceof LoginRefused || known instanceof Failure) return known;
  const { code, error, status } = factsOf(cause);
  const refuse = (as: ConstructorParameters<typeof LoginRefused>[0]) =>
    new LoginRefused(as, [code, error, status].filter((one) => one !== undefined).join(" "), {
      cause,
    });
  if (status !== undefined && status >= 500) return refuse("unreachable");
  if (error !== undefined) {
    if (PASSING.has(error)) return refuse("unreachable");
    return refuse(ABOUT_PERSON.has(error) ? "denied" : "setup");
  }
  // A token that is no longer taken is answered with a challenge (RFC 6750 3).
  if (status === 401 || status === 403) return refuse("denied");
  if (status === 429 || (code !== undefined && TIMES.has(code))) return refuse("unreachable");
  if (chainOf(cause).some(isNetworkFault)) return refuse("unreachable");
  return refuse("invalid");
}

function chainOf(cause: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let at = cause; at !== undefined && chain.length < 8; ) {
    chain.push(at);
    at = at instanceof Error ? at.cause : undefined;
  }
  return chain;
}

/** WHY by these: `fetch` says of every fault of the network only that it failed, with the reason behind it. */
function isNetworkFault(cause: unknown): boolean {
  return cause instanceof TypeError && /^(?:fetch failed|terminated)$/.test(cause.message);
}

function factsOf(cause: unknown): {
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly status: number | undefined;
} {
  let code: string | undefined;
  let error: string | undefined;
  let status: number | undefined;
  for (const one of chainOf(cause)) {
    if (typeof one !== "object" || one === null) continue;
    const given = one as Readonly<Record<string, unknown>>;
    code ??= nameIn(given["code"]);
    error ??= nameIn(given["error"]);
    const said = given["status"] ?? (one instanceof Response ? one.status : undefined);
    if (typeof said === "number") status ??= said;
  }
  return { code, error, status };
}

function nameIn(value: unknown): string | undefined {
  return typeof value === "string" && NAME.test(value) ? value : undefined;
}
