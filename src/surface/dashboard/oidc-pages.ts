// Two addresses that a browser goes to itself: where a login by a provider begins, and where it comes back.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "#base/clock.ts";
import { ApiFault } from "./api/endpoint.ts";
import { PENDING_MS_MAX } from "./oidc/pending-logins.ts";
import type { ProviderLogins } from "./oidc/provider-logins.ts";
import { LoginRefused } from "./oidc/refusal.ts";

export const OIDC_PATH = "/oidc";
export const CALLBACK_PATH = `${OIDC_PATH}/callback`;
/** Each one asks the provider; people need a few. */
const REQUESTS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
const TOKEN = /^[\w-]{16,256}$/;

export type OidcPages = {
  answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
};

export function createOidcPages({
  clock,
  providerLogins,
  originOf,
}: {
  readonly clock: Clock;
  readonly providerLogins: ProviderLogins | undefined;
  /** Under which name this dashboard is asked. */
  readonly originOf: () => string;
}): OidcPages {
  let minute = { startMs: clock.monotonicMs(), count: 0 };
  const refuseFlood = () => {
    const now = clock.monotonicMs();
    if (now - minute.startMs >= MINUTE_MS) minute = { startMs: now, count: 0 };
    minute.count += 1;
    if (minute.count > REQUESTS_PER_MINUTE)
      throw new ApiFault("too-many", "too many logins were begun: wait a minute");
  };
  return {
    async answer(request, response, url) {
      if (request.method !== "GET") throw new ApiFault("method", "pages are only read");
      if (providerLogins === undefined) throw new ApiFault("not-found", "there is no such address");
      const own = originOf();
      const { host, port, protocol } = new URL(own);
      // WHY: the provider sends people back to this name, and a cookie of the other does not come along.
      if (url.host !== host) return goTo(response, `${own}/`);
      refuseFlood();
      const cookieName = `sallyport-login-${port}`;
      const secure = protocol === "https:" ? "; Secure" : "";
      try {
        if (url.pathname === CALLBACK_PATH) {
          const cookie = cookieOf(request, cookieName);
          const came = new URL(`${url.pathname}${url.search}`, own);
          const finished = await providerLogins.finish(came, cookie);
          const where = finished.kind === "login" ? `/#login=${finished.token}` : "/#confirmed";
          return goTo(response, where, `${cookieName}=; Path=${OIDC_PATH}; Max-Age=0`);
        }
        if (url.pathname !== `${OIDC_PATH}/login`)
          throw new ApiFault("not-found", "there is no such address");
        refuseOtherPages(request);
        const ticket = url.searchParams.get("confirm") ?? undefined;
        const begun = await providerLogins.begin(`${own}${CALLBACK_PATH}`, ticket);
        const seconds = PENDING_MS_MAX / 1_000;
        return goTo(
          response,
          begun.address,
          `${cookieName}=${begun.cookie}; Path=${OIDC_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`,
        );
      } catch (cause) {
        if (!(cause instanceof LoginRefused)) throw cause;
        return goTo(response, `/#refused=${cause.code}`);
      }
    },
  };
}

/** WHY: a page elsewhere must not begin a login here, which a provider may end without a word. */
function refuseOtherPages({ headers }: IncomingMessage): void {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return;
  throw new ApiFault("role", "requests of other pages are refused");
}

function cookieOf({ headers }: IncomingMessage, name: string): string {
  for (const pair of (headers.cookie ?? "").split(";").slice(0, 64)) {
    const [key, value = ""] = pair.trim().split("=", 2);
    if (key === name && TOKEN.test(value)) return value;
  }
  return "";
}

function goTo(response: ServerResponse, location: string, cookie?: string): void {
  response.writeHead(303, {
    location,
    "cache-control": "no-store",
    "content-length": 0,
    ...(cookie === undefined ? {} : { "set-cookie": cookie }),
  });
  response.end();
}
